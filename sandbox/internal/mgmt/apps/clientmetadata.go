package apps

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// clientMetadata holds the members of settings.oauthClient and credentials.oauthClient that the API
// checks.
type clientMetadata struct {
	ApplicationType     string   `json:"application_type"`
	GrantTypes          []string `json:"grant_types"`
	ResponseTypes       []string `json:"response_types"`
	RedirectURIs        []string `json:"redirect_uris"`
	PostLogoutURIs      []string `json:"post_logout_redirect_uris"`
	WildcardRedirect    string   `json:"wildcard_redirect"`
	ClientURI           string   `json:"client_uri"`
	LogoURI             string   `json:"logo_uri"`
	TosURI              string   `json:"tos_uri"`
	PolicyURI           string   `json:"policy_uri"`
	InitiateLoginURI    string   `json:"initiate_login_uri"`
	FrontchannelURI     string   `json:"frontchannel_logout_uri"`
	FrontchannelSession bool     `json:"frontchannel_logout_session_required"`
	ParticipateSLO      bool     `json:"participate_slo"`
	ConsentMethod       string   `json:"consent_method"`
	IssuerMode          string   `json:"issuer_mode"`
	DPoP                bool     `json:"dpop_bound_access_tokens"`
	JwksURI             string   `json:"jwks_uri"`
	Jwks                struct {
		Keys []map[string]any `json:"keys"`
	} `json:"jwks"`
	RefreshToken *struct {
		RotationType string `json:"rotation_type"`
		Leeway       *int   `json:"leeway"`
	} `json:"refresh_token"`
	IdpLogin struct {
		Mode string `json:"mode"`
	} `json:"idp_initiated_login"`
	Network *struct {
		Connection string `json:"connection"`
	} `json:"network"`

	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	AuthMethod   string `json:"token_endpoint_auth_method"`
	PKCERequired *bool  `json:"pkce_required"`
	KeyRotation  *bool  `json:"autoKeyRotation"`

	fromCatalog bool       // the catalog has its redirect URIs
	previous    *state.App // the app whose document this replaces; its Doc is nil for a new app
}

// decodeClient decodes both objects. A member with the wrong JSON type makes the body malformed.
func decodeClient(settings, credentials map[string]any) (*clientMetadata, error) {
	var client clientMetadata
	for _, doc := range []map[string]any{settings, credentials} {
		raw, err := json.Marshal(doc)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &client); err != nil {
			return nil, web.Malformed()
		}
	}
	return &client, nil
}

// defaults fills in the defaults that later rules depend on.
func (m *clientMetadata) defaults() {
	fallback(&m.ApplicationType, "web")
	fallback(&m.AuthMethod, "client_secret_basic")
	fallback(&m.ConsentMethod, "TRUSTED")
	fallback(&m.IssuerMode, "ORG_URL")
	fallback(&m.WildcardRedirect, "DISABLED")
	fallback(&m.IdpLogin.Mode, "DISABLED")
	if m.PKCERequired == nil {
		required := m.ApplicationType == "browser" || m.ApplicationType == "native" || m.AuthMethod == "none"
		m.PKCERequired = &required
	}
	if len(m.ResponseTypes) == 0 {
		m.ResponseTypes = m.defaultResponseTypes()
	}
}

func fallback(field *string, value string) {
	if *field == "" {
		*field = value
	}
}

func (m *clientMetadata) defaultResponseTypes() []string {
	types := []string{}
	if m.hasCodeGrant() {
		types = append(types, "code")
	}
	if m.grants("implicit") {
		types = append(types, "id_token", "token")
	} else if m.grants("client_credentials") && len(types) == 0 {
		types = append(types, "token")
	}
	return types
}

func (m *clientMetadata) grants(grant string) bool { return slices.Contains(m.GrantTypes, grant) }

func (m *clientMetadata) hasCodeGrant() bool {
	return m.grants("authorization_code") || m.grants("interaction_code")
}

// check checks Okta's rules for the combination of all members.
func (m *clientMetadata) check() web.Violations {
	var bad web.Violations
	for _, rule := range clientEnums() {
		if value := rule.value(m); !slices.Contains(rule.allowed, value) {
			bad.Add(rule.property, "'"+value+"' is not a valid value. Valid values: ["+strings.Join(rule.allowed, ", ")+"]")
		}
	}
	m.checkGrants(&bad)
	m.checkResponseTypes(&bad)
	m.checkURIs(&bad)
	m.checkAuthMethod(&bad)
	m.checkRefresh(&bad)
	if m.previous.Doc != nil && m.ApplicationType != jsondoc.Text(m.previous.OAuth(), "application_type") {
		bad.Add("application_type", "'application_type' can't be changed.")
	}
	if m.IdpLogin.Mode != "DISABLED" && m.InitiateLoginURI == "" {
		bad.Add("initiate_login_uri", "'initiate_login_uri' is required when the mode of 'idp_initiated_login' isn't DISABLED.")
	}
	if m.ParticipateSLO && m.FrontchannelURI == "" {
		bad.Add("frontchannel_logout_uri", "'frontchannel_logout_uri' is required when 'participate_slo' is true.")
	}
	if m.ParticipateSLO && m.ApplicationType != "web" && m.ApplicationType != "browser" {
		bad.Add("participate_slo", "'participate_slo' can only be true for web and browser clients.")
	}
	return bad
}

func (m *clientMetadata) checkGrants(bad *web.Violations) {
	if len(m.GrantTypes) == 0 {
		bad.Add("grant_types", "'grant_types' is a required property for this client.")
		return
	}
	for _, grant := range m.GrantTypes {
		if types, known := clientGrants()[grant]; !known {
			bad.Add("grant_types", "'"+grant+"' is not a valid grant type.")
		} else if !strings.Contains(types, m.ApplicationType) {
			bad.Add("grant_types", "'"+grant+"' is not allowed for application_type '"+m.ApplicationType+"'.")
		}
	}
	required := map[string]string{"web": "authorization_code", "native": "authorization_code", "service": "client_credentials"}
	if grant := required[m.ApplicationType]; grant != "" && !m.grants(grant) {
		bad.Add("grant_types", "'"+grant+"' is required for application_type '"+m.ApplicationType+"'.")
	}
}

func (m *clientMetadata) checkResponseTypes(bad *web.Violations) {
	has := func(kind string) bool { return slices.Contains(m.ResponseTypes, kind) }
	for _, kind := range m.ResponseTypes {
		if kind != "code" && kind != "token" && kind != "id_token" {
			bad.Add("response_types", "'"+kind+"' is not a valid response type.")
		}
	}
	if has("code") != m.hasCodeGrant() {
		bad.Add("response_types", "The response type 'code' goes together with the grant type 'authorization_code'.")
	}
	if has("id_token") && !m.grants("implicit") || has("token") && !m.grants("implicit") && !m.grants("client_credentials") {
		bad.Add("response_types", "The response types 'token' and 'id_token' need the grant type 'implicit'.")
	}
	if m.grants("implicit") && !has("token") && !has("id_token") {
		bad.Add("response_types", "The grant type 'implicit' needs the response type 'token' or 'id_token'.")
	}
}

func (m *clientMetadata) checkURIs(bad *web.Violations) {
	// In Okta's guide to on-behalf-of token exchange, a service app has that grant type and no
	// redirect URI.
	needsRedirect := slices.ContainsFunc(m.GrantTypes, func(g string) bool {
		return g != "client_credentials" && g != "password" && g != "urn:ietf:params:oauth:grant-type:token-exchange"
	})
	if needsRedirect && len(m.RedirectURIs) == 0 && !m.fromCatalog {
		bad.Add("redirect_uris", "'redirect_uris' is a required property for this client.")
	}
	wildcards := m.WildcardRedirect == "SUBDOMAIN"
	for _, uri := range m.RedirectURIs {
		if !validRedirect(uri, wildcards) {
			bad.Add("redirect_uris", "'"+uri+"' is not a valid redirect URI.")
		}
	}
	for _, uri := range m.PostLogoutURIs {
		if !validRedirect(uri, wildcards) {
			bad.Add("post_logout_redirect_uris", "'"+uri+"' is not a valid redirect URI.")
		}
	}
	for _, field := range []struct{ property, uri string }{
		{"client_uri", m.ClientURI}, {"logo_uri", m.LogoURI}, {"tos_uri", m.TosURI}, {"policy_uri", m.PolicyURI},
		{"initiate_login_uri", m.InitiateLoginURI}, {"jwks_uri", m.JwksURI}, {"frontchannel_logout_uri", m.FrontchannelURI},
	} {
		if len(field.uri) > 1024 {
			bad.Add(field.property, "The field is too long")
		} else if field.uri != "" && !validRedirect(field.uri, true) {
			bad.Add(field.property, "'"+field.property+"' must be a valid URI.")
		}
	}
}

// oneStar matches the wildcards that Okta's API reference allows: one star in the lowest-level
// domain of an https URI, with a domain between it and the top-level domain.
var oneStar = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^https://[A-Za-z0-9-]*\*[A-Za-z0-9-]*(\.[A-Za-z0-9-]+){2,}(:[0-9]+)?([/?][^*#\x00-\x20\x7f]*)?$`)
})

// validRedirect accepts an absolute URI without a fragment, and a star only if wildcards are
// allowed.
func validRedirect(uri string, wildcards bool) bool {
	if strings.Contains(uri, "*") {
		if !wildcards || !oneStar().MatchString(uri) {
			return false
		}
		uri = strings.Replace(uri, "*", "star", 1)
	}
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" || u.Fragment != "" || strings.HasSuffix(uri, "#") {
		return false
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		return u.Host != ""
	}
	return u.Scheme != "javascript" && u.Scheme != "data"
}

func (m *clientMetadata) checkAuthMethod(bad *web.Violations) {
	inline := len(m.Jwks.Keys) > 0
	if inline && m.JwksURI != "" {
		bad.Add("jwks", "'jwks' and 'jwks_uri' can't be used together.")
	}
	if m.AuthMethod == "private_key_jwt" && !inline && m.JwksURI == "" {
		bad.Add("jwks", "'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'.")
	}
	if m.AuthMethod == "none" && !*m.PKCERequired {
		bad.Add("pkce_required", "''pkce_required'' must be set to true when ''token_endpoint_auth_method'' is ''none''")
	}
	if m.AuthMethod == "none" && m.ApplicationType == "service" {
		bad.Add("token_endpoint_auth_method", "'none' is not allowed for application_type 'service'.")
	}
	if m.ClientSecret != "" {
		checkSecret(bad, m.ClientSecret, m.AuthMethod)
	}
}

func (m *clientMetadata) checkRefresh(bad *web.Violations) {
	if m.RefreshToken == nil {
		return
	}
	if r := m.RefreshToken.RotationType; r != "STATIC" && r != "ROTATE" {
		bad.Add("rotation_type", "'"+r+"' is not a valid value. Valid values: [STATIC, ROTATE]")
	}
	if l := m.RefreshToken.Leeway; l != nil && (*l < 0 || *l > 60) {
		bad.Add("leeway", "'leeway' must be between 0 and 60.")
	}
}

// clientEnum is a member of an OIDC app with a fixed set of values.
type clientEnum struct {
	property string
	value    func(*clientMetadata) string
	allowed  []string
}

func clientEnums() []clientEnum {
	return []clientEnum{
		{"application_type", func(m *clientMetadata) string { return m.ApplicationType }, []string{"web", "native", "browser", "service"}},
		{"token_endpoint_auth_method", func(m *clientMetadata) string { return m.AuthMethod },
			[]string{"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"}},
		{"consent_method", func(m *clientMetadata) string { return m.ConsentMethod }, []string{"TRUSTED", "REQUIRED"}},
		{"issuer_mode", func(m *clientMetadata) string { return m.IssuerMode }, []string{"ORG_URL", "CUSTOM_URL", "DYNAMIC"}},
		{"wildcard_redirect", func(m *clientMetadata) string { return m.WildcardRedirect }, []string{"DISABLED", "SUBDOMAIN"}},
		{"mode", func(m *clientMetadata) string { return m.IdpLogin.Mode }, []string{"DISABLED", "SPEC", "OKTA"}},
		{"connection", func(m *clientMetadata) string {
			if m.Network == nil {
				return "ANYWHERE"
			}
			return m.Network.Connection
		}, []string{"ANYWHERE", "ZONE"}},
	}
}

// clientGrants maps a grant type to the application types that may have it.
func clientGrants() map[string]string {
	const all = "web native browser service"
	const urn = "urn:ietf:params:oauth:grant-type:"
	return map[string]string{
		"authorization_code":                        "web native browser",
		"implicit":                                  all,
		"password":                                  "native",
		"refresh_token":                             "web native browser",
		"client_credentials":                        "web service",
		"interaction_code":                          all,
		urn + "device_code":                         all,
		urn + "jwt-bearer":                          "native",
		urn + "saml2-bearer":                        all,
		urn + "token-exchange":                      all,
		"urn:openid:params:grant-type:ciba":         "web",
		"urn:okta:params:oauth:grant-type:otp":      all,
		"urn:okta:params:oauth:grant-type:oob":      all,
		"http://auth0.com/oauth/grant-type/mfa-otp": all,
		"http://auth0.com/oauth/grant-type/mfa-oob": all,
	}
}

// fillSettings writes the defaults into settings.oauthClient.
func (m *clientMetadata) fillSettings(oauth map[string]any) {
	defaults := map[string]any{
		"client_uri":               nil,
		"logo_uri":                 nil,
		"redirect_uris":            []any{},
		"application_type":         m.ApplicationType,
		"consent_method":           m.ConsentMethod,
		"issuer_mode":              m.IssuerMode,
		"wildcard_redirect":        m.WildcardRedirect,
		"dpop_bound_access_tokens": false,
		"participate_slo":          false,
	}
	for key, value := range defaults {
		if sent, found := oauth[key]; !found || sent == "" && value != nil { // "" counts as absent
			oauth[key] = value
		}
	}
	types := []any{}
	for _, kind := range m.ResponseTypes {
		types = append(types, kind)
	}
	oauth["response_types"] = types
	oauth["idp_initiated_login"] = jsondoc.Filled(jsondoc.Object(oauth, "idp_initiated_login"),
		map[string]any{"mode": "DISABLED", "default_scope": []any{}})
	if m.FrontchannelURI != "" {
		oauth["frontchannel_logout_session_required"] = m.FrontchannelSession
	}
	if m.grants("urn:openid:params:grant-type:ciba") && oauth["backchannel_token_delivery_mode"] == nil {
		oauth["backchannel_token_delivery_mode"] = "poll"
	}
	m.fillRefresh(oauth)
}

// fillRefresh sets the rotation of refresh tokens if the document does not: on for browser apps,
// off for others. Only rotation has a leeway.
func (m *clientMetadata) fillRefresh(oauth map[string]any) {
	rotates := m.ApplicationType == "browser"
	switch {
	case m.RefreshToken != nil:
		rotates = m.RefreshToken.RotationType == "ROTATE"
	case !m.grants("refresh_token"):
		return
	}
	if rotates {
		oauth["refresh_token"] = jsondoc.Filled(jsondoc.Object(oauth, "refresh_token"), map[string]any{"rotation_type": "ROTATE", "leeway": float64(30)})
	} else {
		oauth["refresh_token"] = map[string]any{"rotation_type": "STATIC"}
	}
}

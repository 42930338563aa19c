package mgmt

import "github.com/oktaform/oktaform/sandbox/internal/jsondoc"

// clientEnum is a field of an OIDC app with a fixed set of values.
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

// clientGrants says which application types may have a grant type.
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

// fillSettings writes the defaults into settings.client.
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
		if sent, found := oauth[key]; !found || sent == "" && value != nil { // "" is read as left out
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
	m.fillRefresh(oauth)
}

// fillRefresh gives clients with refresh tokens their rotation: browser apps
// rotate, others don't, unless they say so.
func (m *clientMetadata) fillRefresh(oauth map[string]any) {
	if m.RefreshToken != nil {
		oauth["refresh_token"] = jsondoc.Filled(jsondoc.Object(oauth, "refresh_token"), map[string]any{"leeway": float64(30)})
		return
	}
	if !m.grants("refresh_token") {
		return
	}
	if m.ApplicationType == "browser" {
		oauth["refresh_token"] = map[string]any{"rotation_type": "ROTATE", "leeway": float64(30)}
	} else {
		oauth["refresh_token"] = map[string]any{"rotation_type": "STATIC", "leeway": float64(0)}
	}
}

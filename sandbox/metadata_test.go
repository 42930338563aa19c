package sandbox

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// TestMetadataTellsTheTruth uses every endpoint, grant type, response type, response mode, method
// and algorithm that both discovery documents name. A member without a check fails.
func TestMetadataTellsTheTruth(t *testing.T) {
	o := newMetadataOrg(t)
	checks := map[string]func(t *testing.T, value any){
		"issuer":                   func(t *testing.T, v any) { equal(t, v, o.url) },
		"subject_types_supported":  func(t *testing.T, v any) { equal(t, v, "[public]") },
		"authorization_endpoint":   o.endpoint("GET", 400, "text/html"),
		"token_endpoint":           o.endpoint("POST", 400, "application/json"),
		"registration_endpoint":    o.endpoint("GET", 403, "application/json"),
		"jwks_uri":                 o.endpoint("GET", 200, "application/json"),
		"userinfo_endpoint":        o.endpoint("GET", 401, ""),
		"introspection_endpoint":   o.endpoint("POST", 401, "application/json"),
		"revocation_endpoint":      o.endpoint("POST", 401, "application/json"),
		"end_session_endpoint":     o.endpoint("GET", 400, "text/html"),
		"response_types_supported": each(o.responseType),
		"response_modes_supported": each(o.responseMode),
		"grant_types_supported":    each(o.grantType),
		"scopes_supported":         each(o.scope),
		"token_endpoint_auth_methods_supported": each(func(t *testing.T, m string) {
			o.authMethod(t, m, "/oauth2/v1/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}}, 400)
		}),
		"introspection_endpoint_auth_methods_supported": each(func(t *testing.T, m string) {
			o.authMethod(t, m, "/oauth2/v1/introspect", url.Values{"token": {"x"}}, 200)
		}),
		"revocation_endpoint_auth_methods_supported": each(func(t *testing.T, m string) {
			o.authMethod(t, m, "/oauth2/v1/revoke", url.Values{"token": {"x"}}, 200)
		}),
		"code_challenge_methods_supported":            each(o.challengeMethod),
		"request_parameter_supported":                 func(t *testing.T, v any) { equal(t, v, "true") },
		"request_object_signing_alg_values_supported": each(o.requestAlgorithm),
		"device_authorization_endpoint":               o.endpoint("POST", 401, "application/json"),
		"pushed_authorization_request_endpoint":       o.endpoint("POST", 401, "application/json"),
		"dpop_signing_alg_values_supported":           each(o.dpopAlgorithm),
		"id_token_signing_alg_values_supported": each(func(t *testing.T, alg string) {
			_, err := jose.ParseSignedCompact(o.tokens("openid").text("id_token"), []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
			if err != nil {
				t.Error(err)
			}
		}),
		"claims_supported": o.claims,
	}
	for _, path := range []string{"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"} {
		for name, value := range o.send("GET", path, "").doc {
			if checks[name] == nil {
				t.Errorf("nothing checks %s", name)
				continue
			}
			t.Run(name, func(t *testing.T) { checks[name](t, value) })
		}
	}
}

func equal(t *testing.T, value any, want string) {
	t.Helper()
	if fmt.Sprint(value) != want {
		t.Errorf("%v, want %s", value, want)
	}
}

// each runs the check for each element of a list.
func each(check func(*testing.T, string)) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		list, _ := value.([]any)
		if len(list) == 0 {
			t.Errorf("no list: %v", value)
		}
		for _, one := range list {
			t.Run(one.(string), func(t *testing.T) { check(t, one.(string)) })
		}
	}
}

// metadataOrg is an org whose app may do everything that the org authorization server offers to
// users.
type metadataOrg struct{ *signInOrg }

func newMetadataOrg(t *testing.T) *metadataOrg {
	t.Helper()
	return &metadataOrg{newSignInOrg(t, func(d doc) {
		d["credentials"] = doc{"oauthClient": doc{"token_endpoint_auth_method": "client_secret_post", "pkce_required": false}}
		d["settings"] = doc{"oauthClient": doc{"application_type": "native", "redirect_uris": []string{testCallback},
			"response_types": []string{"code", "token", "id_token"},
			"grant_types":    []string{"authorization_code", "refresh_token", "implicit", "password", deviceGrant}}}
	})}
}

// endpoint asks without parameters or credentials: the answer is the endpoint's own.
func (o *metadataOrg) endpoint(method string, status int, contentType string) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		target := value.(string)
		if !strings.HasPrefix(target, o.url+"/") {
			t.Fatalf("%s is not at the org", target)
		}
		got := o.send(method, target, "")
		if got.status != status || !strings.HasPrefix(got.header.Get("Content-Type"), contentType) {
			t.Errorf("%s: %d %s %s", target, got.status, got.header.Get("Content-Type"), got.body)
		}
	}
}

// authorized makes an authorization request with changed parameters, as the signed-in user.
func (o *metadataOrg) authorized(change func(url.Values)) *answer {
	params := o.app.authorizeParams("openid")
	change(params)
	return o.authorizeBy(params)
}

func (o *metadataOrg) responseType(t *testing.T, kind string) {
	back := o.returned(o.authorized(func(p url.Values) { p.Set("response_type", kind) }))
	for part, parameter := range map[string]string{"code": "code", "token": "access_token", "id_token": "id_token"} {
		if wanted := slices.Contains(strings.Fields(kind), part); wanted != (back.Get(parameter) != "") {
			t.Errorf("%s: %v", parameter, back)
		}
	}
	if back.Get("error") != "" {
		t.Errorf("%v", back)
	}
}

func (o *metadataOrg) responseMode(t *testing.T, mode string) {
	got := o.authorized(func(p url.Values) {
		p.Set("response_mode", mode)
		if mode == "okta_post_message" {
			p.Set("response_type", "id_token")
		}
	})
	location := got.header.Get("Location")
	fits := map[string]bool{
		"query":             strings.HasPrefix(location, testCallback+"?") && strings.Contains(location, "code="),
		"fragment":          strings.HasPrefix(location, testCallback+"#") && strings.Contains(location, "code="),
		"form_post":         strings.Contains(string(got.body), `method="post" action="`+testCallback+`"`) && strings.Contains(string(got.body), `name="code"`),
		"okta_post_message": strings.Contains(string(got.body), "postMessage(") && got.header.Get("X-Frame-Options") == "",
	}
	if !fits[mode] {
		t.Errorf("%d %q %s", got.status, location, got.body)
	}
}

func (o *metadataOrg) grantType(t *testing.T, grant string) {
	form := o.withSecret(url.Values{"grant_type": {grant}, "scope": {"openid offline_access"}})
	switch grant {
	case "authorization_code":
		form = o.app.codeForm(o.code("openid"))
	case "implicit": // of the authorization endpoint
		o.responseType(t, "id_token token")
		return
	case "refresh_token":
		form.Set("refresh_token", o.tokens("openid offline_access").text("refresh_token"))
	case "password":
		form.Set("username", testLogin)
		form.Set("password", o.password)
	case deviceGrant:
		device := o.post("/oauth2/v1/device/authorize", o.withSecret(url.Values{"scope": {"openid"}}))
		b := o.browser()
		page := b.submit(b.get(device.text("verification_uri_complete")), "/signin", url.Values{"username": {testLogin}, "password": {o.password}})
		b.submit(page, "/activate", url.Values{"decision": {"allow"}})
		form.Set("device_code", device.text("device_code"))
	default:
		t.Fatal("no request for this grant type")
	}
	if got := o.post("/oauth2/v1/token", form); got.status != http.StatusOK || got.text("access_token") == "" {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func (o *metadataOrg) scope(t *testing.T, scope string) {
	got := o.tokens("openid " + scope)
	if !slices.Contains(strings.Fields(got.text("scope")), scope) {
		t.Errorf("granted: %q", got.text("scope"))
	}
}

// authMethod authenticates an app of this method. status is that of the request without an error of
// the client's.
func (o *metadataOrg) authMethod(t *testing.T, method, path string, form url.Values, status int) {
	key := newTestKey(t, "key-1")
	app := o.newWebApp(func(d doc) {
		d["credentials"] = doc{"oauthClient": doc{"token_endpoint_auth_method": method}}
		settings := d["settings"].(doc)["oauthClient"].(doc)
		if method == "none" {
			settings["application_type"] = "browser"
		}
		if method == "private_key_jwt" {
			settings["jwks"] = doc{"keys": []doc{key.public(t)}}
		}
	})
	sent := url.Values{"client_id": {app.id}}
	for name, values := range form {
		sent[name] = values
	}
	now := o.clock()
	assertion := doc{"iss": app.id, "sub": app.id, "aud": o.url + path, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "jti": state.RandomBase64(12)}
	var header []string
	switch method {
	case "client_secret_basic":
		request, _ := http.NewRequest("POST", "/", nil)
		request.SetBasicAuth(app.id, app.secret)
		header = []string{"Authorization", request.Header.Get("Authorization")}
	case "client_secret_post":
		sent.Set("client_secret", app.secret)
	case "client_secret_jwt":
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(app.secret)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		sent.Set("client_assertion", signWith(t, signer, assertion))
	case "private_key_jwt":
		sent.Set("client_assertion", key.sign(t, assertion, nil))
	}
	if sent.Has("client_assertion") {
		sent.Set("client_assertion_type", oauth.AssertionType)
	}
	got := o.post(path, sent, header...)
	if got.status != status || status == 400 && got.text("error_description") != oauth.ErrRefreshToken.Description {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func (o *metadataOrg) challengeMethod(t *testing.T, method string) {
	got := o.authorized(func(p url.Values) { p.Set("code_challenge_method", method) })
	if back := o.returned(got); back.Get("code") == "" {
		t.Errorf("%v", back)
	}
}

func (o *metadataOrg) requestAlgorithm(t *testing.T, alg string) {
	app, claims := o.app, o.objectClaims(o.app.authorizeParams("openid"), nil)
	var signing any = []byte(app.secret)
	if !strings.HasPrefix(alg, "HS") {
		private, public := algorithmKey(t, alg)
		app = o.newWebApp(func(d doc) {
			d["credentials"] = doc{"oauthClient": doc{"token_endpoint_auth_method": "private_key_jwt"}}
			d["settings"].(doc)["oauthClient"].(doc)["jwks"] = doc{"keys": []doc{public}}
		})
		o.admin("POST", "/api/v1/apps/"+app.id+"/users", doc{"id": o.userID})
		signing, claims["iss"], claims["client_id"] = private, app.id, app.id
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(alg), Key: signing}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := o.authorizeBy(url.Values{"client_id": {app.id}, "request": {signWith(t, signer, claims)}})
	if back := o.returned(got); back.Get("code") == "" {
		t.Errorf("%v", back)
	}
}

func (o *metadataOrg) dpopAlgorithm(t *testing.T, alg string) {
	app := o.newWebApp(func(d doc) { d["settings"].(doc)["oauthClient"].(doc)["dpop_bound_access_tokens"] = true })
	private, _ := algorithmKey(t, alg)
	options := (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(alg), Key: private}, options)
	if err != nil {
		t.Fatal(err)
	}
	proof := signWith(t, signer, doc{"htm": "POST", "htu": o.url + "/oauth2/v1/token", "iat": o.clock().Unix(), "jti": state.RandomBase64(12)})
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {app.id}, "client_secret": {app.secret}, "refresh_token": {"x"}}
	o.want(o.post("/oauth2/v1/token", form, "DPoP", proof), oauth.ErrDPoPNonce)
}

// algorithmKey makes a key pair for an algorithm.
func algorithmKey(t *testing.T, alg string) (private any, public doc) {
	t.Helper()
	var key crypto.Signer = testSigningKey
	curves := map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()}
	if curve := curves[alg]; curve != nil {
		made, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		key = made
	}
	raw, err := jose.JSONWebKey{Key: key.Public(), KeyID: alg, Use: "sig"}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &public); err != nil {
		t.Fatal(err)
	}
	public["status"] = "ACTIVE"
	return key, public
}

// claims asks for everything about a user with a whole profile: each claim is in a token or at
// userinfo, unless users here have nothing to fill it with.
func (o *metadataOrg) claims(t *testing.T, value any) {
	o.admin("POST", "/api/v1/users/"+o.userID, doc{"profile": doc{"middleName": "Byron", "nickName": "Addie", "profileUrl": "https://ada.example",
		"zipCode": "1", "city": "London", "streetAddress": "St James's Square", "primaryPhone": "+44 1", "locale": "en_GB", "timezone": "Europe/London"}})
	scope := "openid profile email phone address"
	hybrid := o.returned(o.authorized(func(p url.Values) { p.Set("response_type", "code id_token token"); p.Set("scope", scope) }))
	found := doc{}
	for _, claims := range []doc{o.verify(hybrid.Get("id_token")), o.get("/oauth2/v1/userinfo", hybrid.Get("access_token")).doc} {
		for name, value := range claims {
			found[name] = value
		}
	}
	unset := []string{"picture", "website", "gender", "birthdate"} // no attribute of Okta's profiles
	for _, one := range value.([]any) {
		name := one.(string)
		if _, there := found[name]; !there && !slices.Contains(unset, name) {
			t.Errorf("no claim %s", name)
		}
	}
}

// TestTokenExchangeIsRefused: only custom authorization servers exchange tokens.
func TestTokenExchangeIsRefused(t *testing.T) {
	o := newSignInOrg(t, nil)
	form := o.withSecret(url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:token-exchange"}, "subject_token": {"x"},
		"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"}})
	o.want(o.post("/oauth2/v1/token", form), oauth.ErrTokenExchange)
}

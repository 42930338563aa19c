package sandbox

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// signInOrg is an org with a user who may use a web app.
type signInOrg struct {
	*testOrg
	app      *webApp
	userID   string
	password string
}

const testLogin = "ada@example.com"

func newSignInOrg(t *testing.T, change func(doc), scopes ...string) *signInOrg {
	t.Helper()
	o := &signInOrg{testOrg: newTestOrg(t)}
	o.userID, o.password = o.newUser(testLogin)
	o.app = o.newWebApp(change, scopes...)
	o.admin("POST", "/api/v1/apps/"+o.app.id+"/users", doc{"id": o.userID})
	return o
}

// code signs the user in and returns the authorization code.
func (o *signInOrg) code(scope string) string {
	o.t.Helper()
	params := o.app.authorizeParams(scope)
	params.Set("sessionToken", o.sessionToken(testLogin, o.password))
	return o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "")).Get("code")
}

func (o *signInOrg) tokens(scope string) *answer {
	o.t.Helper()
	got := o.signIn(o.app, testLogin, o.password, scope)
	if got.status != http.StatusOK {
		o.t.Fatalf("token: %d %s", got.status, got.body)
	}
	return got
}

func TestTokenRequestErrors(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	for name, test := range map[string]struct {
		change func(url.Values)
		want   *oauth.Error
	}{
		"no grant type":        {func(f url.Values) { f.Del("grant_type") }, oauth.ErrNoGrantType.With("authorization_code", "refresh_token", "password", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code")},
		"unknown grant type":   {func(f url.Values) { f.Set("grant_type", "x") }, oauth.ErrGrantType.With("client_credentials")},
		"grant not configured": {func(f url.Values) { f.Set("grant_type", "authorization_code") }, oauth.ErrUnauthorized.With("client_credentials")},
		"no scope":             {func(f url.Values) { f.Del("scope") }, oauth.ErrNoScopes},
		"blank scope":          {func(f url.Values) { f.Set("scope", " ") }, oauth.ErrNoScopes},
		"unknown scope":        {func(f url.Values) { f.Set("scope", "okta.users.read okta.user.read") }, oauth.ErrScope},
		"scopes have cases":    {func(f url.Values) { f.Set("scope", "okta.Users.read") }, oauth.ErrScope},
		"openid":               {func(f url.Values) { f.Set("scope", "openid okta.users.read") }, oauth.ErrOpenIDScope},
		"self scope":           {func(f url.Values) { f.Set("scope", "okta.users.read.self") }, oauth.ErrSelfScope},
		"not granted":          {func(f url.Values) { f.Set("scope", "okta.users.manage okta.groups.read") }, oauth.ErrNoGrantedScope},
		"repeated parameter":   {func(f url.Values) { f.Add("scope", "okta.users.read") }, oauth.ErrDuplicateParams},
		"other assertion type": {func(f url.Values) { f.Set("client_assertion_type", "x") }, oauth.ErrAssertionType},
		"no assertion":         {func(f url.Values) { f.Del("client_assertion") }, oauth.ErrNoClientCredentials},
		"no credentials":       {func(f url.Values) { f.Del("client_assertion"); f.Del("client_assertion_type") }, oauth.ErrNoClientCredentials},
		"two ways":             {func(f url.Values) { f.Set("client_secret", "x") }, oauth.ErrManyCredentials},
		"another client_id":    {func(f url.Values) { f.Set("client_id", "0oa1") }, oauth.ErrAssertionIssuer},
		"only a client_id": {func(f url.Values) {
			f.Del("client_assertion")
			f.Del("client_assertion_type")
			f.Set("client_id", app.id)
		}, oauth.ErrNoClientCredentials},
		"unknown client_id": {func(f url.Values) {
			f.Del("client_assertion")
			f.Del("client_assertion_type")
			f.Set("client_id", "0oa1")
		}, oauth.ErrClientID},
		"a secret for a key app": {func(f url.Values) {
			f.Del("client_assertion")
			f.Del("client_assertion_type")
			f.Set("client_id", app.id)
			f.Set("client_secret", "x")
		}, oauth.ErrClient},
	} {
		t.Run(name, func(t *testing.T) {
			form := app.form("okta.users.read")
			test.change(form)
			o.want(o.post("/oauth2/v1/token", form), test.want)
		})
	}
	o.want(o.post("/oauth2/v1/token?client_secret=x", app.form("okta.users.read")), oauth.ErrCredentialsInQuery)
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read"), "Authorization", "Bearer x"), oauth.ErrBasicCredentials)
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read"), "Authorization", "Basic x"), oauth.ErrBasicCredentials)
	if got := o.send("POST", "/oauth2/v1/token", `{"grant_type":"client_credentials"}`, "Content-Type", "application/json"); got.status != 400 || got.text("errorCode") != "E0000021" {
		t.Errorf("JSON: %d %s", got.status, got.body)
	}
	o.admin("POST", "/api/v1/apps/"+app.id+"/lifecycle/deactivate", nil)
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read")), oauth.ErrClient)
}

func TestScopesInQuery(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	form := app.form("")
	form.Del("grant_type")
	got := o.post("/oauth2/v1/token?grant_type=client_credentials&scope=okta.users.read", form)
	if got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// TestClientCredentialsNeedsAServiceApp has the two wrong kinds of client that
// people try.
func TestClientCredentialsNeedsAServiceApp(t *testing.T) {
	o := newTestOrg(t)
	secretive := o.newWebApp(func(request doc) {
		request["credentials"] = doc{"oauthClient": doc{"token_endpoint_auth_method": "client_secret_basic"}}
		request["settings"] = doc{"oauthClient": doc{"application_type": "service", "grant_types": []string{"client_credentials"}, "response_types": []string{"token"}}}
	}, "okta.users.read")
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"okta.users.read"}}
	o.want(o.post("/oauth2/v1/token", form, "Authorization", basic(secretive.id, secretive.secret)), oauth.ErrClientCredsMethod)
	o.want(o.post("/oauth2/v1/token", form, "Authorization", basic(secretive.id, "wrong")), oauth.ErrClientSecret)

	key := newTestKey(t, "k")
	web := o.newWebApp(func(request doc) {
		request["credentials"] = doc{"oauthClient": doc{"token_endpoint_auth_method": "private_key_jwt"}}
		request["settings"] = doc{"oauthClient": doc{"application_type": "web", "grant_types": []string{"authorization_code", "client_credentials"},
			"response_types": []string{"code", "token"}, "redirect_uris": []string{testCallback}, "jwks": doc{"keys": []doc{key.public(t)}}}}
	}, "okta.users.read")
	o.want(o.post("/oauth2/v1/token", (&serviceApp{o: o, id: web.id, key: key}).form("okta.users.read")), oauth.ErrClientCredsAppType)
}

func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
}

func TestAuthorizationCode(t *testing.T) {
	o := newSignInOrg(t, nil)
	other := o.newWebApp(nil)
	for name, test := range map[string]struct {
		change func(url.Values)
		want   *oauth.Error
	}{
		"no code":               {func(f url.Values) { f.Del("code") }, oauth.ErrMissingParameter.With("code")},
		"unknown code":          {func(f url.Values) { f.Set("code", "x") }, oauth.ErrCode},
		"other redirect URI":    {func(f url.Values) { f.Set("redirect_uri", testCallback+"/") }, oauth.ErrOtherRedirectURI},
		"no redirect URI":       {func(f url.Values) { f.Del("redirect_uri") }, oauth.ErrOtherRedirectURI},
		"no verifier":           {func(f url.Values) { f.Del("code_verifier") }, oauth.ErrPKCENoVerifier},
		"wrong verifier":        {func(f url.Values) { f.Set("code_verifier", strings.Repeat("x", 43)) }, oauth.ErrPKCE},
		"challenge as verifier": {func(f url.Values) { f.Set("code_verifier", challenge(o.app.verifier)) }, oauth.ErrPKCE},
		"another client":        {func(f url.Values) { f.Set("client_id", other.id); f.Set("client_secret", other.secret) }, oauth.ErrOtherClient},
		"wrong secret":          {func(f url.Values) { f.Set("client_secret", "x") }, oauth.ErrClientSecret},
	} {
		t.Run(name, func(t *testing.T) {
			form := o.app.codeForm(o.code("openid"))
			test.change(form)
			o.want(o.post("/oauth2/v1/token", form), test.want)
		})
	}
	t.Run("secret in the header", func(t *testing.T) {
		form := o.app.codeForm(o.code("openid"))
		form.Del("client_secret")
		if got := o.post("/oauth2/v1/token", form, "Authorization", basic(o.app.id, o.app.secret)); got.status != http.StatusOK {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
	t.Run("too late", func(t *testing.T) {
		form := o.app.codeForm(o.code("openid"))
		o.advance(301 * time.Second)
		o.want(o.post("/oauth2/v1/token", form), oauth.ErrCode)
	})
	t.Run("a second use takes the first one's token back", func(t *testing.T) {
		form := o.app.codeForm(o.code("openid"))
		first := o.post("/oauth2/v1/token", form)
		o.want(o.post("/oauth2/v1/token", form), oauth.ErrCode)
		if info := o.get("/oauth2/v1/userinfo", first.text("access_token")); info.status != http.StatusUnauthorized {
			t.Errorf("userinfo: %d", info.status)
		}
	})
	t.Run("without a challenge", func(t *testing.T) {
		plain := o.newWebApp(func(request doc) { jsondoc.Object(request, "credentials", "oauthClient")["pkce_required"] = false })
		o.admin("POST", "/api/v1/apps/"+plain.id+"/users", doc{"id": o.userID})
		params := plain.authorizeParams("openid")
		params.Del("code_challenge")
		params.Del("code_challenge_method")
		params.Set("sessionToken", o.sessionToken(testLogin, o.password))
		form := plain.codeForm(o.returned(o.send("POST", "/oauth2/v1/authorize", params.Encode(), "Content-Type", "application/x-www-form-urlencoded")).Get("code"))
		o.want(o.post("/oauth2/v1/token", form), oauth.ErrPKCENoChallenge)
		form.Del("code_verifier")
		if got := o.post("/oauth2/v1/token", form); got.status != http.StatusOK {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}

func TestClientSecretJWT(t *testing.T) {
	o := newSignInOrg(t, func(request doc) {
		jsondoc.Object(request, "credentials", "oauthClient")["token_endpoint_auth_method"] = "client_secret_jwt"
	})
	signed := func(secret string) url.Values {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(secret)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		form := o.app.codeForm(o.code("openid"))
		form.Del("client_secret")
		form.Set("client_assertion_type", oauth.AssertionType)
		form.Set("client_assertion", signWith(t, signer, (&serviceApp{o: o.testOrg, id: o.app.id}).claims()))
		return form
	}
	if got := o.post("/oauth2/v1/token", signed(o.app.secret)); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
	o.want(o.post("/oauth2/v1/token", signed(state.RandomBase64(48))), oauth.ErrAssertionSignature)
	o.want(o.post("/oauth2/v1/token", o.app.codeForm(o.code("openid"))), oauth.ErrClient)
}

func TestPublicClient(t *testing.T) {
	o := newSignInOrg(t, func(request doc) {
		request["credentials"] = doc{"oauthClient": doc{"token_endpoint_auth_method": "none", "pkce_required": true}}
		jsondoc.Object(request, "settings", "oauthClient")["application_type"] = "native"
	})
	form := o.app.codeForm(o.code("openid"))
	form.Del("client_secret")
	if got := o.post("/oauth2/v1/token", form); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
	form.Set("client_secret", "x")
	o.want(o.post("/oauth2/v1/token", form), oauth.ErrClient)
}

func refreshForm(o *signInOrg, token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {o.app.id}, "client_secret": {o.app.secret}}
}

func TestRefreshToken(t *testing.T) {
	o := newSignInOrg(t, func(request doc) {
		jsondoc.Object(request, "settings", "oauthClient")["refresh_token"] = doc{"rotation_type": "ROTATE", "leeway": 10}
	}, "okta.users.read")
	scope := "openid offline_access okta.users.read"
	first := o.tokens(scope)
	form := refreshForm(o, first.text("refresh_token"))
	second := o.post("/oauth2/v1/token", form)
	if second.status != http.StatusOK || second.text("refresh_token") == first.text("refresh_token") || second.text("id_token") == "" || second.text("scope") != scope {
		t.Fatalf("%d %s", second.status, second.body)
	}
	o.advance(10 * time.Second)
	if got := o.post("/oauth2/v1/token", form); got.status != http.StatusOK {
		t.Errorf("within the leeway: %d %s", got.status, got.body)
	}
	narrow := refreshForm(o, second.text("refresh_token"))
	narrow.Set("scope", "okta.users.read")
	if got := o.post("/oauth2/v1/token", narrow); got.text("scope") != "okta.users.read" || got.text("id_token") != "" {
		t.Errorf("narrowed: %d %s", got.status, got.body)
	}
	narrow.Set("scope", "okta.users.read okta.users.manage email")
	o.want(o.post("/oauth2/v1/token", narrow), oauth.ErrRefreshScopes.With("okta.users.manage", "email"))
	o.advance(time.Second)
	o.want(o.post("/oauth2/v1/token", form), oauth.ErrRefreshToken)
	// Someone used a token that was given up: the family is over.
	o.want(o.post("/oauth2/v1/token", refreshForm(o, second.text("refresh_token"))), oauth.ErrRefreshToken)
	o.want(o.post("/oauth2/v1/token", refreshForm(o, "x")), oauth.ErrRefreshToken)
	other := &signInOrg{testOrg: o.testOrg, app: o.newWebApp(nil)}
	o.admin("POST", "/api/v1/apps/"+other.app.id+"/users", doc{"id": o.userID})
	o.want(o.post("/oauth2/v1/token", refreshForm(other, o.tokens(scope).text("refresh_token"))), oauth.ErrRefreshToken)
}

func TestStaticRefreshToken(t *testing.T) {
	o := newSignInOrg(t, nil)
	refresh := o.tokens("openid offline_access").text("refresh_token")
	for range 2 {
		got := o.post("/oauth2/v1/token", refreshForm(o, refresh))
		if got.status != http.StatusOK || got.text("refresh_token") != refresh {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	o.admin("DELETE", "/api/v1/apps/"+o.app.id+"/users/"+o.userID, nil)
	o.want(o.post("/oauth2/v1/token", refreshForm(o, refresh)), oauth.ErrRefreshToken)
}

func TestIntrospectAndRevoke(t *testing.T) {
	o := newSignInOrg(t, nil, "okta.users.read")
	tokens := o.tokens("openid offline_access okta.users.read")
	credentials := func(token string) url.Values {
		return url.Values{"client_id": {o.app.id}, "client_secret": {o.app.secret}, "token": {token}}
	}
	active := func(token string, want bool) *answer {
		t.Helper()
		got := o.post("/oauth2/v1/introspect", credentials(token))
		if got.status != http.StatusOK || got.doc["active"] != want {
			t.Errorf("introspect: %d %s, want active %v", got.status, got.body, want)
		}
		return got
	}
	got := active(tokens.text("access_token"), true)
	for name, want := range (doc{"token_type": "Bearer", "client_id": o.app.id, "username": testLogin, "sub": testLogin, "uid": o.userID,
		"aud": o.url, "iss": o.url, "scope": "openid offline_access okta.users.read"}) {
		if got.doc[name] != want {
			t.Errorf("%s: %v, want %v", name, got.doc[name], want)
		}
	}
	active(tokens.text("refresh_token"), true)
	active(tokens.text("id_token"), true)
	active("x", false)
	o.want(o.post("/oauth2/v1/introspect", credentials("")), oauth.ErrNoToken)
	o.want(o.post("/oauth2/v1/revoke", credentials("")), oauth.ErrNoToken)
	o.want(o.post("/oauth2/v1/introspect", url.Values{"token": {"x"}}), oauth.ErrNoClientCredentials)

	stranger := o.newWebApp(nil)
	o.post("/oauth2/v1/revoke", url.Values{"client_id": {stranger.id}, "client_secret": {stranger.secret}, "token": {tokens.text("access_token")}})
	active(tokens.text("access_token"), true)
	if got := o.post("/oauth2/v1/revoke", credentials("x")); got.status != http.StatusOK || len(got.body) != 0 {
		t.Errorf("revoke an unknown token: %d %s", got.status, got.body)
	}
	o.post("/oauth2/v1/revoke", credentials(tokens.text("access_token")))
	active(tokens.text("access_token"), false)
	active(tokens.text("refresh_token"), true)
	renewed := o.post("/oauth2/v1/token", refreshForm(o, tokens.text("refresh_token"))).text("access_token")
	active(renewed, true)
	o.post("/oauth2/v1/revoke", credentials(tokens.text("refresh_token")))
	active(tokens.text("refresh_token"), false)
	active(renewed, false)
	if got := o.get("/oauth2/v1/userinfo", renewed); got.status != 401 || !strings.Contains(got.header.Get("Www-Authenticate"), `error="invalid_token"`) {
		t.Errorf("userinfo: %d %v", got.status, got.header)
	}
}

// TestTokensSurviveRestart has the org come back on another port: the same
// org, so its tokens are good and its revocations hold.
func TestTokensSurviveRestart(t *testing.T) {
	options := Options{DataFile: filepath.Join(t.TempDir(), "org.jsonl")}
	before := &signInOrg{testOrg: openTestOrg(t, options)}
	before.userID, before.password = before.newUser(testLogin)
	before.app = before.newWebApp(nil)
	before.admin("POST", "/api/v1/apps/"+before.app.id+"/users", doc{"id": before.userID})
	kept, revoked := before.tokens("openid offline_access"), before.tokens("openid offline_access")
	before.post("/oauth2/v1/revoke", url.Values{"client_id": {before.app.id}, "client_secret": {before.app.secret}, "token": {revoked.text("access_token")}})
	if err := before.server.Close(); err != nil {
		t.Fatal(err)
	}

	after := &signInOrg{testOrg: openTestOrg(t, options), app: before.app}
	if after.url == before.url {
		t.Fatal("the org came back on the same port")
	}
	if got := after.get("/oauth2/v1/userinfo", kept.text("access_token")); got.status != http.StatusOK {
		t.Errorf("access token: %d %v", got.status, got.header)
	}
	if got := after.get("/oauth2/v1/userinfo", revoked.text("access_token")); got.status != http.StatusUnauthorized {
		t.Errorf("revoked token: %d", got.status)
	}
	renewed := after.post("/oauth2/v1/token", refreshForm(after, kept.text("refresh_token")))
	if renewed.status != http.StatusOK || after.verify(renewed.text("access_token"))["iss"] != after.url {
		t.Errorf("refresh: %d %s", renewed.status, renewed.body)
	}
}

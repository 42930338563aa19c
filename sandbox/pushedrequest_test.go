package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// push pushes an authorization request of the web app and returns its request_uri.
func (o *signInOrg) push(params url.Values) string {
	o.t.Helper()
	got := o.post("/oauth2/v1/par", o.withSecret(params))
	if got.status != http.StatusCreated || !strings.HasPrefix(got.text("request_uri"), "urn:okta:") || got.doc["expires_in"] != 3600.0 {
		o.t.Fatalf("par: %d %s", got.status, got.body)
	}
	return got.text("request_uri")
}

func (o *signInOrg) withSecret(params url.Values) url.Values {
	form := url.Values{"client_id": {o.app.id}, "client_secret": {o.app.secret}}
	for name, values := range params {
		form[name] = values
	}
	return form
}

// authorizeBy makes an authorization request with a pushed one, with the session of the user.
func (o *signInOrg) authorizeBy(params url.Values) *answer {
	o.t.Helper()
	params.Set("sessionToken", o.sessionToken(testLogin, o.password))
	return o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "")
}

func TestPushedRequest(t *testing.T) {
	o := newSignInOrg(t, nil)
	uri := o.push(o.app.authorizeParams("openid email"))
	// What stands beside request_uri does not count.
	by := url.Values{"client_id": {o.app.id}, "request_uri": {uri}, "scope": {"openid profile"}, "state": {"other"}}
	back := o.returned(o.authorizeBy(by))
	if back.Get("state") != "state-1" {
		t.Fatalf("authorize: %v", back)
	}
	token := o.post("/oauth2/v1/token", o.app.codeForm(back.Get("code")))
	if token.status != http.StatusOK || token.text("scope") != "openid email" {
		t.Errorf("token: %d %s", token.status, token.body)
	}
	wantPage(t, o.authorizeBy(by), oauth.ErrRequestURI) // it was used

	uri = o.push(o.app.authorizeParams("openid"))
	other := o.newWebApp(nil)
	wantPage(t, o.authorizeBy(url.Values{"client_id": {other.id}, "request_uri": {uri}}), oauth.ErrRequestURIClient)
	wantPage(t, o.authorizeBy(url.Values{"client_id": {o.app.id}, "request_uri": {uri}, "request": {"x"}}), oauth.ErrObjectAndURI)
	o.advance(time.Hour)
	wantPage(t, o.authorizeBy(url.Values{"client_id": {o.app.id}, "request_uri": {uri}}), oauth.ErrRequestURI)
}

// wantPage checks an error that the person sees, because no redirect URI is verified.
func wantPage(t *testing.T, got *answer, want *oauth.Error) {
	t.Helper()
	page := strings.ReplaceAll(string(got.body), "&#39;", "'")
	if got.status != http.StatusBadRequest || got.header.Get("Location") != "" || !strings.Contains(page, want.Description) {
		t.Errorf("%d %q %s\nwant a page with %s", got.status, got.header.Get("Location"), page, want)
	}
}

// TestPushedRequestErrors: a pushed request is checked as an authorization request is, and its
// client as one at the token endpoint.
func TestPushedRequestErrors(t *testing.T) {
	o := newSignInOrg(t, nil, "okta.users.read")
	for name, test := range map[string]struct {
		change func(url.Values)
		want   *oauth.Error
	}{
		"request_uri":            {func(p url.Values) { p.Set("request_uri", "urn:okta:x") }, oauth.ErrPushedURI},
		"wrong secret":           {func(p url.Values) { p.Set("client_secret", "x") }, oauth.ErrClientSecret},
		"no secret":              {func(p url.Values) { p.Del("client_secret") }, oauth.ErrNoClientCredentials},
		"unknown client":         {func(p url.Values) { p.Set("client_id", "x") }, oauth.ErrClientID},
		"other redirect URI":     {func(p url.Values) { p.Set("redirect_uri", "https://evil.example") }, oauth.ErrRedirectURI},
		"no state":               {func(p url.Values) { p.Del("state") }, oauth.ErrState},
		"no scope":               {func(p url.Values) { p.Del("scope") }, oauth.ErrNoScopes},
		"profile without openid": {func(p url.Values) { p.Set("scope", "profile") }, oauth.ErrPushedOpenIDNeeded},
		"response type":          {func(p url.Values) { p.Set("response_type", "token") }, oauth.ErrResponseType.With("code")},
		"response mode":          {func(p url.Values) { p.Set("response_mode", "x") }, oauth.ErrResponseMode},
		"no challenge":           {func(p url.Values) { p.Del("code_challenge"); p.Del("code_challenge_method") }, oauth.ErrChallengeMissing},
		"twice":                  {func(p url.Values) { p.Add("scope", "openid") }, oauth.ErrDuplicateParams},
		"request object":         {func(p url.Values) { p.Set("request", "x") }, oauth.ErrObjectParse},
	} {
		params := o.withSecret(o.app.authorizeParams("openid"))
		test.change(params)
		t.Run(name, func(t *testing.T) { o.want(o.post("/oauth2/v1/par", params), test.want) })
	}
	o.want(o.post("/oauth2/v1/par", o.withSecret(o.app.authorizeParams("openid")), "Origin", "https://evil.example"), oauth.ErrBrowserOrigin)
	service := o.newServiceApp("okta.users.read")
	form := service.form("okta.users.read")
	service.changes = doc{"aud": o.url + "/oauth2/v1/par"}
	form.Set("client_assertion", service.assertion())
	o.want(o.post("/oauth2/v1/par", form), oauth.ErrServiceClient.With("par"))
}

// TestSignInPageOfPushedRequests: the page repeats neither the parameters nor the request object.
func TestSignInPageOfPushedRequests(t *testing.T) {
	o := newSignInOrg(t, nil)
	params := o.app.authorizeParams("openid")
	object := o.requestObject(params, nil)
	for name, query := range map[string]url.Values{
		"pushed": {"client_id": {o.app.id}, "request_uri": {o.push(params)}},
		"signed": {"client_id": {o.app.id}, "request": {object}},
	} {
		page := o.send("GET", "/oauth2/v1/authorize?"+query.Encode(), "")
		from, err := url.Parse(hiddenField(t, page, "fromURI"))
		if err != nil || len(from.Query()) != 2 || from.Query().Get("client_id") != o.app.id || from.Query().Get("request_uri") == "" {
			t.Fatalf("%s: %d %v", name, page.status, from)
		}
		if back := o.returned(o.authorizeBy(from.Query())); back.Get("code") == "" || back.Get("state") != "state-1" {
			t.Errorf("%s: %v", name, back)
		}
	}
}

// requestObject signs the parameters with the client's secret; changes adds and removes claims.
func (o *signInOrg) requestObject(params url.Values, changes doc) string {
	o.t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(o.app.secret)}, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	return signWith(o.t, signer, o.objectClaims(params, changes))
}

func (o *signInOrg) objectClaims(params url.Values, changes doc) doc {
	now := o.clock()
	claims := doc{"iss": o.app.id, "aud": o.url, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "jti": state.RandomBase64(12)}
	for name := range params {
		claims[name] = params.Get(name)
	}
	for name, value := range changes {
		claims[name] = value
		if value == nil {
			delete(claims, name)
		}
	}
	return claims
}

// TestRequestObjects: the claims of a request object (RFC 9101) are held against Okta's rules.
func TestRequestObjects(t *testing.T) {
	o := newSignInOrg(t, nil)
	params := o.app.authorizeParams("openid")
	now := o.clock()
	for name, test := range map[string]struct {
		changes doc
		around  url.Values
		want    *oauth.Error // nil: a code
	}{
		"good":                    {nil, nil, nil},
		"max_age as a number":     {doc{"max_age": 100}, nil, nil},
		"state overridden":        {nil, url.Values{"state": {"outside"}, "nonce": {"outside"}}, nil},
		"state outside only":      {doc{"state": nil}, url.Values{"state": {"state-1"}}, nil},
		"without dates":           {doc{"iat": nil, "exp": nil, "jti": nil}, nil, nil},
		"several audiences":       {doc{"aud": []string{"x", o.url}}, nil, nil},
		"no issuer":               {doc{"iss": nil}, nil, oauth.ErrObjectIssuer},
		"another issuer":          {doc{"iss": "x"}, nil, oauth.ErrObjectIssuer},
		"no audience":             {doc{"aud": nil}, nil, oauth.ErrObjectAudience},
		"the endpoint as audince": {doc{"aud": o.url + "/oauth2/v1/authorize"}, nil, oauth.ErrObjectAudience},
		"expired":                 {doc{"exp": now.Add(-time.Second).Unix()}, nil, oauth.ErrObjectExpired},
		"too far":                 {doc{"exp": now.Add(61 * time.Minute).Unix()}, nil, oauth.ErrObjectTooFar},
		"from the future":         {doc{"iat": now.Add(time.Minute).Unix()}, nil, oauth.ErrObjectFuture},
		"not yet":                 {doc{"nbf": now.Add(time.Minute).Unix()}, nil, oauth.ErrObjectEarly},
		"exp as text":             {doc{"exp": "soon"}, nil, oauth.ErrObject},
		"another client inside":   {doc{"client_id": "x"}, nil, oauth.ErrObject},
		"nested":                  {doc{"request": "x"}, nil, oauth.ErrObject},
		"scope and prompt twice":  {doc{"prompt": "login"}, url.Values{"scope": {"openid"}, "prompt": {"none"}}, oauth.ErrObjectDuplicate.With("prompt", "scope")},
	} {
		t.Run(name, func(t *testing.T) {
			query := url.Values{"client_id": {o.app.id}, "request": {o.requestObject(params, test.changes)}}
			for n, v := range test.around {
				query[n] = v
			}
			if test.want != nil { // with a redirect URI outside, the client learns what is wrong
				wantPage(t, o.authorizeBy(query), test.want)
				return
			}
			if back := o.returned(o.authorizeBy(query)); back.Get("code") == "" || back.Get("state") != "state-1" {
				t.Errorf("%v", back)
			}
		})
	}
	used := url.Values{"client_id": {o.app.id}, "request": {o.requestObject(params, nil)}}
	o.returned(o.authorizeBy(used))
	wantPage(t, o.authorizeBy(used), oauth.ErrObjectUsed)

	query := url.Values{"client_id": {o.app.id}, "redirect_uri": {testCallback}, "state": {"s"}, "request": {"x"}}
	if back := o.returned(o.authorizeBy(query)); back.Get("error") != "invalid_request_object" || back.Get("state") != "s" {
		t.Errorf("with a redirect URI outside: %v", back)
	}
}

// TestRequestObjectSignatures: which key or secret signs a request object.
func TestRequestObjectSignatures(t *testing.T) {
	key, other := newTestKey(t, "key-1"), newTestKey(t, "key-2")
	withKeys := func(d doc) {
		d["credentials"].(doc)["oauthClient"].(doc)["token_endpoint_auth_method"] = "private_key_jwt"
		d["settings"].(doc)["oauthClient"].(doc)["jwks"] = doc{"keys": []doc{key.public(t)}}
	}
	onlyRS256 := func(d doc) { d["settings"].(doc)["oauthClient"].(doc)["request_object_signing_alg"] = "RS256" }
	public := func(d doc) {
		d["credentials"].(doc)["oauthClient"].(doc)["token_endpoint_auth_method"] = "none"
		d["settings"].(doc)["oauthClient"].(doc)["application_type"] = "browser"
	}
	hmac := func(o *signInOrg, secret string) string {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(secret)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return signWith(t, signer, o.objectClaims(o.app.authorizeParams("openid"), nil))
	}
	signed := func(o *signInOrg, by *testKey) string {
		return by.sign(t, o.objectClaims(o.app.authorizeParams("openid"), nil), nil)
	}
	for name, test := range map[string]struct {
		app    func(doc)
		object func(o *signInOrg) string
		want   *oauth.Error
	}{
		"secret":              {nil, func(o *signInOrg) string { return hmac(o, o.app.secret) }, nil},
		"another secret":      {nil, func(o *signInOrg) string { return hmac(o, strings.Repeat("x", 40)) }, oauth.ErrObjectSignature},
		"key":                 {withKeys, func(o *signInOrg) string { return signed(o, key) }, nil},
		"another key":         {withKeys, func(o *signInOrg) string { return signed(o, other) }, oauth.ErrObjectKid},
		"another key's kid":   {withKeys, func(o *signInOrg) string { return signed(o, &testKey{"key-1", other.private}) }, oauth.ErrObjectSignature},
		"key without keys":    {nil, func(o *signInOrg) string { return signed(o, key) }, oauth.ErrObjectNoKeys},
		"secret of a key app": {withKeys, func(o *signInOrg) string { return hmac(o, strings.Repeat("x", 40)) }, oauth.ErrRequestObject},
		"public client":       {public, func(o *signInOrg) string { return hmac(o, strings.Repeat("x", 40)) }, oauth.ErrRequestObject},
		"other algorithm":     {onlyRS256, func(o *signInOrg) string { return hmac(o, o.app.secret) }, oauth.ErrObjectOtherAlg},
		"unsigned":            {nil, func(*signInOrg) string { return "eyJhbGciOiJub25lIn0.e30." }, oauth.ErrObjectAlgorithm},
		"not a JWT":           {nil, func(*signInOrg) string { return "x.y" }, oauth.ErrObjectParse},
	} {
		t.Run(name, func(t *testing.T) {
			o := newSignInOrg(t, test.app)
			got := o.authorizeBy(url.Values{"client_id": {o.app.id}, "request": {test.object(o)}})
			if test.want != nil {
				wantPage(t, got, test.want)
			} else if o.returned(got).Get("code") == "" {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}

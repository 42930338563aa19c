package sandbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/internal/openapicheck"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// testOrg is an org on a real port, with a clock that tests move.
type testOrg struct {
	t      *testing.T
	server *Server
	url    string

	mu  sync.Mutex
	now time.Time
}

func newTestOrg(t *testing.T) *testOrg {
	t.Helper()
	return openTestOrg(t, Options{})
}

// testSigningKey is that of all orgs of these tests.
var testSigningKey, _ = NewSigningKey()

func openTestOrg(t *testing.T, options Options) *testOrg {
	t.Helper()
	o := &testOrg{t: t, now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	options.Clock = o.clock
	if options.SigningKey == nil {
		options.SigningKey = testSigningKey
	}
	server, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(openapicheck.Wrap(t, server))
	t.Cleanup(func() { listener.Close(); _ = server.Close() })
	o.server, o.url = server, listener.URL
	return o
}

func (o *testOrg) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *testOrg) advance(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

// reopened is an org made from a dump of this one, at the same time.
func (o *testOrg) reopened() *testOrg {
	o.t.Helper()
	again := openTestOrg(o.t, Options{Seed: []byte(dumped(o.t, o.server, true))})
	again.now = o.clock()
	return again
}

// answer is a response with its body.
type answer struct {
	status int
	header http.Header
	body   []byte
	doc    map[string]any // the body, where it is a JSON object
}

func (a *answer) text(name string) string {
	value, _ := a.doc[name].(string)
	return value
}

// send makes a request and doesn't follow redirects. header lists names and
// values in turn.
func (o *testOrg) send(method, target, body string, header ...string) *answer {
	o.t.Helper()
	if strings.HasPrefix(target, "/") {
		target = o.url + target
	}
	request, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Add(header[i], header[i+1])
	}
	return o.do(&http.Client{}, request)
}

func (o *testOrg) do(client *http.Client, request *http.Request) *answer {
	o.t.Helper()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := client.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	got := &answer{status: response.StatusCode, header: response.Header, body: raw}
	_ = json.Unmarshal(raw, &got.doc)
	return got
}

// admin calls the Management API as the super admin and wants a 2xx answer.
func (o *testOrg) admin(method, path string, body any) *answer {
	o.t.Helper()
	raw := []byte{}
	if body != nil {
		raw, _ = json.Marshal(body)
	}
	got := o.send(method, path, string(raw), "Authorization", "SSWS "+o.server.Token(), "Content-Type", "application/json")
	if got.status/100 != 2 {
		o.t.Fatalf("%s %s: %d %s", method, path, got.status, got.body)
	}
	return got
}

// sendJSON makes a request with a JSON body and an Authorization header.
func (o *testOrg) sendJSON(method, path string, body any, authorization string) *answer {
	o.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.send(method, path, string(raw), "Authorization", authorization, "Content-Type", "application/json")
}

// get calls the Management API with an access token.
func (o *testOrg) get(path, token string) *answer {
	o.t.Helper()
	return o.send("GET", path, "", "Authorization", "Bearer "+token)
}

// post sends a form.
func (o *testOrg) post(path string, form url.Values, header ...string) *answer {
	o.t.Helper()
	return o.send("POST", path, form.Encode(), append(header, "Content-Type", "application/x-www-form-urlencoded")...)
}

// want checks status, error and description of an OAuth answer.
func (o *testOrg) want(got *answer, expected *oauth.Error) {
	o.t.Helper()
	if got.status != expected.Status || got.text("error") != expected.Code || got.text("error_description") != expected.Description {
		o.t.Errorf("got %d %s\nwant %d %s", got.status, got.body, expected.Status, expected.Code+" "+expected.Description)
	}
}

// doc builds JSON objects.
type doc = map[string]any

// testKey is a client's key pair, made for the test.
type testKey struct {
	kid     string
	private *ecdsa.PrivateKey
}

func newTestKey(t *testing.T, kid string) *testKey {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &testKey{kid, private}
}

// public is the key as an app's jwks has it.
func (k *testKey) public(t *testing.T) doc {
	t.Helper()
	raw, err := jose.JSONWebKey{Key: k.private.Public(), KeyID: k.kid, Use: "sig"}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var all doc
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	all["status"] = "ACTIVE"
	return all
}

// sign makes a JWT of the claims; header adds to the protected header.
func (k *testKey) sign(t *testing.T, payload doc, header doc) string {
	t.Helper()
	options := &jose.SignerOptions{}
	for name, value := range header {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: k.private, KeyID: k.kid}}, options)
	if err != nil {
		t.Fatal(err)
	}
	return signWith(t, signer, payload)
}

func signWith(t *testing.T, signer jose.Signer, payload doc) string {
	t.Helper()
	raw, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(raw)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// serviceApp is a service app with one key.
type serviceApp struct {
	o       *testOrg
	id      string
	key     *testKey
	changes doc // of the next assertion's claims; a nil value leaves a claim out
}

func (o *testOrg) newServiceApp(scopes ...string) *serviceApp {
	o.t.Helper()
	key := newTestKey(o.t, "key-1")
	created := o.admin("POST", "/api/v1/apps", doc{"name": "oidc_client", "label": "Nightly report", "signOnMode": "OPENID_CONNECT",
		"credentials": doc{"oauthClient": doc{"token_endpoint_auth_method": "private_key_jwt"}},
		"settings": doc{"oauthClient": doc{"application_type": "service", "grant_types": []string{"client_credentials"},
			"response_types": []string{"token"}, "jwks": doc{"keys": []doc{key.public(o.t)}}}}})
	app := &serviceApp{o: o, id: created.text("id"), key: key}
	o.grant(app.id, scopes...)
	return app
}

func (o *testOrg) grant(appID string, scopes ...string) {
	o.t.Helper()
	for _, scope := range scopes {
		o.admin("POST", "/api/v1/apps/"+appID+"/grants", doc{"issuer": o.url, "scopeId": scope})
	}
}

// claims are those of a good assertion, changed as the test asks.
func (a *serviceApp) claims() doc {
	now := a.o.clock()
	all := doc{"iss": a.id, "sub": a.id, "aud": a.o.url + "/oauth2/v1/token", "iat": now.Unix(),
		"exp": now.Add(time.Hour).Unix(), "jti": state.RandomBase64(16)}
	for name, value := range a.changes {
		all[name] = value
		if value == nil {
			delete(all, name)
		}
	}
	return all
}

func (a *serviceApp) assertion() string { return a.key.sign(a.o.t, a.claims(), nil) }

func (a *serviceApp) form(scope string) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "scope": {scope},
		"client_assertion_type": {oauth.AssertionType}, "client_assertion": {a.assertion()}}
}

func (a *serviceApp) token(scope string) string {
	a.o.t.Helper()
	got := a.o.post("/oauth2/v1/token", a.form(scope))
	if got.status != http.StatusOK {
		a.o.t.Fatalf("token: %d %s", got.status, got.body)
	}
	return got.text("access_token")
}

// webApp is a web app with a client secret and PKCE.
type webApp struct {
	id, secret, verifier string
}

const testCallback = "http://127.0.0.1:8484/callback"

func (o *testOrg) newWebApp(change func(doc), scopes ...string) *webApp {
	o.t.Helper()
	request := doc{"name": "oidc_client", "label": "API explorer", "signOnMode": "OPENID_CONNECT",
		"credentials": doc{"oauthClient": doc{"token_endpoint_auth_method": "client_secret_post", "pkce_required": true}},
		"settings": doc{"oauthClient": doc{"application_type": "web", "grant_types": []string{"authorization_code", "refresh_token"},
			"response_types": []string{"code"}, "redirect_uris": []string{testCallback}}}}
	if change != nil {
		change(request)
	}
	created := o.admin("POST", "/api/v1/apps", request)
	secret := ""
	if oauth := jsondoc.Object(created.doc, "credentials", "oauthClient"); oauth != nil {
		secret = jsondoc.Text(oauth, "client_secret")
	}
	app := &webApp{id: created.text("id"), secret: secret, verifier: state.RandomBase64(40)}
	o.grant(app.id, scopes...)
	return app
}

// newUser makes an active user whose password is random, and returns both.
func (o *testOrg) newUser(login string) (id, password string) {
	o.t.Helper()
	password = "Aa1!" + state.RandomBase64(12)
	created := o.admin("POST", "/api/v1/users", doc{
		"profile":     doc{"firstName": "Ada", "lastName": "Admin", "login": login, "email": login},
		"credentials": doc{"password": doc{"value": password}}})
	return created.text("id"), password
}

func (o *testOrg) sessionToken(login, password string) string {
	o.t.Helper()
	body, _ := json.Marshal(doc{"username": login, "password": password})
	got := o.send("POST", "/api/v1/authn", string(body), "Content-Type", "application/json")
	if got.text("status") != "SUCCESS" {
		o.t.Fatalf("authn: %d %s", got.status, got.body)
	}
	return got.text("sessionToken")
}

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// authorizeParams is a good authorization request.
func (w *webApp) authorizeParams(scope string) url.Values {
	return url.Values{"client_id": {w.id}, "response_type": {"code"}, "redirect_uri": {testCallback}, "scope": {scope},
		"state": {"state-1"}, "nonce": {"nonce-1"}, "code_challenge": {challenge(w.verifier)}, "code_challenge_method": {"S256"}}
}

// returned reads the redirect of an authorization request.
func (o *testOrg) returned(got *answer) url.Values {
	o.t.Helper()
	location, err := url.Parse(got.header.Get("Location"))
	if got.status != http.StatusFound || err != nil || !strings.HasPrefix(location.String(), testCallback) {
		o.t.Fatalf("authorize: %d %q %s", got.status, got.header.Get("Location"), got.body)
	}
	if location.Fragment != "" {
		values, _ := url.ParseQuery(location.Fragment)
		return values
	}
	return location.Query()
}

func (w *webApp) codeForm(code string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {testCallback},
		"client_id": {w.id}, "client_secret": {w.secret}, "code_verifier": {w.verifier}}
}

// signIn goes through authn, authorize and token.
func (o *testOrg) signIn(w *webApp, login, password, scope string) *answer {
	o.t.Helper()
	params := w.authorizeParams(scope)
	params.Set("sessionToken", o.sessionToken(login, password))
	params.Set("prompt", "none")
	back := o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), ""))
	if back.Get("code") == "" || back.Get("state") != "state-1" {
		o.t.Fatalf("authorize: %v", back)
	}
	return o.post("/oauth2/v1/token", w.codeForm(back.Get("code")))
}

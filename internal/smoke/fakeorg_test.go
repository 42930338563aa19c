package smoke

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// fakeOrg is the least org that checks everything a smoke test sends. Its
// fields are the setup; tests break them one at a time.
type fakeOrg struct {
	t      *testing.T
	server string // where it really is
	url    string // where it believes to be
	now    time.Time

	mu       sync.Mutex
	calls    map[string]int // by path
	issued   []string       // every secret that the org handed out or got
	unsent   []string       // secrets that never leave the machine: private keys
	usedJTIs map[string]bool
	codes    map[string]authRequest
	sessions map[string]bool

	clientID     string
	keys         map[string]crypto.PublicKey
	secret       string
	password     string
	redirectURI  string
	granted      []string
	assigned     bool
	role         bool
	list         string // the body of GET /api/v1/users
	signInStatus string
	forgetful    bool // of sessions
	dpop         bool
	nonce        string
	signer       *ecdsa.PrivateKey
	published    *ecdsa.PrivateKey // whose public half is at /oauth2/v1/keys

	// Faults of the org itself, which a client must notice.
	state     func(string) string
	idNonce   func(string) string
	idClient  string
	challenge func(string) string
	tokenType string
	redirect  string // instead of the redirect URI

	// The machine on which the tests run.
	ahead      time.Duration // of its clock
	readSecret string        // the client secret that is read, "" for the right one
	secretErr  error

	answers map[string]func(n int) *canned
}

// canned replaces the org's answer to the nth call of a path.
type canned struct {
	status int
	body   string
	header http.Header
}

type authRequest struct{ challenge, nonce, scope, redirectURI string }

func newFakeOrg(t *testing.T) *fakeOrg {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	o := &fakeOrg{t: t, now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), calls: map[string]int{}, usedJTIs: map[string]bool{},
		codes: map[string]authRequest{}, sessions: map[string]bool{}, clientID: "0oaCLIENT", keys: map[string]crypto.PublicKey{},
		secret: "client secret of the explorer, 0123456789abcdef", password: "correct horse & battery staple", redirectURI: "http://127.0.0.1:8484/callback",
		granted: []string{"okta.users.read", "openid"}, assigned: true, role: true, list: `[{"id":"00uADA"}]`, signInStatus: "SUCCESS",
		signer: signer, published: signer, idClient: "0oaCLIENT", tokenType: "Bearer", answers: map[string]func(int) *canned{},
		state: same, idNonce: same, challenge: same}
	server := httptest.NewServer(o)
	t.Cleanup(server.Close)
	o.server, o.url = server.URL, server.URL
	return o
}

func same(s string) string { return s }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (o *fakeOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	must(o.t, r.ParseForm())
	o.calls[r.URL.Path]++
	for _, name := range []string{"client_assertion", "client_secret", "code", "code_verifier", "sessionToken"} {
		o.saw(r.Form.Get(name))
	}
	o.saw(r.Header.Get("DPoP"))
	w.Header().Set("Date", o.now.Format(http.TimeFormat))
	w.Header().Set("X-Okta-Request-Id", "req-"+strings.ReplaceAll(r.URL.Path, "/", "-"))
	if script := o.answers[r.URL.Path]; script != nil {
		if c := script(o.calls[r.URL.Path]); c != nil {
			for name, values := range c.header {
				w.Header()[name] = values
			}
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
			return
		}
	}
	switch r.URL.Path {
	case "/api/v1/authn":
		o.authn(w, r)
	case "/oauth2/v1/authorize":
		o.authorize(w, r)
	case "/oauth2/v1/token":
		o.token(w, r)
	case "/oauth2/v1/keys":
		o.reply(w, 200, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: o.published.Public(), KeyID: "org-1", Use: "sig"}}})
	case "/api/v1/users":
		o.users(w, r)
	default:
		o.reply(w, 404, map[string]any{"errorCode": "E0000007", "errorSummary": "Not found: Resource not found: me (User)"})
	}
}

func (o *fakeOrg) saw(secret string) {
	if secret != "" {
		o.issued = append(o.issued, secret)
	}
}

func (o *fakeOrg) new() string { s := random(); o.saw(s); return s }

func (o *fakeOrg) reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (o *fakeOrg) refuse(w http.ResponseWriter, status int, code, description string) {
	o.reply(w, status, map[string]string{"error": code, "error_description": description})
}

func (o *fakeOrg) authn(w http.ResponseWriter, r *http.Request) {
	var in struct{ Username, Password string }
	_ = json.NewDecoder(r.Body).Decode(&in)
	switch {
	case in.Username != "ada@example.com" || in.Password != o.password:
		o.reply(w, 401, map[string]any{"errorCode": "E0000004", "errorSummary": "Authentication failed", "errorCauses": []any{}})
	case o.signInStatus != "SUCCESS":
		o.reply(w, 200, map[string]any{"status": o.signInStatus, "stateToken": o.new()})
	default:
		token := o.new()
		o.sessions[token] = !o.forgetful
		// A cookie that no other test may come to use.
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: token, Path: "/"})
		o.reply(w, 200, map[string]any{"status": "SUCCESS", "sessionToken": token})
	}
}

func (o *fakeOrg) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.Form
	if len(r.Cookies()) > 0 {
		o.t.Error("a cookie came with the authorization request")
	}
	if q.Get("redirect_uri") != o.redirectURI {
		w.WriteHeader(400)
		_, _ = w.Write([]byte(`<html><style>p{}</style><body><h1>400</h1><dl><dt>Error Code</dt><dd>invalid_request</dd><dt>Description</dt>` +
			`<dd>The &#39;redirect_uri&#39; parameter must be a Login redirect URI in the client app settings.</dd></dl></body></html>`))
		return
	}
	answer := url.Values{"state": {o.state(q.Get("state"))}}
	fail := func(code, description string) {
		answer.Set("error", code)
		answer.Set("error_description", description)
	}
	scope := o.allowed(q.Get("scope"))
	switch {
	case q.Get("state") == "" || q.Get("nonce") == "":
		fail("invalid_request", "The authentication request has an invalid 'state' parameter.")
	case q.Get("response_type") != "code" || q.Get("prompt") != "none" || q.Get("client_id") != o.clientID:
		fail("invalid_request", "Invalid request")
	case q.Get("code_challenge") == "" || q.Get("code_challenge_method") != "S256":
		fail("invalid_request", "PKCE code challenge is required by the application.")
	case !o.sessions[q.Get("sessionToken")]:
		fail("login_required", "The client specified not to prompt, but the user is not logged in.")
	case !o.assigned:
		fail("access_denied", "User is not assigned to the client application.")
	case scope == "":
		fail("consent_required", "You are not allowed any of the requested scopes.")
	default:
		code := o.new()
		o.codes[code] = authRequest{o.challenge(q.Get("code_challenge")), q.Get("nonce"), scope, q.Get("redirect_uri")}
		answer.Set("code", code)
	}
	delete(o.sessions, q.Get("sessionToken"))
	target := o.redirectURI
	if o.redirect != "" {
		target = o.redirect
	}
	w.Header().Set("Location", target+"?"+answer.Encode())
	w.WriteHeader(302)
}

func (o *fakeOrg) allowed(scope string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(scope), func(s string) bool { return !slices.Contains(o.granted, s) }), " ")
}

func (o *fakeOrg) users(w http.ResponseWriter, r *http.Request) {
	scheme, access, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if scheme != o.tokenType || !slices.Contains(o.issued, access) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="http://my.okta.com", error="invalid_token", error_description="The access token is invalid"`)
		w.WriteHeader(401)
		return
	}
	if o.dpop {
		jkt, ok := o.proof(w, r, access)
		if !ok {
			return
		}
		if jkt != strings.Split(access, ".")[1] {
			o.refuse(w, 400, "invalid_dpop_proof", "The access_token is not bound to the provided DPoP proof.")
			return
		}
	}
	if !o.role {
		o.reply(w, 403, map[string]any{"errorCode": "E0000006", "errorSummary": "You do not have permission to perform the requested action", "errorCauses": []any{}})
		return
	}
	_, _ = w.Write([]byte(o.list))
}

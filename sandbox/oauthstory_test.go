package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
)

func TestServiceAppStory(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", doc{"type": "READ_ONLY_ADMIN"})

	got := o.post("/oauth2/v1/token", app.form("okta.users.read okta.groups.read"))
	if got.status != http.StatusOK || got.text("token_type") != "Bearer" || got.doc["expires_in"] != 3600.0 || got.text("scope") != "okta.users.read" {
		t.Fatalf("token: %d %s", got.status, got.body)
	}
	if cache := got.header.Get("Cache-Control"); cache != "no-cache, no-store" {
		t.Errorf("Cache-Control: %q", cache)
	}
	payload := o.verify(got.text("access_token"))
	for name, want := range (doc{"ver": 1.0, "iss": o.url, "aud": o.url, "sub": app.id, "cid": app.id}) {
		if payload[name] != want {
			t.Errorf("claim %s: %v, want %v", name, payload[name], want)
		}
	}
	if users := o.get("/api/v1/users?limit=1", got.text("access_token")); users.status != http.StatusOK {
		t.Errorf("users: %d %s", users.status, users.body)
	}
	groups := o.get("/api/v1/groups", got.text("access_token"))
	if header := groups.header.Get("Www-Authenticate"); groups.status != http.StatusForbidden || len(groups.body) != 0 ||
		!strings.Contains(header, `scope="okta.groups.read", error="insufficient_scope"`) || !strings.Contains(header, `resource="/api/v1/groups"`) {
		t.Errorf("groups: %d %q %s", groups.status, header, groups.body)
	}
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.manage")), oauth.ErrNoGrantedScope)
}

func TestWebAppStory(t *testing.T) {
	o := newTestOrg(t)
	userID, password := o.newUser("ada@example.com")
	app := o.newWebApp(nil, "okta.users.read")
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "API testers"}}).text("id")
	o.admin("PUT", "/api/v1/groups/"+group+"/users/"+userID, nil)
	o.admin("PUT", "/api/v1/apps/"+app.id+"/groups/"+group, doc{})

	got := o.signIn(app, "ada@example.com", password, "openid profile email offline_access okta.users.read okta.groups.read")
	if got.status != http.StatusOK || got.text("scope") != "openid profile email offline_access okta.users.read" {
		t.Fatalf("token: %d %s", got.status, got.body)
	}
	access := o.verify(got.text("access_token"))
	if access["sub"] != "ada@example.com" || access["uid"] != userID || access["cid"] != app.id {
		t.Errorf("access token: %v", access)
	}
	id := o.verify(got.text("id_token"))
	if id["sub"] != userID || id["aud"] != app.id || id["iss"] != o.url || id["nonce"] != "nonce-1" {
		t.Errorf("ID token: %v", id)
	}
	sum := sha256.Sum256([]byte(got.text("access_token")))
	if id["at_hash"] != base64.RawURLEncoding.EncodeToString(sum[:16]) {
		t.Errorf("at_hash: %v", id["at_hash"])
	}
	info := o.get("/oauth2/v1/userinfo", got.text("access_token"))
	if info.text("sub") != userID || info.text("email") != "ada@example.com" {
		t.Errorf("userinfo: %d %s", info.status, info.body)
	}
	if users := o.get("/api/v1/users", got.text("access_token")); users.status != 403 || users.text("errorCode") != "E0000006" {
		t.Errorf("users without a role: %d %s", users.status, users.body)
	}
	if me := o.get("/api/v1/users/me", got.text("access_token")); me.text("id") != userID {
		t.Errorf("me: %d %s", me.status, me.body)
	}
	o.admin("POST", "/api/v1/users/"+userID+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	if users := o.get("/api/v1/users", got.text("access_token")); users.status != http.StatusOK {
		t.Errorf("users with a role: %d %s", users.status, users.body)
	}
}

// verify checks a token with the published keys and returns its claims.
func (o *testOrg) verify(token string) doc {
	o.t.Helper()
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(o.send("GET", "/oauth2/v1/keys", "").body, &set); err != nil {
		o.t.Fatal(err)
	}
	jws, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		o.t.Fatal(err)
	}
	raw, err := jws.Verify(set)
	if err != nil {
		o.t.Fatal(err)
	}
	var payload doc
	if err := json.Unmarshal(raw, &payload); err != nil {
		o.t.Fatal(err)
	}
	return payload
}

// TestSignInPage signs in as a browser does, with cookies and the HTML form.
func TestSignInPage(t *testing.T) {
	o := newTestOrg(t)
	userID, password := o.newUser("ada@example.com")
	app := o.newWebApp(nil)
	o.admin("POST", "/api/v1/apps/"+app.id+"/users", doc{"id": userID})
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	visit := func(method, path string, form url.Values) *answer {
		t.Helper()
		request, err := http.NewRequest(method, o.url+path, bytes.NewReader([]byte(form.Encode())))
		if err != nil {
			t.Fatal(err)
		}
		if form != nil {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return o.do(browser, request)
	}
	params := app.authorizeParams("openid")
	params.Set("prompt", "login")
	params.Set("login_hint", "ada@example.com")
	page := visit("GET", "/oauth2/v1/authorize?"+params.Encode(), nil)
	if page.status != http.StatusOK || !strings.Contains(string(page.body), `value="ada@example.com"`) {
		t.Fatalf("page: %d %s", page.status, page.body)
	}
	form := url.Values{"username": {"ada@example.com"}, "password": {"wrong"}, "fromURI": {hiddenField(t, page, "fromURI")}, "csrf": {hiddenField(t, page, "csrf")}}
	wrong := visit("POST", "/signin", form)
	if wrong.status != http.StatusUnauthorized || !strings.Contains(string(wrong.body), "Unable to sign in") {
		t.Fatalf("wrong password: %d %s", wrong.status, wrong.body)
	}
	form.Set("password", password)
	if forged := visit("POST", "/signin", form); forged.status != http.StatusForbidden {
		t.Errorf("an old form: %d", forged.status)
	}
	page = visit("GET", "/oauth2/v1/authorize?"+params.Encode(), nil)
	form.Set("csrf", hiddenField(t, page, "csrf"))
	in := visit("POST", "/signin", form)
	if in.status != http.StatusSeeOther {
		t.Fatalf("sign-in: %d %s", in.status, in.body)
	}
	if back := o.returned(visit("GET", in.header.Get("Location"), nil)); back.Get("code") == "" {
		t.Fatalf("back at the client: %v", back)
	}
	// The session lasts: no page, unless the client insists.
	params.Set("prompt", "none")
	if back := o.returned(visit("GET", "/oauth2/v1/authorize?"+params.Encode(), nil)); back.Get("code") == "" {
		t.Errorf("with a session: %v", back)
	}
	params.Set("prompt", "login")
	if again := visit("GET", "/oauth2/v1/authorize?"+params.Encode(), nil); again.status != http.StatusOK {
		t.Errorf("prompt=login: %d", again.status)
	}
	if out := visit("GET", "/oauth2/v1/logout?client_id="+app.id, nil); out.status != http.StatusOK {
		t.Errorf("logout: %d %s", out.status, out.body)
	}
	params.Set("prompt", "none")
	if back := o.returned(visit("GET", "/oauth2/v1/authorize?"+params.Encode(), nil)); back.Get("error") != "login_required" {
		t.Errorf("after logout: %v", back)
	}
}

func hiddenField(t *testing.T, page *answer, name string) string {
	t.Helper()
	_, after, found := strings.Cut(string(page.body), `name="`+name+`" value="`)
	value, _, closed := strings.Cut(after, `"`)
	if !found || !closed {
		t.Fatalf("the page has no field %s: %s", name, page.body)
	}
	return strings.NewReplacer("&amp;", "&", "&#43;", "+", "&#39;", "'", "&#34;", `"`).Replace(value)
}

package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
)

// cookies signs the user in at the authorization endpoint and returns the session cookie.
func (o *signInOrg) cookie() string {
	o.t.Helper()
	got := o.authorizeBy(o.app.authorizeParams("openid"))
	for _, cookie := range got.header.Values("Set-Cookie") {
		if strings.HasPrefix(cookie, "sid=") {
			return strings.SplitN(cookie, ";", 2)[0]
		}
	}
	o.t.Fatalf("no session: %d %v", got.status, got.header)
	return ""
}

// TestSessionOfTheBrowser: a page of a trusted origin reads, prolongs and closes the session, and
// learns who is signed in; it may do nothing else without a token.
func TestSessionOfTheBrowser(t *testing.T) {
	o := newSignInOrg(t, nil)
	cookie := []string{"Cookie", o.cookie()}
	session := o.send("GET", "/api/v1/sessions/me", "", cookie...)
	if session.status != http.StatusOK || session.text("userId") != o.userID || session.text("login") != testLogin || session.text("status") != "ACTIVE" ||
		session.text("expiresAt") != o.clock().Add(2*time.Hour).Format("2006-01-02T15:04:05.000Z") {
		t.Errorf("session: %d %s", session.status, session.body)
	}
	if me := o.send("GET", "/api/v1/users/me", "", cookie...); me.status != http.StatusOK || me.text("id") != o.userID {
		t.Errorf("me: %d %s", me.status, me.body)
	}
	for _, other := range []struct{ method, path string }{
		{"GET", "/api/v1/users"}, {"GET", "/api/v1/users/" + o.userID}, {"POST", "/api/v1/users/me"}, {"DELETE", "/api/v1/users/me"}, {"GET", "/api/v1/logs"},
	} {
		if got := o.send(other.method, other.path, "{}", cookie...); got.status != 403 || got.text("errorCode") != "E0000005" {
			t.Errorf("%s %s: %d %s", other.method, other.path, got.status, got.body)
		}
	}
	o.advance(time.Hour)
	if got := o.send("POST", "/api/v1/sessions/me/lifecycle/refresh", "", cookie...); got.status != http.StatusOK || got.text("expiresAt") == session.text("expiresAt") {
		t.Errorf("refresh: %d %s", got.status, got.body)
	}
	o.advance(90 * time.Minute)
	if got := o.send("DELETE", "/api/v1/sessions/me", "", cookie...); got.status != http.StatusNoContent {
		t.Errorf("close: %d %s", got.status, got.body)
	}
	for _, method := range []string{"GET", "DELETE"} {
		if got := o.send(method, "/api/v1/sessions/me", "", cookie...); got.status != 404 || got.text("errorCode") != "E0000007" {
			t.Errorf("%s without a session: %d %s", method, got.status, got.body)
		}
	}
	if got := o.send("GET", "/api/v1/users/me", "", cookie...); got.status != 403 || got.text("errorCode") != "E0000005" {
		t.Errorf("me without a session: %d %s", got.status, got.body)
	}
}

// TestLogoutOfAnotherUser: an ID token ends only the session of its own user.
func TestLogoutOfAnotherUser(t *testing.T) {
	o := newSignInOrg(t, func(d doc) {
		d["settings"].(doc)["oauthClient"].(doc)["post_logout_redirect_uris"] = []string{"https://app.example/out?x=1"}
	})
	eve, password := o.newUser("eve@example.com")
	o.admin("POST", "/api/v1/apps/"+o.app.id+"/users", doc{"id": eve})
	cookie := o.cookie()
	logout := func(hint string) *answer {
		query := url.Values{"id_token_hint": {hint}, "post_logout_redirect_uri": {"https://app.example/out?x=1"}, "state": {"s t"}}
		return o.send("POST", "/oauth2/v1/logout", query.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie)
	}
	eves := o.signIn(o.app, "eve@example.com", password, "openid").text("id_token")
	wantPage(t, logout(eves), oauth.ErrOtherSessionsUser)
	own := o.tokens("openid").text("id_token")
	o.advance(2 * time.Hour) // an expired hint is good, and so is one without a session
	if got := logout(own); got.status != http.StatusFound || got.header.Get("Location") != "https://app.example/out?x=1&state=s+t" {
		t.Errorf("%d %q %s", got.status, got.header.Get("Location"), got.body)
	}
}

// TestSigningKeyRotation: tokens of the old key stay valid, new ones are signed by the new key.
func TestSigningKeyRotation(t *testing.T) {
	o := newSignInOrg(t, nil)
	before := o.tokens("openid").text("access_token")
	rotated := o.sendJSON("POST", "/_sandbox/keys", nil, "SSWS "+o.server.Token())
	if rotated.status != http.StatusCreated || rotated.text("kid") == "" {
		t.Fatalf("rotate: %d %s", rotated.status, rotated.body)
	}
	keys := string(o.send("GET", "/oauth2/v1/keys", "").body)
	after := o.tokens("openid").text("access_token")
	if strings.Count(keys, `"kid"`) != 2 || !strings.Contains(keys, rotated.text("kid")) || before[:80] == after[:80] {
		t.Errorf("keys: %s", keys)
	}
	for _, token := range []string{before, after} {
		o.verify(token)
		if info := o.get("/oauth2/v1/userinfo", token); info.status != http.StatusOK {
			t.Errorf("userinfo: %d", info.status)
		}
	}
	if got := o.sendJSON("POST", "/_sandbox/keys", nil, "SSWS x"); got.status != 401 {
		t.Errorf("without the token: %d", got.status)
	}
}

// TestAuthorizePrompts: combinations of prompt, the levels of acr_values, and what nobody can
// enroll here.
func TestAuthorizePrompts(t *testing.T) {
	o := newSignInOrg(t, nil)
	for name, test := range map[string]struct {
		params url.Values
		want   *oauth.Error // nil: a code
	}{
		"login consent":       {url.Values{"prompt": {"login consent"}}, nil},
		"none login":          {url.Values{"prompt": {"none login"}}, oauth.ErrPrompt.With(oauth.Prompts...)},
		"one factor":          {url.Values{"acr_values": {"urn:okta:loa:1fa:any"}}, nil},
		"two if possible":     {url.Values{"acr_values": {"phr urn:okta:loa:2fa:any:ifpossible"}}, nil},
		"two factors":         {url.Values{"acr_values": {"urn:okta:loa:2fa:any"}}, oauth.ErrACR},
		"phishing-resistant":  {url.Values{"acr_values": {"phr"}}, oauth.ErrACR},
		"enroll with code":    {url.Values{"prompt": {"enroll_authenticator"}}, oauth.ErrEnrollType},
		"enroll without":      {url.Values{"prompt": {"enroll_authenticator"}, "response_type": {"none"}}, oauth.ErrEnrollment},
		"display, claims etc": {url.Values{"display": {"page"}, "ui_locales": {"en"}, "idp_scope": {"x"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			params := o.app.authorizeParams("openid")
			for n, v := range test.params {
				params[n] = v
			}
			back := o.returned(o.authorizeBy(params))
			if test.want != nil {
				if back.Get("error") != test.want.Code || back.Get("error_description") != test.want.Description {
					t.Errorf("%v", back)
				}
				return
			}
			tokens := o.post("/oauth2/v1/token", o.app.codeForm(back.Get("code")))
			acr, _ := o.verify(tokens.text("id_token"))["acr"].(string)
			if levels := strings.Fields(params.Get("acr_values")); len(levels) > 0 && acr != levels[len(levels)-1] || len(levels) == 0 && acr != "" {
				t.Errorf("acr %q of %v", acr, levels)
			}
		})
	}
}

// TestMessageModeOfPages: a page with PKCE gets its code in a frame, and the answer names the page.
func TestMessageModeOfPages(t *testing.T) {
	o, app := newCORSOrg(t)
	userID, password := o.newUser(testLogin)
	o.admin("POST", "/api/v1/apps/"+app.id+"/users", doc{"id": userID})
	params := app.authorizeParams("openid")
	params.Set("response_mode", "okta_post_message")
	params.Set("sessionToken", o.sessionToken(testLogin, password))
	got := o.send("POST", "/oauth2/v1/authorize", params.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	if page := string(got.body); got.status != 200 || !strings.Contains(page, `"code":`) || !strings.Contains(page, appOrigin) || got.header.Get("X-Frame-Options") != "" {
		t.Errorf("%d %v %s", got.status, got.header, page)
	}
	if got := o.send("POST", "/oauth2/v1/authorize?"+params.Encode(), "", "Content-Type", "application/x-www-form-urlencoded"); got.status != 400 {
		t.Errorf("POST with a query: %d", got.status)
	}
}

package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// TestAuthorizeErrorPages are errors before the redirect URI is trusted: the
// browser must not be sent there.
func TestAuthorizeErrorPages(t *testing.T) {
	o := newSignInOrg(t, nil)
	service := o.newServiceApp()
	for name, test := range map[string]struct {
		change func(url.Values)
		want   *oauth.Error
	}{
		"unknown client":      {func(p url.Values) { p.Set("client_id", "0oa1") }, oauth.ErrClientID},
		"no client":           {func(p url.Values) { p.Del("client_id") }, oauth.ErrClientID},
		"no redirect URI":     {func(p url.Values) { p.Del("redirect_uri") }, oauth.ErrRedirectURI},
		"other redirect URI":  {func(p url.Values) { p.Set("redirect_uri", testCallback+"?x=1") }, oauth.ErrRedirectURI},
		"other case":          {func(p url.Values) { p.Set("redirect_uri", strings.ToUpper(testCallback)) }, oauth.ErrRedirectURI},
		"other port":          {func(p url.Values) { p.Set("redirect_uri", "http://127.0.0.1:8485/callback") }, oauth.ErrRedirectURI},
		"repeated parameter":  {func(p url.Values) { p.Add("redirect_uri", "https://evil.example") }, oauth.ErrDuplicateParams},
		"service application": {func(p url.Values) { p.Set("client_id", service.id) }, oauth.ErrServiceClient.With("authorize")},
	} {
		t.Run(name, func(t *testing.T) {
			params := o.app.authorizeParams("openid")
			test.change(params)
			got := o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "")
			page := strings.NewReplacer("&#39;", "'").Replace(string(got.body))
			if got.status != http.StatusBadRequest || got.header.Get("Location") != "" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				t.Errorf("%d %v", got.status, got.header)
			}
			if !strings.Contains(page, test.want.Code) || !strings.Contains(page, test.want.Description) {
				t.Errorf("page: %s", page)
			}
		})
	}
}

func TestAuthorizeErrors(t *testing.T) {
	o := newSignInOrg(t, nil, "okta.users.read")
	for name, test := range map[string]struct {
		change func(url.Values)
		want   *oauth.Error
	}{
		"no state":                 {func(p url.Values) { p.Del("state") }, oauth.ErrState},
		"no response type":         {func(p url.Values) { p.Del("response_type") }, oauth.ErrResponseType.With("code")},
		"response type not set":    {func(p url.Values) { p.Set("response_type", "code id_token") }, oauth.ErrResponseType.With("code")},
		"unknown response type":    {func(p url.Values) { p.Set("response_type", "x") }, oauth.ErrResponseType.With("code")},
		"unknown response mode":    {func(p url.Values) { p.Set("response_mode", "x") }, oauth.ErrResponseMode},
		"message mode with code":   {func(p url.Values) { p.Set("response_mode", "okta_post_message") }, oauth.ErrResponseModeMessage},
		"no scope":                 {func(p url.Values) { p.Del("scope") }, oauth.ErrNoScopes},
		"unknown scope":            {func(p url.Values) { p.Set("scope", "openid x") }, oauth.ErrScope},
		"profile without openid":   {func(p url.Values) { p.Set("scope", "profile") }, oauth.ErrOpenIDRequired},
		"API scope not granted":    {func(p url.Values) { p.Set("scope", "openid okta.users.manage") }, oauth.ErrNoGrantedScope},
		"no challenge":             {func(p url.Values) { p.Del("code_challenge"); p.Del("code_challenge_method") }, oauth.ErrChallengeMissing},
		"method without challenge": {func(p url.Values) { p.Del("code_challenge") }, oauth.ErrChallengeMissing},
		"plain":                    {func(p url.Values) { p.Set("code_challenge_method", "plain") }, oauth.ErrChallengeMethod.With("S256")},
		"plain by default":         {func(p url.Values) { p.Del("code_challenge_method") }, oauth.ErrChallengeMethod.With("S256")},
		"illegal challenge":        {func(p url.Values) { p.Set("code_challenge", strings.Repeat("+", 43)) }, oauth.ErrChallenge},
		"short challenge":          {func(p url.Values) { p.Set("code_challenge", "x") }, oauth.ErrChallenge},
		"unknown prompt":           {func(p url.Values) { p.Set("prompt", "x") }, oauth.ErrPrompt.With(oauth.Prompts...)},
		"bad max_age":              {func(p url.Values) { p.Set("max_age", "-1") }, oauth.ErrMaxAge},
		"max_age 0 and no prompt":  {func(p url.Values) { p.Set("max_age", "0"); p.Set("prompt", "none") }, oauth.ErrPromptZeroAge},
		"request object":           {func(p url.Values) { p.Set("request", "x") }, oauth.ErrObjectParse},
		"identity provider":        {func(p url.Values) { p.Set("idp", "x") }, oauth.ErrIdP},
		"nobody is signed in":      {func(p url.Values) { p.Set("prompt", "none") }, oauth.ErrLoginRequired},
		"bad session token":        {func(p url.Values) { p.Set("prompt", "none"); p.Set("sessionToken", "x") }, oauth.ErrLoginRequired},
	} {
		t.Run(name, func(t *testing.T) {
			params := o.app.authorizeParams("openid")
			test.change(params)
			back := o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), ""))
			if back.Get("error") != test.want.Code || back.Get("error_description") != test.want.Description || back.Get("state") != params.Get("state") {
				t.Errorf("got %v, want %s", back, test.want)
			}
		})
	}
}

func TestAuthorizeWantsAnAssignment(t *testing.T) {
	o := &signInOrg{testOrg: newTestOrg(t)}
	o.userID, o.password = o.newUser(testLogin)
	o.app = o.newWebApp(nil)
	result := func() string {
		t.Helper()
		params := o.app.authorizeParams("openid")
		params.Set("sessionToken", o.sessionToken(testLogin, o.password))
		back := o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), ""))
		if back.Get("code") != "" {
			return ""
		}
		return back.Get("error_description")
	}
	if got := result(); got != oauth.ErrNotAssigned.Description {
		t.Errorf("not assigned: %q", got)
	}
	users := "/api/v1/apps/" + o.app.id + "/users"
	o.admin("POST", users, doc{"id": o.userID})
	if got := result(); got != "" {
		t.Errorf("assigned: %q", got)
	}
	o.admin("DELETE", users+"/"+o.userID, nil)
	everyone := ""
	for _, g := range o.server.org.Groups.All() {
		everyone = g.ID
		break
	}
	o.admin("PUT", "/api/v1/apps/"+o.app.id+"/groups/"+everyone, nil)
	if got := result(); got != "" {
		t.Errorf("Everyone assigned: %q", got)
	}
	o.admin("POST", "/api/v1/users/"+o.userID+"/lifecycle/suspend", nil)
	if got := o.send("POST", "/api/v1/authn", `{"username":"`+testLogin+`","password":"`+o.password+`"}`, "Content-Type", "application/json"); got.status != 401 || got.text("errorCode") != "E0000004" {
		t.Errorf("a suspended user: %d %s", got.status, got.body)
	}
}

func TestSessionTokenIsUsedOnceAndSoon(t *testing.T) {
	o := newSignInOrg(t, nil)
	params := o.app.authorizeParams("openid")
	params.Set("prompt", "none")
	params.Set("sessionToken", o.sessionToken(testLogin, o.password))
	visit := func() url.Values {
		return o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), ""))
	}
	if visit().Get("code") == "" {
		t.Error("no code")
	}
	if visit().Get("error") != "login_required" {
		t.Error("a second use")
	}
	params.Set("sessionToken", o.sessionToken(testLogin, o.password))
	o.advance(oauth.SessionTokenLife)
	if visit().Get("error") != "login_required" {
		t.Error("too late")
	}
}

func TestResponseModes(t *testing.T) {
	o := newSignInOrg(t, func(request doc) {
		settings := jsondoc.Object(request, "settings", "oauthClient")
		settings["grant_types"] = []string{"authorization_code", "implicit"}
		settings["response_types"] = []string{"code", "token", "id_token"}
	})
	visit := func(responseType, mode string) *answer {
		params := o.app.authorizeParams("openid")
		params.Set("response_type", responseType)
		if mode != "" {
			params.Set("response_mode", mode)
		}
		params.Set("sessionToken", o.sessionToken(testLogin, o.password))
		return o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "")
	}
	form := visit("code", "form_post")
	if form.status != http.StatusOK || !strings.Contains(string(form.body), `action="`+testCallback+`"`) || hiddenField(t, form, "code") == "" {
		t.Errorf("form_post: %d %s", form.status, form.body)
	}
	if got := visit("code", "fragment"); !strings.Contains(got.header.Get("Location"), "#code=") {
		t.Errorf("fragment: %v", got.header)
	}
	hybrid := o.returned(visit("code id_token token", ""))
	claims := o.verify(hybrid.Get("id_token"))
	if claims["nonce"] != "nonce-1" || claims["c_hash"] != oauth.HalfHash(hybrid.Get("code")) || claims["at_hash"] != oauth.HalfHash(hybrid.Get("access_token")) {
		t.Errorf("hybrid: %v", claims)
	}
	if got := o.returned(visit("id_token", "query")); got.Get("error_description") != oauth.ErrResponseModeQuery.Description {
		t.Errorf("query with tokens: %v", got)
	}
	if got := visit("id_token", "okta_post_message"); got.status != http.StatusOK || !strings.Contains(string(got.body), "postMessage") {
		t.Errorf("okta_post_message: %d %s", got.status, got.body)
	}
	params := o.app.authorizeParams("openid")
	params.Set("response_type", "id_token")
	params.Del("nonce")
	if got := o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "")); got.Get("error_description") != oauth.ErrNonce.Description {
		t.Errorf("no nonce: %v", got)
	}
}

func TestWildcardRedirects(t *testing.T) {
	for uri, want := range map[string]bool{
		"https://a.example.com/callback":              true,
		"https://a-1.example.com/callback":            true,
		"https://.example.com/callback":               false,
		"https://a.b.example.com/callback":            false,
		"https://evil.example/x.example.com/callback": false,
		"https://evil.example?.example.com/callback":  false,
		"https://evil@x.example.com/callback":         false,
		"https://a.example.com/callback/":             false,
		"http://a.example.com/callback":               false,
		"https://a.example.com.evil.example/callback": false,
		"https://evil.example#.example.com/callback":  false,
		`https://evil.example\.example.com/callback`:  false,
	} {
		if got := oauth.MatchesSubdomain("https://*.example.com/callback", uri); got != want {
			t.Errorf("%s: %v", uri, got)
		}
	}
}

func TestSecondFactor(t *testing.T) {
	o := newSignInOrg(t, nil)
	earlier := o.sessionToken(testLogin, o.password)
	asks := o.server.org.Policies.Find(func(p *state.Policy) bool { return p.MFA })
	o.admin("PUT", "/api/v1/apps/"+o.app.id+"/policies/"+asks.ID, nil)
	body := `{"username":"` + testLogin + `","password":"` + o.password + `"}`
	got := o.send("POST", "/api/v1/authn", body, "Content-Type", "application/json")
	if got.status != http.StatusOK || got.text("status") != "MFA_REQUIRED" || got.text("stateToken") == "" || got.text("sessionToken") != "" {
		t.Errorf("authn: %d %s", got.status, got.body)
	}
	params := o.app.authorizeParams("openid")
	params.Set("prompt", "none")
	params.Set("sessionToken", earlier)
	if back := o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "")); back.Get("error_description") != oauth.ErrSignOnRequired.Description {
		t.Errorf("authorize: %v", back)
	}
}

func TestPrimaryAuthentication(t *testing.T) {
	o := newSignInOrg(t, nil)
	try := func(body string) *answer {
		return o.send("POST", "/api/v1/authn", body, "Content-Type", "application/json")
	}
	got := try(`{"username":"ADA@example.com","password":"` + o.password + `"}`)
	if got.status != http.StatusOK || got.text("status") != "SUCCESS" || got.text("sessionToken") == "" ||
		got.text("expiresAt") != state.Timestamp(o.clock().Add(5*time.Minute)) || jsondoc.Text(jsondoc.Object(got.doc, "_embedded", "user"), "id") != o.userID {
		t.Errorf("%d %s", got.status, got.body)
	}
	for name, body := range map[string]string{"wrong password": `{"username":"ada@example.com","password":"x"}`,
		"no password": `{"username":"ada@example.com"}`, "unknown user": `{"username":"eve@example.com","password":"x"}`} {
		if got := try(body); got.status != 401 || got.text("errorCode") != "E0000004" || got.text("errorSummary") != "Authentication failed" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := try(`{`); got.status != 400 || got.text("errorCode") != "E0000003" {
		t.Errorf("no JSON: %d %s", got.status, got.body)
	}
	if got := try(`{}`); got.status != 400 || got.text("errorCode") != "E0000001" {
		t.Errorf("no user name: %d %s", got.status, got.body)
	}
}

package sandbox

import (
	"net/http"
	"strings"
	"testing"
)

// TestClearSessions: the sessions end, and tokens only with oauthTokens=true.
func TestClearSessions(t *testing.T) {
	for query, tokensEnd := range map[string]bool{"": false, "?oauthTokens=false": false, "?oauthTokens=true": true} {
		t.Run("query "+query, func(t *testing.T) {
			o := newSignInOrg(t, nil, "okta.users.read.self", "okta.users.read")
			given := o.tokens("openid offline_access okta.users.read")
			params := o.app.authorizeParams("openid")
			params.Set("sessionToken", o.sessionToken(testLogin, o.password))
			first := o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "")
			if o.returned(first).Get("code") == "" {
				t.Fatalf("%d %s", first.status, first.body)
			}
			cookie, _, _ := strings.Cut(first.header.Get("Set-Cookie"), ";")
			code := o.code("openid")

			if got := o.admin("DELETE", "/api/v1/users/"+o.userID+"/sessions"+query, nil); got.status != http.StatusNoContent {
				t.Fatalf("%d %s", got.status, got.body)
			}
			params.Del("sessionToken")
			params.Set("prompt", "none")
			if back := o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "", "Cookie", cookie)); back.Get("code") != "" {
				t.Errorf("the session gives a code: %v", back)
			}
			want := http.StatusOK
			if tokensEnd {
				want = http.StatusUnauthorized
			}
			if got := o.get("/oauth2/v1/userinfo", given.text("access_token")); got.status != want {
				t.Errorf("the access token: %d %s, want %d", got.status, got.body, want)
			}
			if got := o.get("/api/v1/users/me", given.text("access_token")); (got.status == http.StatusUnauthorized) != tokensEnd {
				t.Errorf("the access token at the API: %d %s", got.status, got.body)
			}
			if got := o.post("/oauth2/v1/token", o.app.codeForm(code)); (got.status == http.StatusOK) == tokensEnd {
				t.Errorf("the code: %d %s", got.status, got.body)
			}
			form := o.app.codeForm("")
			form.Set("grant_type", "refresh_token")
			form.Set("refresh_token", given.text("refresh_token"))
			if got := o.post("/oauth2/v1/token", form); (got.status == http.StatusOK) == tokensEnd {
				t.Errorf("the refresh token: %d %s", got.status, got.body)
			}
			// Who signs in anew, in the same second, gets tokens that are good.
			if got := o.get("/oauth2/v1/userinfo", o.tokens("openid").text("access_token")); got.status != http.StatusOK {
				t.Errorf("a new access token: %d %s", got.status, got.body)
			}
			log := o.admin("GET", "/api/v1/logs?filter=eventType+eq+%22user.session.clear%22", nil)
			if !strings.Contains(string(log.body), o.userID) {
				t.Errorf("the System Log: %s", log.body)
			}
		})
	}
}

// TestClearSessionsByRole: by Okta's table of standard roles, and the permissions of
// custom ones.
func TestClearSessionsByRole(t *testing.T) {
	o := newEscalationOrg(t)
	for role, may := range map[string]bool{
		"SUPER_ADMIN": true, "ORG_ADMIN": true, "USER_ADMIN": true, "HELP_DESK_ADMIN": true,
		"APP_ADMIN": false, "GROUP_MEMBERSHIP_ADMIN": false, "READ_ONLY_ADMIN": false, "REPORT_ADMIN": false, "API_ACCESS_MANAGEMENT_ADMIN": false,
		"okta.users.lifecycle.clearSessions": true, "okta.users.lifecycle.manage": true, "okta.users.manage": true,
		"okta.users.read": false, "okta.users.lifecycle.suspend": false, "okta.users.credentials.manage": false,
	} {
		t.Run(role, func(t *testing.T) {
			app := o.newServiceApp(everyScope...)
			assign := doc{"type": role}
			if strings.HasPrefix(role, "okta.") {
				o.admin("POST", "/api/v1/iam/roles", doc{"label": role, "description": "d", "permissions": []string{role}})
				o.admin("POST", "/api/v1/iam/resource-sets", doc{"label": role, "description": "d", "resources": []string{o.url + "/api/v1/users"}})
				assign = doc{"type": "CUSTOM", "role": role, "resource-set": role}
			}
			o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", assign)
			got := o.send("DELETE", o.path("/api/v1/users/{plain}/sessions"), "", "Authorization", "Bearer "+app.token("okta.users.manage"))
			want := http.StatusForbidden
			if may {
				want = http.StatusNoContent
			}
			if got.status != want {
				t.Errorf("%d %s, want %d", got.status, got.body, want)
			}
		})
	}
}

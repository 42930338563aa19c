package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// signInEnds are changes after which neither an authorization code nor a refresh
// token that was given before is good.
var signInEnds = []struct {
	name string
	do   func(o *signInOrg)
}{
	{"the user is unassigned", func(o *signInOrg) { o.admin("DELETE", "/api/v1/apps/"+o.app.id+"/users/"+o.userID, nil) }},
	{"the user is suspended", func(o *signInOrg) { o.admin("POST", "/api/v1/users/"+o.userID+"/lifecycle/suspend", nil) }},
	{"the user is deactivated", func(o *signInOrg) { o.admin("POST", "/api/v1/users/"+o.userID+"/lifecycle/deactivate", nil) }},
	{"the user is deleted", func(o *signInOrg) {
		o.admin("DELETE", "/api/v1/users/"+o.userID, nil)
		o.admin("DELETE", "/api/v1/users/"+o.userID, nil)
	}},
	{"the user was suspended for a moment", func(o *signInOrg) {
		o.admin("POST", "/api/v1/users/"+o.userID+"/lifecycle/suspend", nil)
		o.admin("POST", "/api/v1/users/"+o.userID+"/lifecycle/unsuspend", nil)
	}},
	{"the app is deactivated", func(o *signInOrg) { o.admin("POST", "/api/v1/apps/"+o.app.id+"/lifecycle/deactivate", nil) }},
	{"the app is deleted", func(o *signInOrg) {
		o.admin("POST", "/api/v1/apps/"+o.app.id+"/lifecycle/deactivate", nil)
		o.admin("DELETE", "/api/v1/apps/"+o.app.id, nil)
	}},
	{"the scope is revoked", func(o *signInOrg) { o.revokeGrants() }},
}

// revokeGrants takes all scopes of the app back.
func (o *signInOrg) revokeGrants() {
	for _, g := range o.server.org.Apps.Get(o.app.id).Grants {
		o.admin("DELETE", "/api/v1/apps/"+o.app.id+"/grants/"+g.ID, nil)
	}
}

// TestCodesEnd: no code is redeemed after what it stands for was taken back.
func TestCodesEnd(t *testing.T) {
	for _, test := range signInEnds {
		for _, scope := range []string{"okta.users.read", "openid okta.users.read"} {
			t.Run(test.name+", "+scope, func(t *testing.T) {
				o := newSignInOrg(t, nil, "okta.users.read")
				code := o.code(scope)
				test.do(o)
				got := o.post("/oauth2/v1/token", o.app.codeForm(code))
				if got.status/100 != 4 || got.text("access_token") != "" {
					t.Errorf("%d %s", got.status, got.body)
				}
				if strings.HasPrefix(test.name, "the user is unassigned") {
					o.want(got, oauth.ErrCode)
					o.admin("POST", "/api/v1/apps/"+o.app.id+"/users", doc{"id": o.userID})
					o.want(o.post("/oauth2/v1/token", o.app.codeForm(code)), oauth.ErrCode) // it was used up
				}
			})
		}
	}
}

// TestCodesEndThroughGroups: an assignment may come and go with a group.
func TestCodesEndThroughGroups(t *testing.T) {
	for name, end := range map[string]func(o *signInOrg, group string){
		"member removed":   func(o *signInOrg, group string) { o.admin("DELETE", "/api/v1/groups/"+group+"/users/"+o.userID, nil) },
		"group unassigned": func(o *signInOrg, group string) { o.admin("DELETE", "/api/v1/apps/"+o.app.id+"/groups/"+group, nil) },
		"group deleted":    func(o *signInOrg, group string) { o.admin("DELETE", "/api/v1/groups/"+group, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			o := newSignInOrg(t, nil)
			o.admin("DELETE", "/api/v1/apps/"+o.app.id+"/users/"+o.userID, nil)
			group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "g"}}).text("id")
			o.admin("PUT", "/api/v1/groups/"+group+"/users/"+o.userID, nil)
			o.admin("PUT", "/api/v1/apps/"+o.app.id+"/groups/"+group, doc{})
			code := o.code("openid")
			end(o, group)
			o.want(o.post("/oauth2/v1/token", o.app.codeForm(code)), oauth.ErrCode)
		})
	}
}

// TestRefreshTokensEnd is the same for refresh tokens; a revoked scope is left
// out of the next token, as long as another one remains.
func TestRefreshTokensEnd(t *testing.T) {
	for _, test := range signInEnds {
		t.Run(test.name, func(t *testing.T) {
			o := newSignInOrg(t, nil, "okta.users.read")
			refresh := o.tokens("offline_access okta.users.read").text("refresh_token")
			test.do(o)
			form := o.app.codeForm("")
			form.Set("grant_type", "refresh_token")
			form.Set("refresh_token", refresh)
			got := o.post("/oauth2/v1/token", form)
			if got.status/100 != 4 || got.text("access_token") != "" {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}

// TestSessionsEnd: a browser's session doesn't sign in to an app that the user
// lost, and is over after a suspension.
func TestSessionsEnd(t *testing.T) {
	for name, end := range map[string]func(o *signInOrg){
		"unassigned": func(o *signInOrg) { o.admin("DELETE", "/api/v1/apps/"+o.app.id+"/users/"+o.userID, nil) },
		"suspended for a moment": func(o *signInOrg) {
			o.admin("POST", "/api/v1/users/"+o.userID+"/lifecycle/suspend", nil)
			o.admin("POST", "/api/v1/users/"+o.userID+"/lifecycle/unsuspend", nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newSignInOrg(t, nil)
			params := o.app.authorizeParams("openid")
			params.Set("sessionToken", o.sessionToken(testLogin, o.password))
			first := o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "")
			if o.returned(first).Get("code") == "" {
				t.Fatalf("%d %s", first.status, first.body)
			}
			cookie, _, _ := strings.Cut(first.header.Get("Set-Cookie"), ";")
			unused := o.sessionToken(testLogin, o.password)
			end(o)
			params.Del("sessionToken")
			params.Set("prompt", "none")
			if back := o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "", "Cookie", cookie)); back.Get("code") != "" {
				t.Errorf("the session gives a code: %v", back)
			}
			params.Set("sessionToken", unused)
			if back := o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "")); back.Get("code") != "" {
				t.Errorf("the session token gives a code: %v", back)
			}
		})
	}
}

// TestAccessTokensOutliveGrants: who has an access token keeps it until it
// expires or is revoked, though the scope or the assignment is gone.
func TestAccessTokensOutliveGrants(t *testing.T) {
	o := newSignInOrg(t, nil, "okta.users.read")
	token := o.tokens("okta.users.read").text("access_token")
	o.revokeGrants()
	o.admin("DELETE", "/api/v1/apps/"+o.app.id+"/users/"+o.userID, nil)
	if got := o.get("/api/v1/users/me", token); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// TestAPITokensEnd with their owner's deactivation, for good.
func TestAPITokensEnd(t *testing.T) {
	o := newTestOrg(t)
	id, _ := o.newUser(testLogin)
	o.admin("POST", "/api/v1/users/"+id+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	o.server.org.APITokens.Put(state.TokenHash("00mine"), &state.APIToken{ID: state.NewID("00T"), UserID: id})
	get := func() int { return o.send("GET", "/api/v1/users", "", "Authorization", "SSWS 00mine").status }
	if got := get(); got != http.StatusOK {
		t.Fatal(got)
	}
	o.admin("POST", "/api/v1/users/"+id+"/lifecycle/deactivate", nil)
	o.server.org.Users.Get(id).Status = "ACTIVE"
	if got := get(); got != http.StatusUnauthorized {
		t.Errorf("%d", got)
	}
}

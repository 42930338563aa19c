package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// passwordPolicy returns the path and the document of the org's password policy.
func (o *testOrg) passwordPolicy() (path string, policy doc) {
	o.t.Helper()
	policy = o.admin("GET", "/api/v1/policies?type=PASSWORD", nil).list(o.t)[0]
	return "/api/v1/policies/" + policy["id"].(string), policy
}

// setLockout changes the lockout settings of the password policy.
func (o *testOrg) setLockout(settings doc) {
	o.t.Helper()
	path, policy := o.passwordPolicy()
	policy["settings"].(doc)["password"].(doc)["lockout"] = settings
	o.admin("PUT", path, policy)
}

// TestLockout: the tenth wrong password in a row locks the account, until an admin unlocks it.
func TestLockout(t *testing.T) {
	o := newTestOrg(t)
	id, password := o.newUser(testLogin)
	path := "/api/v1/users/" + id
	web := o.newWebApp(nil)
	o.refuses(o.call("POST", path+"/lifecycle/unlock", nil), 403, "E0000032", "Unlock is not allowed for this user.")
	for range 9 {
		o.refuses(o.signs(testLogin, "wrong"), 401, "E0000004", "")
	}
	if got := o.signs(testLogin, password); got.text("status") != "SUCCESS" {
		t.Fatalf("locked too early: %d %s", got.status, got.body)
	}
	o.advance(time.Minute)
	for i := range 12 {
		if i%2 == 0 {
			o.refuses(o.signs(testLogin, "wrong"), 401, "E0000004", "")
		} else if got := o.signInPage(web, testLogin, "wrong"); got.status != 401 || !strings.Contains(string(got.body), "Unable to sign in") {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	got := o.admin("GET", path, nil)
	if got.text("status") != "LOCKED_OUT" || got.text("statusChanged") != "2026-11-23T12:01:00.000Z" || got.at("_links.unlock.method") != "POST" || got.at("_links.suspend") != nil {
		t.Errorf("%s", got.body)
	}
	for event, want := range map[string]int{
		`eventType eq "user.account.lock" and outcome.reason eq "LOCKED_OUT" and target.id eq "` + id + `"`:              1,
		`eventType eq "user.session.start" and outcome.reason eq "INVALID_CREDENTIALS" and actor.id eq "` + id + `"`:     18,
		`eventType eq "user.session.start" and outcome.result eq "FAILURE" and outcome.reason eq "LOCKED_OUT"`:           3,
		`eventType eq "user.session.start" and outcome.result eq "SUCCESS" and actor.alternateId eq "` + testLogin + `"`: 1,
	} {
		events := o.admin("GET", "/api/v1/logs?limit=1000&filter="+strings.NewReplacer(" ", "+", `"`, "%22", "@", "%40").Replace(event), nil).list(t)
		if len(events) != want {
			t.Errorf("%s: %d events, want %d", event, len(events), want)
		}
	}
	o = o.reopened()
	// Neither the answer nor the page tells whether a password is right.
	o.refuses(o.signs(testLogin, password), 401, "E0000004", "")
	if got := o.signInPage(web, testLogin, password); got.status != 401 || !strings.Contains(string(got.body), "Unable to sign in") {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := o.admin("POST", path+"/lifecycle/unlock", nil); string(got.body) != "{}" {
		t.Errorf("%s", got.body)
	}
	o.refuses(o.call("POST", path+"/lifecycle/unlock", nil), 403, "E0000032", "")
	if got := o.signs(testLogin, password); got.text("status") != "SUCCESS" {
		t.Errorf("%d %s", got.status, got.body)
	}
	if events := o.admin("GET", "/api/v1/logs?filter=eventType+eq+%22user.account.unlock_by_admin%22", nil).list(t); len(events) != 1 {
		t.Errorf("%d events of unlocking", len(events))
	}
}

// TestLockoutByPolicy: the password policy says how many wrong passwords there may be, for how long
// an account is locked, and whether who signs in is told.
func TestLockoutByPolicy(t *testing.T) {
	o := newTestOrg(t)
	id, password := o.newUser(testLogin)
	web := o.newWebApp(nil)
	o.setLockout(doc{"maxAttempts": 3, "autoUnlockMinutes": 15, "showLockoutFailures": true})
	if _, policy := o.passwordPolicy(); fmt.Sprint(policy["settings"].(doc)["password"].(doc)["lockout"]) != "map[autoUnlockMinutes:15 maxAttempts:3 showLockoutFailures:true userLockoutNotificationChannels:[]]" {
		t.Errorf("%v", policy)
	}
	for range 2 {
		o.refuses(o.signs(testLogin, "wrong"), 401, "E0000004", "")
	}
	for _, tried := range []string{"wrong", password} {
		got := o.signs(testLogin, tried)
		if got.status != 200 || got.text("status") != "LOCKED_OUT" || got.at("_links.next.name") != "unlock" || got.text("sessionToken") != "" {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	if got := o.signInPage(web, testLogin, password); got.status != 403 || !strings.Contains(string(got.body), "Your account is locked. Please contact your administrator.") {
		t.Errorf("%d %s", got.status, got.body)
	}
	o.advance(14 * time.Minute)
	if got := o.signs(testLogin, password); got.text("status") != "LOCKED_OUT" {
		t.Errorf("unlocked too early: %d %s", got.status, got.body)
	}
	o.advance(time.Minute)
	if got := o.signs(testLogin, password); got.text("status") != "SUCCESS" {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := o.admin("GET", "/api/v1/users/"+id, nil); got.text("status") != "ACTIVE" {
		t.Errorf("%s", got.body)
	}
	o.setLockout(doc{"maxAttempts": 0})
	for range 30 {
		o.refuses(o.signs(testLogin, "wrong"), 401, "E0000004", "")
	}
	if got := o.signs(testLogin, password); got.text("status") != "SUCCESS" {
		t.Errorf("locked without a limit: %d %s", got.status, got.body)
	}
	path, policy := o.passwordPolicy()
	for _, wrong := range []any{-1, 1.5, "3", []any{}} {
		policy["settings"] = doc{"password": doc{"lockout": doc{"maxAttempts": wrong}}}
		o.refuses(o.call("PUT", path, policy), 400, "E0000001", "settings.password.lockout.maxAttempts")
	}
}

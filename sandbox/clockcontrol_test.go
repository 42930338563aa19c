package sandbox

import (
	"net/http"
	"testing"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
)

// TestAdvanceClock: a client tests within a second what takes its org an hour: the end of access
// tokens and sessions, the leeway of a rotated refresh token, its end, and the end of a lock-out.
func TestAdvanceClock(t *testing.T) {
	began := time.Now()
	o := newSignInOrg(t, func(request doc) {
		jsondoc.Object(request, "settings", "oauthClient")["refresh_token"] = doc{"rotation_type": "ROTATE", "leeway": 10}
	}, "okta.users.read.self")
	advance := func(text string) { o.admin("PUT", "/_sandbox/clock", doc{"advance": text}) }
	me := func(token string) int {
		return o.send("GET", "/api/v1/users/me", "", "Authorization", "Bearer "+token).status
	}

	first := o.tokens("openid offline_access okta.users.read.self")
	form := refreshForm(o, first.text("refresh_token"))
	second := o.post("/oauth2/v1/token", form)
	if got := o.post("/oauth2/v1/token", form); got.status != http.StatusOK {
		t.Errorf("within the leeway: %d %s", got.status, got.body)
	}
	if got := me(first.text("access_token")); got != http.StatusOK {
		t.Errorf("a new access token: %d", got)
	}
	advance("11s")
	o.want(o.post("/oauth2/v1/token", form), oauth.ErrRefreshToken)
	if got := o.post("/oauth2/v1/token", refreshForm(o, second.text("refresh_token"))); got.status == http.StatusOK {
		t.Error("after the reuse of a rotated token, its family still serves")
	}
	advance("1h")
	if got := me(first.text("access_token")); got != http.StatusUnauthorized {
		t.Errorf("after an hour: %d", got)
	}

	o.setLockout(doc{"maxAttempts": 3, "autoUnlockMinutes": 15})
	login, password := "locked@example.com", "Zx-9-fine-and-long"
	o.admin("POST", "/api/v1/users", doc{"profile": person(login)["profile"], "credentials": doc{"password": doc{"value": password}}})
	for range 3 {
		o.signs(login, "wrong")
	}
	if got := o.signs(login, password); got.status == http.StatusOK {
		t.Error("not locked")
	}
	advance("16m")
	if got := o.signs(login, password); got.text("status") != "SUCCESS" {
		t.Errorf("after the lock-out: %d %s", got.status, got.body)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

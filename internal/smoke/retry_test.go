package smoke

import (
	"context"
	"testing"
	"time"

	"github.com/oktaform/oktaform/schema"
)

// settling runs a test, and counts how long it would have waited.
func (o *fakeOrg) settling(test schema.SmokeTest, between func(pause int)) (Result, time.Duration) {
	runner := o.runner()
	waited, pauses := time.Duration(0), 0
	runner.Sleep = func(_ context.Context, d time.Duration) error {
		waited += d
		pauses++
		o.mu.Lock()
		defer o.mu.Unlock()
		between(pauses)
		return nil
	}
	report := runner.Run(context.Background(), []schema.SmokeTest{test})
	o.noSecrets(report)
	return report.Tests[0], waited
}

// Changes that aren't seen everywhere at once: the test waits for them.
func TestWaitsForChanges(t *testing.T) {
	for name, c := range map[string]struct {
		user   bool
		expect string
		before func(o *fakeOrg)
		after  func(o *fakeOrg)
	}{
		"a new grant":            {before: func(o *fakeOrg) { o.granted = nil }, after: func(o *fakeOrg) { o.granted = []string{"okta.users.read"} }},
		"a new app":              {before: func(o *fakeOrg) { o.clientID = "" }, after: func(o *fakeOrg) { o.clientID = "0oaCLIENT" }},
		"a new role":             {before: func(o *fakeOrg) { o.role = false }, after: func(o *fakeOrg) { o.role = true }},
		"a new assignment":       {user: true, before: func(o *fakeOrg) { o.assigned = false }, after: func(o *fakeOrg) { o.assigned = true }},
		"a grant just taken":     {expect: "consent_required", before: func(o *fakeOrg) {}, after: func(o *fakeOrg) { o.granted = nil }},
		"a user's grant, taken":  {user: true, expect: "consent_required", before: func(o *fakeOrg) {}, after: func(o *fakeOrg) { o.granted = nil }},
		"an app not yet refused": {expect: "consent_required", before: func(o *fakeOrg) { o.clientID = "" }, after: func(o *fakeOrg) { o.clientID, o.granted = "0oaCLIENT", nil }},
	} {
		t.Run(name, func(t *testing.T) {
			o := newFakeOrg(t)
			test := o.reporter("okta.users.read")
			if c.user {
				test = o.explorer("okta.users.read")
			}
			test.ExpectError = c.expect
			c.before(o)
			r, waited := o.settling(test, func(pause int) {
				if pause == 2 {
					c.after(o)
				}
			})
			wantOutcome(t, r, Passed)
			if waited != 600*time.Millisecond {
				t.Errorf("waited %s", waited)
			}
			attempts := 0
			for _, step := range r.Steps {
				attempts = max(attempts, step.Attempts)
				if !step.OK {
					t.Errorf("a step of an earlier attempt is left: %+v", step)
				}
			}
			if attempts != 3 {
				t.Errorf("%d attempts are reported", attempts)
			}
		})
	}
}

// What stays as it is fails, after the bound.
func TestWaitsNoLongerThanTheBound(t *testing.T) {
	for name, spoil := range map[string]func(o *fakeOrg, test *schema.SmokeTest){
		"a missing grant":  func(o *fakeOrg, _ *schema.SmokeTest) { o.granted = nil },
		"a missing role":   func(o *fakeOrg, _ *schema.SmokeTest) { o.role = false },
		"a grant too many": func(_ *fakeOrg, test *schema.SmokeTest) { test.ExpectError = "consent_required" },
		"a right too many": func(_ *fakeOrg, test *schema.SmokeTest) { test.Requests[0].Status = []int{403} },
		"two requests, one test": func(o *fakeOrg, test *schema.SmokeTest) {
			o.role = false
			test.Requests = append(test.Requests, test.Requests...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newFakeOrg(t)
			test := o.reporter("okta.users.read")
			spoil(o, &test)
			r, waited := o.settling(test, func(int) {})
			wantOutcome(t, r, Failed)
			if waited != defaultConsistency {
				t.Errorf("waited %s", waited)
			}
		})
	}
}

// Time doesn't heal these; some would do harm when repeated.
func TestDoesNotRepeat(t *testing.T) {
	for name, c := range map[string]struct {
		user  bool
		path  string
		spoil func(o *fakeOrg, test *schema.SmokeTest)
	}{
		"a wrong password": {true, "/api/v1/authn", func(o *fakeOrg, _ *schema.SmokeTest) { o.password = "changed since then" }},
		"a call that took effect": {false, "/api/v1/users", func(_ *fakeOrg, test *schema.SmokeTest) {
			test.Requests[0].Method, test.Requests[0].Status = "POST", []int{403}
		}},
		"a fast clock":        {false, "/oauth2/v1/token", func(o *fakeOrg, _ *schema.SmokeTest) { o.ahead = time.Hour }},
		"a failed PKCE":       {true, "/oauth2/v1/token", func(o *fakeOrg, _ *schema.SmokeTest) { o.challenge = func(string) string { return "x" } }},
		"an expected refusal": {false, "/oauth2/v1/token", func(o *fakeOrg, test *schema.SmokeTest) { o.granted, test.ExpectError = nil, "consent_required" }},
		"a missing scope of a GET": {false, "/api/v1/users", func(o *fakeOrg, _ *schema.SmokeTest) {
			o.always("/api/v1/users", 403, "", `Bearer error="insufficient_scope"`)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newFakeOrg(t)
			test := o.reporter("okta.users.read")
			if c.user {
				test = o.explorer("okta.users.read")
			}
			c.spoil(o, &test)
			if _, waited := o.settling(test, func(int) {}); waited != 0 || o.calls[c.path] != 1 {
				t.Errorf("waited %s, %d calls", waited, o.calls[c.path])
			}
		})
	}
}

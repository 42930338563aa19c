package org

import (
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
)

// TestOrigin: what the System Log has to show before a client secret counts as ours.
func TestOrigin(t *testing.T) {
	t.Parallel()
	made := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return made.Add(time.Duration(minutes) * time.Minute) }
	entry := func(minutes int, typ, who, agent string) auditEvent {
		d := auditEvent{Event: okta.Event{Published: at(minutes), Type: typ}}
		d.Actor.ID, d.Client.UserAgent.Raw = who, agent
		return d
	}
	const us, mallory, ours = "00uUs", "00uMallory", "oktaform/1.0"
	create := entry(0, "application.lifecycle.create", us, ours)
	for _, test := range []struct {
		name     string
		deeds    []auditEvent
		moments  map[string]time.Time
		now      time.Time
		doubt    string
		touched  bool
		nameless bool
	}{
		{name: "made by us", deeds: []auditEvent{create}},
		{name: "made by us with another program", deeds: []auditEvent{entry(0, "application.lifecycle.create", us, "curl/8")}, doubt: "another program: 00uUs", touched: true},
		{name: "a program whose name begins so", deeds: []auditEvent{entry(0, "application.lifecycle.create", us, "oktaformer/1")}, doubt: "another program: 00uUs", touched: true},
		{name: "made by a run of somebody else", deeds: []auditEvent{entry(0, "application.lifecycle.create", mallory, ours)}, doubt: "somebody else, or with another program: 00uMallory"},
		{name: "secret changed by somebody else", deeds: []auditEvent{create, entry(5, "app.oauth2.credentials.lifecycle.create", mallory, ours)},
			moments: map[string]time.Time{"secret ocs1": at(5)}, doubt: "00uMallory (app.oauth2.credentials.lifecycle.create", touched: true},
		{name: "changed by somebody else, and by us later", deeds: []auditEvent{create, entry(5, "application.lifecycle.update", mallory, ours), entry(6, "application.lifecycle.update", us, ours)},
			moments: map[string]time.Time{"the app": at(6)}, doubt: "00uMallory", touched: true},
		{name: "an event of a type that nobody knows", deeds: []auditEvent{create, entry(5, "application.future", mallory, ours)}, doubt: "00uMallory", touched: true},
		{name: "activated, assigned, read and granted by others", deeds: []auditEvent{create, entry(1, "application.lifecycle.deactivate", mallory, "x"), entry(2, "application.user_membership.add", mallory, "x"),
			entry(3, "app.oauth2.client.read_client_secret", mallory, "x"), entry(4, "app.oauth2.admin.consent.grant", mallory, "x")}},
		{name: "its last change isn't in the log yet", deeds: []auditEvent{create}, moments: map[string]time.Time{"the app": at(7)}, doubt: "doesn't show yet who changed the app at 2026-11-01T08:07:00Z"},
		{name: "that a secret was read explains no change of it", deeds: []auditEvent{create, entry(7, "app.oauth2.client.read_client_secret", us, ours)},
			moments: map[string]time.Time{"the last change of secret ocs1": at(7)}, doubt: "doesn't show yet"},
		{name: "a second secret that we made", deeds: []auditEvent{create, entry(7, "app.oauth2.credentials.lifecycle.create", us, ours)}, moments: map[string]time.Time{"secret ocs2": at(7).Add(time.Second)}},
		{name: "no event", doubt: "doesn't show who made it"},
		{name: "only later events", deeds: []auditEvent{entry(1, "application.lifecycle.update", us, ours)}, moments: map[string]time.Time{"the app": at(1)}, doubt: "doesn't show who made it"},
		{name: "too long ago", deeds: []auditEvent{create}, now: made.Add(90 * 24 * time.Hour), doubt: "goes back 90 days"},
		{name: "nobody knows who we are", deeds: []auditEvent{create}, nameless: true, doubt: "whose it is", touched: false},
	} {
		principal, now, moments := us, test.now, map[string]time.Time{"the app": made, "secret ocs1": made}
		for what, at := range test.moments {
			moments[what] = at
		}
		if now.IsZero() {
			now = at(60 * 24)
		}
		if test.nameless {
			principal = ""
		}
		o := judge(test.deeds, principal, made, moments, now)
		if !strings.Contains(o.Doubt, test.doubt) || (o.Doubt == "") != (test.doubt == "") {
			t.Errorf("%s: doubt %q, want %q", test.name, o.Doubt, test.doubt)
		}
		if !test.nameless && (o.ChangedBy != "") != test.touched {
			t.Errorf("%s: touched %q", test.name, o.ChangedBy)
		}
	}
}

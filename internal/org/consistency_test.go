package org_test

import (
	"strings"
	"testing"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// A create whose answer got lost is looked for by its mark, and sent again only
// when it isn't there: one object comes of it, whatever happened. So do grants
// and roles.
func TestCreateWithoutAnAnswer(t *testing.T) {
	_, key := newKey(t, "k1")
	app := map[string]cty.Value{"label": s("A"), "okta_api_scopes": list("okta.users.read"), "public_key": cty.ListVal([]cty.Value{key}), "admin_role": roles(role{kind: "READ_ONLY_ADMIN"})}
	for _, c := range []struct {
		fault string
		d     schema.Desired
		path  string // of the request that the fault is for
		sent  int    // how often it is sent
	}{
		{"reset-after", desired("group", "g", map[string]cty.Value{"name": s("G")}), "/api/v1/groups", 1},
		{"500-after", desired("group", "g", map[string]cty.Value{"name": s("G")}), "/api/v1/groups", 1},
		{"truncate", desired("group", "g", map[string]cty.Value{"name": s("G")}), "/api/v1/groups", 1},
		{"reset-before", desired("group", "g", map[string]cty.Value{"name": s("G")}), "/api/v1/groups", 2},
		{"503", desired("group", "g", map[string]cty.Value{"name": s("G")}), "/api/v1/groups", 2},
		{"reset-after", desired("user", "u", map[string]cty.Value{"login": s("u@example.com"), "first_name": s("U"), "last_name": s("U")}), "/api/v1/users", 1},
		{"503-after", desired("service_app", "a", app), "/api/v1/apps", 1},
		{"reset-before", desired("service_app", "a", app), "/api/v1/apps", 2},
		{"reset-after", desired("service_app", "a", app), "/api/v1/apps/*/grants", 1},
		{"reset-before", desired("service_app", "a", app), "/api/v1/apps/*/grants", 2},
		{"reset-after", desired("service_app", "a", app), "/oauth2/v1/clients/*/roles", 1},
		{"503", desired("service_app", "a", app), "/oauth2/v1/clients/*/roles", 2},
		// What took effect may be invisible for a while, so that it isn't there is believed late.
		{"reset-after, invisible=3s", desired("group", "g", map[string]cty.Value{"name": s("G")}), "/api/v1/groups", 1},
		{"503-after, invisible=3s", desired("service_app", "a", app), "/api/v1/apps", 1},
	} {
		t.Run(c.fault+" "+c.path, func(t *testing.T) {
			clock := &instant{}
			l := connectAt(t, clock, sandbox.Options{Clock: clock.Now})
			var faults []sandbox.Fault
			for text := range strings.SplitSeq(c.fault, ", ") {
				fault, err := sandbox.ParseFault(text + " POST " + c.path + " 1")
				if err != nil {
					t.Fatal(err)
				}
				faults = append(faults, fault)
			}
			if err := l.org.SetFaults(faults...); err != nil {
				t.Fatal(err)
			}
			l.tape.take()
			matches(t, create(t, l, c.d), c.d)
			sent := 0
			for _, call := range writes(l.tape.take()) {
				method, path, _ := strings.Cut(call, " ")
				if prefix, suffix, glob := strings.Cut(c.path, "*"); method == "POST" && strings.HasPrefix(path, prefix) && strings.HasSuffix(path, suffix) && (glob || path == c.path) {
					sent++
				}
			}
			if sent != c.sent {
				t.Errorf("sent %d times, want %d", sent, c.sent)
			}
			var dump strings.Builder
			if err := l.org.Dump(&dump); err != nil {
				t.Fatal(err)
			}
			label := c.d.Value.GetAttr(c.d.Kind.Label).AsString()
			if n := strings.Count(dump.String(), `": "`+label+`"`); n != 1 && c.d.Kind.Name != "user" || n == 0 {
				t.Errorf("%d objects are called %q", n, label)
			}
		})
	}
}

// An update that takes the mark off ends when the org shows it: until then, a destroy would still
// delete the object.
func TestForgottenIsSeenToBe(t *testing.T) {
	_, key := newKey(t, "k1")
	for _, d := range []schema.Desired{
		desired("group", "g", map[string]cty.Value{"name": s("G")}),
		desired("service_app", "a", map[string]cty.Value{"label": s("A"), "public_key": cty.ListVal([]cty.Value{key})}),
	} {
		t.Run(d.Kind.Name, func(t *testing.T) {
			clock := &instant{}
			l := connectAt(t, clock, sandbox.Options{Clock: clock.Now})
			made := create(t, l, d)
			if err := l.org.SetFaults(sandbox.Fault{Kind: "invisible", Duration: 3 * time.Second, Method: "PUT"}); err != nil {
				t.Fatal(err)
			}
			if _, err := l.Update(t.Context(), made, schema.Desired{Addr: d.Addr, Kind: d.Kind, Value: made.Value}); err != nil {
				t.Fatal(err)
			}
			found, err := l.Read(t.Context(), schema.Query{Owners: schema.OwnerPattern(made.Owner.Owner)})
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range found.Objects {
				if o.Owner == made.Owner {
					t.Errorf("%s %s still has the mark %v", o.Kind, o.ID, o.Owner)
				}
			}
		})
	}
}

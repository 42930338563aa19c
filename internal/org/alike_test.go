package org

import (
	"testing"

	"github.com/oktaform/oktaform/schema"
)

// TestAlike: objects that have the same get the same list, and others their own, also
// where all their texts in a row read the same.
func TestAlike(t *testing.T) {
	app, group := schema.KindNamed("service_app"), schema.KindNamed("group")
	reader := newAssignment("ra1", "READ_ONLY_ADMIN")
	limited := newAssignment("ra2", "APP_ADMIN")
	limited.targets = []target{{attr: "target_apps", named: named{"0oa1", "One"}}}
	elsewhere := newAssignment("ra3", "APP_ADMIN")
	elsewhere.targets = []target{{attr: "target_apps", named: named{"0oa2", "Two"}}}
	others := alike{}
	for range 2 {
		for _, members := range [][]named{nil, {{"00g1", "a"}}, {{"00g1", "b"}}, {{"00g", "1a"}}, {{"00g1", "a"}, {"00g2", "b"}}, {{"00g1", "a\x0400g2\x01b"}}, {{"00g2", "b"}, {"00g1", "a"}}} {
			if got, want := others.refs(members), refs(members); !got.RawEquals(want) {
				t.Errorf("%v: %#v", members, got)
			}
		}
		for _, scopes := range [][]grant{nil, {{"1", "okta.users.read"}}, {{"2", "okta.users"}, {"3", ".read"}}, {{"4", "00g1"}, {"5", "a"}}} {
			if got, want := others.scopes(scopes), scopeList(scopes); !got.RawEquals(want) {
				t.Errorf("%v: %#v", scopes, got)
			}
		}
		for _, kind := range []*schema.Kind{app, group} {
			for _, roles := range [][]assignment{nil, {reader}, {limited}, {elsewhere}, {reader, limited}} {
				if got, want := others.roles(kind, roles), roleBlocks(kind.Block("admin_role"), roles); !got.RawEquals(want) {
					t.Errorf("%v: %#v", roles, got)
				}
			}
		}
	}
	first, again := others.refs([]named{{"00g1", "a"}}), others.refs([]named{{"00g1", "a"}})
	if before := len(others); !first.RawEquals(again) || before != len(others) {
		t.Error("a list is made twice")
	}
}

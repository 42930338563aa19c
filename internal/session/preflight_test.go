package session

import (
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/schema"
)

// The operations of the tables are ones that the catalog knows, and every kind and
// set has one.
func TestPreflightKnowsEveryOperation(t *testing.T) {
	known := func(operation string) {
		t.Helper()
		method, path, _ := strings.Cut(operation, " ")
		if o, ok := catalog.Find(method, path); !ok || o.Path != path {
			t.Errorf("the catalog doesn't know %q", operation)
		}
	}
	for _, operations := range ownOperations {
		for _, operation := range operations {
			known(operation)
		}
	}
	for _, operation := range setOperations {
		known(operation)
	}
	for _, k := range schema.Kinds() {
		name := k.Name
		if k.IsApp() {
			name = "app"
		}
		if _, ok := ownOperations[name]; !ok && !k.OnExisting {
			t.Errorf("no operations for %s", k.Name)
		}
		for _, set := range []string{"okta_api_scopes", "admin_role", "members", "assigned_groups", "assigned_users"} {
			if _, has := k.Type().AttributeTypes()[set]; has && setOperations[name+"."+set] == "" {
				t.Errorf("no operation for %s of %s", set, k.Name)
			}
		}
	}
}

func TestLacking(t *testing.T) {
	needs := slices.Concat(needOf("PUT /api/v1/apps/{appId}", "a"), needOf("POST /api/v1/apps/{appId}/grants", "b"))
	for _, test := range []struct {
		rights org.Rights
		lines  []string // what each line holds
	}{
		{org.Rights{}, nil}, // nothing is known
		{org.Rights{Roles: []string{"SUPER_ADMIN"}}, nil},
		{org.Rights{Roles: []string{"CUSTOM"}}, nil},
		{org.Rights{Roles: []string{"APP_ADMIN"}}, []string{"b takes an admin role that allows POST /api/v1/apps/{appId}/grants: SUPER_ADMIN."}},
		{org.Rights{Roles: []string{"READ_ONLY_ADMIN"}}, []string{"a takes an admin role", "b takes an admin role"}},
		{org.Rights{Roles: []string{}}, []string{"has no role", "has no role"}},
		{org.Rights{Scopes: []string{"okta.apps.manage"}}, []string{"b takes the scope okta.appGrants.manage"}},
		{org.Rights{Scopes: []string{"okta.apps.manage", "okta.appGrants.manage"}, Roles: []string{"SUPER_ADMIN"}}, nil},
	} {
		got := lacking(needs, test.rights)
		if !slices.EqualFunc(got, test.lines, strings.Contains) {
			t.Errorf("%+v: %q, want %q", test.rights, got, test.lines)
		}
	}
}

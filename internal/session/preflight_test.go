package session

import (
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/org"
)

func TestLacking(t *testing.T) {
	needs := slices.Concat(needOf("PUT /api/v1/apps/{appId}", "a"), needOf("POST /api/v1/apps/{appId}/grants", "b"))
	for _, test := range []struct {
		rights org.Rights
		lines  []string // what each line holds
	}{
		{org.Rights{}, nil}, // nothing is known
		{org.Rights{Roles: []string{"SUPER_ADMIN"}}, nil},
		{org.Rights{Roles: []string{"CUSTOM"}}, nil},
		{org.Rights{Roles: []string{"APP_ADMIN"}}, []string{"b needs an admin role that allows POST /api/v1/apps/{appId}/grants: SUPER_ADMIN."}},
		{org.Rights{Roles: []string{"READ_ONLY_ADMIN"}}, []string{"a needs an admin role", "b needs an admin role"}},
		{org.Rights{Roles: []string{}}, []string{"has no role", "has no role"}},
		{org.Rights{Scopes: []string{"okta.apps.manage"}}, []string{"b needs the scope okta.appGrants.manage"}},
		{org.Rights{Scopes: []string{"okta.apps.manage", "okta.appGrants.manage"}, Roles: []string{"SUPER_ADMIN"}}, nil},
	} {
		got := lacking(needs, test.rights)
		if !slices.EqualFunc(got, test.lines, strings.Contains) {
			t.Errorf("%+v: %q, want %q", test.rights, got, test.lines)
		}
	}
}

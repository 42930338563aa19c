package catalog

import (
	"slices"
	"strings"
	"testing"
)

// TestAllowances: every term of every allowance stands for some operation, every permission
// and role has one, and each has a source.
func TestAllowances(t *testing.T) {
	names := []string{"*"}
	for _, o := range All() {
		names = append(append(names, o.String()), o.Scopes...)
	}
	for _, r := range slices.Concat(specified, roleRows, permissionRows) {
		if r.source == "" || r.confidence == "" {
			t.Errorf("%s: no source or confidence", r.holder)
		}
		for _, term := range r.operations {
			if !slices.Contains(names, strings.TrimPrefix(term, "-")) {
				t.Errorf("%s: %q is no operation and no scope", r.holder, term)
			}
		}
	}
	for _, permission := range Permissions() {
		if !KnownHolder(permission) {
			t.Errorf("%s has no row", permission)
		}
	}
	for _, role := range Roles() {
		if !KnownHolder(role.Type) {
			t.Errorf("%s has no row", role.Type)
		}
	}
}

func TestFind(t *testing.T) {
	for request, want := range map[string]string{
		"GET /api/v1/users?limit=1":                 "GET /api/v1/users",
		"GET /api/v1/users/00u1":                    "GET /api/v1/users/{id}",
		"DELETE /api/v1/users/{userId}":             "DELETE /api/v1/users/{id}",
		"GET /api/v1/groups/rules":                  "GET /api/v1/groups/rules",
		"GET /api/v1/groups/00g1":                   "GET /api/v1/groups/{groupId}",
		"PUT /api/v1/groups/00g1/users/a@b.example": "PUT /api/v1/groups/{groupId}/users/{userId}",
		"GET /api/v1/users/":                        "",
		"GET /api/v1/nothing":                       "",
		"PATCH /api/v1/users":                       "",
	} {
		method, path, _ := strings.Cut(request, " ")
		got, found := Find(method, path)
		if found != (want != "") || found && got.String() != want {
			t.Errorf("%s: %q", request, got)
		}
	}
}

func TestGranted(t *testing.T) {
	list, _ := Find("GET", "/api/v1/users")
	create, _ := Find("POST", "/api/v1/users")
	push, _ := Find("GET", "/api/v1/apps/0oa1/group-push/mappings")
	simulate, _ := Find("POST", "/api/v1/policies/simulate")
	switch {
	case !Granted(list, "okta.users.read"), !Granted(list, "okta.users.manage"), Granted(list, "okta.groups.read"), Granted(list):
		t.Error("list of users")
	case Granted(create, "okta.users.read"), !Granted(create, "okta.users.manage"), create.Reads(), !list.Reads(), !simulate.Reads():
		t.Error("creation of users")
	case Granted(push, "okta.apps.read"), !Granted(push, "okta.apps.manage", "okta.groups.read"):
		t.Error("an operation with two scopes needs both")
	}
	if got := ScopesFor("DELETE", "/api/v1/users/00u1"); !slices.Equal(got, []string{"okta.users.manage"}) {
		t.Error(got)
	}
	if n := len(Operations("okta.logs.read")); n != 1 {
		t.Error(n)
	}
	for scope, family := range map[string]string{"okta.users.manage": "users", "okta.apps.interclientTrust.read": "apps.interclientTrust", "ssf.read": "ssf", "openid": "openid"} {
		if Family(scope) != family {
			t.Errorf("%s: %s", scope, Family(scope))
		}
	}
}

// TestPermits names some facts that everything else rests on.
func TestPermits(t *testing.T) {
	for _, c := range []struct {
		holder, operation string
		allowed           bool
		confidence        Confidence
	}{
		{"SUPER_ADMIN", "POST /oauth2/v1/clients/{clientId}/roles", true, Documented},
		{"ORG_ADMIN", "POST /oauth2/v1/clients/{clientId}/roles", false, ""},
		{"ORG_ADMIN", "POST /api/v1/apps/{appId}/grants", false, ""},
		{"ORG_ADMIN", "POST /api/v1/apps", true, Disputed},
		{"ORG_ADMIN", "DELETE /api/v1/users/{id}", true, Documented},
		{"READ_ONLY_ADMIN", "GET /api/v1/users", true, Documented},
		{"READ_ONLY_ADMIN", "GET /api/v1/policies", true, Inferred},
		{"READ_ONLY_ADMIN", "GET /api/v1/apps/{appId}/credentials/secrets", false, ""},
		{"HELP_DESK_ADMIN", "DELETE /api/v1/users/{id}", false, ""},
		{"WORKFLOWS_ADMIN", "GET /api/v1/users", false, ""},
		{"okta.users.manage", "DELETE /api/v1/users/{id}", true, Documented},
		{"okta.apps.assignment.manage", "DELETE /api/v1/apps/{appId}", false, ""},
		{"okta.groups.manage", "POST /api/v1/groups", false, ""},
		{"okta.unheard.of", "GET /api/v1/users", false, ""},
	} {
		method, path, _ := strings.Cut(c.operation, " ")
		o, found := Find(method, path)
		if !found {
			t.Fatal(c.operation)
		}
		basis, allowed := permits(c.holder, o)
		if allowed != c.allowed || basis.Confidence != c.confidence {
			t.Errorf("%s, %s: %v %v", c.holder, c.operation, allowed, basis)
		}
	}
}

// TestObjects: an operation on one object is told from one on the org.
func TestObjects(t *testing.T) {
	for operation, want := range map[string]string{
		"GET /api/v1/users": Users, "DELETE /api/v1/users/{id}": Users, "PUT /api/v1/groups/{groupId}/users/{userId}": Groups,
		"POST /oauth2/v1/clients/{clientId}/roles": Apps, "GET /api/v1/logs": Org, "GET /api/v1/iam/roles": Org, "GET /api/v1/brands": Customizable,
	} {
		method, path, _ := strings.Cut(operation, " ")
		if o, found := Find(method, path); !found || o.Object() != want {
			t.Errorf("%s: %v %q", operation, found, o.Object())
		}
	}
}

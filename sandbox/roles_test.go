package sandbox

import (
	"encoding/base32"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/access"
)

func TestAssignmentIDsAreBase32OfTheType(t *testing.T) {
	for _, role := range access.StandardRoles() {
		want := ""
		if role.Target != "" {
			want = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(role.ID))
		}
		if role.Assignment != want {
			t.Errorf("%s has %q, want %q", role.ID, role.Assignment, want)
		}
	}
}

func TestRolesOfAClient(t *testing.T) {
	o := newTestOrg(t)
	app := o.admin("POST", "/api/v1/apps", serviceAppDoc(t, "k")).text("id")
	roles := "/oauth2/v1/clients/" + app + "/roles"
	for _, kind := range []string{"APP_ADMIN", "READ_ONLY_ADMIN", "ACCESS_REQUESTS_ADMIN"} {
		if got := o.admin("POST", roles, doc{"type": kind}); got.status != 201 || got.text("assignmentType") != "CLIENT" {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
	o.refuses(o.call("POST", roles, doc{"type": "APP_ADMIN"}), 409, "E0000090", "The role specified is already assigned to the user.")
	o.refuses(o.call("POST", roles, doc{"type": "ACCESS_REQUESTS_ADMIN"}), 409, "E0000263", "")
	o.refuses(o.call("POST", roles, doc{"type": "KING"}), 400, "E0000001", "type")
	o.refuses(o.call("POST", "/oauth2/v1/clients/nobody/roles", doc{"type": "APP_ADMIN"}), 404, "E0000007", "nobody (OAuth2AppInstance)")

	targets := roles + "/IFIFAX2BIRGUSTQ/targets"
	instance := targets + "/catalog/apps/oidc_client/" + app
	o.refuses(o.call("GET", targets+"/groups", nil), 400, "E0000091", "")
	o.refuses(o.call("PUT", targets+"/catalog/apps/No%20Name", nil), 404, "E0000007", "")
	o.admin("PUT", instance, nil)
	o.refuses(o.call("DELETE", instance, nil), 400, "E0000001", "")
	o.admin("PUT", targets+"/catalog/apps/facebook", nil)
	o.admin("PUT", targets+"/catalog/apps/oidc_client", nil)
	got := o.admin("GET", targets+"/catalog/apps", nil).list(t)
	if len(got) != 2 || got[1]["name"] != "oidc_client" || got[1]["id"] != nil {
		t.Errorf("a catalog app doesn't take the place of its instances: %v", got)
	}
	o.admin("DELETE", targets+"/catalog/apps/facebook", nil)
	o.admin("DELETE", roles+"/IFIFAX2BIRGUSTQ", nil)
	o.refuses(o.call("DELETE", roles+"/IFIFAX2BIRGUSTQ", nil), 404, "E0000007", "Not found: Resource not found: IFIFAX2BIRGUSTQ (RoleAssignment)")
}

func TestInheritedRoles(t *testing.T) {
	o := newTestOrg(t)
	user := o.admin("POST", "/api/v1/users", person("ada@example.com")).text("id")
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "admins"}}).text("id")
	o.admin("PUT", "/api/v1/groups/"+group+"/users/"+user, nil)
	o.admin("POST", "/api/v1/groups/"+group+"/roles", doc{"type": "HELP_DESK_ADMIN"})
	o.admin("PUT", "/api/v1/groups/"+group+"/roles/JBCUYUC7IRCVGS27IFCE2SKO/targets/groups/"+group, nil)
	roles := "/api/v1/users/" + user + "/roles"
	if got := o.admin("GET", roles, nil).list(t); len(got) != 1 || got[0]["assignmentType"] != "GROUP" {
		t.Errorf("%v", got)
	}
	o.refuses(o.call("DELETE", roles+"/JBCUYUC7IRCVGS27IFCE2SKO", nil), 404, "E0000007", "(RoleAssignment)")
	o.admin("POST", roles, doc{"type": "HELP_DESK_ADMIN"})
	if got := o.admin("GET", roles+"?expand=targets/groups", nil).list(t); len(got) != 2 {
		t.Errorf("%v", got)
	}
	if got := o.admin("GET", "/api/v1/iam/assignees/users?limit=1", nil); len(got.at("value").([]any)) != 1 || got.at("_links.next.href") == nil {
		t.Errorf("%s", got.body)
	}
}

func TestCustomRolesAndBindings(t *testing.T) {
	o := newTestOrg(t)
	app := o.admin("POST", "/api/v1/apps", serviceAppDoc(t, "k")).text("id")
	user := o.admin("POST", "/api/v1/users", person("ada@example.com")).text("id")
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "g"}}).text("id")
	role := o.admin("POST", "/api/v1/iam/roles", doc{"label": "viewer", "description": "d", "permissions": []any{"okta.users.read"}}).text("id")
	o.refuses(o.call("POST", "/api/v1/iam/roles", doc{"label": "viewer", "description": "d", "permissions": []any{"okta.users.read"}}), 400, "E0000001", "label")
	o.refuses(o.call("POST", "/api/v1/iam/roles", doc{"label": "other", "description": "d"}), 400, "E0000001", "permissions")
	o.admin("POST", "/api/v1/iam/roles/viewer/permissions/okta.groups.read", nil)
	o.admin("PUT", "/api/v1/iam/roles/"+role+"/permissions/okta.groups.read", doc{"conditions": doc{"include": doc{"okta:ResourceAttribute/User/Profile": []any{"city"}}}})
	o.admin("DELETE", "/api/v1/iam/roles/"+role+"/permissions/okta.groups.read", nil)
	if got := o.admin("GET", "/api/v1/iam/roles/"+role+"/permissions", nil); len(got.at("permissions").([]any)) != 1 {
		t.Errorf("%s", got.body)
	}

	sets := "/api/v1/iam/resource-sets"
	set := o.admin("POST", sets, doc{"label": "people", "description": "d", "resources": []any{o.url + "/api/v1/groups/" + group + "/users"}}).text("id")
	o.admin("PATCH", sets+"/people/resources", doc{"additions": []any{o.url + "/api/v1/apps/" + app}})
	resources := o.admin("GET", sets+"/"+set+"/resources", nil).at("resources").([]any)
	if len(resources) != 2 || member(resources[0], "orn") == nil ||
		member(member(member(resources[1], "_links"), "self"), "href") != o.url+"/api/v1/apps/"+app {
		t.Errorf("%v", resources)
	}
	o.refuses(o.call("PATCH", sets+"/"+set+"/resources", doc{"additions": []any{"https://other.example/api/v1/users"}}), 400, "E0000001", "resources")

	custom := doc{"type": "CUSTOM", "role": "viewer", "resource-set": "people"}
	assigned := o.admin("POST", "/oauth2/v1/clients/"+app+"/roles", custom)
	if assigned.text("role") != role || assigned.text("resource-set") != set {
		t.Errorf("%s", assigned.body)
	}
	o.refuses(o.call("POST", "/oauth2/v1/clients/"+app+"/roles", custom), 409, "E0000090", "")
	bindings := sets + "/" + set + "/bindings"
	o.refuses(o.call("POST", bindings, doc{"role": role, "members": []any{o.url + "/api/v1/users/" + user}}), 409, "E0000195", "")
	o.admin("PATCH", bindings+"/"+role+"/members", doc{"additions": []any{o.url + "/api/v1/users/" + user, o.url + "/api/v1/groups/" + group}})
	o.refuses(o.call("PATCH", bindings+"/"+role+"/members", doc{"additions": []any{o.url + "/api/v1/users/nobody"}}), 400, "E0000001", "members")
	if got := o.admin("GET", bindings+"/viewer/members", nil); len(got.at("members").([]any)) != 3 {
		t.Errorf("%s", got.body)
	}
	if got := o.admin("GET", bindings, nil); len(got.at("roles").([]any)) != 1 {
		t.Errorf("%s", got.body)
	}
	o.refuses(o.call("DELETE", "/api/v1/iam/roles/"+role, nil), 403, "E0000107", "")
	o.admin("DELETE", bindings+"/"+role+"/members/"+assigned.text("id"), nil)
	if got := o.admin("GET", "/oauth2/v1/clients/"+app+"/roles", nil).list(t); len(got) != 0 {
		t.Errorf("%v", got)
	}
	o.admin("DELETE", sets+"/"+set, nil)
	o.refuses(o.call("GET", bindings+"/"+role, nil), 404, "E0000007", "Not found: Resource not found: "+set+" (IAMPolicy)")
	o.admin("DELETE", "/api/v1/iam/roles/"+role, nil)
	gone := "/api/v1/apps/" + set + "/users/" + role // neither is there
	o.refuses(o.call("GET", gone, nil), 404, "E0000007", "Not found: Resource not found: "+role+" (User)")
}

package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// everyScope is granted to the principals of the tests on roles, so that only
// their roles decide.
var everyScope = []string{"okta.apps.manage", "okta.appGrants.manage", "okta.groups.manage", "okta.users.manage", "okta.roles.manage", "okta.policies.read"}

// operations are calls that the tests on roles try; {app}, {group} and {user}
// are objects that nobody else has rights on.
var operations = []struct {
	name, method, path string
	body               any
}{
	{"list users", "GET", "/api/v1/users", nil},
	{"get user", "GET", "/api/v1/users/{user}", nil},
	{"update user", "POST", "/api/v1/users/{user}", doc{"profile": doc{"nickName": "x"}}},
	{"suspend user", "POST", "/api/v1/users/{user}/lifecycle/suspend", nil},
	{"list groups", "GET", "/api/v1/groups", nil},
	{"create group", "POST", "/api/v1/groups", doc{"profile": doc{"name": "made by a test"}}},
	{"update group", "PUT", "/api/v1/groups/{group}", doc{"profile": doc{"name": "changed by a test"}}},
	{"add member", "PUT", "/api/v1/groups/{group}/users/{user}", nil},
	{"list apps", "GET", "/api/v1/apps", nil},
	{"get app", "GET", "/api/v1/apps/{app}", nil},
	{"assign group", "PUT", "/api/v1/apps/{app}/groups/{group}", doc{}},
	{"deactivate app", "POST", "/api/v1/apps/{app}/lifecycle/deactivate", nil},
	{"read secrets", "GET", "/api/v1/apps/{app}/credentials/secrets", nil},
	{"list grants", "GET", "/api/v1/apps/{app}/grants", nil},
	{"grant scope", "POST", "/api/v1/apps/{app}/grants", doc{"scopeId": "okta.logs.read"}},
	{"list roles", "GET", "/api/v1/users/{user}/roles", nil},
	{"assign role", "POST", "/api/v1/users/{user}/roles", doc{"type": "REPORT_ADMIN"}},
	{"list policies", "GET", "/api/v1/policies?type=ACCESS_POLICY", nil},
}

// TestRolesAndOperations is the table of what each standard role may do. y:
// allowed; n: 403 E0000006.
func TestRolesAndOperations(t *testing.T) {
	for role, allowed := range map[string]string{
		// In the order of operations: users 4, groups 4, apps 5, grants 2, roles 2, policies 1.
		"":                            "nnnn nnnn nnnnn nn nn n",
		"SUPER_ADMIN":                 "yyyy yyyy yyyyy yy yy y",
		"ORG_ADMIN":                   "yyyy yyyy yyyyy yn nn y",
		"APP_ADMIN":                   "yynn ynnn yyyyy yn nn y",
		"USER_ADMIN":                  "yyyy yyyy nnnnn nn nn n",
		"GROUP_MEMBERSHIP_ADMIN":      "yynn ynny nnnnn nn nn n",
		"HELP_DESK_ADMIN":             "yynn ynnn nnnnn nn nn n",
		"API_ACCESS_MANAGEMENT_ADMIN": "yynn ynnn yynyy yn nn n",
		"READ_ONLY_ADMIN":             "yynn ynnn yynnn yn yn y",
		"REPORT_ADMIN":                "nnnn nnnn nnnnn nn nn n",
		"WORKFLOWS_ADMIN":             "nnnn nnnn nnnnn nn nn n",
	} {
		t.Run("role "+role, func(t *testing.T) {
			o := newTestOrg(t)
			app := o.newServiceApp(everyScope...)
			if role != "" {
				o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", doc{"type": role})
			}
			token := app.token(strings.Join(everyScope, " "))
			fill := o.sampleObjects()
			want := strings.ReplaceAll(allowed, " ", "")
			for i, op := range operations {
				got := o.operate(op.method, fill.Replace(op.path), op.body, token)
				if allowed := got.status/100 == 2; allowed != (want[i] == 'y') || !allowed && (got.status != 403 || got.text("errorCode") != "E0000006") {
					t.Errorf("%s: %d %s", op.name, got.status, got.body)
				}
			}
		})
	}
}

// sampleObjects makes an app, a group and a user, and returns what puts their
// ids into paths.
func (o *testOrg) sampleObjects() *strings.Replacer {
	o.t.Helper()
	user, _ := o.newUser("eve@example.com")
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "sample"}}).text("id")
	return strings.NewReplacer("{app}", o.newWebApp(nil).id, "{group}", group, "{user}", user)
}

func (o *testOrg) operate(method, path string, body any, token string) *answer {
	o.t.Helper()
	if grant, isGrant := body.(doc); isGrant && grant["scopeId"] != nil {
		body = doc{"issuer": o.url, "scopeId": grant["scopeId"]}
	}
	raw := ""
	if body != nil {
		encoded, _ := json.Marshal(body)
		raw = string(encoded)
	}
	return o.send(method, path, raw, "Authorization", "Bearer "+token, "Content-Type", "application/json")
}

// TestTargets narrows roles to one group and to one app.
func TestTargets(t *testing.T) {
	o := newTestOrg(t)
	fill := o.sampleObjects()
	mine, _ := o.newUser(testLogin)
	myGroup := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "mine"}}).text("id")
	o.admin("PUT", "/api/v1/groups/"+myGroup+"/users/"+mine, nil)
	myApp := o.newWebApp(nil).id

	admin := o.newServiceApp(everyScope...)
	roles := "/oauth2/v1/clients/" + admin.id + "/roles"
	userAdmin := o.admin("POST", roles, doc{"type": "USER_ADMIN"}).text("id")
	o.admin("PUT", roles+"/"+userAdmin+"/targets/groups/"+myGroup, nil)
	token := admin.token(strings.Join(everyScope, " "))
	try := func(method, path string, body any, status int) *answer {
		t.Helper()
		got := o.operate(method, fill.Replace(path), body, token)
		if got.status != status {
			t.Errorf("%s %s: %d %s", method, path, got.status, got.body)
		}
		return got
	}
	for path, want := range map[string]int{"/api/v1/users": 1, "/api/v1/groups": 1} {
		var list []doc
		if err := json.Unmarshal(try("GET", path, nil, 200).body, &list); err != nil || len(list) != want {
			t.Errorf("%s: %d objects", path, len(list))
		}
	}
	try("GET", "/api/v1/users/"+mine, nil, 200)
	try("GET", "/api/v1/users/"+testLogin, nil, 200)
	try("GET", "/api/v1/users/{user}", nil, 403)
	try("POST", "/api/v1/users/"+mine, doc{"profile": doc{"nickName": "x"}}, 200)
	try("POST", "/api/v1/users/{user}", doc{"profile": doc{"nickName": "x"}}, 403)
	try("POST", "/api/v1/groups", doc{"profile": doc{"name": "new"}}, 403)
	try("PUT", "/api/v1/groups/{group}", doc{"profile": doc{"name": "new"}}, 403)
	try("GET", "/api/v1/apps", nil, 403)

	appAdmin := o.admin("POST", roles, doc{"type": "APP_ADMIN"}).text("id")
	o.admin("PUT", roles+"/"+appAdmin+"/targets/catalog/apps/oidc_client/"+myApp, nil)
	var apps []doc
	if err := json.Unmarshal(try("GET", "/api/v1/apps", nil, 200).body, &apps); err != nil || len(apps) != 1 {
		t.Errorf("apps: %d", len(apps))
	}
	try("GET", "/api/v1/apps/"+myApp, nil, 200)
	try("GET", "/api/v1/apps/{app}", nil, 403)
	try("POST", "/api/v1/apps/{app}/lifecycle/deactivate", nil, 403)
	newApp := doc{"name": "oidc_client", "label": "new", "signOnMode": "OPENID_CONNECT", "credentials": doc{"oauthClient": doc{"token_endpoint_auth_method": "client_secret_basic"}},
		"settings": doc{"oauthClient": doc{"application_type": "web", "grant_types": []string{"authorization_code"}, "response_types": []string{"code"}, "redirect_uris": []string{testCallback}}}}
	try("POST", "/api/v1/apps", newApp, 403)
}

// TestCatalogTarget lets an app admin of all OIDC apps make new ones.
func TestCatalogTarget(t *testing.T) {
	o := newTestOrg(t)
	assignment := &state.RoleAssignment{Type: "APP_ADMIN", TargetApps: []state.AppTarget{{Name: state.OIDCClientName}}}
	if !access.Covers(o.server.org, assignment, access.AppsCreate, access.App, "") || !access.Covers(o.server.org, assignment, access.AppsManage, access.App, o.newWebApp(nil).id) {
		t.Error("refused")
	}
}

func TestRolesThroughGroups(t *testing.T) {
	o := newSignInOrg(t, nil, "okta.users.read")
	token := o.tokens("okta.users.read").text("access_token")
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "admins"}}).text("id")
	o.admin("POST", "/api/v1/groups/"+group+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	if got := o.get("/api/v1/users", token); got.status != 403 || got.text("errorCode") != "E0000006" {
		t.Errorf("outside the group: %d %s", got.status, got.body)
	}
	o.admin("PUT", "/api/v1/groups/"+group+"/users/"+o.userID, nil)
	if got := o.get("/api/v1/users", token); got.status != http.StatusOK {
		t.Errorf("in the group: %d %s", got.status, got.body)
	}
}

// TestResourceSets has custom roles on sets of several forms.
func TestResourceSets(t *testing.T) {
	o := newTestOrg(t)
	org := o.server.org
	inside, _ := o.newUser(testLogin)
	outside, _ := o.newUser("eve@example.com")
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "g"}}).text("id")
	o.admin("PUT", "/api/v1/groups/"+group+"/users/"+inside, nil)
	appID := o.newWebApp(nil).id
	role := &state.CustomRole{ID: "cr0", Permissions: []*state.Permission{{Label: "okta.users.read"}, {Label: "okta.apps.manage"}, {Label: "okta.groups.members.manage"}}}
	org.CustomRoles.Put(role.ID, role)
	directory, idp := "orn:okta:directory:"+org.Self().ID+":", "orn:okta:idp:"+org.Self().ID+":"
	for _, test := range []struct {
		orn        string
		conditions map[string]any
		right      web.Right
		of         *access.Object
		id         string
		want       bool
	}{
		{directory + "users", nil, access.UsersRead, access.User, inside, true},
		{directory + "users", nil, access.UsersManage, access.User, inside, false},
		{directory + "users", nil, access.GroupsRead, access.Group, group, false},
		{directory + "users:" + inside, nil, access.UsersRead, access.User, inside, true},
		{directory + "users:" + inside, nil, access.UsersRead, access.User, outside, false},
		{directory + "users", map[string]any{"Exclude": map[string]any{"okta:ORN": []any{directory + "users:" + outside}}}, access.UsersRead, access.User, outside, false},
		{directory + "users", map[string]any{"Exclude": map[string]any{"okta:ORN": []any{directory + "users:" + outside}}}, access.UsersRead, access.User, inside, true},
		{directory + "groups:" + group + ":contained_resources", nil, access.UsersRead, access.User, inside, true},
		{directory + "groups:" + group + ":contained_resources", nil, access.UsersRead, access.User, outside, false},
		{directory + "groups:" + group, nil, access.UsersRead, access.User, inside, false},
		{directory + "groups:" + group, nil, access.GroupsMembers, access.Group, group, true},
		{directory + "groups", nil, access.GroupsMembers, access.Group, group, true},
		{directory + "groups", nil, access.GroupsManage, access.Group, group, false},
		{idp + "apps", nil, access.AppsManage, access.App, appID, true},
		{idp + "apps", nil, access.AppsCreate, access.App, "", true},
		{idp + "apps:oidc_client", nil, access.AppsManage, access.App, appID, true},
		{idp + "apps:other", nil, access.AppsManage, access.App, appID, false},
		{idp + "apps:oidc_client:" + appID, nil, access.AppsManage, access.App, appID, true},
		{idp + "apps:oidc_client:" + appID, nil, access.AppsCreate, access.App, "", false},
		{idp + "apps:oidc_client:0oa1", nil, access.AppsManage, access.App, appID, false},
		{"garbage", nil, access.AppsManage, access.App, appID, false},
	} {
		org.ResourceSets.Put("iam", &state.ResourceSet{ID: "iam", Resources: []*state.Resource{{ORN: test.orn, Conditions: test.conditions}}})
		assignment := &state.RoleAssignment{Type: "CUSTOM", Role: "cr0", ResourceSet: "iam"}
		if got := access.Gives(org, assignment, test.right) && access.Covers(org, assignment, test.right, test.of, test.id); got != test.want {
			t.Errorf("%s on %s, %s: %v", test.right, test.orn, test.id, got)
		}
	}
}

// TestRightsTable keeps the table honest: every row says where it is from, and
// every right is one that a call can need.
func TestRightsTable(t *testing.T) {
	families := []string{"users.", "groups.", "apps.", "appGrants.", "roles.", "policies.", "logs.", "schemas.", "zones.", "trustedOrigins.", "groupRules."}
	for _, row := range access.RoleRights {
		if row.Source == "" || row.Confidence != "documented" && row.Confidence != "inferred" && row.Confidence != "disputed" {
			t.Errorf("%s: %q %q", row.Role, row.Source, row.Confidence)
		}
		for _, given := range strings.Fields(row.Rights) {
			known := given == "*"
			for _, family := range families {
				known = known || strings.HasPrefix(given, family)
			}
			if !known {
				t.Errorf("%s: unknown right %s", row.Role, given)
			}
		}
	}
	for _, role := range access.StandardRoles() {
		found := false
		for _, row := range access.RoleRights {
			found = found || row.Role == role.ID
		}
		if !found {
			t.Errorf("%s is not in the table", role.ID)
		}
	}
}

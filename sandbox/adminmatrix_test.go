package sandbox

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// matrixActors are the roles that may change anything, in the order of the page.
var matrixActors = []string{"ORG_ADMIN", "APP_ADMIN", "USER_ADMIN", "GROUP_MEMBERSHIP_ADMIN", "HELP_DESK_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN", "CUSTOM"}

// classTargets are what objects of a class can hold.
func classTargets(class operationClass) []string {
	var all []string
	for _, role := range standardRoles() {
		all = append(all, role.id)
	}
	all = append(all, "CUSTOM")
	switch family, _, _ := strings.Cut(string(class), "."); family {
	case "user":
		all = append(all, heldThroughGroup)
	case "app":
		all = append(all, heldGrants)
	}
	return all
}

// mayHave reports whether a role of the type can give a right of the class.
func mayHave(actor string, class operationClass) bool {
	if class == classGroupApps {
		class = classAppAssignment
	}
	for needed, of := range rightClasses {
		if of != class {
			continue
		}
		if actor != "CUSTOM" && grantsRight(actor, needed) {
			return true
		}
		for _, row := range roleRights {
			if actor == "CUSTOM" && strings.HasPrefix(row.role, "okta.") && grantsRight(row.role, needed) {
				return true
			}
		}
	}
	return false
}

// matrixClasses are the classes of operations that change an object.
func matrixClasses() []operationClass {
	return []operationClass{classUserPassword, classUserProfile, classUserActivate, classUserSuspend, classUserDeactivate,
		classGroupSettings, classGroupMembers, classGroupApps, classAppSettings, classAppKeys, classAppAssignment, classAppGrants, classRoles}
}

// TestAdminMatrixIsComplete: a row states every cell of an actor that has the
// right at all, every row states some cell, and every row has its source.
func TestAdminMatrixIsComplete(t *testing.T) {
	stated := map[matrixRow]bool{}
	cells := 0
	for _, actor := range append([]string{"SUPER_ADMIN"}, matrixActors...) {
		for _, class := range matrixClasses() {
			for _, target := range classTargets(class) {
				row, found := matrixCell(actor, class, target)
				switch {
				case found && !mayHave(actor, class):
					t.Errorf("%s has no right to %s, and the matrix speaks of it", actor, class)
				case !found && mayHave(actor, class):
					t.Errorf("no row for %s, %s, %s", actor, class, target)
				case found:
					stated[row] = true
					cells++
				}
			}
		}
	}
	for _, row := range adminMatrix {
		if !stated[row] {
			t.Errorf("the row of %s, %s, %s states no cell", row.actor, row.classes, row.targets)
		}
		if row.source == "" || !slices.Contains([]string{"documented", "inferred", "disputed"}, row.confidence) {
			t.Errorf("%s, %s: %q %q", row.actor, row.classes, row.source, row.confidence)
		}
	}
	for _, role := range standardRoles() {
		for _, class := range matrixClasses() {
			if role.id != "SUPER_ADMIN" && !slices.Contains(matrixActors, role.id) && mayHave(role.id, class) {
				t.Errorf("%s has a right to %s and is no actor of the matrix", role.id, class)
			}
		}
	}
	t.Logf("%d cells", cells)
}

// TestNobodyTakesOverAStrongerAdmin: whoever may act for a user (set the
// password, change the login) may do already what the user's role allows.
func TestNobodyTakesOverAStrongerAdmin(t *testing.T) {
	for _, actor := range matrixActors {
		for _, target := range standardRoles() {
			for _, class := range []operationClass{classUserPassword, classUserProfile, classUserActivate} {
				if row, _ := matrixCell(actor, class, target.id); !row.may {
					continue
				}
				for needed, of := range rightClasses {
					if of != classRead && grantsRight(target.id, needed) && !grantsRight(actor, needed) {
						t.Errorf("%s may act for %s, who has %s", actor, target.id, needed)
					}
				}
			}
		}
	}
}

// TestOnlySuperAdminsGrant roles and scopes.
func TestOnlySuperAdminsGrant(t *testing.T) {
	for _, row := range roleRights {
		for _, needed := range []right{rightRolesManage, rightGrantsManage} {
			if row.role != "SUPER_ADMIN" && grantsRight(row.role, needed) {
				t.Errorf("%s gives %s", row.role, needed)
			}
		}
	}
}

// routeCall is a call of the route on the objects, without a principal.
func routeCall(s *Server, rt *route, ids map[string]string) *call {
	method, path, _ := strings.Cut(rt.pattern, " ")
	r := httptest.NewRequest(method, "http://org.example"+path, nil)
	for name, id := range ids {
		if strings.Contains(path, "{"+name+"}") {
			r.SetPathValue(name, id)
		}
	}
	return &call{s: s, org: s.org, r: r, route: rt, now: s.now()}
}

// TestEveryRouteHasAClass fails for a new route on users, groups or apps whose
// right has no class in the matrix.
func TestEveryRouteHasAClass(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	classes := map[operationClass]int{}
	for _, rt := range routes() {
		if rt.scope == "" || !strings.Contains(rt.pattern, "{userId}") && !strings.Contains(rt.pattern, "{groupId}") &&
			!strings.Contains(rt.pattern, "{appId}") && !strings.Contains(rt.pattern, "{clientId}") {
			continue
		}
		c := routeCall(s, &rt, map[string]string{"userId": "x", "groupId": "x", "appId": "x", "clientId": "x"})
		needed := c.neededRight()
		class, known := rightClasses[needed]
		switch {
		case !known:
			t.Errorf("%s needs %s, which has no class", rt.pattern, needed)
		case class == classRead && !c.reads():
			t.Errorf("%s changes something, and its class is that of reading", rt.pattern)
		}
		classes[class]++
	}
	for _, class := range matrixClasses() {
		if class != classGroupApps && classes[class] == 0 {
			t.Errorf("no route has the class %s", class)
		}
	}
}

// matrixObjects are an org's objects by what they hold.
type matrixObjects struct {
	server *Server
	ids    map[string]map[string]string // by parameter of a path, then by what the object holds
}

// newMatrixObjects makes a user, a group and a service app for each thing that
// they can hold.
func newMatrixObjects(t *testing.T) *matrixObjects {
	t.Helper()
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := &matrixObjects{s, map[string]map[string]string{"userId": {}, "groupId": {}, "appId": {}}}
	service := map[string]any{"name": oidcClientName, "settings": map[string]any{"oauthClient": map[string]any{"application_type": "service"}}}
	for _, holds := range append(classTargets("user."), heldGrants, "") {
		var roles []*roleAssignment
		if holds != "" && holds != heldThroughGroup && holds != heldGrants {
			roles = []*roleAssignment{{ID: newID("ra1"), Type: holds}}
		}
		u := &user{ID: newID("00u"), Status: "ACTIVE", Profile: map[string]any{"login": holds + "@example.com"}, Roles: roles}
		g := &group{ID: newID("00g"), Type: "OKTA_GROUP", Profile: map[string]any{"name": "group " + holds}, Roles: roles}
		a := &app{ID: newID("0oa"), Status: "ACTIVE", Doc: service, Roles: roles}
		if holds == heldGrants {
			a.Grants = []*grant{{ID: "oag", ScopeID: "okta.users.read"}}
		}
		s.org.users.put(u.ID, u)
		s.org.groups.put(g.ID, g)
		s.org.apps.put(a.ID, a)
		o.ids["userId"][holds], o.ids["groupId"][holds], o.ids["appId"][holds] = u.ID, g.ID, a.ID
	}
	admins := &group{ID: newID("00g"), Type: "OKTA_GROUP", Profile: map[string]any{"name": "readers"}, Members: []string{o.ids["userId"][heldThroughGroup]},
		Roles: []*roleAssignment{{ID: "gra", Type: "READ_ONLY_ADMIN"}}}
	s.org.groups.put(admins.ID, admins)
	everything := &customRole{ID: "cr0"}
	for _, row := range roleRights {
		if strings.HasPrefix(row.role, "okta.") {
			everything.Permissions = append(everything.Permissions, &permission{Label: row.role})
		}
	}
	s.org.customRoles.put(everything.ID, everything)
	org := s.org.self().ID
	s.org.resourceSets.put("iam", &resourceSet{ID: "iam", Resources: []*resource{{ORN: "orn:okta:directory:" + org + ":users"},
		{ORN: "orn:okta:directory:" + org + ":groups"}, {ORN: "orn:okta:idp:" + org + ":apps"}}})
	return o
}

// TestAdminMatrix calls every route that changes a user, a group or an app that
// holds something, with every role.
func TestAdminMatrix(t *testing.T) {
	o := newMatrixObjects(t)
	calls := 0
	for _, rt := range routes() {
		parameter := ""
		for _, name := range []string{"userId", "groupId", "appId"} { // the last one is what the call is about
			if strings.Contains(rt.pattern, "{"+name+"}") {
				parameter = name
			}
		}
		if strings.Contains(rt.pattern, "/groups/{groupId}/users/{userId}") {
			parameter = "groupId"
		}
		if rt.scope == "" || parameter == "" {
			continue
		}
		for _, actor := range append([]string{"SUPER_ADMIN"}, matrixActors...) {
			for holds, id := range o.ids[parameter] {
				ids := map[string]string{"userId": o.ids["userId"][""], "groupId": o.ids["groupId"][""], "appId": o.ids["appId"][""]}
				ids[parameter] = id
				c := routeCall(o.server, &rt, ids)
				c.principal = &principal{roles: []*roleAssignment{{Type: actor, Role: "cr0", ResourceSet: "iam"}}}
				class := rightClasses[c.neededRight()]
				want := mayHaveRight(actor, c.neededRight())
				if class != classRead && slices.Contains(classTargets(class), holds) {
					want = want && mayManage(actor, class, []string{holds})
				}
				if got := c.mayCall(); got != want {
					t.Errorf("%s, %s on an object that holds %q: %v", actor, rt.pattern, holds, got)
				}
				calls++
			}
		}
	}
	if calls < 5000 {
		t.Errorf("only %d calls", calls)
	}
	t.Logf("%d calls", calls)
}

func mayHaveRight(actor string, needed right) bool {
	if actor != "CUSTOM" {
		return grantsRight(actor, needed)
	}
	return slices.ContainsFunc(roleRights, func(row roleRight) bool {
		return strings.HasPrefix(row.role, "okta.") && grantsRight(row.role, needed)
	})
}

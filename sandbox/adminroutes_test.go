package sandbox

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// routeCall is a call of the route on the objects, without a principal.
func routeCall(s *Server, rt *web.Route, ids map[string]string) *web.Call {
	method, path, _ := strings.Cut(rt.Pattern, " ")
	r := httptest.NewRequest(method, "http://org.example"+path, nil)
	for name, id := range ids {
		if strings.Contains(path, "{"+name+"}") {
			r.SetPathValue(name, id)
		}
	}
	return &web.Call{Org: s.org, Request: r, Route: rt, Now: s.now()}
}

// TestEveryRouteHasAClass fails for a new route on users, groups or apps whose
// right has no class in the matrix.
func TestEveryRouteHasAClass(t *testing.T) {
	s, err := New(Options{SigningKey: testSigningKey})
	if err != nil {
		t.Fatal(err)
	}
	classes := map[access.OperationClass]int{}
	for _, rt := range routes() {
		if rt.Scope == "" || !strings.Contains(rt.Pattern, "{userId}") && !strings.Contains(rt.Pattern, "{groupId}") &&
			!strings.Contains(rt.Pattern, "{appId}") && !strings.Contains(rt.Pattern, "{clientId}") {
			continue
		}
		c := routeCall(s, &rt, map[string]string{"userId": "x", "groupId": "x", "appId": "x", "clientId": "x"})
		needed := rt.Right
		class, known := access.RightClasses[needed]
		switch {
		case !known:
			t.Errorf("%s needs %s, which has no class", rt.Pattern, needed)
		case class == access.ClassRead && !c.Reads():
			t.Errorf("%s changes something, and its class is that of reading", rt.Pattern)
		}
		classes[class]++
	}
	for _, class := range access.Classes() {
		if class != access.ClassGroupApps && classes[class] == 0 {
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
	s, err := New(Options{SigningKey: testSigningKey})
	if err != nil {
		t.Fatal(err)
	}
	o := &matrixObjects{s, map[string]map[string]string{"userId": {}, "groupId": {}, "appId": {}}}
	service := map[string]any{"name": state.OIDCClientName, "settings": map[string]any{"oauthClient": map[string]any{"application_type": "service"}}}
	for _, holds := range append(access.Targets("user."), access.HeldGrants, "") {
		var roles []*state.RoleAssignment
		if holds != "" && holds != access.HeldThroughGroup && holds != access.HeldGrants {
			roles = []*state.RoleAssignment{{ID: state.NewID("ra1"), Type: holds}}
		}
		u := &state.User{ID: state.NewID("00u"), Status: "ACTIVE", Profile: map[string]any{"login": holds + "@example.com"}, Roles: roles}
		g := &state.Group{ID: state.NewID("00g"), Type: "OKTA_GROUP", Profile: map[string]any{"name": "group " + holds}, Roles: roles}
		a := &state.App{ID: state.NewID("0oa"), Status: "ACTIVE", Doc: service, Roles: roles}
		if holds == access.HeldGrants {
			a.Grants = []*state.Grant{{ID: "oag", ScopeID: "okta.users.read"}}
		}
		s.org.Users.Put(u.ID, u)
		s.org.Groups.Put(g.ID, g)
		s.org.Apps.Put(a.ID, a)
		o.ids["userId"][holds], o.ids["groupId"][holds], o.ids["appId"][holds] = u.ID, g.ID, a.ID
	}
	admins := &state.Group{ID: state.NewID("00g"), Type: "OKTA_GROUP", Profile: map[string]any{"name": "readers"}, Members: []string{o.ids["userId"][access.HeldThroughGroup]},
		Roles: []*state.RoleAssignment{{ID: "gra", Type: "READ_ONLY_ADMIN"}}}
	s.org.Groups.Put(admins.ID, admins)
	everything := &state.CustomRole{ID: "cr0"}
	for _, row := range access.RoleRights {
		if strings.HasPrefix(row.Role, "okta.") {
			everything.Permissions = append(everything.Permissions, &state.Permission{Label: row.Role})
		}
	}
	s.org.CustomRoles.Put(everything.ID, everything)
	org := s.org.Self().ID
	s.org.ResourceSets.Put("iam", &state.ResourceSet{ID: "iam", Resources: []*state.Resource{{ORN: "orn:okta:directory:" + org + ":users"},
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
			if strings.Contains(rt.Pattern, "{"+name+"}") {
				parameter = name
			}
		}
		if strings.Contains(rt.Pattern, "/groups/{groupId}/users/{userId}") {
			parameter = "groupId"
		}
		if rt.Scope == "" || parameter == "" {
			continue
		}
		for _, actor := range append([]string{"SUPER_ADMIN"}, access.Actors...) {
			for holds, id := range o.ids[parameter] {
				ids := map[string]string{"userId": o.ids["userId"][""], "groupId": o.ids["groupId"][""], "appId": o.ids["appId"][""]}
				ids[parameter] = id
				c := routeCall(o.server, &rt, ids)
				c.Principal = &web.Principal{Roles: []*state.RoleAssignment{{Type: actor, Role: "cr0", ResourceSet: "iam"}}}
				class := access.RightClasses[rt.Right]
				want := mayHaveRight(actor, rt.Right)
				if class != access.ClassRead && slices.Contains(access.Targets(class), holds) {
					want = want && access.MayManage(actor, class, []string{holds})
				}
				if got := access.MayCall(c); got != want {
					t.Errorf("%s, %s on an object that holds %q: %v", actor, rt.Pattern, holds, got)
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

func mayHaveRight(actor string, needed web.Right) bool {
	if actor != "CUSTOM" {
		return access.GrantsRight(actor, needed)
	}
	return slices.ContainsFunc(access.RoleRights, func(row access.RoleRight) bool {
		return strings.HasPrefix(row.Role, "okta.") && access.GrantsRight(row.Role, needed)
	})
}

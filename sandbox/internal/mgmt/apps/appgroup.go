package apps

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// AppGroupKind describes the group assignments of an app, /api/v1/apps/{appId}/groups, and the apps
// of a group.
func AppGroupKind() kind.Kind {
	const base = "/api/v1/apps/{appId}/groups"
	return kind.Kind{
		Name:   "appGroup",
		PartOf: []string{"app"},
		Routes: []web.Route{
			{Pattern: "GET " + base, Scope: "okta.apps", Right: access.AppsRead, Handle: listAppGroups},
			{Pattern: "GET " + base + "/{groupId}", Scope: "okta.apps", Right: access.AppsRead, Handle: getAppGroup},
			{Pattern: "PUT " + base + "/{groupId}", Scope: "okta.apps", Right: access.AppsAssign, Handle: assignAppGroup},
			{Pattern: "PATCH " + base + "/{groupId}", Scope: "okta.apps", Right: access.AppsAssign, Handle: patchAppGroup},
			{Pattern: "DELETE " + base + "/{groupId}", Scope: "okta.apps", Right: access.AppsAssign, Handle: unassignAppGroup},
			{Pattern: "GET /api/v1/groups/{groupId}/apps", Scope: "okta.groups", Right: access.GroupsRead, Handle: listGroupApps},
		},
		Events: []syslog.Type{eventAppGroupAdd, eventAppGroupUpdate, eventAppGroupRemove},
	}
}

// The events of the group assignments of apps.
var (
	eventAppGroupAdd    = syslog.Type{Name: "group.application_assignment.add", Message: "Add group assignment to application"}
	eventAppGroupUpdate = syslog.Type{Name: "group.application_assignment.update", Message: "Update group assignment to application"}
	eventAppGroupRemove = syslog.Type{Name: "group.application_assignment.remove", Message: "Remove group assignment from application"}
)

func appGroupView(c *web.Call, a *state.App, g *state.GroupAssignment) map[string]any {
	self := c.URL("/api/v1/apps/" + a.ID)
	doc := map[string]any{
		"id": g.GroupID, "lastUpdated": state.Timestamp(g.LastUpdated), "priority": g.Priority, "profile": g.Profile,
		"_links": map[string]any{
			"app":   map[string]any{"href": self},
			"self":  map[string]any{"href": self + "/groups/" + g.GroupID},
			"group": map[string]any{"href": c.URL("/api/v1/groups/" + g.GroupID)},
		},
	}
	if of := c.Org.Groups.Get(g.GroupID); of != nil && c.Query().Get("expand") == "group" { // it may still be invisible
		doc["_embedded"] = map[string]any{"group": kind.GroupView(c, of)}
	}
	return doc
}

func listAppGroups(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	q := strings.ToLower(c.Query().Get("q"))
	var found []*state.GroupAssignment
	for _, g := range a.Groups {
		if strings.HasPrefix(strings.ToLower(c.Org.Groups.Get(g.GroupID).Name()), q) {
			found = append(found, g)
		}
	}
	found, err = web.Page(c, found, func(g *state.GroupAssignment) string { return g.GroupID }, web.PageSize{Fallback: 20, Max: 200, Echo: true})
	if err != nil {
		return err
	}
	list := []any{}
	for _, g := range found {
		list = append(list, appGroupView(c, a, g))
	}
	return c.JSON(http.StatusOK, list)
}

// pathAppGroup returns the app and the assignment in the path.
func pathAppGroup(c *web.Call) (*state.App, *state.GroupAssignment, error) {
	a, err := kind.PathApp(c)
	if err != nil {
		return nil, nil, err
	}
	g := a.GroupAssignment(c.Path("groupId"))
	if g == nil {
		return nil, nil, web.NotFound(c.Path("groupId"), "ApplicationGroupAssignment")
	}
	return a, g, nil
}

func getAppGroup(c *web.Call) error {
	a, g, err := pathAppGroup(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, appGroupView(c, a, g))
}

// assignAppGroup creates or updates an assignment. A new one without a priority comes last; one
// with a priority that is taken moves the others down.
func assignAppGroup(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	if _, err := kind.PathGroup(c); err != nil {
		return err
	}
	var sent struct {
		Priority *int           `json:"priority"`
		Profile  map[string]any `json:"profile"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	if jsondoc.Object(a.Doc, "settings")["implicitAssignment"] == true {
		return web.Invalid("implicitAssignment", "Assignments can't be made while everyone may use the app.")
	}
	if a.Status == "INACTIVE" && a.GroupAssignment(c.Path("groupId")) == nil {
		return web.NotFound(a.ID, "AppInstance")
	}
	g := a.GroupAssignment(c.Path("groupId"))
	kind := eventAppGroupUpdate
	if g == nil {
		kind = eventAppGroupAdd
		g = &state.GroupAssignment{GroupID: c.Path("groupId"), Priority: nextPriority(a), Profile: map[string]any{}}
		a.Groups = append(a.Groups, g)
	}
	if sent.Profile != nil {
		g.Profile = sent.Profile
	}
	if sent.Priority != nil {
		setPriority(a, g, *sent.Priority)
	}
	g.LastUpdated = c.Second()
	c.Org.Apps.Put(a.ID, a)
	emitAppGroup(c, kind, a, g)
	return c.JSON(http.StatusOK, appGroupView(c, a, g))
}

func nextPriority(a *state.App) int {
	next := 0
	for _, g := range a.Groups {
		next = max(next, g.Priority+1)
	}
	return next
}

func setPriority(a *state.App, g *state.GroupAssignment, priority int) {
	taken := slices.ContainsFunc(a.Groups, func(o *state.GroupAssignment) bool { return o != g && o.Priority == priority })
	if taken {
		for _, other := range a.Groups {
			if other != g && other.Priority >= priority {
				other.Priority++
			}
		}
	}
	g.Priority = priority
	slices.SortStableFunc(a.Groups, func(x, y *state.GroupAssignment) int { return x.Priority - y.Priority })
}

// patchAppGroup accepts the JSON Patch operations (RFC 6902) add, replace and remove on priority
// and on the members of profile.
func patchAppGroup(c *web.Call) error {
	a, g, err := pathAppGroup(c)
	if err != nil {
		return err
	}
	var operations []struct {
		Op    string `json:"op"`
		Path  string `json:"path"`
		Value any    `json:"value"`
	}
	if err := c.Decode(&operations); err != nil {
		return err
	}
	for _, o := range operations {
		member, inProfile := strings.CutPrefix(o.Path, "/profile/")
		priority, isNumber := o.Value.(float64)
		switch {
		case o.Op != "add" && o.Op != "replace" && o.Op != "remove":
			return web.Invalid("op", "op: The operation must be add, replace or remove.")
		case inProfile && o.Op == "remove":
			delete(g.Profile, member)
		case inProfile:
			g.Profile[member] = o.Value
		case o.Path == "/priority" && o.Op != "remove" && isNumber:
			setPriority(a, g, int(priority))
		default:
			return web.Invalid("path", "path: The path must be /priority or below /profile.")
		}
	}
	g.LastUpdated = c.Second()
	c.Org.Apps.Put(a.ID, a)
	emitAppGroup(c, eventAppGroupUpdate, a, g)
	return c.JSON(http.StatusOK, appGroupView(c, a, g))
}

func unassignAppGroup(c *web.Call) error {
	a, g, err := pathAppGroup(c)
	if err != nil {
		return err
	}
	a.Groups = slices.DeleteFunc(a.Groups, func(o *state.GroupAssignment) bool { return o == g })
	c.Org.Apps.Put(a.ID, a)
	emitAppGroup(c, eventAppGroupRemove, a, g)
	return c.NoContent(http.StatusNoContent)
}

// appGroupDoc is a group assignment in a seed. It may be written as just the group.
type appGroupDoc struct {
	Group       string         `json:"group"`
	Priority    *int           `json:"priority,omitempty"`
	LastUpdated time.Time      `json:"lastUpdated,omitzero"`
	Profile     map[string]any `json:"profile,omitempty"`
}

func (d *appGroupDoc) UnmarshalJSON(data []byte) error {
	type plain appGroupDoc
	return kind.TextOr(data, &d.Group, (*plain)(d))
}

func emitAppGroup(c *web.Call, kind syslog.Type, a *state.App, g *state.GroupAssignment) {
	targets := []state.LogEntity{syslog.AppEntity(a)}
	if of := c.Org.Groups.Get(g.GroupID); of != nil {
		targets = append(targets, syslog.GroupEntity(of))
	}
	syslog.Emit(c, kind, targets...)
}

func listGroupApps(c *web.Call) error {
	g, err := kind.PathGroup(c)
	if err != nil {
		return err
	}
	found, err := web.Page(c, c.Org.AppsOf(g), func(a *state.App) string { return a.ID }, web.PageSize{Fallback: 20, Max: 200, Echo: true})
	if err != nil {
		return err
	}
	list := []any{}
	for _, a := range found {
		list = append(list, appView(c, a))
	}
	return c.JSON(http.StatusOK, list)
}

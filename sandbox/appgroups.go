package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// appGroupRoutes are the group assignments of an app,
// /api/v1/apps/{appId}/groups.
func appGroupRoutes() []route {
	const base = "/api/v1/apps/{appId}/groups"
	return []route{
		{pattern: "GET " + base, scope: "okta.apps", right: rightAppsRead, handle: listAppGroups},
		{pattern: "GET " + base + "/{groupId}", scope: "okta.apps", right: rightAppsRead, handle: getAppGroup},
		{pattern: "PUT " + base + "/{groupId}", scope: "okta.apps", right: rightAppsAssign, handle: assignAppGroup},
		{pattern: "PATCH " + base + "/{groupId}", scope: "okta.apps", right: rightAppsAssign, handle: patchAppGroup},
		{pattern: "DELETE " + base + "/{groupId}", scope: "okta.apps", right: rightAppsAssign, handle: unassignAppGroup},
	}
}

func (c *call) appGroupView(a *app, g *groupAssignment) map[string]any {
	self := c.url("/api/v1/apps/" + a.ID)
	doc := map[string]any{
		"id": g.GroupID, "lastUpdated": timestamp(g.LastUpdated), "priority": g.Priority, "profile": g.Profile,
		"_links": map[string]any{
			"app":   map[string]any{"href": self},
			"self":  map[string]any{"href": self + "/groups/" + g.GroupID},
			"group": map[string]any{"href": c.url("/api/v1/groups/" + g.GroupID)},
		},
	}
	if of := c.org.groups.get(g.GroupID); of != nil && c.query().Get("expand") == "group" { // it may not be visible yet
		doc["_embedded"] = map[string]any{"group": c.groupView(of)}
	}
	return doc
}

func listAppGroups(c *call) error {
	a, err := c.app()
	if err != nil {
		return err
	}
	q := strings.ToLower(c.query().Get("q"))
	var found []*groupAssignment
	for _, g := range a.Groups {
		if strings.HasPrefix(strings.ToLower(c.org.groups.get(g.GroupID).name()), q) {
			found = append(found, g)
		}
	}
	found, err = page(c, found, func(g *groupAssignment) string { return g.GroupID }, pageSize{fallback: 20, max: 200, echo: true})
	if err != nil {
		return err
	}
	list := []any{}
	for _, g := range found {
		list = append(list, c.appGroupView(a, g))
	}
	return c.json(http.StatusOK, list)
}

// appGroup returns the app and the assignment that the path names.
func (c *call) appGroup() (*app, *groupAssignment, error) {
	a, err := c.app()
	if err != nil {
		return nil, nil, err
	}
	g := a.groupAssignment(c.path("groupId"))
	if g == nil {
		return nil, nil, errNotFound(c.path("groupId"), "ApplicationGroupAssignment")
	}
	return a, g, nil
}

func (a *app) groupAssignment(groupID string) *groupAssignment {
	for _, g := range a.Groups {
		if g.GroupID == groupID {
			return g
		}
	}
	return nil
}

func getAppGroup(c *call) error {
	a, g, err := c.appGroup()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.appGroupView(a, g))
}

// assignAppGroup makes or updates an assignment. Without a priority a new one
// comes last; with one that is taken, those from there on move down.
func assignAppGroup(c *call) error {
	a, err := c.app()
	if err != nil {
		return err
	}
	if _, err := c.group(); err != nil {
		return err
	}
	var sent struct {
		Priority *int           `json:"priority"`
		Profile  map[string]any `json:"profile"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	if object(a.Doc, "settings")["implicitAssignment"] == true {
		return errInvalid("implicitAssignment", "Assignments can't be made while everyone may use the app.")
	}
	if a.Status == "INACTIVE" && a.groupAssignment(c.path("groupId")) == nil {
		return errNotFound(a.ID, "AppInstance")
	}
	g := a.groupAssignment(c.path("groupId"))
	kind := eventAppGroupUpdate
	if g == nil {
		kind = eventAppGroupAdd
		g = &groupAssignment{GroupID: c.path("groupId"), Priority: a.nextPriority(), Profile: map[string]any{}}
		a.Groups = append(a.Groups, g)
	}
	if sent.Profile != nil {
		g.Profile = sent.Profile
	}
	if sent.Priority != nil {
		a.setPriority(g, *sent.Priority)
	}
	g.LastUpdated = c.second()
	c.org.apps.put(a.ID, a)
	c.appGroupHappened(kind, a, g)
	return c.json(http.StatusOK, c.appGroupView(a, g))
}

func (a *app) nextPriority() int {
	next := 0
	for _, g := range a.Groups {
		next = max(next, g.Priority+1)
	}
	return next
}

func (a *app) setPriority(g *groupAssignment, priority int) {
	taken := slices.ContainsFunc(a.Groups, func(o *groupAssignment) bool { return o != g && o.Priority == priority })
	if taken {
		for _, other := range a.Groups {
			if other != g && other.Priority >= priority {
				other.Priority++
			}
		}
	}
	g.Priority = priority
	slices.SortStableFunc(a.Groups, func(x, y *groupAssignment) int { return x.Priority - y.Priority })
}

// patchAppGroup takes the JSON Patch operations (RFC 6902) add, replace and
// remove on priority and on the members of profile.
func patchAppGroup(c *call) error {
	a, g, err := c.appGroup()
	if err != nil {
		return err
	}
	var operations []struct {
		Op    string `json:"op"`
		Path  string `json:"path"`
		Value any    `json:"value"`
	}
	if err := c.decode(&operations); err != nil {
		return err
	}
	for _, o := range operations {
		member, inProfile := strings.CutPrefix(o.Path, "/profile/")
		priority, isNumber := o.Value.(float64)
		switch {
		case o.Op != "add" && o.Op != "replace" && o.Op != "remove":
			return errInvalid("op", "op: The operation must be add, replace or remove.")
		case inProfile && o.Op == "remove":
			delete(g.Profile, member)
		case inProfile:
			g.Profile[member] = o.Value
		case o.Path == "/priority" && o.Op != "remove" && isNumber:
			a.setPriority(g, int(priority))
		default:
			return errInvalid("path", "path: The path must be /priority or below /profile.")
		}
	}
	g.LastUpdated = c.second()
	c.org.apps.put(a.ID, a)
	c.appGroupHappened(eventAppGroupUpdate, a, g)
	return c.json(http.StatusOK, c.appGroupView(a, g))
}

func unassignAppGroup(c *call) error {
	a, g, err := c.appGroup()
	if err != nil {
		return err
	}
	a.Groups = slices.DeleteFunc(a.Groups, func(o *groupAssignment) bool { return o == g })
	c.org.apps.put(a.ID, a)
	c.appGroupHappened(eventAppGroupRemove, a, g)
	return c.noContent(http.StatusNoContent)
}

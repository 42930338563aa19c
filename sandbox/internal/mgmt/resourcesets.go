package mgmt

import (
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// maxResources is how many resources a set may have.
const maxResources = 1000

// ResourceSetRoutes are the resource sets and their resources,
// /api/v1/iam/resource-sets.
func ResourceSetRoutes() []web.Route {
	const base = "/api/v1/iam/resource-sets"
	read := func(path string, handle func(*web.Call) error) web.Route {
		return web.Route{Pattern: "GET " + base + path, Scope: "okta.roles", Right: access.RolesRead, Handle: handle}
	}
	write := func(method, path string, handle func(*web.Call) error) web.Route {
		return web.Route{Pattern: method + " " + base + path, Scope: "okta.roles", Right: access.RolesManage, Handle: handle}
	}
	return []web.Route{
		read("", listResourceSets),
		write("POST", "", createResourceSet),
		read("/{resourceSet}", getResourceSet),
		write("PUT", "/{resourceSet}", replaceResourceSet),
		write("DELETE", "/{resourceSet}", deleteResourceSet),
		read("/{resourceSet}/resources", listResources),
		write("POST", "/{resourceSet}/resources", addResource),
		write("PATCH", "/{resourceSet}/resources", addResources),
		read("/{resourceSet}/resources/{resourceId}", getResource),
		write("PUT", "/{resourceSet}/resources/{resourceId}", replaceResource),
		write("DELETE", "/{resourceSet}/resources/{resourceId}", deleteResource),
		read("/{resourceSet}/bindings", listBindings),
		write("POST", "/{resourceSet}/bindings", createBinding),
		read("/{resourceSet}/bindings/{role}", getBinding),
		write("DELETE", "/{resourceSet}/bindings/{role}", deleteBinding),
		read("/{resourceSet}/bindings/{role}/members", listBindingMembers),
		write("PATCH", "/{resourceSet}/bindings/{role}/members", addBindingMembers),
		read("/{resourceSet}/bindings/{role}/members/{memberId}", getBindingMember),
		write("DELETE", "/{resourceSet}/bindings/{role}/members/{memberId}", removeBindingMember),
	}
}

func pathResourceSet(c *web.Call) (*state.ResourceSet, error) {
	name := c.Path("resourceSet")
	if s := c.Org.ResourceSetNamed(name); s != nil {
		return s, nil
	}
	return nil, web.NotFound(name, "ResourceSet")
}

func resourceSetURL(c *web.Call, s *state.ResourceSet) string {
	return c.URL("/api/v1/iam/resource-sets/" + s.ID)
}

func resourceSetView(c *web.Call, s *state.ResourceSet) map[string]any {
	self := resourceSetURL(c, s)
	return map[string]any{
		"id": s.ID, "label": s.Label, "description": s.Description,
		"created": state.Timestamp(s.Created), "lastUpdated": state.Timestamp(s.LastUpdated),
		"_links": map[string]any{
			"self":      map[string]any{"href": self},
			"resources": map[string]any{"href": self + "/resources"},
			"bindings":  map[string]any{"href": self + "/bindings"},
		},
	}
}

func listResourceSets(c *web.Call) error {
	var found []*state.ResourceSet
	for _, s := range c.Org.ResourceSets.All() {
		found = append(found, s)
	}
	found, next, err := web.PageInBody(c, found, func(s *state.ResourceSet) string { return s.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, s := range found {
		list = append(list, resourceSetView(c, s))
	}
	return c.JSON(http.StatusOK, map[string]any{"resource-sets": list, "_links": nextLink(next)})
}

func createResourceSet(c *web.Call) error {
	var sent struct {
		labelled
		Resources []string `json:"resources"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	var bad web.Violations
	sent.check(&bad, c.Org.ResourceSetNamed(sent.Label) != nil)
	if len(sent.Resources) == 0 {
		bad.Add("resources", "The field cannot be left blank")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	now := c.Second()
	s := &state.ResourceSet{ID: state.NewID("iam"), Label: sent.Label, Description: sent.Description, Created: now, LastUpdated: now}
	if err := addTo(c, s, sent.Resources); err != nil {
		return err
	}
	c.Org.ResourceSets.Put(s.ID, s)
	syslog.Emit(c, syslog.EventSetCreate, resourceSetEntity(s))
	return c.JSON(http.StatusOK, resourceSetView(c, s))
}

func getResourceSet(c *web.Call) error {
	s, err := pathResourceSet(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, resourceSetView(c, s))
}

// replaceResourceSet changes label and description only.
func replaceResourceSet(c *web.Call) error {
	s, err := pathResourceSet(c)
	if err != nil {
		return err
	}
	var sent labelled
	if err := c.Decode(&sent); err != nil {
		return err
	}
	other := c.Org.ResourceSetNamed(sent.Label)
	var bad web.Violations
	sent.check(&bad, other != nil && other != s)
	if err := bad.Err(); err != nil {
		return err
	}
	s.Label, s.Description, s.LastUpdated = sent.Label, sent.Description, c.Second()
	c.Org.ResourceSets.Put(s.ID, s)
	syslog.Emit(c, syslog.EventSetUpdate, resourceSetEntity(s))
	return c.JSON(http.StatusOK, resourceSetView(c, s))
}

// deleteResourceSet takes the bindings on it away.
func deleteResourceSet(c *web.Call) error {
	s, err := pathResourceSet(c)
	if err != nil {
		return err
	}
	for held := range assignments(c.Org) {
		if held.role.Type == "CUSTOM" && held.role.ResourceSet == s.ID {
			drop(c, held)
		}
	}
	c.Org.ResourceSets.Remove(s.ID)
	syslog.Emit(c, syslog.EventSetDelete, resourceSetEntity(s))
	return c.NoContent(http.StatusNoContent)
}

// addTo adds resources, named by ORN or URL, that the set doesn't have yet.
func addTo(c *web.Call, s *state.ResourceSet, names []string) error {
	var orns []string
	for _, name := range names {
		orn, err := resourceName(c, name)
		if err != nil {
			return err
		}
		orns = append(orns, orn)
	}
	for _, orn := range orns {
		if slices.ContainsFunc(s.Resources, func(r *state.Resource) bool { return r.ORN == orn }) {
			continue
		}
		s.Resources = append(s.Resources, &state.Resource{ID: state.NewID("ire"), ORN: orn, Created: c.Second(), LastUpdated: c.Second()})
	}
	if len(s.Resources) > maxResources {
		return web.Invalid("resources", "resources: A resource set can have at most 1000 resources.")
	}
	return nil
}

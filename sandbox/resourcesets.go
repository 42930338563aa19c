package sandbox

import (
	"net/http"
	"slices"
)

// maxResources is how many resources a set may have.
const maxResources = 1000

// resourceSetRoutes are the resource sets and their resources,
// /api/v1/iam/resource-sets.
func resourceSetRoutes() []route {
	const base = "/api/v1/iam/resource-sets"
	read := func(path string, handle func(*call) error) route {
		return route{pattern: "GET " + base + path, scope: "okta.roles", right: rightRolesRead, handle: handle}
	}
	write := func(method, path string, handle func(*call) error) route {
		return route{pattern: method + " " + base + path, scope: "okta.roles", right: rightRolesManage, handle: handle}
	}
	return []route{
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

func (o *org) resourceSetNamed(name string) *resourceSet {
	if s := o.resourceSets.get(name); s != nil {
		return s
	}
	return o.resourceSets.find(func(s *resourceSet) bool { return s.Label == name })
}

func (c *call) resourceSet() (*resourceSet, error) {
	name := c.path("resourceSet")
	if s := c.org.resourceSetNamed(name); s != nil {
		return s, nil
	}
	return nil, errNotFound(name, "ResourceSet")
}

func (c *call) resourceSetURL(s *resourceSet) string {
	return c.url("/api/v1/iam/resource-sets/" + s.ID)
}

func (c *call) resourceSetView(s *resourceSet) map[string]any {
	self := c.resourceSetURL(s)
	return map[string]any{
		"id": s.ID, "label": s.Label, "description": s.Description,
		"created": timestamp(s.Created), "lastUpdated": timestamp(s.LastUpdated),
		"_links": map[string]any{
			"self":      map[string]any{"href": self},
			"resources": map[string]any{"href": self + "/resources"},
			"bindings":  map[string]any{"href": self + "/bindings"},
		},
	}
}

func listResourceSets(c *call) error {
	var found []*resourceSet
	for _, s := range c.org.resourceSets.all() {
		found = append(found, s)
	}
	found, next, err := bodyPage(c, found, func(s *resourceSet) string { return s.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, s := range found {
		list = append(list, c.resourceSetView(s))
	}
	return c.json(http.StatusOK, map[string]any{"resource-sets": list, "_links": nextLink(next)})
}

func createResourceSet(c *call) error {
	var sent struct {
		labelled
		Resources []string `json:"resources"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	var bad violations
	sent.check(&bad, c.org.resourceSetNamed(sent.Label) != nil)
	if len(sent.Resources) == 0 {
		bad.add("resources", "The field cannot be left blank")
	}
	if err := bad.err(); err != nil {
		return err
	}
	now := c.second()
	s := &resourceSet{ID: newID("iam"), Label: sent.Label, Description: sent.Description, Created: now, LastUpdated: now}
	if err := c.addTo(s, sent.Resources); err != nil {
		return err
	}
	c.org.resourceSets.put(s.ID, s)
	c.happened(eventSetCreate, resourceSetParty(s))
	return c.json(http.StatusOK, c.resourceSetView(s))
}

func getResourceSet(c *call) error {
	s, err := c.resourceSet()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.resourceSetView(s))
}

// replaceResourceSet changes label and description only.
func replaceResourceSet(c *call) error {
	s, err := c.resourceSet()
	if err != nil {
		return err
	}
	var sent labelled
	if err := c.decode(&sent); err != nil {
		return err
	}
	other := c.org.resourceSetNamed(sent.Label)
	var bad violations
	sent.check(&bad, other != nil && other != s)
	if err := bad.err(); err != nil {
		return err
	}
	s.Label, s.Description, s.LastUpdated = sent.Label, sent.Description, c.second()
	c.org.resourceSets.put(s.ID, s)
	c.happened(eventSetUpdate, resourceSetParty(s))
	return c.json(http.StatusOK, c.resourceSetView(s))
}

// deleteResourceSet takes the bindings on it away.
func deleteResourceSet(c *call) error {
	s, err := c.resourceSet()
	if err != nil {
		return err
	}
	for held := range c.org.assignments() {
		if held.role.Type == "CUSTOM" && held.role.ResourceSet == s.ID {
			c.drop(held)
		}
	}
	c.org.resourceSets.remove(s.ID)
	c.happened(eventSetDelete, resourceSetParty(s))
	return c.noContent(http.StatusNoContent)
}

// addTo adds resources, named by ORN or URL, that the set doesn't have yet.
func (c *call) addTo(s *resourceSet, names []string) error {
	var orns []string
	for _, name := range names {
		orn, err := c.resourceName(name)
		if err != nil {
			return err
		}
		orns = append(orns, orn)
	}
	for _, orn := range orns {
		if slices.ContainsFunc(s.Resources, func(r *resource) bool { return r.ORN == orn }) {
			continue
		}
		s.Resources = append(s.Resources, &resource{ID: newID("ire"), ORN: orn, Created: c.second(), LastUpdated: c.second()})
	}
	if len(s.Resources) > maxResources {
		return errInvalid("resources", "resources: A resource set can have at most 1000 resources.")
	}
	return nil
}

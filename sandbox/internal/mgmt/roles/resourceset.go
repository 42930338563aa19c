package roles

import (
	"errors"
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// ResourceSetKind describes resource sets with their resources.
func ResourceSetKind() kind.Kind {
	const base = "/api/v1/iam/resource-sets"
	return kind.Kind{
		Name:  "resourceSet",
		Table: func(o *state.Org) state.Storable { return o.ResourceSets },
		Routes: []web.Route{
			readRoles(base, listResourceSets),
			manageRoles("POST", base, createResourceSet),
			readRoles(base+"/{resourceSet}", getResourceSet),
			manageRoles("PUT", base+"/{resourceSet}", replaceResourceSet),
			manageRoles("DELETE", base+"/{resourceSet}", deleteResourceSet),
			readRoles(base+"/{resourceSet}/resources", listResources),
			manageRoles("POST", base+"/{resourceSet}/resources", addResource),
			manageRoles("PATCH", base+"/{resourceSet}/resources", addResources),
			readRoles(base+"/{resourceSet}/resources/{resourceId}", getResource),
			manageRoles("PUT", base+"/{resourceSet}/resources/{resourceId}", replaceResource),
			manageRoles("DELETE", base+"/{resourceSet}/resources/{resourceId}", deleteResource),
		},
		Section: kind.ListOf[resourcesDoc]{
			Member: "resourceSets", Name: func(d *resourcesDoc) string { return d.Label },
			Seed: seedResourceSet, Dump: dumpResourceSets,
		},
		Events: []syslog.Type{
			eventSetCreate, eventSetUpdate, eventSetDelete,
			eventSetResourceAdd, eventSetResourceUpdate, eventSetResourceDelete,
		},
	}
}

// The events of resource sets.
var (
	eventSetCreate         = syslog.Type{Name: "iam.resourceset.create", Message: "Create resource set"}
	eventSetUpdate         = syslog.Type{Name: "iam.resourceset.update", Message: "Update resource set"}
	eventSetDelete         = syslog.Type{Name: "iam.resourceset.delete", Message: "Delete resource set"}
	eventSetResourceAdd    = syslog.Type{Name: "iam.resourceset.resources.add", Message: "Add resources to resource set"}
	eventSetResourceUpdate = syslog.Type{Name: "iam.resourceset.resources.update", Message: "Update resources of resource set"}
	eventSetResourceDelete = syslog.Type{Name: "iam.resourceset.resources.delete", Message: "Remove resources from resource set"}
)

// maxResources is the maximum number of resources in a set.
const maxResources = 1000

func pathResourceSet(c *web.Call) (*state.ResourceSet, error) {
	name := c.Path("resourceSet")
	if s := c.Org.ResourceSetNamed(name); s != nil {
		return s, nil
	}
	return nil, web.NotFound(name, "IAMPolicy")
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

// answerResourceSet answers with one set, and with a Link header to it, as for custom roles.
func answerResourceSet(c *web.Call, s *state.ResourceSet) error {
	c.Header.Add("Link", "<"+resourceSetURL(c, s)+`>; rel="self"`)
	return c.JSON(http.StatusOK, resourceSetView(c, s))
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
	return c.JSON(http.StatusOK, map[string]any{"resource-sets": list, "_links": kind.NextLink(next)})
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
	syslog.Emit(c, eventSetCreate, resourceSetEntity(s))
	return answerResourceSet(c, s)
}

func getResourceSet(c *web.Call) error {
	s, err := pathResourceSet(c)
	if err != nil {
		return err
	}
	return answerResourceSet(c, s)
}

// replaceResourceSet changes only the label and description.
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
	syslog.Emit(c, eventSetUpdate, resourceSetEntity(s))
	return answerResourceSet(c, s)
}

// deleteResourceSet also removes the bindings on the set.
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
	syslog.Emit(c, eventSetDelete, resourceSetEntity(s))
	return c.NoContent(http.StatusNoContent)
}

// addTo adds those resources, named by ORN or URL, that the set does not have yet.
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

type resourcesDoc struct {
	kind.MadeDoc
	Label       string         `json:"label"`
	Description string         `json:"description,omitempty"`
	Resources   []*resourceDoc `json:"resources"`
}

func seedResourceSet(s *kind.Seeding, d *resourcesDoc) error {
	d.Fill("iam", s.Now)
	if d.Label == "" {
		return errors.New("label is needed")
	}
	if s.Org.ResourceSetNamed(d.Label) != nil {
		return errors.New("a resource set with this label is there already")
	}
	set := &state.ResourceSet{ID: d.ID, Label: d.Label, Description: d.Description, Created: d.Created, LastUpdated: d.LastUpdated}
	for _, r := range d.Resources {
		r.Fill("ire", d.Created)
		orn, err := resourceName(s.Call, resourcePath(s, r.Resource))
		if err != nil {
			return kind.Causes(err)
		}
		set.Resources = append(set.Resources, &state.Resource{ID: r.ID, ORN: orn, Conditions: r.Conditions, Created: r.Created, LastUpdated: r.LastUpdated})
	}
	s.Org.ResourceSets.Put(set.ID, set)
	return nil
}

func dumpResourceSets(o *state.Org, _ bool) (docs []*resourcesDoc) {
	for _, s := range o.ResourceSets.All() {
		d := &resourcesDoc{kind.MadeDoc{ID: s.ID, Created: s.Created, LastUpdated: s.LastUpdated}, s.Label, s.Description, nil}
		for _, r := range s.Resources {
			d.Resources = append(d.Resources, &resourceDoc{kind.MadeDoc{ID: r.ID, Created: r.Created, LastUpdated: r.LastUpdated}, r.ORN, r.Conditions})
		}
		docs = append(docs, d)
	}
	return docs
}

func resourceSetEntity(s *state.ResourceSet) state.LogEntity {
	return state.LogEntity{ID: s.ID, Type: "RESOURCE_SET", Alternate: "unknown", Name: s.Label}
}

package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// resourceName turns a resource that is named by its URL in this org into its
// ORN; an ORN of this org stays as it is, whatever its partition.
func (c *call) resourceName(name string) (string, error) {
	if rest, isORN := strings.CutPrefix(name, "orn:"); isORN {
		parts := strings.SplitN(rest, ":", 4) // partition, service, org, object
		if len(parts) == 4 && parts[2] == c.org.self().ID {
			return "orn:okta:" + strings.Join(parts[1:], ":"), nil
		}
		return "", errInvalid("resources", "resources: '"+name+"' is not a resource of this org.")
	}
	path, ownURL := strings.CutPrefix(name, c.base+"/api/v1/")
	u, err := url.Parse(path)
	if !ownURL || err != nil {
		return "", errInvalid("resources", "resources: '"+name+"' is not a resource of this org.")
	}
	directory, idp := c.org.orn("directory"), c.org.orn("idp")
	parts := strings.Split(u.Path, "/")
	kind := parts[0]
	switch {
	case kind == "apps" && len(parts) == 1 && u.Query().Has("filter"):
		app, isName := strings.CutPrefix(u.Query().Get("filter"), `name eq "`)
		if isName {
			return idp + ":apps:" + strings.TrimSuffix(app, `"`), nil
		}
	case kind == "apps" && len(parts) == 2:
		if a := c.org.apps.get(parts[1]); a != nil {
			return c.org.appORN(a), nil
		}
		return "", errNotFound(parts[1], "AppInstance")
	case kind == "groups" && len(parts) == 3 && parts[2] == "users":
		return directory + ":groups:" + parts[1] + ":contained_resources", nil
	case (kind == "users" || kind == "groups") && len(parts) <= 2:
		return directory + ":" + strings.Join(parts, ":"), nil
	case kind == "apps" && len(parts) == 1:
		return idp + ":apps", nil
	case kind == "authorizationServers" && len(parts) <= 2:
		return idp + ":" + strings.Join(append([]string{"authorization_servers"}, parts[1:]...), ":"), nil
	}
	return "", errInvalid("resources", "resources: '"+name+"' is not a resource of this org.")
}

// resourceURL is the URL of a resource; empty where it has none.
func (c *call) resourceURL(orn string) string {
	parts := strings.Split(orn, ":")[4:] // after orn:okta:service:org
	switch {
	case parts[0] == "apps" && len(parts) == 2:
		return c.url("/api/v1/apps?filter=" + url.QueryEscape(`name eq "`+parts[1]+`"`))
	case parts[0] == "apps" && len(parts) == 3:
		return c.url("/api/v1/apps/" + parts[2])
	case parts[0] == "groups" && len(parts) == 3:
		return c.url("/api/v1/groups/" + parts[1] + "/users")
	case parts[0] == "users" || parts[0] == "groups" || parts[0] == "apps":
		return c.url("/api/v1/" + strings.Join(parts, "/"))
	case parts[0] == "authorization_servers":
		return c.url("/api/v1/" + strings.Join(append([]string{"authorizationServers"}, parts[1:]...), "/"))
	}
	return ""
}

func (c *call) resourceView(s *resourceSet, r *resource) map[string]any {
	links := map[string]any{"resource": map[string]any{"href": c.resourceSetURL(s) + "/resources/" + r.ID}}
	if href := c.resourceURL(r.ORN); href != "" {
		links["self"] = map[string]any{"href": href}
	}
	doc := map[string]any{"id": r.ID, "orn": r.ORN, "created": timestamp(r.Created), "lastUpdated": timestamp(r.LastUpdated), "_links": links}
	if r.Conditions != nil {
		doc["conditions"] = r.Conditions
	}
	return doc
}

func listResources(c *call) error {
	s, err := c.resourceSet()
	if err != nil {
		return err
	}
	found, next, err := bodyPage(c, s.Resources, func(r *resource) string { return r.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, r := range found {
		list = append(list, c.resourceView(s, r))
	}
	links := nextLink(next)
	links["resource-set"] = map[string]any{"href": c.resourceSetURL(s)}
	return c.json(http.StatusOK, map[string]any{"resources": list, "_links": links})
}

func addResource(c *call) error {
	s, err := c.resourceSet()
	if err != nil {
		return err
	}
	var sent struct {
		Name       string         `json:"resourceOrnOrUrl"`
		Conditions map[string]any `json:"conditions"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	orn, err := c.resourceName(sent.Name)
	if err != nil {
		return err
	}
	if err := c.addTo(s, []string{orn}); err != nil {
		return err
	}
	r := s.Resources[slices.IndexFunc(s.Resources, func(r *resource) bool { return r.ORN == orn })]
	r.Conditions, r.LastUpdated = sent.Conditions, c.second()
	c.org.resourceSets.put(s.ID, s)
	c.happened(eventSetResourceAdd, resourceSetParty(s), resourceParty(r))
	return c.json(http.StatusOK, c.resourceView(s, r))
}

func addResources(c *call) error {
	s, err := c.resourceSet()
	if err != nil {
		return err
	}
	var sent struct {
		Additions []string `json:"additions"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	if err := c.addTo(s, sent.Additions); err != nil {
		return err
	}
	s.LastUpdated = c.second()
	c.org.resourceSets.put(s.ID, s)
	c.happened(eventSetResourceAdd, resourceSetParty(s))
	return c.json(http.StatusOK, c.resourceSetView(s))
}

func (c *call) resource() (*resourceSet, *resource, error) {
	s, err := c.resourceSet()
	if err != nil {
		return nil, nil, err
	}
	id := c.path("resourceId")
	for _, r := range s.Resources {
		if r.ID == id {
			return s, r, nil
		}
	}
	return nil, nil, errNotFound(id, "ResourceSetResource")
}

func getResource(c *call) error {
	s, r, err := c.resource()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.resourceView(s, r))
}

// replaceResource changes the conditions.
func replaceResource(c *call) error {
	s, r, err := c.resource()
	if err != nil {
		return err
	}
	conditions, err := c.conditions()
	if err != nil {
		return err
	}
	r.Conditions, r.LastUpdated = conditions, c.second()
	c.org.resourceSets.put(s.ID, s)
	c.happened(eventSetResourceUpdate, resourceSetParty(s), resourceParty(r))
	return c.json(http.StatusOK, c.resourceView(s, r))
}

func deleteResource(c *call) error {
	s, r, err := c.resource()
	if err != nil {
		return err
	}
	s.Resources = slices.DeleteFunc(s.Resources, func(o *resource) bool { return o == r })
	c.org.resourceSets.put(s.ID, s)
	c.happened(eventSetResourceDelete, resourceSetParty(s), resourceParty(r))
	return c.noContent(http.StatusNoContent)
}

package roles

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// resourceName converts the URL of a resource in this org to its ORN. An ORN of this org is
// returned unchanged, whatever its partition.
func resourceName(c *web.Call, name string) (string, error) {
	if rest, isORN := strings.CutPrefix(name, "orn:"); isORN {
		parts := strings.SplitN(rest, ":", 4) // partition, service, org, object
		if len(parts) == 4 && parts[2] == c.Org.Self().ID {
			return "orn:okta:" + strings.Join(parts[1:], ":"), nil
		}
		return "", web.Invalid("resources", "resources: '"+name+"' is not a resource of this org.")
	}
	path, ownURL := strings.CutPrefix(name, c.Base+"/api/v1/")
	u, err := url.Parse(path)
	if !ownURL || err != nil {
		return "", web.Invalid("resources", "resources: '"+name+"' is not a resource of this org.")
	}
	directory, idp := c.Org.ORN("directory"), c.Org.ORN("idp")
	parts := strings.Split(u.Path, "/")
	kind := parts[0]
	switch {
	case kind == "apps" && len(parts) == 1 && u.Query().Has("filter"):
		app, isName := strings.CutPrefix(u.Query().Get("filter"), `name eq "`)
		if isName {
			return idp + ":apps:" + strings.TrimSuffix(app, `"`), nil
		}
	case kind == "apps" && len(parts) == 2:
		if a := c.Org.Apps.Get(parts[1]); a != nil {
			return c.Org.AppORN(a), nil
		}
		return "", web.NotFound(parts[1], "AppInstance")
	case kind == "groups" && len(parts) == 3 && parts[2] == "users":
		return directory + ":groups:" + parts[1] + ":contained_resources", nil
	case (kind == "users" || kind == "groups") && len(parts) <= 2:
		return directory + ":" + strings.Join(parts, ":"), nil
	case kind == "apps" && len(parts) == 1:
		return idp + ":apps", nil
	case kind == "authorizationServers" && len(parts) <= 2:
		return idp + ":" + strings.Join(append([]string{"authorization_servers"}, parts[1:]...), ":"), nil
	}
	return "", web.Invalid("resources", "resources: '"+name+"' is not a resource of this org.")
}

// resourceURL returns the URL of a resource; "" if it has none.
func resourceURL(c *web.Call, orn string) string {
	parts := strings.Split(orn, ":")[4:] // after orn:okta:service:org
	switch {
	case parts[0] == "apps" && len(parts) == 2:
		return c.URL("/api/v1/apps?filter=" + url.QueryEscape(`name eq "`+parts[1]+`"`))
	case parts[0] == "apps" && len(parts) == 3:
		return c.URL("/api/v1/apps/" + parts[2])
	case parts[0] == "groups" && len(parts) == 3:
		return c.URL("/api/v1/groups/" + parts[1] + "/users")
	case parts[0] == "users" || parts[0] == "groups" || parts[0] == "apps":
		return c.URL("/api/v1/" + strings.Join(parts, "/"))
	case parts[0] == "authorization_servers":
		return c.URL("/api/v1/" + strings.Join(append([]string{"authorizationServers"}, parts[1:]...), "/"))
	}
	return ""
}

func resourceView(c *web.Call, s *state.ResourceSet, r *state.Resource) map[string]any {
	links := map[string]any{"resource": map[string]any{"href": resourceSetURL(c, s) + "/resources/" + r.ID}}
	if href := resourceURL(c, r.ORN); href != "" {
		links["self"] = map[string]any{"href": href}
		if all := strings.TrimPrefix(href, c.URL("/api/v1/")); all == "users" || all == "groups" {
			links[all] = links["self"]
		}
	}
	doc := map[string]any{"id": r.ID, "orn": r.ORN, "created": state.Timestamp(r.Created), "lastUpdated": state.Timestamp(r.LastUpdated), "_links": links}
	if r.Conditions != nil {
		doc["conditions"] = r.Conditions
	}
	return doc
}

func listResources(c *web.Call) error {
	s, err := pathResourceSet(c)
	if err != nil {
		return err
	}
	found, next, err := web.PageInBody(c, s.Resources, func(r *state.Resource) string { return r.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, r := range found {
		list = append(list, resourceView(c, s, r))
	}
	self := resourceSetURL(c, s) + "/resources"
	c.Header.Add("Link", "<"+self+`>; rel="self"`)
	links := kind.NextLink(next)
	links["self"] = map[string]any{"href": self}
	links["resource-set"] = map[string]any{"href": resourceSetURL(c, s)}
	return c.JSON(http.StatusOK, map[string]any{"resources": list, "_links": links})
}

func addResource(c *web.Call) error {
	s, err := pathResourceSet(c)
	if err != nil {
		return err
	}
	var sent struct {
		Name       string         `json:"resourceOrnOrUrl"`
		Conditions map[string]any `json:"conditions"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	orn, err := resourceName(c, sent.Name)
	if err != nil {
		return err
	}
	if err := addTo(c, s, []string{orn}); err != nil {
		return err
	}
	r := s.Resources[slices.IndexFunc(s.Resources, func(r *state.Resource) bool { return r.ORN == orn })]
	r.Conditions, r.LastUpdated = sent.Conditions, c.Second()
	c.Org.ResourceSets.Put(s.ID, s)
	syslog.Emit(c, eventSetResourceAdd, resourceSetEntity(s), resourceEntity(r))
	return c.JSON(http.StatusOK, resourceView(c, s, r))
}

func addResources(c *web.Call) error {
	s, err := pathResourceSet(c)
	if err != nil {
		return err
	}
	var sent struct {
		Additions []string `json:"additions"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	if err := addTo(c, s, sent.Additions); err != nil {
		return err
	}
	s.LastUpdated = c.Second()
	c.Org.ResourceSets.Put(s.ID, s)
	syslog.Emit(c, eventSetResourceAdd, resourceSetEntity(s))
	return answerResourceSet(c, s)
}

func pathResource(c *web.Call) (*state.ResourceSet, *state.Resource, error) {
	s, err := pathResourceSet(c)
	if err != nil {
		return nil, nil, err
	}
	id := c.Path("resourceId")
	for _, r := range s.Resources {
		if r.ID == id {
			return s, r, nil
		}
	}
	return nil, nil, web.NotFound(id, "ResourceSetResource")
}

func getResource(c *web.Call) error {
	s, r, err := pathResource(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, resourceView(c, s, r))
}

// replaceResource changes the conditions of a resource.
func replaceResource(c *web.Call) error {
	s, r, err := pathResource(c)
	if err != nil {
		return err
	}
	conditions, err := conditions(c)
	if err != nil {
		return err
	}
	r.Conditions, r.LastUpdated = conditions, c.Second()
	c.Org.ResourceSets.Put(s.ID, s)
	syslog.Emit(c, eventSetResourceUpdate, resourceSetEntity(s), resourceEntity(r))
	return c.JSON(http.StatusOK, resourceView(c, s, r))
}

func deleteResource(c *web.Call) error {
	s, r, err := pathResource(c)
	if err != nil {
		return err
	}
	s.Resources = slices.DeleteFunc(s.Resources, func(o *state.Resource) bool { return o == r })
	c.Org.ResourceSets.Put(s.ID, s)
	syslog.Emit(c, eventSetResourceDelete, resourceSetEntity(s), resourceEntity(r))
	return c.NoContent(http.StatusNoContent)
}

// resourceDoc is a resource in a seed: its path in the API, such as "/api/v1/groups/{id}/users", or
// its ORN. It may be written as just that.
type resourceDoc struct {
	kind.MadeDoc
	Resource   string         `json:"resource"`
	Conditions map[string]any `json:"conditions,omitempty"`
}

func (d *resourceDoc) UnmarshalJSON(data []byte) error {
	type plain resourceDoc
	return kind.TextOr(data, &d.Resource, (*plain)(d))
}

// resourcePath replaces names by ids in a path such as "/api/v1/groups/testers/users".
func resourcePath(s *kind.Seeding, path string) string {
	parts := strings.Split(path, "/")
	if len(parts) < 5 || !strings.HasPrefix(path, "/api/v1/") {
		return path
	}
	switch parts[3] {
	case "groups":
		if g := s.GroupNamed(parts[4]); g != nil {
			parts[4] = g.ID
		}
	case "users":
		if u, err := s.UserNamed(parts[4]); err == nil {
			parts[4] = u.ID
		}
	case "apps":
		if a := s.AppNamed(parts[4]); a != nil {
			parts[4] = a.ID
		}
	}
	return strings.Join(parts, "/")
}

func resourceEntity(r *state.Resource) state.LogEntity {
	return state.LogEntity{ID: r.ID, Type: "RESOURCE", Alternate: "unknown", Name: r.ORN}
}

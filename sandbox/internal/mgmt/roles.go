package mgmt

import (
	"net/http"
	"slices"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// RoleRoutes are the role assignments of clients, users and groups.
func RoleRoutes() []web.Route {
	var all []web.Route
	for _, base := range []string{"/oauth2/v1/clients/{clientId}", "/api/v1/users/{userId}", "/api/v1/groups/{groupId}"} {
		all = append(all,
			web.Route{Pattern: "GET " + base + "/roles", Scope: "okta.roles", Right: access.RolesRead, Handle: listRoles},
			web.Route{Pattern: "POST " + base + "/roles", Scope: "okta.roles", Right: access.RolesManage, Handle: assignRole},
			web.Route{Pattern: "GET " + base + "/roles/{roleAssignmentId}", Scope: "okta.roles", Right: access.RolesRead, Handle: getRole},
			web.Route{Pattern: "DELETE " + base + "/roles/{roleAssignmentId}", Scope: "okta.roles", Right: access.RolesManage, Handle: unassignRole},
		)
		all = append(all, roleTargetRoutes(base+"/roles/{roleAssignmentId}/targets")...)
	}
	return all
}

// assignee is whoever holds roles: a client, a user or a group.
type assignee struct {
	kind   string // CLIENT, USER or GROUP, as in assignmentType
	path   string // of its URL
	roles  *[]*state.RoleAssignment
	save   func()          // says that roles changed
	entity state.LogEntity // in the System Log
}

// pathAssignee returns the principal that the path names.
func pathAssignee(c *web.Call) (*assignee, error) {
	if id := c.Path("clientId"); id != "" {
		a := c.Org.AppByClientID(id)
		if a == nil {
			return nil, web.NotFound(id, "OAuth2AppInstance")
		}
		return clientAssignee(c.Org, a), nil
	}
	if c.Path("userId") != "" {
		u, err := pathUser(c)
		if err != nil {
			return nil, err
		}
		return userAssignee(c.Org, u), nil
	}
	g, err := pathGroup(c)
	if err != nil {
		return nil, err
	}
	return groupAssignee(c.Org, g), nil
}

func clientAssignee(o *state.Org, a *state.App) *assignee {
	return &assignee{"CLIENT", "/oauth2/v1/clients/" + a.ClientID(), &a.Roles, func() { o.Apps.Put(a.ID, a) }, syslog.ClientEntity(a)}
}

func userAssignee(o *state.Org, u *state.User) *assignee {
	return &assignee{"USER", "/api/v1/users/" + u.ID, &u.Roles, func() { o.Users.Put(u.ID, u) }, syslog.UserEntity(u)}
}

func groupAssignee(o *state.Org, g *state.Group) *assignee {
	return &assignee{"GROUP", "/api/v1/groups/" + g.ID, &g.Roles, func() { o.Groups.Put(g.ID, g) }, syslog.GroupEntity(g)}
}

// idPrefix begins the ids of standard role assignments without targets.
func (p *assignee) idPrefix() string {
	switch p.kind {
	case "USER":
		return "ra1"
	case "GROUP":
		return "gra"
	}
	return "ca0"
}

func (p *assignee) find(id string) *state.RoleAssignment {
	for _, r := range *p.roles {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// newStandardAssignment makes the assignment of a standard role.
func newStandardAssignment(kind, prefix string, now time.Time) *state.RoleAssignment {
	role := access.StandardRole(kind)
	id := role.Assignment
	r := &state.RoleAssignment{Type: kind, Label: role.Label, Created: now, LastUpdated: now}
	if role.IAMPolicy != "" {
		r.Role, r.ResourceSet, prefix = kind, role.IAMPolicy, "irb"
	}
	if id == "" {
		id = state.NewID(prefix)
	}
	r.ID = id
	return r
}

func roleView(c *web.Call, p *assignee, r *state.RoleAssignment) map[string]any {
	links := map[string]any{"assignee": map[string]any{"href": c.URL(p.path)}}
	doc := map[string]any{
		"id": r.ID, "label": r.Label, "type": r.Type, "status": "ACTIVE", "created": state.Timestamp(r.Created),
		"lastUpdated": state.Timestamp(r.LastUpdated), "assignmentType": p.kind, "_links": links,
	}
	if role := c.Org.CustomRoles.Get(r.Role); role != nil {
		doc["label"] = role.Label // it may have changed since the assignment
	}
	if r.ResourceSet != "" {
		doc["role"], doc["resource-set"] = r.Role, r.ResourceSet
		role, set := c.URL("/api/v1/iam/roles/"+r.Role), c.URL("/api/v1/iam/resource-sets/"+r.ResourceSet)
		links["role"] = map[string]any{"href": role}
		links["permissions"] = map[string]any{"href": role + "/permissions"}
		links["resource-set"] = map[string]any{"href": set}
		links["member"] = map[string]any{"href": set + "/bindings/" + r.Role + "/members/" + r.ID}
	}
	switch c.Query().Get("expand") {
	case "targets/groups":
		doc["_embedded"] = map[string]any{"targets": map[string]any{"groups": groupTargets(c, r)}}
	case "targets/catalog/apps":
		doc["_embedded"] = map[string]any{"targets": map[string]any{"catalog": map[string]any{"apps": appTargets(c, r)}}}
	}
	return doc
}

// listRoles shows a user's inherited roles too, with assignmentType GROUP.
func listRoles(c *web.Call) error {
	p, err := pathAssignee(c)
	if err != nil {
		return err
	}
	list := []any{}
	for _, r := range *p.roles {
		list = append(list, roleView(c, p, r))
	}
	if p.kind == "USER" {
		u, err := pathUser(c)
		if err != nil {
			return err
		}
		for _, g := range c.Org.GroupsOf(u) {
			for _, r := range g.Roles {
				list = append(list, roleView(c, groupAssignee(c.Org, g), r))
			}
		}
	}
	return c.JSON(http.StatusOK, list)
}

// assignRole gives a standard role, or a custom role on a resource set. The
// status is 201 for all principals.
func assignRole(c *web.Call) error {
	p, err := pathAssignee(c)
	if err != nil {
		return err
	}
	var sent struct {
		Type        string `json:"type"`
		Role        string `json:"role"`
		ResourceSet string `json:"resource-set"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	if err := mayHoldRoles(c, p); err != nil {
		return err
	}
	if sent.Type == "CUSTOM" {
		r, err := assignCustomRole(c, p, sent.Role, sent.ResourceSet)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusCreated, roleView(c, p, r))
	}
	role := access.StandardRole(sent.Type)
	if role.ID == "" {
		return web.Invalid("type", "type: The role type specified is not valid")
	}
	if slices.ContainsFunc(*p.roles, func(r *state.RoleAssignment) bool { return r.Type == sent.Type }) {
		if role.IAMPolicy != "" {
			return &web.APIError{Status: 409, Code: "E0000263", Summary: "Attempted to assign a duplicate standard role assignment to an admin"}
		}
		return &web.APIError{Status: 409, Code: "E0000090", Summary: "The role specified is already assigned to the user."}
	}
	r := newStandardAssignment(sent.Type, p.idPrefix(), c.Second())
	*p.roles = append(*p.roles, r)
	p.save()
	emitRole(c, p, r, true)
	return c.JSON(http.StatusCreated, roleView(c, p, r))
}

// mayHoldRoles refuses clients other than service apps, and built-in groups.
func mayHoldRoles(c *web.Call, p *assignee) error {
	switch p.kind {
	case "CLIENT":
		if !c.Org.AppByClientID(c.Path("clientId")).IsService() {
			return &web.APIError{Status: 400, Code: "E0000227", Summary: "Roles can only be granted to service application type"}
		}
	case "GROUP":
		if g, err := pathGroup(c); err == nil && g.Type == "BUILT_IN" {
			return &web.APIError{Status: 400, Code: "E0000211", Summary: "Roles cannot be granted to built-in groups: " + g.Name()}
		}
	case "USER":
		if u, err := pathUser(c); err == nil && u.Status == "DEPROVISIONED" {
			return errUserStatus()
		}
	}
	return nil
}

// assignedRole returns the principal and the assignment of the path.
func assignedRole(c *web.Call) (*assignee, *state.RoleAssignment, error) {
	p, err := pathAssignee(c)
	if err != nil {
		return nil, nil, err
	}
	id := c.Path("roleAssignmentId")
	if r := p.find(id); r != nil {
		return p, r, nil
	}
	return nil, nil, web.NotFound(id, "RoleAssignment")
}

func getRole(c *web.Call) error {
	p, r, err := assignedRole(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, roleView(c, p, r))
}

func unassignRole(c *web.Call) error {
	p, r, err := assignedRole(c)
	if err != nil {
		return err
	}
	drop(c, heldRole{p, r})
	return c.NoContent(http.StatusNoContent)
}

package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// roleRoutes are the role assignments of clients, users and groups.
func roleRoutes() []route {
	var all []route
	for _, base := range []string{"/oauth2/v1/clients/{clientId}", "/api/v1/users/{userId}", "/api/v1/groups/{groupId}"} {
		all = append(all,
			route{pattern: "GET " + base + "/roles", scope: "okta.roles", right: rightRolesRead, handle: listRoles},
			route{pattern: "POST " + base + "/roles", scope: "okta.roles", right: rightRolesManage, handle: assignRole},
			route{pattern: "GET " + base + "/roles/{roleAssignmentId}", scope: "okta.roles", right: rightRolesRead, handle: getRole},
			route{pattern: "DELETE " + base + "/roles/{roleAssignmentId}", scope: "okta.roles", right: rightRolesManage, handle: unassignRole},
		)
		all = append(all, roleTargetRoutes(base+"/roles/{roleAssignmentId}/targets")...)
	}
	return all
}

// assignee is whoever holds roles: a client, a user or a group.
type assignee struct {
	kind  string // CLIENT, USER or GROUP, as in assignmentType
	path  string // of its URL
	roles *[]*roleAssignment
	save  func()   // says that roles changed
	party logParty // in the System Log
}

// assignee returns the principal that the path names.
func (c *call) assignee() (*assignee, error) {
	if id := c.path("clientId"); id != "" {
		a := c.org.appByClientID(id)
		if a == nil {
			return nil, errNotFound(id, "OAuth2AppInstance")
		}
		return c.org.clientAssignee(a), nil
	}
	if c.path("userId") != "" {
		u, err := c.user()
		if err != nil {
			return nil, err
		}
		return c.org.userAssignee(u), nil
	}
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	return c.org.groupAssignee(g), nil
}

func (o *org) clientAssignee(a *app) *assignee {
	return &assignee{"CLIENT", "/oauth2/v1/clients/" + a.clientID(), &a.Roles, func() { o.apps.put(a.ID, a) }, clientParty(a)}
}

func (o *org) userAssignee(u *user) *assignee {
	return &assignee{"USER", "/api/v1/users/" + u.ID, &u.Roles, func() { o.users.put(u.ID, u) }, userParty(u)}
}

func (o *org) groupAssignee(g *group) *assignee {
	return &assignee{"GROUP", "/api/v1/groups/" + g.ID, &g.Roles, func() { o.groups.put(g.ID, g) }, groupParty(g)}
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

func (p *assignee) find(id string) *roleAssignment {
	for _, r := range *p.roles {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// newStandardAssignment makes the assignment of a standard role.
func newStandardAssignment(kind, prefix string, now time.Time) *roleAssignment {
	role := standardRole(kind)
	id := role.assignment
	r := &roleAssignment{Type: kind, Label: role.label, Created: now, LastUpdated: now}
	if role.iamPolicy != "" {
		r.Role, r.ResourceSet, prefix = kind, role.iamPolicy, "irb"
	}
	if id == "" {
		id = newID(prefix)
	}
	r.ID = id
	return r
}

func (c *call) roleView(p *assignee, r *roleAssignment) map[string]any {
	links := map[string]any{"assignee": map[string]any{"href": c.url(p.path)}}
	doc := map[string]any{
		"id": r.ID, "label": r.Label, "type": r.Type, "status": "ACTIVE", "created": timestamp(r.Created),
		"lastUpdated": timestamp(r.LastUpdated), "assignmentType": p.kind, "_links": links,
	}
	if role := c.org.customRoles.get(r.Role); role != nil {
		doc["label"] = role.Label // it may have changed since the assignment
	}
	if r.ResourceSet != "" {
		doc["role"], doc["resource-set"] = r.Role, r.ResourceSet
		role, set := c.url("/api/v1/iam/roles/"+r.Role), c.url("/api/v1/iam/resource-sets/"+r.ResourceSet)
		links["role"] = map[string]any{"href": role}
		links["permissions"] = map[string]any{"href": role + "/permissions"}
		links["resource-set"] = map[string]any{"href": set}
		links["member"] = map[string]any{"href": set + "/bindings/" + r.Role + "/members/" + r.ID}
	}
	switch c.query().Get("expand") {
	case "targets/groups":
		doc["_embedded"] = map[string]any{"targets": map[string]any{"groups": c.groupTargets(r)}}
	case "targets/catalog/apps":
		doc["_embedded"] = map[string]any{"targets": map[string]any{"catalog": map[string]any{"apps": c.appTargets(r)}}}
	}
	return doc
}

// listRoles shows a user's inherited roles too, with assignmentType GROUP.
func listRoles(c *call) error {
	p, err := c.assignee()
	if err != nil {
		return err
	}
	list := []any{}
	for _, r := range *p.roles {
		list = append(list, c.roleView(p, r))
	}
	if p.kind == "USER" {
		u, err := c.user()
		if err != nil {
			return err
		}
		for _, g := range c.org.groupsOf(u) {
			for _, r := range g.Roles {
				list = append(list, c.roleView(c.org.groupAssignee(g), r))
			}
		}
	}
	return c.json(http.StatusOK, list)
}

// assignRole gives a standard role, or a custom role on a resource set. The
// status is 201 for all principals.
func assignRole(c *call) error {
	p, err := c.assignee()
	if err != nil {
		return err
	}
	var sent struct {
		Type        string `json:"type"`
		Role        string `json:"role"`
		ResourceSet string `json:"resource-set"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	if err := c.mayHoldRoles(p); err != nil {
		return err
	}
	if sent.Type == "CUSTOM" {
		r, err := c.assignCustomRole(p, sent.Role, sent.ResourceSet)
		if err != nil {
			return err
		}
		return c.json(http.StatusCreated, c.roleView(p, r))
	}
	role := standardRole(sent.Type)
	if role.id == "" {
		return errInvalid("type", "type: The role type specified is not valid")
	}
	if slices.ContainsFunc(*p.roles, func(r *roleAssignment) bool { return r.Type == sent.Type }) {
		if role.iamPolicy != "" {
			return &apiError{status: 409, code: "E0000263", summary: "Attempted to assign a duplicate standard role assignment to an admin"}
		}
		return &apiError{status: 409, code: "E0000090", summary: "The role specified is already assigned to the user."}
	}
	r := newStandardAssignment(sent.Type, p.idPrefix(), c.second())
	*p.roles = append(*p.roles, r)
	p.save()
	c.roleHappened(p, r, true)
	return c.json(http.StatusCreated, c.roleView(p, r))
}

// mayHoldRoles refuses clients other than service apps, and built-in groups.
func (c *call) mayHoldRoles(p *assignee) error {
	switch p.kind {
	case "CLIENT":
		if !c.org.appByClientID(c.path("clientId")).isService() {
			return &apiError{status: 400, code: "E0000227", summary: "Roles can only be granted to service application type"}
		}
	case "GROUP":
		if g, err := c.group(); err == nil && g.Type == "BUILT_IN" {
			return &apiError{status: 400, code: "E0000211", summary: "Roles cannot be granted to built-in groups: " + g.name()}
		}
	case "USER":
		if u, err := c.user(); err == nil && u.Status == "DEPROVISIONED" {
			return errUserStatus()
		}
	}
	return nil
}

// assignedRole returns the principal and the assignment of the path.
func (c *call) assignedRole() (*assignee, *roleAssignment, error) {
	p, err := c.assignee()
	if err != nil {
		return nil, nil, err
	}
	id := c.path("roleAssignmentId")
	if r := p.find(id); r != nil {
		return p, r, nil
	}
	return nil, nil, errNotFound(id, "RoleAssignment")
}

func getRole(c *call) error {
	p, r, err := c.assignedRole()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.roleView(p, r))
}

func unassignRole(c *call) error {
	p, r, err := c.assignedRole()
	if err != nil {
		return err
	}
	c.drop(heldRole{p, r})
	return c.noContent(http.StatusNoContent)
}

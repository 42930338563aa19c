package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// customRoleRoutes are the custom roles and their permissions,
// /api/v1/iam/roles.
func customRoleRoutes() []route {
	const base = "/api/v1/iam/roles"
	read := func(path string, handle func(*call) error) route {
		return route{pattern: "GET " + base + path, scope: "okta.roles", right: rightRolesRead, handle: handle}
	}
	write := func(method, path string, handle func(*call) error) route {
		return route{pattern: method + " " + base + path, scope: "okta.roles", right: rightRolesManage, handle: handle}
	}
	return []route{
		read("", listCustomRoles),
		write("POST", "", createCustomRole),
		read("/{role}", getCustomRole),
		write("PUT", "/{role}", replaceCustomRole),
		write("DELETE", "/{role}", deleteCustomRole),
		read("/{role}/permissions", listPermissions),
		read("/{role}/permissions/{permission}", getPermission),
		write("POST", "/{role}/permissions/{permission}", addPermission),
		write("PUT", "/{role}/permissions/{permission}", replacePermission),
		write("DELETE", "/{role}/permissions/{permission}", deletePermission),
	}
}

// customRoleNamed finds a role by id or label; nil if there is none.
func (o *org) customRoleNamed(name string) *customRole {
	if r := o.customRoles.get(name); r != nil {
		return r
	}
	return o.customRoles.find(func(r *customRole) bool { return r.Label == name })
}

func (c *call) customRole() (*customRole, error) {
	name := c.path("role")
	if r := c.org.customRoleNamed(name); r != nil {
		return r, nil
	}
	return nil, errNotFound(name, "CustomRole")
}

func (c *call) customRoleView(r *customRole) map[string]any {
	self := c.url("/api/v1/iam/roles/" + r.ID)
	return map[string]any{
		"id": r.ID, "label": r.Label, "description": r.Description,
		"created": timestamp(r.Created), "lastUpdated": timestamp(r.LastUpdated),
		"_links": map[string]any{
			"self":        map[string]any{"href": self},
			"permissions": map[string]any{"href": self + "/permissions"},
		},
	}
}

// answerCustomRole answers one role, which alone among single objects comes
// with a Link header.
func (c *call) answerCustomRole(r *customRole) error {
	c.header.Add("Link", "<"+c.url("/api/v1/iam/roles/"+r.ID)+`>; rel="self"`)
	return c.json(http.StatusOK, c.customRoleView(r))
}

func listCustomRoles(c *call) error {
	var found []*customRole
	for _, r := range c.org.customRoles.all() {
		found = append(found, r)
	}
	found, next, err := bodyPage(c, found, func(r *customRole) string { return r.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, r := range found {
		list = append(list, c.customRoleView(r))
	}
	return c.json(http.StatusOK, map[string]any{"roles": list, "_links": nextLink(next)})
}

// nextLink is the _links of a list that pages in its body.
func nextLink(next string) map[string]any {
	if next == "" {
		return map[string]any{}
	}
	return map[string]any{"next": map[string]any{"href": next}}
}

// labelled is what custom roles and resource sets have in common.
type labelled struct {
	Label       string `json:"label"`
	Description string `json:"description"`
}

func (l labelled) check(bad *violations, taken bool) {
	if strings.TrimSpace(l.Label) == "" {
		bad.add("label", "The field cannot be left blank")
	}
	if strings.TrimSpace(l.Description) == "" {
		bad.add("description", "The field cannot be left blank")
	}
	if taken {
		bad.add("label", "An object with this field already exists in the current organization")
	}
}

func createCustomRole(c *call) error {
	var sent struct {
		labelled
		Permissions []string `json:"permissions"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	var bad violations
	sent.check(&bad, c.org.customRoleNamed(sent.Label) != nil)
	if len(sent.Permissions) == 0 {
		bad.add("permissions", "The field cannot be left blank")
	}
	if err := bad.err(); err != nil {
		return err
	}
	now := c.second()
	r := &customRole{ID: newID("cr0"), Label: sent.Label, Description: sent.Description, Created: now, LastUpdated: now}
	for _, label := range sent.Permissions {
		if r.permission(label) == nil {
			r.Permissions = append(r.Permissions, &permission{Label: assignedPermission(label), Created: now, LastUpdated: now})
		}
	}
	c.org.customRoles.put(r.ID, r)
	c.happened(eventRoleCreate, customRoleParty(r))
	return c.answerCustomRole(r)
}

func getCustomRole(c *call) error {
	r, err := c.customRole()
	if err != nil {
		return err
	}
	return c.answerCustomRole(r)
}

// replaceCustomRole changes label and description; permissions change one by
// one.
func replaceCustomRole(c *call) error {
	r, err := c.customRole()
	if err != nil {
		return err
	}
	var sent labelled
	if err := c.decode(&sent); err != nil {
		return err
	}
	other := c.org.customRoleNamed(sent.Label)
	var bad violations
	sent.check(&bad, other != nil && other != r)
	if err := bad.err(); err != nil {
		return err
	}
	r.Label, r.Description, r.LastUpdated = sent.Label, sent.Description, c.second()
	c.org.customRoles.put(r.ID, r)
	c.happened(eventRoleUpdate, customRoleParty(r))
	return c.answerCustomRole(r)
}

// deleteCustomRole refuses while somebody holds the role.
func deleteCustomRole(c *call) error {
	r, err := c.customRole()
	if err != nil {
		return err
	}
	for held := range c.org.assignments() {
		if held.role.Type == "CUSTOM" && held.role.Role == r.ID {
			return errInUse()
		}
	}
	c.org.customRoles.remove(r.ID)
	c.happened(eventRoleDelete, customRoleParty(r))
	return c.noContent(http.StatusNoContent)
}

func errInUse() *apiError {
	return &apiError{status: 403, code: "E0000107", summary: "The entity is not in the expected state for the requested transition."}
}

// flowPermissions begins the second names of the permissions okta.workflows.*: Okta lists
// both, whichever was assigned.
const flowPermissions = "okta.workflows.flows."

// assignedPermission is the name under which a permission is kept.
func assignedPermission(label string) string {
	if verb, ok := strings.CutPrefix(label, flowPermissions); ok {
		return "okta.workflows." + verb
	}
	return label
}

func (r *customRole) permission(label string) *permission {
	for _, p := range r.Permissions {
		if p.Label == assignedPermission(label) {
			return p
		}
	}
	return nil
}

func (c *call) permissionView(r *customRole, p *permission) map[string]any {
	role := c.url("/api/v1/iam/roles/" + r.ID)
	var conditions any
	if p.Conditions != nil {
		conditions = p.Conditions
	}
	return map[string]any{
		"label": p.Label, "created": timestamp(p.Created), "lastUpdated": timestamp(p.LastUpdated), "conditions": conditions,
		"_links": map[string]any{
			"role": map[string]any{"href": role},
			"self": map[string]any{"href": role + "/permissions/" + p.Label},
		},
	}
}

func listPermissions(c *call) error {
	r, err := c.customRole()
	if err != nil {
		return err
	}
	list := []any{}
	for _, p := range r.Permissions {
		list = append(list, c.permissionView(r, p))
		if verb, ok := strings.CutPrefix(p.Label, "okta.workflows."); ok {
			synonym := *p
			synonym.Label = flowPermissions + verb
			list = append(list, c.permissionView(r, &synonym))
		}
	}
	return c.json(http.StatusOK, map[string]any{"permissions": list})
}

func (c *call) pathPermission() (*customRole, *permission, error) {
	r, err := c.customRole()
	if err != nil {
		return nil, nil, err
	}
	if p := r.permission(c.path("permission")); p != nil {
		return r, p, nil
	}
	return nil, nil, errNotFound(c.path("permission"), "Permission")
}

func getPermission(c *call) error {
	r, p, err := c.pathPermission()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.permissionView(r, p))
}

// conditions reads {"conditions": {...}}, which may be left out.
func (c *call) conditions() (map[string]any, error) {
	doc, err := c.object()
	return object(doc, "conditions"), err
}

// addPermission takes names it doesn't know: Okta adds permissions several
// times a year.
func addPermission(c *call) error {
	r, err := c.customRole()
	if err != nil {
		return err
	}
	conditions, err := c.conditions()
	if err != nil {
		return err
	}
	label := c.path("permission")
	if !strings.HasPrefix(label, "okta.") {
		return errInvalid("permissionType", "permissionType: '"+label+"' is not a permission.")
	}
	if r.permission(label) == nil {
		p := &permission{Label: assignedPermission(label), Conditions: conditions, Created: c.second(), LastUpdated: c.second()}
		r.Permissions = append([]*permission{p}, r.Permissions...)
		r.LastUpdated = c.second()
		c.org.customRoles.put(r.ID, r)
		c.happened(eventPermissionAdd, customRoleParty(r), permissionParty(p))
		if conditions != nil {
			c.happened(eventConditionsAdd, customRoleParty(r), permissionParty(p))
		}
	}
	return c.noContent(http.StatusNoContent)
}

func replacePermission(c *call) error {
	r, p, err := c.pathPermission()
	if err != nil {
		return err
	}
	conditions, err := c.conditions()
	if err != nil {
		return err
	}
	p.Conditions, p.LastUpdated = conditions, c.second()
	c.org.customRoles.put(r.ID, r)
	kind := eventConditionsAdd
	if conditions == nil {
		kind = eventConditionsDelete
	}
	c.happened(kind, customRoleParty(r), permissionParty(p))
	return c.json(http.StatusOK, c.permissionView(r, p))
}

func deletePermission(c *call) error {
	r, p, err := c.pathPermission()
	if err != nil {
		return err
	}
	if len(r.Permissions) == 1 {
		return errInvalid("permissions", "permissions: A role needs at least one permission.")
	}
	r.Permissions = slices.DeleteFunc(r.Permissions, func(o *permission) bool { return o == p })
	c.org.customRoles.put(r.ID, r)
	c.happened(eventPermissionDelete, customRoleParty(r), permissionParty(p))
	return c.noContent(http.StatusNoContent)
}

package mgmt

import (
	"net/http"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// CustomRoleRoutes are the custom roles and their permissions,
// /api/v1/iam/roles.
func CustomRoleRoutes() []web.Route {
	const base = "/api/v1/iam/roles"
	read := func(path string, handle func(*web.Call) error) web.Route {
		return web.Route{Pattern: "GET " + base + path, Scope: "okta.roles", Right: access.RolesRead, Handle: handle}
	}
	write := func(method, path string, handle func(*web.Call) error) web.Route {
		return web.Route{Pattern: method + " " + base + path, Scope: "okta.roles", Right: access.RolesManage, Handle: handle}
	}
	return []web.Route{
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

func pathCustomRole(c *web.Call) (*state.CustomRole, error) {
	name := c.Path("role")
	if r := c.Org.CustomRoleNamed(name); r != nil {
		return r, nil
	}
	return nil, web.NotFound(name, "CustomRole")
}

func customRoleView(c *web.Call, r *state.CustomRole) map[string]any {
	self := c.URL("/api/v1/iam/roles/" + r.ID)
	return map[string]any{
		"id": r.ID, "label": r.Label, "description": r.Description,
		"created": state.Timestamp(r.Created), "lastUpdated": state.Timestamp(r.LastUpdated),
		"_links": map[string]any{
			"self":        map[string]any{"href": self},
			"permissions": map[string]any{"href": self + "/permissions"},
		},
	}
}

// answerCustomRole answers one role, which alone among single objects comes
// with a Link header.
func answerCustomRole(c *web.Call, r *state.CustomRole) error {
	c.Header.Add("Link", "<"+c.URL("/api/v1/iam/roles/"+r.ID)+`>; rel="self"`)
	return c.JSON(http.StatusOK, customRoleView(c, r))
}

func listCustomRoles(c *web.Call) error {
	var found []*state.CustomRole
	for _, r := range c.Org.CustomRoles.All() {
		found = append(found, r)
	}
	found, next, err := web.PageInBody(c, found, func(r *state.CustomRole) string { return r.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, r := range found {
		list = append(list, customRoleView(c, r))
	}
	return c.JSON(http.StatusOK, map[string]any{"roles": list, "_links": nextLink(next)})
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

func (l labelled) check(bad *web.Violations, taken bool) {
	if strings.TrimSpace(l.Label) == "" {
		bad.Add("label", "The field cannot be left blank")
	}
	if strings.TrimSpace(l.Description) == "" {
		bad.Add("description", "The field cannot be left blank")
	}
	if taken {
		bad.Add("label", "An object with this field already exists in the current organization")
	}
}

func createCustomRole(c *web.Call) error {
	var sent struct {
		labelled
		Permissions []string `json:"permissions"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	var bad web.Violations
	sent.check(&bad, c.Org.CustomRoleNamed(sent.Label) != nil)
	if len(sent.Permissions) == 0 {
		bad.Add("permissions", "The field cannot be left blank")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	now := c.Second()
	r := &state.CustomRole{ID: state.NewID("cr0"), Label: sent.Label, Description: sent.Description, Created: now, LastUpdated: now}
	for _, label := range sent.Permissions {
		if permission(r, label) == nil {
			r.Permissions = append(r.Permissions, &state.Permission{Label: assignedPermission(label), Created: now, LastUpdated: now})
		}
	}
	c.Org.CustomRoles.Put(r.ID, r)
	syslog.Emit(c, syslog.EventRoleCreate, customRoleEntity(r))
	return answerCustomRole(c, r)
}

func getCustomRole(c *web.Call) error {
	r, err := pathCustomRole(c)
	if err != nil {
		return err
	}
	return answerCustomRole(c, r)
}

// replaceCustomRole changes label and description; permissions change one by
// one.
func replaceCustomRole(c *web.Call) error {
	r, err := pathCustomRole(c)
	if err != nil {
		return err
	}
	var sent labelled
	if err := c.Decode(&sent); err != nil {
		return err
	}
	other := c.Org.CustomRoleNamed(sent.Label)
	var bad web.Violations
	sent.check(&bad, other != nil && other != r)
	if err := bad.Err(); err != nil {
		return err
	}
	r.Label, r.Description, r.LastUpdated = sent.Label, sent.Description, c.Second()
	c.Org.CustomRoles.Put(r.ID, r)
	syslog.Emit(c, syslog.EventRoleUpdate, customRoleEntity(r))
	return answerCustomRole(c, r)
}

// deleteCustomRole refuses while somebody holds the role.
func deleteCustomRole(c *web.Call) error {
	r, err := pathCustomRole(c)
	if err != nil {
		return err
	}
	for held := range assignments(c.Org) {
		if held.role.Type == "CUSTOM" && held.role.Role == r.ID {
			return errInUse()
		}
	}
	c.Org.CustomRoles.Remove(r.ID)
	syslog.Emit(c, syslog.EventRoleDelete, customRoleEntity(r))
	return c.NoContent(http.StatusNoContent)
}

func errInUse() *web.APIError {
	return &web.APIError{Status: 403, Code: "E0000107", Summary: "The entity is not in the expected state for the requested transition."}
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

func permission(r *state.CustomRole, label string) *state.Permission {
	for _, p := range r.Permissions {
		if p.Label == assignedPermission(label) {
			return p
		}
	}
	return nil
}

func permissionView(c *web.Call, r *state.CustomRole, p *state.Permission) map[string]any {
	role := c.URL("/api/v1/iam/roles/" + r.ID)
	var conditions any
	if p.Conditions != nil {
		conditions = p.Conditions
	}
	return map[string]any{
		"label": p.Label, "created": state.Timestamp(p.Created), "lastUpdated": state.Timestamp(p.LastUpdated), "conditions": conditions,
		"_links": map[string]any{
			"role": map[string]any{"href": role},
			"self": map[string]any{"href": role + "/permissions/" + p.Label},
		},
	}
}

func listPermissions(c *web.Call) error {
	r, err := pathCustomRole(c)
	if err != nil {
		return err
	}
	list := []any{}
	for _, p := range r.Permissions {
		list = append(list, permissionView(c, r, p))
		if verb, ok := strings.CutPrefix(p.Label, "okta.workflows."); ok {
			synonym := *p
			synonym.Label = flowPermissions + verb
			list = append(list, permissionView(c, r, &synonym))
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"permissions": list})
}

func pathPermission(c *web.Call) (*state.CustomRole, *state.Permission, error) {
	r, err := pathCustomRole(c)
	if err != nil {
		return nil, nil, err
	}
	if p := permission(r, c.Path("permission")); p != nil {
		return r, p, nil
	}
	return nil, nil, web.NotFound(c.Path("permission"), "Permission")
}

func getPermission(c *web.Call) error {
	r, p, err := pathPermission(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, permissionView(c, r, p))
}

// conditions reads {"conditions": {...}}, which may be left out.
func conditions(c *web.Call) (map[string]any, error) {
	doc, err := c.Object()
	return jsondoc.Object(doc, "conditions"), err
}

// addPermission takes names it doesn't know: Okta adds permissions several
// times a year.
func addPermission(c *web.Call) error {
	r, err := pathCustomRole(c)
	if err != nil {
		return err
	}
	conditions, err := conditions(c)
	if err != nil {
		return err
	}
	label := c.Path("permission")
	if !strings.HasPrefix(label, "okta.") {
		return web.Invalid("permissionType", "permissionType: '"+label+"' is not a permission.")
	}
	if permission(r, label) == nil {
		p := &state.Permission{Label: assignedPermission(label), Conditions: conditions, Created: c.Second(), LastUpdated: c.Second()}
		r.Permissions = append([]*state.Permission{p}, r.Permissions...)
		r.LastUpdated = c.Second()
		c.Org.CustomRoles.Put(r.ID, r)
		syslog.Emit(c, syslog.EventPermissionAdd, customRoleEntity(r), permissionEntity(p))
		if conditions != nil {
			syslog.Emit(c, syslog.EventConditionsAdd, customRoleEntity(r), permissionEntity(p))
		}
	}
	return c.NoContent(http.StatusNoContent)
}

func replacePermission(c *web.Call) error {
	r, p, err := pathPermission(c)
	if err != nil {
		return err
	}
	conditions, err := conditions(c)
	if err != nil {
		return err
	}
	p.Conditions, p.LastUpdated = conditions, c.Second()
	c.Org.CustomRoles.Put(r.ID, r)
	kind := syslog.EventConditionsAdd
	if conditions == nil {
		kind = syslog.EventConditionsDelete
	}
	syslog.Emit(c, kind, customRoleEntity(r), permissionEntity(p))
	return c.JSON(http.StatusOK, permissionView(c, r, p))
}

func deletePermission(c *web.Call) error {
	r, p, err := pathPermission(c)
	if err != nil {
		return err
	}
	if len(r.Permissions) == 1 {
		return web.Invalid("permissions", "permissions: A role needs at least one permission.")
	}
	r.Permissions = slices.DeleteFunc(r.Permissions, func(o *state.Permission) bool { return o == p })
	c.Org.CustomRoles.Put(r.ID, r)
	syslog.Emit(c, syslog.EventPermissionDelete, customRoleEntity(r), permissionEntity(p))
	return c.NoContent(http.StatusNoContent)
}

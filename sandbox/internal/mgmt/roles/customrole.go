package roles

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// CustomRoleKind describes custom roles with their permissions.
func CustomRoleKind() kind.Kind {
	const base = "/api/v1/iam/roles"
	return kind.Kind{
		Name:  "customRole",
		Table: func(o *state.Org) state.Storable { return o.CustomRoles },
		Routes: []web.Route{
			readRoles(base, listCustomRoles),
			manageRoles("POST", base, createCustomRole),
			readRoles(base+"/{role}", getCustomRole),
			manageRoles("PUT", base+"/{role}", replaceCustomRole),
			manageRoles("DELETE", base+"/{role}", deleteCustomRole),
			readRoles(base+"/{role}/permissions", listPermissions),
			readRoles(base+"/{role}/permissions/{permission}", getPermission),
			manageRoles("POST", base+"/{role}/permissions/{permission}", addPermission),
			manageRoles("PUT", base+"/{role}/permissions/{permission}", replacePermission),
			manageRoles("DELETE", base+"/{role}/permissions/{permission}", deletePermission),
		},
		Section: kind.ListOf[customDoc]{
			Member: "customRoles", Name: func(d *customDoc) string { return d.Label },
			Seed: seedCustomRole, Dump: dumpCustomRoles,
		},
		Events: []syslog.Type{
			eventRoleCreate, eventRoleUpdate, eventRoleDelete, eventPermissionAdd,
			eventPermissionDelete, eventConditionsAdd, eventConditionsDelete,
		},
		Features: customRoleFeatures(),
	}
}

func customRoleFeatures() []kind.FeatureField {
	return []kind.FeatureField{{Feature: state.RoleCloning, Path: "isCloneable", Value: func(*web.Call, string) any { return false }}}
}

// The events of custom roles.
var (
	eventRoleCreate       = syslog.Type{Name: "iam.role.create", Message: "Create custom role"}
	eventRoleUpdate       = syslog.Type{Name: "iam.role.update", Message: "Update custom role"}
	eventRoleDelete       = syslog.Type{Name: "iam.role.delete", Message: "Delete custom role"}
	eventPermissionAdd    = syslog.Type{Name: "iam.role.permissions.add", Message: "Add permissions to custom role"}
	eventPermissionDelete = syslog.Type{Name: "iam.role.permissions.delete", Message: "Remove permissions from custom role"}
	eventConditionsAdd    = syslog.Type{Name: "iam.role.permission.conditions.add", Message: "Add conditions to a permission of a custom role"}
	eventConditionsDelete = syslog.Type{Name: "iam.role.permission.conditions.delete", Message: "Remove conditions from a permission of a custom role"}
)

func pathCustomRole(c *web.Call) (*state.CustomRole, error) {
	name := c.Path("role")
	if r := c.Org.CustomRoleNamed(name); r != nil {
		return r, nil
	}
	return nil, web.NotFound(name, "CustomRole")
}

func customRoleView(c *web.Call, r *state.CustomRole) map[string]any {
	self := c.URL("/api/v1/iam/roles/" + r.ID)
	return kind.WithFeatures(c, customRoleFeatures(), r.ID, map[string]any{
		"id": r.ID, "label": r.Label, "description": r.Description,
		"created": state.Timestamp(r.Created), "lastUpdated": state.Timestamp(r.LastUpdated),
		"_links": map[string]any{
			"self":        map[string]any{"href": self},
			"permissions": map[string]any{"href": self + "/permissions"},
		},
	})
}

// answerCustomRole answers with one role, and with a Link header to it. Custom roles and resource
// sets are the only single objects that come with one.
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
	return c.JSON(http.StatusOK, map[string]any{"roles": list, "_links": kind.NextLink(next)})
}

// labelled holds the members that custom roles and resource sets share.
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

// maxCustomRoles is the number of custom roles that an org can have.
const maxCustomRoles = 100

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
	for _, label := range sent.Permissions {
		if !isPermission(label) {
			bad.Add("permissions", "'"+label+"' is not a permission.")
		}
	}
	if c.Org.CustomRoles.Len() >= maxCustomRoles {
		bad.Add("label", fmt.Sprintf("An org can have at most %d custom roles.", maxCustomRoles))
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
	syslog.Emit(c, eventRoleCreate, customRoleEntity(r))
	return answerCustomRole(c, r)
}

func getCustomRole(c *web.Call) error {
	r, err := pathCustomRole(c)
	if err != nil {
		return err
	}
	return answerCustomRole(c, r)
}

// replaceCustomRole changes the label and description only; permissions have operations of their
// own.
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
	syslog.Emit(c, eventRoleUpdate, customRoleEntity(r))
	return answerCustomRole(c, r)
}

// deleteCustomRole refuses to delete a role that is assigned.
func deleteCustomRole(c *web.Call) error {
	r, err := pathCustomRole(c)
	if err != nil {
		return err
	}
	for held := range assignments(c.Org) {
		if held.role.Type == "CUSTOM" && held.role.Role == r.ID {
			return kind.ErrInUse()
		}
	}
	c.Org.CustomRoles.Remove(r.ID)
	syslog.Emit(c, eventRoleDelete, customRoleEntity(r))
	return c.NoContent(http.StatusNoContent)
}

type customDoc struct {
	kind.MadeDoc
	Label       string           `json:"label"`
	Description string           `json:"description,omitempty"`
	Permissions []*permissionDoc `json:"permissions"`
}

func seedCustomRole(s *kind.Seeding, d *customDoc) error {
	d.Fill("cr0", s.Now)
	if d.Label == "" || len(d.Permissions) == 0 {
		return errors.New("label and permissions are needed")
	}
	if s.Org.CustomRoleNamed(d.Label) != nil {
		return errors.New("a custom role with this label is there already")
	}
	r := &state.CustomRole{ID: d.ID, Label: d.Label, Description: d.Description, Created: d.Created, LastUpdated: d.LastUpdated}
	for _, p := range d.Permissions {
		made := kind.MadeDoc{Created: p.Created, LastUpdated: p.LastUpdated}
		made.Fill("", d.Created)
		r.Permissions = append(r.Permissions, &state.Permission{Label: p.Label, Conditions: p.Conditions, Created: made.Created, LastUpdated: made.LastUpdated})
	}
	s.Org.CustomRoles.Put(r.ID, r)
	return nil
}

func dumpCustomRoles(o *state.Org, _ bool) (docs []*customDoc) {
	for _, r := range o.CustomRoles.All() {
		d := &customDoc{kind.MadeDoc{ID: r.ID, Created: r.Created, LastUpdated: r.LastUpdated}, r.Label, r.Description, nil}
		for _, p := range r.Permissions {
			d.Permissions = append(d.Permissions, &permissionDoc{p.Label, p.Conditions, p.Created, p.LastUpdated})
		}
		docs = append(docs, d)
	}
	return docs
}

func customRoleEntity(r *state.CustomRole) state.LogEntity {
	return state.LogEntity{ID: r.ID, Type: "CUSTOM_ROLE", Alternate: "unknown", Name: r.Label}
}

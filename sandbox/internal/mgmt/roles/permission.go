package roles

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// flowPermissions is the prefix of the second names of the permissions okta.workflows.*. Okta lists
// both names, whichever was assigned.
const flowPermissions = "okta.workflows.flows."

// assignedPermission returns the name under which a permission is stored.
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

// conditions decodes the optional {"conditions": {...}}.
func conditions(c *web.Call) (map[string]any, error) {
	doc, err := c.Object()
	return jsondoc.Object(doc, "conditions"), err
}

// isPermission reports whether a name may be a permission. Unknown ones may be: Okta adds
// permissions several times a year.
func isPermission(label string) bool { return strings.HasPrefix(label, "okta.") }

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
	if !isPermission(label) {
		return web.Invalid("permissionType", "permissionType: '"+label+"' is not a permission.")
	}
	if permission(r, label) == nil {
		p := &state.Permission{Label: assignedPermission(label), Conditions: conditions, Created: c.Second(), LastUpdated: c.Second()}
		r.Permissions = append([]*state.Permission{p}, r.Permissions...)
		r.LastUpdated = c.Second()
		c.Org.CustomRoles.Put(r.ID, r)
		syslog.Emit(c, eventPermissionAdd, customRoleEntity(r), permissionEntity(p))
		if conditions != nil {
			syslog.Emit(c, eventConditionsAdd, customRoleEntity(r), permissionEntity(p))
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
	kind := eventConditionsAdd
	if conditions == nil {
		kind = eventConditionsDelete
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
	syslog.Emit(c, eventPermissionDelete, customRoleEntity(r), permissionEntity(p))
	return c.NoContent(http.StatusNoContent)
}

// permissionDoc is a permission in a seed. It may be written as just its name.
type permissionDoc struct {
	Label       string         `json:"label"`
	Conditions  map[string]any `json:"conditions,omitempty"`
	Created     time.Time      `json:"created,omitzero"`
	LastUpdated time.Time      `json:"lastUpdated,omitzero"`
}

func (d *permissionDoc) UnmarshalJSON(data []byte) error {
	type plain permissionDoc
	return kind.TextOr(data, &d.Label, (*plain)(d))
}

func permissionEntity(p *state.Permission) state.LogEntity {
	return state.LogEntity{ID: p.Label, Type: "PERMISSION", Alternate: "unknown", Name: p.Label}
}

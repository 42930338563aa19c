// Package roles is admin roles: their assignments to clients, users and groups, custom roles,
// resource sets, and bindings.
package roles

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// RoleKind describes the role assignments of clients, users and groups.
func RoleKind() kind.Kind {
	routes := []web.Route{readRoles("/api/v1/iam/assignees/users", listAssignees)}
	for _, base := range []string{"/oauth2/v1/clients/{clientId}", "/api/v1/users/{userId}", "/api/v1/groups/{groupId}"} {
		routes = append(routes,
			readRoles(base+"/roles", listRoles),
			manageRoles("POST", base+"/roles", assignRole),
			readRoles(base+"/roles/{roleAssignmentId}", getRole),
			manageRoles("DELETE", base+"/roles/{roleAssignmentId}", unassignRole),
		)
		routes = append(routes, roleTargetRoutes(base+"/roles/{roleAssignmentId}/targets")...)
	}
	return kind.Kind{
		Name:   "role",
		PartOf: []string{"app", "user", "group"},
		Routes: routes,
		Events: []syslog.Type{
			eventClientRoleGrant, eventClientRoleRevoke,
			eventUserRoleGrant, eventUserRoleRevoke,
			eventGroupRoleGrant, eventGroupRoleRevoke,
		},
	}
}

// readRoles and manageRoles return routes of operations on role assignments, including those of
// custom roles.
func readRoles(path string, handle func(*web.Call) error) web.Route {
	return web.Route{Pattern: "GET " + path, Scope: "okta.roles", Right: access.RolesRead, Handle: handle}
}

func manageRoles(method, path string, handle func(*web.Call) error) web.Route {
	return web.Route{Pattern: method + " " + path, Scope: "okta.roles", Right: access.RolesManage, Handle: handle}
}

// The events of role assignments.
var (
	eventClientRoleGrant  = syslog.Type{Name: "app.oauth2.client.privilege.grant", Message: "Grant OAuth client privilege"}
	eventClientRoleRevoke = syslog.Type{Name: "app.oauth2.client.privilege.revoke", Message: "Revoke OAuth client privilege"}
	eventUserRoleGrant    = syslog.Type{Name: "user.account.privilege.grant", Message: "Grant user privilege", Legacy: "core.user.admin_privilege.granted"}
	eventUserRoleRevoke   = syslog.Type{Name: "user.account.privilege.revoke", Message: "Revoke user privilege", Legacy: "core.user.admin_privilege.revoked"}
	eventGroupRoleGrant   = syslog.Type{Name: "group.privilege.grant", Message: "Grant group privilege"}
	eventGroupRoleRevoke  = syslog.Type{Name: "group.privilege.revoke", Message: "Revoke group privilege"}
)

// NewStandardAssignment returns a new assignment of a standard role.
func NewStandardAssignment(kind, prefix string, now time.Time) *state.RoleAssignment {
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

func roleView(c *web.Call, p *Assignee, r *state.RoleAssignment) map[string]any {
	links := map[string]any{"assignee": map[string]any{"href": c.URL(p.path)}}
	doc := map[string]any{
		"id": r.ID, "label": r.Label, "type": r.Type, "status": "ACTIVE", "created": state.Timestamp(r.Created),
		"lastUpdated": state.Timestamp(r.LastUpdated), "assignmentType": p.assignmentType, "_links": links,
	}
	if role := c.Org.CustomRoles.Get(r.Role); role != nil {
		doc["label"] = role.Label // the role may have been renamed since
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

// listRoles includes a user's inherited roles, with assignmentType GROUP.
// listedBefore compares role assignments by their places in lists: recorded orgs list standard
// roles by their labels, whenever they were assigned. That those on resource sets follow is
// inferred.
func listedBefore(a, b *state.RoleAssignment) int {
	switch {
	case a.ResourceSet == "" && b.ResourceSet == "":
		return strings.Compare(a.Label, b.Label)
	case a.ResourceSet != "" && b.ResourceSet != "":
		return 0
	case a.ResourceSet == "":
		return -1
	}
	return 1
}

func listRoles(c *web.Call) error {
	p, err := pathAssignee(c)
	if err != nil {
		return err
	}
	list := []any{}
	for _, r := range slices.SortedStableFunc(slices.Values(*p.roles), listedBefore) {
		list = append(list, roleView(c, p, r))
	}
	for _, r := range p.inherited() {
		list = append(list, roleView(c, r.assignee, r.role))
	}
	return c.JSON(http.StatusOK, list)
}

// assignRole assigns a standard role, or a custom role on a resource set. It answers 201 for all
// principals.
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
	if err := p.refusal(); err != nil {
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
	r := NewStandardAssignment(sent.Type, p.idPrefix, c.Second())
	*p.roles = append(*p.roles, r)
	p.save()
	EmitRole(c, p, r, true)
	return c.JSON(http.StatusCreated, roleView(c, p, r))
}

// assignedRole returns the principal and the assignment in the path.
func assignedRole(c *web.Call) (*Assignee, *state.RoleAssignment, error) {
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

// Doc is a role assignment in a seed. It may be written as just the role's type.
type Doc struct {
	kind.MadeDoc
	Type         string   `json:"type"`
	Role         string   `json:"role,omitempty"`         // the custom role, for CUSTOM
	ResourceSet  string   `json:"resourceSet,omitempty"`  // the resource set, for CUSTOM
	TargetGroups []string `json:"targetGroups,omitempty"` // default: all groups
	TargetApps   []string `json:"targetApps,omitempty"`   // apps, or names in the catalog such as oidc_client; default: all apps
}

func (d *Doc) UnmarshalJSON(data []byte) error {
	type plain Doc
	return kind.TextOr(data, &d.Type, (*plain)(d))
}

// Seed assigns the roles of a principal.
func Seed(s *kind.Seeding, p *Assignee, docs []*Doc) error {
	for _, d := range docs {
		r, err := seedRole(s, p, d)
		if err != nil {
			return fmt.Errorf("role %s: %w", d.Type, err)
		}
		*p.roles = append(*p.roles, r)
	}
	p.save()
	return nil
}

func seedRole(s *kind.Seeding, p *Assignee, d *Doc) (*state.RoleAssignment, error) {
	r := &state.RoleAssignment{Type: d.Type}
	switch {
	case d.Type == "CUSTOM":
		role, set := s.Org.CustomRoleNamed(d.Role), s.Org.ResourceSetNamed(d.ResourceSet)
		if role == nil || set == nil {
			return nil, fmt.Errorf("there is no custom role %q or no resource set %q in the seed", d.Role, d.ResourceSet)
		}
		r.ID, r.Label, r.Role, r.ResourceSet = state.NewID("irb"), role.Label, role.ID, set.ID
	case access.StandardRole(d.Type).ID == "":
		return nil, errors.New("there is no such role")
	default:
		r = NewStandardAssignment(d.Type, p.idPrefix, s.Now)
	}
	if d.ID == "" {
		d.ID = r.ID
	}
	d.Fill("", s.Now)
	r.ID, r.Created, r.LastUpdated = d.ID, d.Created, d.LastUpdated
	for _, name := range d.TargetGroups {
		id := name // the id of a deleted group
		if g := s.GroupNamed(name); g != nil {
			id = g.ID
		}
		r.TargetGroups = append(r.TargetGroups, id)
	}
	for _, name := range d.TargetApps {
		target := state.AppTarget{Name: state.OIDCClientName, ID: name}
		if a := s.AppNamed(name); a != nil {
			target = state.AppTarget{Name: a.Name(), ID: a.ID}
		} else if state.CatalogEntry(name).Name != "" || !strings.HasPrefix(name, "0oa") && !strings.Contains(name, " ") {
			target = state.AppTarget{Name: name}
		}
		r.TargetApps = append(r.TargetApps, target)
	}
	return r, nil
}

// Dump names roles and sets by label, groups by name, and apps by id, because labels of apps
// need not be unique. Deleted objects keep their id.
func Dump(o *state.Org, roles []*state.RoleAssignment) []*Doc {
	var docs []*Doc
	for _, r := range roles {
		doc := &Doc{MadeDoc: kind.MadeDoc{ID: r.ID, Created: r.Created, LastUpdated: r.LastUpdated}, Type: r.Type}
		if r.Type == "CUSTOM" {
			doc.Role, doc.ResourceSet = r.Role, r.ResourceSet
			if role := o.CustomRoles.Get(r.Role); role != nil {
				doc.Role = role.Label
			}
			if set := o.ResourceSets.Get(r.ResourceSet); set != nil {
				doc.ResourceSet = set.Label
			}
		}
		for _, id := range r.TargetGroups {
			doc.TargetGroups = append(doc.TargetGroups, kind.GroupName(o, id))
		}
		for _, target := range r.TargetApps {
			name := target.ID
			if name == "" {
				name = target.Name
			}
			doc.TargetApps = append(doc.TargetApps, name)
		}
		docs = append(docs, doc)
	}
	return docs
}

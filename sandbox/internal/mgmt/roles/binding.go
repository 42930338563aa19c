package roles

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// BindingKind describes bindings. A binding is a custom role on a resource set. It has no record of
// its own: it exists as long as a principal has the role on the set, and its members are those role
// assignments.
func BindingKind() kind.Kind {
	const base = "/api/v1/iam/resource-sets"
	return kind.Kind{
		Name:   "binding",
		PartOf: []string{"app", "user", "group"},
		Routes: []web.Route{
			readRoles(base+"/{resourceSet}/bindings", listBindings),
			manageRoles("POST", base+"/{resourceSet}/bindings", createBinding),
			readRoles(base+"/{resourceSet}/bindings/{role}", getBinding),
			manageRoles("DELETE", base+"/{resourceSet}/bindings/{role}", deleteBinding),
			readRoles(base+"/{resourceSet}/bindings/{role}/members", listBindingMembers),
			manageRoles("PATCH", base+"/{resourceSet}/bindings/{role}/members", addBindingMembers),
			readRoles(base+"/{resourceSet}/bindings/{role}/members/{memberId}", getBindingMember),
			manageRoles("DELETE", base+"/{resourceSet}/bindings/{role}/members/{memberId}", removeBindingMember),
		},
		Events: []syslog.Type{eventBindingAdd, eventBindingDelete},
	}
}

// The events of bindings.
var (
	eventBindingAdd    = syslog.Type{Name: "iam.resourceset.bindings.add", Message: "Add bindings to resource set"}
	eventBindingDelete = syslog.Type{Name: "iam.resourceset.bindings.delete", Message: "Remove bindings from resource set"}
)

// bound returns the members of a binding.
func bound(o *state.Org, role, set string) []heldRole {
	var members []heldRole
	for held := range assignments(o) {
		if held.role.Type == "CUSTOM" && held.role.Role == role && held.role.ResourceSet == set {
			members = append(members, held)
		}
	}
	return members
}

// assignCustomRole assigns a custom role on a resource set; both are named by id or label.
func assignCustomRole(c *web.Call, p *Assignee, role, set string) (*state.RoleAssignment, error) {
	switch {
	case role == "":
		return nil, web.IllegalArgument("Custom role id or name required for a CUSTOM assignment")
	case set == "":
		return nil, web.IllegalArgument("Resource set id or name required for a CUSTOM assignment") // wording by inference
	}
	r, s := c.Org.CustomRoleNamed(role), c.Org.ResourceSetNamed(set)
	if r == nil {
		return nil, web.NotFound(role, "CustomRole")
	}
	if s == nil {
		return nil, web.NotFound(set, "IAMPolicy")
	}
	for _, held := range *p.roles {
		if held.Type == "CUSTOM" && held.Role == r.ID && held.ResourceSet == s.ID {
			return nil, &web.APIError{Status: 409, Code: "E0000090", Summary: "The role specified is already assigned to the user."}
		}
	}
	assigned := &state.RoleAssignment{ID: state.NewID("irb"), Type: "CUSTOM", Label: r.Label, Role: r.ID, ResourceSet: s.ID,
		Created: c.Second(), LastUpdated: c.Second()}
	*p.roles = append(*p.roles, assigned)
	p.save()
	EmitRole(c, p, assigned, true)
	return assigned, nil
}

// memberNamed finds a principal by the URL or ORN of a binding's member.
func memberNamed(c *web.Call, name string) (*Assignee, error) {
	kind, id := "", ""
	if strings.HasPrefix(name, "orn:") {
		parts := strings.Split(name, ":")
		kind, id = parts[min(4, len(parts)-1)], parts[len(parts)-1]
	} else if path, own := strings.CutPrefix(name, c.Base); own {
		parts := strings.Split(path, "/")
		kind, id = parts[max(0, len(parts)-2)], parts[len(parts)-1]
	}
	switch kind {
	case "users":
		if u := c.Org.Users.Get(id); u != nil {
			return UserAssignee(c.Org, u), nil
		}
	case "groups":
		if g := c.Org.Groups.Get(id); g != nil && g.Type == "OKTA_GROUP" {
			return GroupAssignee(c.Org, g), nil
		}
	case "clients", "apps":
		a := c.Org.AppByClientID(id)
		if a == nil {
			a = c.Org.Apps.Get(id)
		}
		if a != nil && a.IsService() {
			return ClientAssignee(c.Org, a), nil
		}
	}
	return nil, web.Invalid("members", "members: '"+name+"' is not a user, group or service app of this org.")
}

// addMembers adds all of the principals to a binding, or none if one is unknown. Existing members
// are left as they are.
func addMembers(c *web.Call, r *state.CustomRole, s *state.ResourceSet, names []string) error {
	var members []*Assignee
	for _, name := range names {
		p, err := memberNamed(c, name)
		if err != nil {
			return err
		}
		members = append(members, p)
	}
	for _, p := range members {
		var refused *web.APIError
		if _, err := assignCustomRole(c, p, r.ID, s.ID); err != nil && (!errors.As(err, &refused) || refused.Status != http.StatusConflict) {
			return err
		}
	}
	return nil
}

func bindingURL(c *web.Call, s *state.ResourceSet, role string) string {
	return resourceSetURL(c, s) + "/bindings/" + role
}

func listBindings(c *web.Call) error {
	s, err := pathResourceSet(c)
	if err != nil {
		return err
	}
	var roles []*state.CustomRole
	for _, r := range c.Org.CustomRoles.All() {
		if len(bound(c.Org, r.ID, s.ID)) > 0 {
			roles = append(roles, r)
		}
	}
	roles, next, err := web.PageInBody(c, roles, func(r *state.CustomRole) string { return r.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, r := range roles {
		self := bindingURL(c, s, r.ID)
		list = append(list, map[string]any{"id": r.ID, "_links": map[string]any{
			"self": map[string]any{"href": self}, "members": map[string]any{"href": self + "/members"}}})
	}
	links := kind.NextLink(next)
	links["self"] = map[string]any{"href": resourceSetURL(c, s) + "/bindings"}
	links["resource-set"] = map[string]any{"href": resourceSetURL(c, s)}
	return c.JSON(http.StatusOK, map[string]any{"roles": list, "_links": links})
}

// bindingView returns a binding as it is read.
func bindingView(c *web.Call, s *state.ResourceSet, r *state.CustomRole) map[string]any {
	self := bindingURL(c, s, r.ID)
	return map[string]any{"id": r.ID, "_links": map[string]any{
		"self":         map[string]any{"href": self},
		"members":      map[string]any{"href": self + "/members"},
		"resource-set": map[string]any{"href": resourceSetURL(c, s)},
	}}
}

// changedBinding returns a binding as the answers to its creation and to new members show it.
func changedBinding(c *web.Call, s *state.ResourceSet, r *state.CustomRole) map[string]any {
	return map[string]any{"_links": map[string]any{
		"self":         map[string]any{"href": bindingURL(c, s, r.ID)},
		"bindings":     map[string]any{"href": resourceSetURL(c, s) + "/bindings"},
		"resource-set": map[string]any{"href": resourceSetURL(c, s)},
	}}
}

func createBinding(c *web.Call) error {
	s, err := pathResourceSet(c)
	if err != nil {
		return err
	}
	var sent struct {
		Role    string   `json:"role"`
		Members []string `json:"members"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	r := c.Org.CustomRoleNamed(sent.Role)
	if r == nil {
		return web.NotFound(sent.Role, "CustomRole")
	}
	if len(bound(c.Org, r.ID, s.ID)) > 0 {
		return &web.APIError{Status: 409, Code: "E0000195", Summary: "Api validation failed due to conflict: role"}
	}
	if len(sent.Members) == 0 {
		return web.Invalid("members", "members: The field cannot be left blank")
	}
	if err := addMembers(c, r, s, sent.Members); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, changedBinding(c, s, r))
}

// pathBinding returns the set and the role of the binding in the path, and its members.
func pathBinding(c *web.Call) (*state.ResourceSet, *state.CustomRole, []heldRole, error) {
	s, err := pathResourceSet(c)
	if err != nil {
		return nil, nil, nil, err
	}
	r, err := pathCustomRole(c)
	if err != nil {
		return nil, nil, nil, err
	}
	members := bound(c.Org, r.ID, s.ID)
	if len(members) == 0 {
		return nil, nil, nil, web.NotFound(r.ID, "RoleResourceSetBinding")
	}
	return s, r, members, nil
}

func getBinding(c *web.Call) error {
	s, r, _, err := pathBinding(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, bindingView(c, s, r))
}

func deleteBinding(c *web.Call) error {
	_, _, members, err := pathBinding(c)
	if err != nil {
		return err
	}
	for _, m := range members {
		drop(c, m)
	}
	return c.NoContent(http.StatusNoContent)
}

func memberView(c *web.Call, m heldRole) map[string]any {
	return map[string]any{"id": m.role.ID, "created": state.Timestamp(m.role.Created), "lastUpdated": state.Timestamp(m.role.LastUpdated),
		"_links": map[string]any{"self": map[string]any{"href": c.URL(m.assignee.path)}}}
}

func listBindingMembers(c *web.Call) error {
	s, r, members, err := pathBinding(c)
	if err != nil {
		return err
	}
	slices.SortFunc(members, func(x, y heldRole) int { return strings.Compare(x.role.ID, y.role.ID) })
	members, next, err := web.PageInBody(c, members, func(m heldRole) string { return m.role.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, m := range members {
		list = append(list, memberView(c, m))
	}
	links := kind.NextLink(next)
	links["self"] = map[string]any{"href": bindingURL(c, s, r.ID) + "/members"}
	links["binding"] = map[string]any{"href": bindingURL(c, s, r.ID)}
	return c.JSON(http.StatusOK, map[string]any{"members": list, "_links": links})
}

func addBindingMembers(c *web.Call) error {
	s, r, _, err := pathBinding(c)
	if err != nil {
		return err
	}
	var sent struct {
		Additions []string `json:"additions"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	if err := addMembers(c, r, s, sent.Additions); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, changedBinding(c, s, r))
}

func pathBindingMember(c *web.Call) (heldRole, error) {
	_, _, members, err := pathBinding(c)
	if err != nil {
		return heldRole{}, err
	}
	for _, m := range members {
		if m.role.ID == c.Path("memberId") {
			return m, nil
		}
	}
	return heldRole{}, web.NotFound(c.Path("memberId"), "RoleResourceSetBindingMember")
}

func getBindingMember(c *web.Call) error {
	m, err := pathBindingMember(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, memberView(c, m))
}

func removeBindingMember(c *web.Call) error {
	m, err := pathBindingMember(c)
	if err != nil {
		return err
	}
	drop(c, m)
	return c.NoContent(http.StatusNoContent)
}

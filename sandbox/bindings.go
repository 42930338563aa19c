package sandbox

import (
	"iter"
	"net/http"
	"slices"
	"strings"
)

// A binding is a custom role on a resource set. It has no record of its own:
// it exists as long as somebody holds the role on the set, and its members are
// those role assignments.

// heldRole is a role assignment with its holder.
type heldRole struct {
	holder *assignee
	role   *roleAssignment
}

// assignments yields every role assignment of the org. Removing the one that
// was yielded is allowed.
func (o *org) assignments() iter.Seq[heldRole] {
	return func(yield func(heldRole) bool) {
		for _, holder := range o.holders() {
			for _, role := range slices.Clone(*holder.roles) {
				if !yield(heldRole{holder, role}) {
					return
				}
			}
		}
	}
}

// holders are all principals that have roles.
func (o *org) holders() []*assignee {
	var all []*assignee
	add := func(p *assignee) {
		if len(*p.roles) > 0 {
			all = append(all, p)
		}
	}
	for _, a := range o.apps.all() {
		add(o.clientAssignee(a))
	}
	for _, u := range o.users.all() {
		add(o.userAssignee(u))
	}
	for _, g := range o.groups.all() {
		add(o.groupAssignee(g))
	}
	return all
}

// drop removes an assignment from its holder.
func (c *call) drop(held heldRole) {
	*held.holder.roles = slices.DeleteFunc(*held.holder.roles, func(r *roleAssignment) bool { return r == held.role })
	held.holder.save()
	c.roleHappened(held.holder, held.role, false)
}

// bound returns the members of a binding.
func (o *org) bound(role, set string) []heldRole {
	var members []heldRole
	for held := range o.assignments() {
		if held.role.Type == "CUSTOM" && held.role.Role == role && held.role.ResourceSet == set {
			members = append(members, held)
		}
	}
	return members
}

// assignCustomRole gives a custom role on a resource set; both are named by
// id or label.
func (c *call) assignCustomRole(p *assignee, role, set string) (*roleAssignment, error) {
	r, s := c.org.customRoleNamed(role), c.org.resourceSetNamed(set)
	if r == nil {
		return nil, errNotFound(role, "CustomRole")
	}
	if s == nil {
		return nil, errNotFound(set, "ResourceSet")
	}
	for _, held := range *p.roles {
		if held.Type == "CUSTOM" && held.Role == r.ID && held.ResourceSet == s.ID {
			return nil, &apiError{status: 409, code: "E0000090", summary: "The role specified is already assigned to the user."}
		}
	}
	assigned := &roleAssignment{ID: newID("irb"), Type: "CUSTOM", Label: r.Label, Role: r.ID, ResourceSet: s.ID,
		Created: c.second(), LastUpdated: c.second()}
	*p.roles = append(*p.roles, assigned)
	p.save()
	c.roleHappened(p, assigned, true)
	return assigned, nil
}

// memberNamed finds a principal by the URL or ORN that a binding's member is
// given by.
func (c *call) memberNamed(name string) (*assignee, error) {
	kind, id := "", ""
	if strings.HasPrefix(name, "orn:") {
		parts := strings.Split(name, ":")
		kind, id = parts[min(4, len(parts)-1)], parts[len(parts)-1]
	} else if path, own := strings.CutPrefix(name, c.base); own {
		parts := strings.Split(path, "/")
		kind, id = parts[max(0, len(parts)-2)], parts[len(parts)-1]
	}
	switch kind {
	case "users":
		if u := c.org.users.get(id); u != nil {
			return c.org.userAssignee(u), nil
		}
	case "groups":
		if g := c.org.groups.get(id); g != nil && g.Type == "OKTA_GROUP" {
			return c.org.groupAssignee(g), nil
		}
	case "clients", "apps":
		a := c.org.appByClientID(id)
		if a == nil {
			a = c.org.apps.get(id)
		}
		if a != nil && a.isService() {
			return c.org.clientAssignee(a), nil
		}
	}
	return nil, errInvalid("members", "members: '"+name+"' is not a user, group or service app of this org.")
}

// addMembers binds all of the principals, or none when one isn't known. Who
// is a member already stays it.
func (c *call) addMembers(r *customRole, s *resourceSet, names []string) error {
	var members []*assignee
	for _, name := range names {
		p, err := c.memberNamed(name)
		if err != nil {
			return err
		}
		members = append(members, p)
	}
	for _, p := range members {
		if _, err := c.assignCustomRole(p, r.ID, s.ID); err != nil && err.(*apiError).status != http.StatusConflict {
			return err
		}
	}
	return nil
}

func (c *call) bindingURL(s *resourceSet, role string) string {
	return c.resourceSetURL(s) + "/bindings/" + role
}

func listBindings(c *call) error {
	s, err := c.resourceSet()
	if err != nil {
		return err
	}
	var roles []*customRole
	for _, r := range c.org.customRoles.all() {
		if len(c.org.bound(r.ID, s.ID)) > 0 {
			roles = append(roles, r)
		}
	}
	roles, next, err := bodyPage(c, roles, func(r *customRole) string { return r.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, r := range roles {
		self := c.bindingURL(s, r.ID)
		list = append(list, map[string]any{"id": r.ID, "_links": map[string]any{
			"self": map[string]any{"href": self}, "members": map[string]any{"href": self + "/members"}}})
	}
	links := nextLink(next)
	links["self"] = map[string]any{"href": c.resourceSetURL(s) + "/bindings"}
	links["resource-set"] = map[string]any{"href": c.resourceSetURL(s)}
	return c.json(http.StatusOK, map[string]any{"roles": list, "_links": links})
}

func (c *call) bindingView(s *resourceSet, r *customRole) map[string]any {
	return map[string]any{"id": r.ID, "_links": map[string]any{
		"self":         map[string]any{"href": c.bindingURL(s, r.ID)},
		"bindings":     map[string]any{"href": c.resourceSetURL(s) + "/bindings"},
		"resource-set": map[string]any{"href": c.resourceSetURL(s)},
	}}
}

func createBinding(c *call) error {
	s, err := c.resourceSet()
	if err != nil {
		return err
	}
	var sent struct {
		Role    string   `json:"role"`
		Members []string `json:"members"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	r := c.org.customRoleNamed(sent.Role)
	if r == nil {
		return errNotFound(sent.Role, "CustomRole")
	}
	if len(c.org.bound(r.ID, s.ID)) > 0 {
		return &apiError{status: 409, code: "E0000195", summary: "Api validation failed due to conflict: role"}
	}
	if len(sent.Members) == 0 {
		return errInvalid("members", "members: The field cannot be left blank")
	}
	if err := c.addMembers(r, s, sent.Members); err != nil {
		return err
	}
	return c.json(http.StatusOK, c.bindingView(s, r))
}

// binding returns the set, the role and the members of the path's binding.
func (c *call) binding() (*resourceSet, *customRole, []heldRole, error) {
	s, err := c.resourceSet()
	if err != nil {
		return nil, nil, nil, err
	}
	r, err := c.customRole()
	if err != nil {
		return nil, nil, nil, err
	}
	members := c.org.bound(r.ID, s.ID)
	if len(members) == 0 {
		return nil, nil, nil, errNotFound(r.ID, "RoleResourceSetBinding")
	}
	return s, r, members, nil
}

func getBinding(c *call) error {
	s, r, _, err := c.binding()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.bindingView(s, r))
}

func deleteBinding(c *call) error {
	_, _, members, err := c.binding()
	if err != nil {
		return err
	}
	for _, m := range members {
		c.drop(m)
	}
	return c.noContent(http.StatusNoContent)
}

func (c *call) memberView(m heldRole) map[string]any {
	return map[string]any{"id": m.role.ID, "created": timestamp(m.role.Created), "lastUpdated": timestamp(m.role.LastUpdated),
		"_links": map[string]any{"self": map[string]any{"href": c.url(m.holder.path)}}}
}

func listBindingMembers(c *call) error {
	s, r, members, err := c.binding()
	if err != nil {
		return err
	}
	slices.SortFunc(members, func(x, y heldRole) int { return strings.Compare(x.role.ID, y.role.ID) })
	members, next, err := bodyPage(c, members, func(m heldRole) string { return m.role.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, m := range members {
		list = append(list, c.memberView(m))
	}
	links := nextLink(next)
	links["self"] = map[string]any{"href": c.bindingURL(s, r.ID) + "/members"}
	links["binding"] = map[string]any{"href": c.bindingURL(s, r.ID)}
	return c.json(http.StatusOK, map[string]any{"members": list, "_links": links})
}

func addBindingMembers(c *call) error {
	s, r, _, err := c.binding()
	if err != nil {
		return err
	}
	var sent struct {
		Additions []string `json:"additions"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	if err := c.addMembers(r, s, sent.Additions); err != nil {
		return err
	}
	return c.json(http.StatusOK, c.bindingView(s, r))
}

func (c *call) bindingMember() (heldRole, error) {
	_, _, members, err := c.binding()
	if err != nil {
		return heldRole{}, err
	}
	for _, m := range members {
		if m.role.ID == c.path("memberId") {
			return m, nil
		}
	}
	return heldRole{}, errNotFound(c.path("memberId"), "RoleResourceSetBindingMember")
}

func getBindingMember(c *call) error {
	m, err := c.bindingMember()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.memberView(m))
}

func removeBindingMember(c *call) error {
	m, err := c.bindingMember()
	if err != nil {
		return err
	}
	c.drop(m)
	return c.noContent(http.StatusNoContent)
}

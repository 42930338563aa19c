package roles

import (
	"iter"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Assignee is a principal that can have admin roles: a client, a user or a group.
type Assignee struct {
	assignmentType string // CLIENT, USER or GROUP
	path           string // path of its URL
	idPrefix       string // prefix of the ids of its standard role assignments without targets
	roles          *[]*state.RoleAssignment
	save           func()            // stores changed roles
	refusal        func() error      // why it can have no role, or nil
	inherited      func() []heldRole // roles that it has through others
	clearsTargets  bool              // whether all targets of a role can be removed at once
	entity         state.LogEntity   // in the System Log
	granted        syslog.Type
	revoked        syslog.Type
}

// ClientAssignee returns a client as the principal of its roles.
func ClientAssignee(o *state.Org, a *state.App) *Assignee {
	return &Assignee{
		assignmentType: "CLIENT", path: "/oauth2/v1/clients/" + a.ClientID(), idPrefix: "ca0",
		roles: &a.Roles, save: func() { o.Apps.Put(a.ID, a) },
		refusal: func() error {
			if !a.IsService() {
				return &web.APIError{Status: 400, Code: "E0000227", Summary: "Roles can only be granted to service application type"}
			}
			return nil
		},
		inherited: func() []heldRole { return nil },
		entity:    syslog.ClientEntity(a), granted: eventClientRoleGrant, revoked: eventClientRoleRevoke,
	}
}

// UserAssignee returns a user as the principal of their own and inherited roles.
func UserAssignee(o *state.Org, u *state.User) *Assignee {
	return &Assignee{
		assignmentType: "USER", path: "/api/v1/users/" + u.ID, idPrefix: "ra1",
		roles: &u.Roles, save: func() { o.Users.Put(u.ID, u) },
		refusal: func() error {
			if u.Status == "DEPROVISIONED" {
				return kind.ErrUserStatus()
			}
			return nil
		},
		inherited: func() []heldRole {
			var all []heldRole
			for _, g := range o.GroupsOf(u) {
				for _, r := range g.Roles {
					all = append(all, heldRole{GroupAssignee(o, g), r})
				}
			}
			return all
		},
		clearsTargets: true,
		entity:        syslog.UserEntity(u), granted: eventUserRoleGrant, revoked: eventUserRoleRevoke,
	}
}

// maxAdmins is the maximum number of members of a group that gains an admin role (E0000193).
const maxAdmins = 5000

// GroupAssignee returns a group as the principal of its roles.
func GroupAssignee(o *state.Org, g *state.Group) *Assignee {
	return &Assignee{
		assignmentType: "GROUP", path: "/api/v1/groups/" + g.ID, idPrefix: "gra",
		roles: &g.Roles, save: func() { o.Groups.Put(g.ID, g) },
		refusal: func() error {
			if g.Type == "BUILT_IN" {
				return &web.APIError{Status: 400, Code: "E0000211", Summary: "Roles cannot be granted to built-in groups: " + g.Name()}
			}
			if r := o.GroupRules().Find(func(r *state.GroupRule) bool { return slices.Contains(r.Groups, g.ID) }); r != nil {
				return &web.APIError{Status: 400, Code: "E0000192", Summary: "Roles cannot be granted to groups with group membership rules. " + r.Name}
			}
			if len(o.Members(g))+g.LeftOut > maxAdmins {
				return &web.APIError{Status: 400, Code: "E0000193", Summary: "Roles can only be granted to groups with 5000 or less users. " + g.Name()}
			}
			return nil
		},
		inherited: func() []heldRole { return nil },
		entity:    syslog.GroupEntity(g), granted: eventGroupRoleGrant, revoked: eventGroupRoleRevoke,
	}
}

// pathAssignee returns the principal in the path.
func pathAssignee(c *web.Call) (*Assignee, error) {
	for _, named := range []struct {
		parameter string
		find      func(*web.Call) (*Assignee, error)
	}{{"clientId", pathClientAssignee}, {"userId", pathUserAssignee}, {"groupId", pathGroupAssignee}} {
		if c.Path(named.parameter) != "" {
			return named.find(c)
		}
	}
	return nil, web.NoPath()
}

func pathClientAssignee(c *web.Call) (*Assignee, error) {
	id := c.Path("clientId")
	a := c.Org.AppByClientID(id)
	if a == nil {
		return nil, web.NotFound(id, "OAuth2AppInstance")
	}
	return ClientAssignee(c.Org, a), nil
}

func pathUserAssignee(c *web.Call) (*Assignee, error) {
	u, err := kind.PathUser(c)
	if err != nil {
		return nil, err
	}
	return UserAssignee(c.Org, u), nil
}

func pathGroupAssignee(c *web.Call) (*Assignee, error) {
	g, err := kind.PathGroup(c)
	if err != nil {
		return nil, err
	}
	return GroupAssignee(c.Org, g), nil
}

func (p *Assignee) find(id string) *state.RoleAssignment {
	for _, r := range *p.roles {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// heldRole is a role assignment and its principal.
type heldRole struct {
	assignee *Assignee
	role     *state.RoleAssignment
}

// assignments yields every role assignment of the org. The loop body may remove the assignment that
// was yielded.
func assignments(o *state.Org) iter.Seq[heldRole] {
	return func(yield func(heldRole) bool) {
		for _, admin := range admins(o) {
			for _, role := range slices.Clone(*admin.roles) {
				if !yield(heldRole{admin, role}) {
					return
				}
			}
		}
	}
}

// admins returns all principals that have roles.
func admins(o *state.Org) []*Assignee {
	var all []*Assignee
	add := func(p *Assignee) {
		if len(*p.roles) > 0 {
			all = append(all, p)
		}
	}
	for _, a := range o.Apps.All() {
		add(ClientAssignee(o, a))
	}
	for _, u := range o.Users.All() {
		add(UserAssignee(o, u))
	}
	for _, g := range o.Groups.All() {
		add(GroupAssignee(o, g))
	}
	return all
}

// drop removes an assignment.
func drop(c *web.Call, held heldRole) {
	*held.assignee.roles = slices.DeleteFunc(*held.assignee.roles, func(r *state.RoleAssignment) bool { return r == held.role })
	held.assignee.save()
	EmitRole(c, held.assignee, held.role, false)
}

// EmitRole logs that a principal was given a role or lost it and, for a custom role, the change of
// the binding.
func EmitRole(c *web.Call, p *Assignee, r *state.RoleAssignment, granted bool) {
	kind, binding := p.granted, eventBindingAdd
	if !granted {
		kind, binding = p.revoked, eventBindingDelete
	}
	syslog.Emit(c, kind, p.entity, roleEntity(r))
	if set := c.Org.ResourceSets.Get(r.ResourceSet); set != nil {
		syslog.Emit(c, binding, resourceSetEntity(set), roleEntity(r), p.entity)
	}
}

func roleEntity(r *state.RoleAssignment) state.LogEntity {
	if r.Type == "CUSTOM" {
		return state.LogEntity{ID: r.Role, Type: "CUSTOM_ROLE", Alternate: "unknown", Name: r.Label}
	}
	return state.LogEntity{ID: r.ID, Type: "ROLE", Alternate: r.Type, Name: r.Label}
}

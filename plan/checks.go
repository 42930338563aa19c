package plan

import (
	"context"
	"slices"
	"sync"

	"github.com/hashicorp/hcl/v2"
)

// Directory answers the checks of a plan from the org, beyond what was read to make the plan.
type Directory interface {
	// ThroughGroups returns the groups through which a user has an app: names by id.
	ThroughGroups(ctx context.Context, app, user string) (map[string]string, error)
	// GroupsOf returns the groups of a user: names by id.
	GroupsOf(ctx context.Context, user string) (map[string]string, error)
	// Members returns the logins of a group's members.
	Members(ctx context.Context, group string) ([]string, error)
	// AdminRoles returns the types of a user's admin roles: their own, and those through groups.
	AdminRoles(ctx context.Context, user string) (own, group []string, err error)
	// AdminUsers returns the ids of the users with admin roles.
	AdminUsers(ctx context.Context) ([]string, error)
	// SuperAdmins returns the people who are super admins.
	SuperAdmins(ctx context.Context) ([]SuperAdmin, error)
	// Dependents returns what refers to an object and is deleted or changed with it.
	Dependents(ctx context.Context, kind, id string) ([]Dependent, error)
}

// SuperAdmin is a person with the role SUPER_ADMIN.
type SuperAdmin struct {
	ID    string
	Own   bool // assigned to the user
	Group bool // through a group
}

// Dependent is an object that refers to another one.
type Dependent struct {
	ID   string // of the app, user, group or resource set, or the client id of an app
	What string // for people
}

// Check checks a plan against what only the org can answer. Every plan that is shown or applied
// must pass it. It also completes the admin roles that changes remove.
func (p *Plan) Check(ctx context.Context, org Directory) (hcl.Diagnostics, error) {
	unassigned, err := p.Unassigned(func(app, user string) (map[string]string, error) { return org.ThroughGroups(ctx, app, user) })
	if err != nil {
		return nil, err
	}
	promoted, err := p.firstRoles(func(group string) ([]string, error) { return org.Members(ctx, group) })
	if err != nil {
		return nil, err
	}
	roles := func(user string) (own, group []string, err error) { return org.AdminRoles(ctx, user) }
	signIns, err := p.adminCredentials(roles)
	if err != nil {
		return nil, err
	}
	admins := sync.OnceValues(func() ([]string, error) { return org.AdminUsers(ctx) })
	err = p.losesByGroup(func(user string) (own, group []string, err error) {
		if list, err := admins(); err == nil && !slices.Contains(list, user) {
			return nil, nil, nil // most users are no admins
		}
		return roles(user)
	})
	return slices.Concat(unassigned, promoted, signIns), err
}

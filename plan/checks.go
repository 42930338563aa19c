package plan

import (
	"context"
	"slices"
	"sync"

	"github.com/hashicorp/hcl/v2"
)

// Directory answers what the checks of a plan ask of an org, beyond what was read to make
// the plan.
type Directory interface {
	// ThroughGroups names the groups that give a user an app, by their ids.
	ThroughGroups(ctx context.Context, app, user string) (map[string]string, error)
	// Members lists the logins of a group's members.
	Members(ctx context.Context, group string) ([]string, error)
	// AdminRoles lists the types of a user's admin roles: own, and through groups.
	AdminRoles(ctx context.Context, user string) (own, group []string, err error)
	// AdminUsers lists the ids of the users with admin roles.
	AdminUsers(ctx context.Context) ([]string, error)
	// SuperAdmins lists the people who are super admins now.
	SuperAdmins(ctx context.Context) ([]SuperAdmin, error)
	// Dependents lists what refers to an object of a kind, and goes or changes with it.
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

// Check holds a plan against what only the org can answer. Every plan that may be shown or
// applied goes through it: a plan with errors is none. It also completes the admin roles
// that changes take away.
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

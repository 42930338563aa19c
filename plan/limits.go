package plan

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Limits are what a plan may do only if it is allowed explicitly.
type Limits struct {
	// MaxDeletes is how many objects may be deleted or replaced; a negative number means 30 % of
	// the owned ones if there are at least 3.
	MaxDeletes int
	// Force deletes groups, custom roles and resource sets although they have dependents.
	Force bool
	// RemoveAdmins are the addresses of objects that may lose admin roles that somebody else may
	// have assigned.
	RemoveAdmins []string
	// RemoveUndeclaredAdmins allows the same for undeclared principals (org.authoritative_admins).
	RemoveUndeclaredAdmins bool
	// Command returns the current command line with further arguments. If it is nil, messages name
	// only the flags.
	Command func(more ...string) string
}

// Guard refuses plans that may be a mistake: too many deletions, rights removed from oktaform
// itself, the last super admin, objects with dependents, and admin roles that somebody else may
// have assigned. Every plan must pass it before it is applied.
func (p *Plan) Guard(ctx context.Context, org Directory, l Limits) (hcl.Diagnostics, error) {
	diags, err := p.selfLockout(ctx, org)
	if err != nil {
		return nil, err
	}
	if !p.Destroy {
		diags = append(diags, p.deletes(l.MaxDeletes)...)
	}
	more, err := p.lastSuperAdmin(ctx, org)
	if err != nil {
		return nil, err
	}
	diags = append(diags, more...)
	if !l.Force {
		if more, err = p.inUse(ctx, org); err != nil {
			return nil, err
		}
		diags = append(diags, more...)
	}
	if !diags.HasErrors() {
		diags = append(diags, p.takesAdminRoles(l)...)
	}
	return diags, nil
}

// lastSuperAdmin refuses to leave the org without a person who is super admin.
func (p *Plan) lastSuperAdmin(ctx context.Context, org Directory) (hcl.Diagnostics, error) {
	loses, any := p.losesSuperAdmins()
	if !any {
		return nil, nil
	}
	admins, err := org.SuperAdmins(ctx)
	if err != nil {
		return nil, fmt.Errorf("the remaining super admins can't be determined: %w", err)
	}
	stays := func(a SuperAdmin) bool {
		if slices.Contains(loses.gone, a.ID) {
			return false
		}
		own := a.Own && !slices.Contains(loses.users, a.ID)
		group := a.Group && !loses.groups && !slices.Contains(loses.left, a.ID)
		return own || group
	}
	if len(admins) == 0 || slices.ContainsFunc(admins, stays) {
		return nil, nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "The last super admin would be lost",
		Detail: "No active user would be super admin after this plan, and nobody could undo that. Nothing was changed. Make another user a super admin first."}}, nil
}

// inUse refuses to delete an object with dependents.
func (p *Plan) inUse(ctx context.Context, org Directory) (hcl.Diagnostics, error) {
	ours := map[string]bool{}
	for _, c := range p.Changes {
		if ours[c.ID] = true; c.Kind.Attr("client_id") != nil && !c.Before.IsNull() {
			if client := c.Before.GetAttr("client_id"); client.IsKnown() && !client.IsNull() && !client.IsMarked() {
				ours[client.AsString()] = true
			}
		}
	}
	var diags hcl.Diagnostics
	for _, c := range p.Changes {
		if c.Action != Delete {
			continue
		}
		dependents, err := org.Dependents(ctx, c.Kind.Name, c.ID)
		if err != nil {
			return nil, fmt.Errorf("the dependents of %s can't be read (--force deletes it anyway): %w", c.Addr, err)
		}
		dependents = slices.DeleteFunc(dependents, func(d Dependent) bool { return ours[d.ID] })
		if len(dependents) == 0 {
			continue
		}
		var lines []string
		for _, d := range dependents {
			lines = append(lines, "  - "+d.What)
		}
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Others use what would be deleted",
			Detail: fmt.Sprintf("%s (%s) would be deleted, and this configuration doesn't manage all its dependents:\n%s\nNothing was changed. Remove the references there first, or run again with --force.",
				c.Addr, c.ID, strings.Join(lines, "\n"))})
	}
	return diags, nil
}

// allowAdminRemoval is the flag that allows removing admin roles.
const allowAdminRemoval = "--allow-admin-removal"

// takesAdminRoles refuses to remove admin roles that principals may have had before this
// configuration named them, or that it does not name at all, unless that is allowed.
func (p *Plan) takesAdminRoles(l Limits) hcl.Diagnostics {
	declared, undeclared := p.adminRemovals(l.RemoveUndeclaredAdmins, l.RemoveAdmins)
	if len(declared)+len(undeclared) == 0 {
		return nil
	}
	var detail strings.Builder
	var flags []string
	if len(undeclared) > 0 {
		detail.WriteString("org.authoritative_admins is true, and these have admin roles without being declared:\n")
		for _, c := range undeclared {
			fmt.Fprintf(&detail, "  - the %s (%s)\n", c.Before.GetAttr("principal").AsString(), c.ID)
		}
		detail.WriteString("Declare them (admin blocks), or remove the roles with " + allowAdminRemoval + ".\n")
		flags = append(flags, allowAdminRemoval)
	}
	if len(declared) > 0 {
		detail.WriteString("These would lose admin roles that somebody else may have assigned:\n")
		for _, c := range declared {
			fmt.Fprintf(&detail, "  - %s (existing %s, %s): %s\n", c.Addr, c.existing(), c.ID, strings.Join(c.LostRoles, ", "))
			flags = append(flags, allowAdminRemoval+"="+c.Addr.String())
		}
		detail.WriteString("Declare the roles that should stay (admin_role blocks).\n")
	}
	if l.Command != nil {
		fmt.Fprintf(&detail, "Nothing was changed. To remove all these roles, run:\n  %s", l.Command(flags...))
	} else {
		fmt.Fprintf(&detail, "Nothing was changed. To remove all these roles, allow it: %s", strings.Join(flags, " "))
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Admins would lose their roles", Detail: detail.String()}}
}

// existing returns the name of a change's object for people.
func (c *Change) existing() string {
	if c.Kind.OnExisting {
		return c.Before.GetAttr("principal").AsString()
	}
	return c.Kind.Title
}

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/plan"
)

// guard refuses plans that a slip may have made: too many deletions, rights
// taken from oktaform itself, the last super admin, and what others use.
func (s *Session) guard(ctx context.Context, p *plan.Plan, o *ApplyOptions) error {
	diags := p.Self()
	if !p.Destroy {
		diags = append(diags, p.Deletes(o.MaxDeletes)...)
	}
	more, err := s.lastSuperAdmin(ctx, p)
	if err != nil {
		return err
	}
	diags = append(diags, more...)
	if !o.force {
		if more, err = s.inUse(ctx, p); err != nil {
			return err
		}
		diags = append(diags, more...)
	}
	if !diags.HasErrors() {
		return nil
	}
	s.App.ShowDiagnostics(diags, s.Config.Files())
	return StatusError(ExitGate)
}

// lastSuperAdmin refuses to leave the org without a person who may do
// everything.
func (s *Session) lastSuperAdmin(ctx context.Context, p *plan.Plan) (hcl.Diagnostics, error) {
	loses, any := p.LosesSuperAdmins()
	if !any {
		return nil, nil
	}
	admins, err := s.Client.SuperAdmins(ctx)
	if err != nil {
		return nil, fmt.Errorf("who would still be super admin can't be found out: %w", err)
	}
	stays := func(a org.SuperAdmin) bool {
		if slices.Contains(loses.Gone, a.ID) {
			return false
		}
		own := a.Own && !slices.Contains(loses.Users, a.ID)
		group := a.Group && !loses.Groups && !slices.Contains(loses.Left, a.ID)
		return own || group
	}
	if len(admins) == 0 || slices.ContainsFunc(admins, stays) {
		return nil, nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "The last super admin would go",
		Detail: "No active user would be super admin after this plan, and nobody could undo it. Nothing was changed. Make somebody else a super admin first."}}, nil
}

// inUse refuses to delete what others hang their access on.
func (s *Session) inUse(ctx context.Context, p *plan.Plan) (hcl.Diagnostics, error) {
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
		if c.Action != plan.Delete {
			continue
		}
		users, err := s.Client.Users(ctx, c.Kind.Name, c.ID)
		if err != nil {
			return nil, fmt.Errorf("what uses %s can't be found out (--force deletes it all the same): %w", c.Addr, err)
		}
		users = slices.DeleteFunc(users, func(u org.User) bool { return ours[u.ID] })
		if len(users) == 0 {
			continue
		}
		var lines []string
		for _, u := range users {
			lines = append(lines, "  - "+u.What)
		}
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Others use what would be deleted",
			Detail: fmt.Sprintf("%s (%s) would be deleted, and this configuration doesn't manage all that hangs on it:\n%s\nNothing was changed. Take it away there first, or run again with --force.",
				c.Addr, c.ID, strings.Join(lines, "\n"))})
	}
	return diags, nil
}

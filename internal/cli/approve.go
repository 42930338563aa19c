package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

// ApplyOptions are the flags of the commands that change the org.
type ApplyOptions struct {
	Inputs
	Target
	PlanFlags
	SafetyFlags

	NoSmoke      bool
	SmokeAfter   bool
	RequireSmoke bool
	MaxDeletes   int
	Destroy      bool
	Saved        *plan.Saved // the approved plan of a file; nil without
}

// Approved makes a plan, shows it, and has it approved. before is a plan that was
// approved already: where it is still the same, nobody is asked again.
func (s *Session) Approved(ctx context.Context, o *ApplyOptions, before *plan.Plan) (*plan.Plan, error) {
	a := s.App
	options := s.PlanOptions(o.PlanFlags, o.Destroy)
	p, err := s.Plan(ctx, options)
	if err != nil {
		return nil, err
	}
	if o.deactivate {
		p.OnlyDeactivate()
	}
	if err := s.holds(o.Saved, p, options); err != nil {
		return nil, err
	}
	if before != nil && plan.Same(before, p) {
		return p, nil
	}
	a.Stream().Plan(p)
	if !a.JSON {
		if before != nil {
			a.Print("\nAnother run has changed the org since this plan was made. The plan is now:\n\n")
		}
		a.Print(view.Where(p, s.Principal(ctx), a.Style()) + view.Plan(p, a.Style()) + view.Irreversible(p, a.Style()))
	}
	if p.Empty() {
		return p, nil
	}
	if before == nil {
		if err := s.preflight(ctx, p, o); err != nil {
			return nil, err
		}
	}
	if err := s.guard(ctx, p, o); err != nil {
		return nil, err
	}
	if err := s.checkAdminRemoval(p, o.allowAdminRemoval); err != nil {
		return nil, err
	}
	if o.AutoApprove {
		return p, nil
	}
	return p, a.Approve(p, s.Principal(ctx))
}

// CarryOut applies the plan, runs the smoke tests, shows the outputs, and undoes
// it all where that failed and was asked for.
func (s *Session) CarryOut(ctx context.Context, p *plan.Plan, o *ApplyOptions) (*apply.Result, error) {
	result, err := s.apply(ctx, p, o)
	if err == nil && !o.Destroy {
		err = s.finish(ctx, p, result.Known, o)
	}
	if err != nil && o.Rollback && ctx.Err() == nil {
		all := result.Rollback(ctx)
		if !s.App.JSON {
			s.App.Print("\n" + view.RolledBack(all, s.App.Style()))
		}
	}
	return result, err
}

// Approve asks before anything is changed.
func (a *App) Approve(p *plan.Plan, as string) error {
	a.Print("\n" + view.Question(p, as) + "\n  Only 'yes' will be accepted to approve.\n\n  Enter a value: ")
	answer, _ := a.readLine()
	if strings.TrimSpace(answer) == "yes" {
		return nil
	}
	verb := "Apply"
	if p.Destroy {
		verb = "Destroy"
	}
	a.Print("\n" + verb + " cancelled.\n")
	if answer == "" {
		return errors.New("nobody answered: use --auto-approve where there is no terminal")
	}
	return StatusError(ExitError)
}

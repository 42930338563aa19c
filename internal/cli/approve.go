package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/session"
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
	Rehearse     bool
	Destroy      bool
	Saved        *plan.Saved // the approved plan from a file, or nil
	// Begin, if set, writes the files that Sources stand for: once the plan is approved, and before
	// the org is changed.
	Begin func(*Session) error
}

// Approved makes a plan, shows it and asks for approval. before is an already approved plan: if the
// new plan equals it, nobody is asked again.
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
	if before != nil && plan.Equal(before, p) {
		return p, nil
	}
	a.Stream().Plan(p)
	if !a.JSON {
		if before != nil {
			a.Print("\nAnother run has changed the org since this plan was made. The plan is now:\n\n")
		}
		a.Print(view.Where(p, s.Principal(ctx), a.Style()) + o.PlanText(p, a.Style()) + view.Irreversible(p, a.Style()))
	}
	if p.Empty() {
		return p, nil
	}
	if err := s.Admit(ctx, p, s.limits(o), before == nil, s.leaseOptions(o)); err != nil {
		return nil, err
	}
	if o.Rehearse && before == nil {
		if err := s.Rehearse(ctx, p, options, o); err != nil {
			return nil, err
		}
	}
	if o.AutoApprove {
		return p, nil
	}
	return p, a.Approve(p, s.Principal(ctx))
}

// limits returns what the flags allow a plan to do.
func (s *Session) limits(o *ApplyOptions) plan.Limits {
	args := s.App.args
	return plan.Limits{MaxDeletes: o.MaxDeletes, Force: o.force,
		RemoveAdmins: o.allowAdminRemoval.Addrs, RemoveUndeclaredAdmins: o.allowAdminRemoval.All,
		Command: func(more ...string) string { return commandLine(slices.Concat(args, more)...) }}
}

func (s *Session) leaseOptions(o *ApplyOptions) session.LeaseOptions {
	return session.LeaseOptions{Off: o.Lease == "off", Wait: o.leaseWait, Self: s.App.Env.Self(), Dead: s.App.Env.Dead}
}

// Lock takes the lease, and asks for approval again if the plan has changed by then.
func (s *Session) Lock(ctx context.Context, p *plan.Plan, o *ApplyOptions) (*plan.Plan, session.Release, error) {
	return s.Session.Lock(ctx, p, s.leaseOptions(o), func(ctx context.Context, before *plan.Plan) (*plan.Plan, error) {
		return s.Approved(ctx, o, before)
	})
}

// CarryOut applies the plan, runs the smoke tests and shows the outputs. If something failed, it
// rolls back if requested.
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

// Approve asks for approval before anything is changed.
func (a *App) Approve(p *plan.Plan, as string) error {
	verb := "Apply"
	if p.Destroy {
		verb = "Destroy"
	}
	return a.Confirm(view.Question(p, as, a.Style()), verb)
}

// Confirm asks a question and fails unless the answer is yes; verb names what is then cancelled.
func (a *App) Confirm(question, verb string) error {
	a.Print("\n" + question + "\n  Only 'yes' will be accepted to approve.\n\n  Enter a value: ")
	answer, _ := a.ReadLine()
	if strings.TrimSpace(answer) == "yes" {
		return nil
	}
	a.Print("\n" + verb + " cancelled.\n")
	if answer == "" {
		return errors.New("nobody answered: without a terminal, use --auto-approve")
	}
	return StatusError(ExitError)
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// SweepOptions are the flags of sweep.
type SweepOptions struct {
	Inputs
	Target
	SafetyFlags

	Owner      string
	OlderThan  time.Duration
	MaxDeletes int
	AllOwners  bool
	IncludeOwn bool
	DryRun     bool
}

// Sweep destroys what the owners that the pattern selects have left in the org.
func (s *Session) Sweep(ctx context.Context, o *SweepOptions) error {
	a := s.App
	which := plan.SweepOptions{Owners: schema.OwnerPattern(o.Owner), OlderThan: o.OlderThan}
	lease := session.LeaseOptions{Self: a.Env.Self(), Dead: a.Env.Dead}
	list, found, err := s.Session.Leftovers(ctx, which, lease)
	s.EndJob()
	if err != nil {
		return err
	}
	if which.Now, err = s.Now(ctx); err != nil {
		return err
	}
	for i := range list {
		if err := s.guardSweep(ctx, &list[i], o, lease); err != nil {
			return err
		}
	}
	if a.JSON {
		for _, l := range list {
			a.Stream().Leftover(l)
		}
	} else {
		a.Print(view.WhereSwept(found.URL, which.Owners, s.Principal(ctx), a.Style()) + view.Leftovers(list, found, which.Now, a.Style()))
	}
	objects, owners := view.Swept(list)
	if objects > o.MaxDeletes {
		return &session.Error{Reason: session.Guarded, Diagnostics: hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Sweep destroys too many objects",
			Detail: fmt.Sprintf("It destroys %d objects, and --max-deletes allows %d. Nothing was changed. To delete them, run again with --max-deletes=%d.", objects, o.MaxDeletes, objects)}}}
	}
	if owners == 0 || o.DryRun {
		return refusals(list)
	}
	if !o.AutoApprove {
		if err := a.Confirm(view.SweepQuestion(found.URL, list, s.Principal(ctx), a.Style()), "Sweep"); err != nil {
			return err
		}
	}
	return s.carryOutSweep(ctx, list, which, o, lease)
}

// guardSweep holds the plan of one owner against the guards of every plan. What a guard
// refuses stays, and the rest is swept all the same.
func (s *Session) guardSweep(ctx context.Context, l *plan.Leftover, o *SweepOptions, lease session.LeaseOptions) error {
	if l.Plan == nil {
		return nil
	}
	limits := plan.Limits{Force: o.force, RemoveAdmins: o.allowAdminRemoval.Addrs}
	err := s.AsOwner(l.Owner).Admit(ctx, l.Plan, limits, true, lease)
	if refused, is := errors.AsType[*session.Error](err); is && refused.Reason == session.Guarded {
		l.Stays, l.Refused, l.Plan = inOneLine(refused.Diagnostics), true, nil
		return nil
	}
	return err
}

// inOneLine is what guards say of one owner. That nothing was changed is not true of the others.
func inOneLine(diags hcl.Diagnostics) string {
	var texts []string
	for _, d := range diags {
		detail := strings.NewReplacer("Nothing was changed. ", "", ":\n  - ", ": ", "\n  - ", ", ", "\n", ". ").Replace(d.Detail)
		texts = append(texts, d.Summary+": "+strings.TrimSuffix(strings.TrimSpace(detail), "."))
	}
	return strings.Join(texts, ". ")
}

// refusals ends a sweep with the status of a gate where a guard has refused something.
func refusals(list []plan.Leftover) error {
	for _, l := range list {
		if l.Refused {
			return StatusError(ExitGate)
		}
	}
	return nil
}

// carryOutSweep destroys one owner's objects after the other's, each under the owner's lease.
func (s *Session) carryOutSweep(ctx context.Context, list []plan.Leftover, which plan.SweepOptions, o *SweepOptions, lease session.LeaseOptions) error {
	a := s.App
	flight := &inFlight{}
	ctx, stop, done := a.interruptible(ctx, s.waitsFor(flight))
	defer done()
	options := apply.Options{Stop: stop, Parallelism: o.parallelism, Events: func(e apply.Event) {
		a.Stream().Event(e)
		if flight.event(e); !a.JSON && e.Step != apply.Skipped {
			a.Print(view.Progress(e, a.Style()))
		}
	}}
	if !a.JSON {
		a.Print("\n")
	}
	destroyed, kept := 0, 0
	var failure error
	for _, l := range list {
		if l.Plan == nil {
			continue
		}
		select {
		case <-stop:
			kept++
			continue
		default:
		}
		result, err := s.AsOwner(l.Owner).Sweep(ctx, l, which, lease, options)
		s.EndJob()
		if result != nil {
			destroyed += result.Done.Destroy
		}
		if err == nil {
			continue
		}
		kept++
		if session.Busy(err) {
			a.ShowDiagnostics(hcl.Diagnostics{{Severity: hcl.DiagWarning, Summary: "An owner is not swept",
				Detail: fmt.Sprintf("%s stays: %s.", l.Owner, err)}}, nil)
			continue
		}
		diags, _ := DiagnosticsOf(err)
		a.ShowDiagnostics(diags, nil)
		if failure = StatusError(statusOf(err)); okta.Denied(err) || okta.Unreachable(err) {
			break
		}
	}
	if a.JSON {
		a.Stream().SweepDone(destroyed, kept)
	} else {
		a.Print(view.NotStarted(flight.skipped, a.Style()) + "\n" + view.SweepDone(destroyed, kept, a.Style()))
	}
	if failure != nil {
		return failure
	}
	return refusals(list)
}

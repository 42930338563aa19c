package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

type applyOptions struct {
	inputs
	target
	planning
	safety

	noSmoke      bool
	smokeAfter   bool
	requireSmoke bool
	maxDeletes   int
	destroy      bool
	saved        *plan.Saved // the approved plan of a file; nil without
}

func newApply(a *app) *cobra.Command {
	o := &applyOptions{}
	cmd := &cobra.Command{
		Use:   "apply [FILE] [DIR]",
		Short: "Change the org to what the configuration declares, and test it",
		Long: `Shows the plan, asks, changes the org, and runs the smoke tests: real tokens
from the org prove that what should work works, and that what shouldn't is
refused. A key, role or app that takes the place of another one is added and
tested before the old one goes.

With a saved plan nothing is asked: the plan is made again, and carried
out only if it is the same as the saved one. Values of variables, and flags of the
plan, are given again.`,
		Example: `  oktaform apply --org sandbox examples/quickstart
  oktaform apply access.plan
  oktaform apply --auto-approve --var-file prod.tfvars`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.noSmoke = o.noSmoke || o.destroy
			dir, err := o.takePlan(a, args)
			if err != nil {
				return err
			}
			return runApply(cmd.Context(), a, dir, o)
		},
	}
	o.target.add(cmd)
	o.target.addConsistency(cmd)
	o.inputs.add(cmd)
	o.addInput(cmd)
	o.planning.add(cmd)
	o.safety.add(cmd)
	cmd.Flags().BoolVar(&o.destroy, "destroy", false, "do what oktaform destroy does")
	cmd.Flags().BoolVar(&o.noSmoke, "no-smoke", false, "don't run the smoke tests")
	cmd.Flags().BoolVar(&o.requireSmoke, "require-smoke", false, requireSmokeHelp)
	cmd.MarkFlagsMutuallyExclusive("no-smoke", "require-smoke")
	cmd.Flags().BoolVar(&o.smokeAfter, "smoke-after", false, "run all smoke tests at the end, none before what was replaced is removed")
	cmd.Flags().BoolVar(&o.rollback, "rollback-on-failure", false, "when a change or a smoke test fails, undo what this run did, where that is possible")
	cmd.Flags().IntVar(&o.maxDeletes, "max-deletes", -1, "refuse to delete more than `N` objects (default: 30 % of the owned ones, where there are at least 3)")
	return cmd
}

func newDestroy(a *app) *cobra.Command {
	o := &applyOptions{noSmoke: true, destroy: true}
	cmd := &cobra.Command{
		Use:   "destroy [FILE] [DIR]",
		Short: "Delete everything that the configuration owns",
		Long: `Deletes every object in the org that carries this configuration's mark. What
happens to declared users is said by their on_destroy: they are kept,
deactivated or deleted. Nothing else is touched.`,
		Example: `  oktaform destroy --org sandbox examples/quickstart`,
		Args:    cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := o.takePlan(a, args)
			if err != nil {
				return err
			}
			return runApply(cmd.Context(), a, dir, o)
		},
	}
	o.target.add(cmd)
	o.target.addConsistency(cmd)
	o.inputs.add(cmd)
	o.addInput(cmd)
	o.safety.add(cmd)
	return cmd
}

func runApply(ctx context.Context, a *app, dir string, o *applyOptions) error {
	if a.json && !o.autoApprove {
		return errors.New("with --json nobody can be asked: add --auto-approve")
	}
	if o.noInput() && !o.autoApprove && o.saved == nil {
		return errors.New("with --input=false nobody can be asked: add --auto-approve")
	}
	if o.lease != "on" && o.lease != "off" {
		return fmt.Errorf("--lease is on or off, not %q", o.lease)
	}
	if err := a.lines.keep(a.trees(dir), o.journal); err != nil {
		return err
	}
	defer a.lines.close()
	a.begin()
	s, err := a.open(ctx, dir, o.inputs, o.target)
	if err != nil {
		return err
	}
	defer s.close()
	p, err := s.approved(ctx, o, nil)
	if err != nil {
		return err
	}
	p, release, err := s.lock(ctx, p, o)
	if err != nil {
		return err
	}
	result, err := s.carryOut(ctx, p, o)
	if after := errors.Join(release(result, err == nil), a.lines.err); after != nil {
		a.showDiagnostics(diagnosticsOf(after))
		err = cmp.Or(err, after)
	}
	return err
}

// approved makes a plan, shows it, and has it approved. before is a plan that was
// approved already: where it is still the same, nobody is asked again.
func (s *session) approved(ctx context.Context, o *applyOptions, before *plan.Plan) (*plan.Plan, error) {
	a := s.app
	options := s.planOptions(o.planning, o.destroy)
	p, err := s.plan(ctx, options)
	if err != nil {
		return nil, err
	}
	if o.deactivate {
		p.OnlyDeactivate()
	}
	if err := s.holds(o.saved, p, options); err != nil {
		return nil, err
	}
	if before != nil && plan.Same(before, p) {
		return p, nil
	}
	a.stream().Plan(p)
	if !a.json {
		if before != nil {
			a.print("\nAnother run has changed the org since this plan was made. The plan is now:\n\n")
		}
		a.print(view.Where(p, s.as(ctx), a.style()) + view.Plan(p, a.style()) + view.Irreversible(p, a.style()))
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
	if o.autoApprove {
		return p, nil
	}
	return p, a.approve(p, s.as(ctx))
}

// carryOut applies the plan, runs the smoke tests, shows the outputs, and undoes
// it all where that failed and was asked for.
func (s *session) carryOut(ctx context.Context, p *plan.Plan, o *applyOptions) (*apply.Result, error) {
	result, err := s.apply(ctx, p, o)
	if err == nil && !o.destroy {
		err = s.finish(ctx, p, result.Known, o)
	}
	if err != nil && o.rollback && ctx.Err() == nil {
		all := result.Rollback(ctx)
		if !s.app.json {
			s.app.print("\n" + view.RolledBack(all, s.app.style()))
		}
	}
	return result, err
}

// approve asks before anything is changed.
func (a *app) approve(p *plan.Plan, as string) error {
	a.print("\n" + view.Question(p, as) + "\n  Only 'yes' will be accepted to approve.\n\n  Enter a value: ")
	answer, _ := a.readLine()
	if strings.TrimSpace(answer) == "yes" {
		return nil
	}
	verb := "Apply"
	if p.Destroy {
		verb = "Destroy"
	}
	a.print("\n" + verb + " cancelled.\n")
	if answer == "" {
		return errors.New("nobody answered: use --auto-approve where there is no terminal")
	}
	return statusError(exitError)
}

package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

type applyOptions struct {
	inputs
	target
	planning
	autoApprove bool
	noSmoke     bool
}

func newApply(a *app) *cobra.Command {
	o := &applyOptions{}
	cmd := &cobra.Command{
		Use:   "apply [DIR]",
		Short: "Change the org to what the configuration declares, and test it",
		Long: `Shows the plan, asks, changes the org, and runs the smoke tests: real tokens
from the org prove that what should work works, and that what shouldn't is
refused.`,
		Example: `  oktaform apply --org sandbox examples/quickstart
  oktaform apply --auto-approve --var-file prod.tfvars`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runApply(cmd.Context(), a, folder(args), o, false)
		},
	}
	o.target.add(cmd)
	o.inputs.add(cmd)
	o.planning.add(cmd)
	cmd.Flags().BoolVar(&o.autoApprove, "auto-approve", false, "don't ask")
	cmd.Flags().BoolVar(&o.noSmoke, "no-smoke", false, "don't run the smoke tests")
	return cmd
}

func newDestroy(a *app) *cobra.Command {
	o := &applyOptions{noSmoke: true}
	cmd := &cobra.Command{
		Use:   "destroy [DIR]",
		Short: "Delete everything that the configuration owns",
		Long: `Deletes every object in the org that carries this configuration's mark. What
happens to declared users is said by their on_destroy: they are kept,
deactivated or deleted. Nothing else is touched.`,
		Example: `  oktaform destroy --org sandbox examples/quickstart`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runApply(cmd.Context(), a, folder(args), o, true)
		},
	}
	o.target.add(cmd)
	o.inputs.add(cmd)
	cmd.Flags().BoolVar(&o.autoApprove, "auto-approve", false, "don't ask")
	return cmd
}

func runApply(ctx context.Context, a *app, dir string, o *applyOptions, destroy bool) error {
	if a.json && !o.autoApprove {
		return errors.New("with --json nobody can be asked: add --auto-approve")
	}
	a.begin()
	s, err := a.open(ctx, dir, o.inputs, o.target)
	if err != nil {
		return err
	}
	defer s.close()
	p, err := s.plan(ctx, o.options(s.config.Owner, destroy))
	if err != nil {
		return err
	}
	if a.json {
		a.stream().Plan(p)
	} else {
		a.print(view.Plan(p, a.style()))
	}
	if !p.Empty() && !o.autoApprove {
		if err := a.approve(p); err != nil {
			return err
		}
	}
	result, err := s.apply(ctx, p, o)
	if err != nil || destroy {
		return err
	}
	return s.finish(ctx, result.Known, o.noSmoke)
}

// apply carries out the plan. The first interrupt lets requests in flight end,
// and starts nothing new; the second ends the program's requests at once.
func (s *session) apply(ctx context.Context, p *plan.Plan, o *applyOptions) (*apply.Result, error) {
	a := s.app
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-signals:
			case <-ctx.Done():
				return
			}
			if n > 0 {
				cancel()
				return
			}
			fmt.Fprintln(a.env.stderr, "Interrupted: the requests in flight are finished, nothing new is started. Interrupt again to stop at once.")
			close(stop)
		}
	}()
	if !p.Empty() && !a.json {
		a.print("\n")
	}
	s.expect(p)
	result, diags := apply.Run(ctx, p, s.config, s.client, apply.Options{
		Parallelism: cmp.Or(o.parallelism, changesAtOnce), Clock: a.env.clock, Stop: stop,
		Events: func(e apply.Event) {
			if a.json {
				a.stream().Event(e)
			} else {
				a.print(view.Progress(e, a.style()))
			}
		},
	})
	s.endJob()
	incomplete := diags.HasErrors() || result.NotDone > 0
	switch {
	case a.json:
		a.stream().Applied(result, p.Destroy)
	case incomplete:
		a.print("\n" + view.Stopped(result, a.style()))
	default:
		a.print("\n" + view.Applied(result, p.Destroy, a.style()))
	}
	if incomplete && !diags.HasErrors() {
		return result, statusError(exitError)
	}
	return result, s.failed(diags)
}

// finish runs the smoke tests and shows the outputs.
func (s *session) finish(ctx context.Context, known config.Known, noSmoke bool) error {
	eval := s.config.Evaluate(known)
	var failure error
	if !noSmoke {
		tests, diags := eval.SmokeTests()
		if err := s.failed(diags); err != nil {
			return err
		}
		failure = s.smoke(ctx, eval, tests, reporting{})
	}
	outputs, diags := eval.Outputs()
	if err := s.failed(diags); err != nil {
		return err
	}
	if s.app.json {
		s.app.stream().Outputs(outputs)
	} else {
		s.app.print(view.Outputs(outputs, s.app.style()))
	}
	return failure
}

// approve asks before anything is changed.
func (a *app) approve(p *plan.Plan) error {
	question := "Do you want to perform these actions?\n  oktaform will perform the actions described above."
	if p.Destroy {
		question = fmt.Sprintf("Do you really want to destroy all resources?\n  oktaform will destroy the %d objects shown above. There is no undo.", p.Counts().Destroy)
	}
	a.print("\n" + question + "\n  Only 'yes' will be accepted to approve.\n\n  Enter a value: ")
	answer, _ := bufio.NewReader(a.env.stdin).ReadString('\n')
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

package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

type smokeOptions struct {
	inputs
	target
	tests []string
}

func newSmoke(a *app) *cobra.Command {
	o := &smokeOptions{}
	cmd := &cobra.Command{
		Use:   "smoke [DIR]",
		Short: "Run the smoke tests with real tokens",
		Long: `Runs the configuration's smoke tests against the org as it is: gets tokens from
its own endpoints, calls the API with them, and explains each failure. Changes
nothing in the org.`,
		Example: `  oktaform smoke --org sandbox examples/quickstart
  oktaform smoke --test "the report reads users"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runSmoke(cmd.Context(), a, folder(args), o) },
	}
	o.target.add(cmd)
	o.inputs.add(cmd)
	cmd.Flags().StringArrayVar(&o.tests, "test", nil, "run only the test of this `NAME`; may be repeated")
	return cmd
}

func runSmoke(ctx context.Context, a *app, dir string, o *smokeOptions) error {
	a.begin()
	s, err := a.open(ctx, dir, o.inputs, o.target)
	if err != nil {
		return err
	}
	defer s.close()
	p, err := s.plan(ctx, (&planning{trustKeys: true}).options(s.config.Owner, false))
	if err != nil {
		return err
	}
	tests, diags := s.config.Evaluate(known(p)).SmokeTests()
	if err := s.failed(diags); err != nil {
		return err
	}
	for _, name := range o.tests {
		if !slices.ContainsFunc(tests, func(t schema.SmokeTest) bool { return t.Name == name }) {
			return fmt.Errorf("the configuration declares no smoke_test %q", name)
		}
	}
	if len(o.tests) > 0 {
		tests = slices.DeleteFunc(tests, func(t schema.SmokeTest) bool { return !slices.Contains(o.tests, t.Name) })
	}
	return s.smoke(ctx, tests)
}

// smoke runs tests and shows the report.
func (s *session) smoke(ctx context.Context, tests []schema.SmokeTest) error {
	a := s.app
	if len(tests) == 0 && !a.json {
		return nil
	}
	runner := &smoke.Runner{URL: s.client.URL(), Client: s.client.HTTP(), Secret: s.client.ClientSecret, Clock: a.env.clock}
	report := runner.Run(ctx, tests)
	if a.json {
		a.stream().Report(report)
	} else {
		a.print(view.Report(report, a.style()))
	}
	if report.Failed > 0 {
		return statusError(exitSmoke)
	}
	return nil
}

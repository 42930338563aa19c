package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/schema"
)

type smokeOptions struct {
	cli.Inputs
	cli.Target
	cli.SmokeReport
	tests     []string
	apps      []string
	timeout   time.Duration
	noBrowser bool
}

func newSmoke(a *cli.App) *cobra.Command {
	o := &smokeOptions{}
	cmd := &cobra.Command{
		Use:   "smoke [DIR] [NAME...]",
		Short: "Run the smoke tests with real tokens",
		Long: `Runs the configuration's smoke tests, or the named ones, against the org as it is:
gets tokens from its endpoints, calls the API with them, and explains each failure.
Then lists the granted scopes, admin roles and keys that no test exercised. Changes
nothing in the org, except what the requests of the tests change.`,
		Example: `  oktaform smoke --org sandbox examples/quickstart
  oktaform smoke "the report reads users"
  oktaform smoke --app service_app.reporter --junit report.xml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, names := folderAndNames(args)
			o.tests = append(o.tests, names...)
			return runSmoke(cmd.Context(), a, dir, o)
		},
	}
	o.Target.Add(cmd)
	o.Inputs.Add(cmd)
	cmd.Flags().StringArrayVar(&o.tests, "test", nil, "run only the test of this `NAME`; may be repeated")
	cmd.Flags().StringArrayVar(&o.apps, "app", nil, "run only the tests of this `APP`, by address or client id; may be repeated")
	cmd.Flags().BoolVar(&o.noBrowser, "no-browser", false, "print the address where a person signs in, instead of opening a browser")
	cmd.Flags().DurationVar(&o.timeout, "timeout", 10*time.Minute, "the time limit for all tests together; 0 for no limit")
	cmd.Flags().StringVar(&o.JUnit, "junit", "", "also write the report as JUnit XML to `FILE`")
	cmd.Flags().StringVar(&o.Markdown, "markdown", "", "also append the report as Markdown to `FILE`, such as a job's summary")
	cmd.Flags().BoolVar(&o.Require, "require-smoke", false, cli.RequireSmokeHelp)
	cmd.Flags().Float64Var(&o.MinCoverage, "min-coverage", 0, "fail if the tests exercise less than this `PERCENT` of scopes, roles and keys")
	return cmd
}

// folderAndNames treats the first argument as the folder if it is or looks like one: names of tests
// mostly contain spaces.
func folderAndNames(args []string) (dir string, names []string) {
	if len(args) == 0 {
		return ".", nil
	}
	if info, err := os.Stat(args[0]); err == nil && info.IsDir() || strings.ContainsAny(args[0], "/\\") && !strings.Contains(args[0], " ") {
		return args[0], args[1:]
	}
	return ".", args
}

func runSmoke(ctx context.Context, a *cli.App, dir string, o *smokeOptions) error {
	a.Begin()
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	s.UseBrowser(o.noBrowser)
	p, err := s.Plan(ctx, cli.ReadingFlags().Options(s.Config.Owner, false))
	if err != nil {
		return err
	}
	eval := s.Config.Evaluate(p.Known())
	tests, diags := eval.SmokeTests()
	if err := s.Failed(diags); err != nil {
		return err
	}
	if tests, err = o.choose(tests); err != nil {
		return err
	}
	if o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.timeout, fmt.Errorf("the time limit (--timeout %s) has passed", o.timeout))
		defer cancel()
	}
	o.Coverage = len(o.tests)+len(o.apps) == 0 || o.MinCoverage > 0
	return s.Smoke(ctx, eval, tests, o.SmokeReport)
}

// choose selects the requested tests. A name or app without a test is an error, because otherwise
// nothing would run and the run would succeed.
func (o *smokeOptions) choose(tests []schema.SmokeTest) ([]schema.SmokeTest, error) {
	isApp := func(app string) func(schema.SmokeTest) bool {
		return func(t schema.SmokeTest) bool {
			addr := t.App.Addr.String()
			return addr == app || t.App.ClientID == app || strings.HasSuffix(addr, "."+app)
		}
	}
	for _, name := range o.tests {
		if !slices.ContainsFunc(tests, func(t schema.SmokeTest) bool { return t.Name == name }) {
			return nil, fmt.Errorf("the configuration declares no smoke_test %q", name)
		}
	}
	for _, app := range o.apps {
		if !slices.ContainsFunc(tests, isApp(app)) {
			return nil, fmt.Errorf("the configuration declares no smoke_test of the app %q: name it as service_app.NAME, by NAME alone, or by its client id", app)
		}
	}
	return slices.DeleteFunc(tests, func(t schema.SmokeTest) bool {
		return len(o.tests) > 0 && !slices.Contains(o.tests, t.Name) ||
			len(o.apps) > 0 && !slices.ContainsFunc(o.apps, func(app string) bool { return isApp(app)(t) })
	}), nil
}

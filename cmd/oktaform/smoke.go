package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

type smokeOptions struct {
	inputs
	target
	reporting
	tests     []string
	apps      []string
	timeout   time.Duration
	noBrowser bool
}

// reporting says where the report of a run of smoke tests goes, and what it has
// to reach.
type reporting struct {
	junit, markdown string
	minCoverage     float64
	require         bool
	coverage        bool // of the whole configuration: all tests run
}

const requireSmokeHelp = "exit with 7 when no smoke test is declared, or all are skipped"

func newSmoke(a *app) *cobra.Command {
	o := &smokeOptions{}
	cmd := &cobra.Command{
		Use:   "smoke [DIR] [NAME...]",
		Short: "Run the smoke tests with real tokens",
		Long: `Runs the configuration's smoke tests, or those that are named, against the org
as it is: gets tokens from its own endpoints, calls the API with them, and
explains each failure. Then says which of the granted scopes, admin roles and
keys no test has exercised. Changes nothing in the org.`,
		Example: `  oktaform smoke --org sandbox examples/quickstart
  oktaform smoke "the report reads users"
  oktaform smoke --app service_app.reporter --junit report.xml --min-coverage 100`,
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, names := folderAndNames(args)
			o.tests = append(o.tests, names...)
			return runSmoke(cmd.Context(), a, dir, o)
		},
	}
	o.target.add(cmd)
	o.inputs.add(cmd)
	cmd.Flags().StringArrayVar(&o.tests, "test", nil, "run only the test of this `NAME`; may be repeated")
	cmd.Flags().StringArrayVar(&o.apps, "app", nil, "run only the tests of this `APP`, by address or client id; may be repeated")
	cmd.Flags().BoolVar(&o.noBrowser, "no-browser", false, "print the address where a person signs in, instead of opening a browser")
	cmd.Flags().DurationVar(&o.timeout, "timeout", 10*time.Minute, "how long all the tests may take; 0 for any time")
	cmd.Flags().StringVar(&o.junit, "junit", "", "write the report as JUnit XML to `FILE` too")
	cmd.Flags().StringVar(&o.markdown, "markdown", "", "append the report as Markdown to `FILE` too, such as a job's summary")
	cmd.Flags().BoolVar(&o.require, "require-smoke", false, requireSmokeHelp)
	cmd.Flags().Float64Var(&o.minCoverage, "min-coverage", 0, "fail when less than this `PERCENT` of scopes, roles and keys was exercised")
	return cmd
}

// folderAndNames takes the first argument for the folder when it is one, or looks
// like one: the names of tests mostly hold spaces.
func folderAndNames(args []string) (dir string, names []string) {
	if len(args) == 0 {
		return ".", nil
	}
	if info, err := os.Stat(args[0]); err == nil && info.IsDir() || strings.ContainsAny(args[0], "/\\") && !strings.Contains(args[0], " ") {
		return args[0], args[1:]
	}
	return ".", args
}

func runSmoke(ctx context.Context, a *app, dir string, o *smokeOptions) error {
	a.begin()
	s, err := a.open(ctx, dir, o.inputs, o.target)
	if err != nil {
		return err
	}
	defer s.close()
	s.noBrowser = o.noBrowser
	p, err := s.plan(ctx, (&planning{trustKeys: addressFlag{all: true}}).options(s.config.Owner, false))
	if err != nil {
		return err
	}
	eval := s.config.Evaluate(known(p))
	tests, diags := eval.SmokeTests()
	if err := s.failed(diags); err != nil {
		return err
	}
	if tests, err = o.choose(tests); err != nil {
		return err
	}
	if o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.timeout, fmt.Errorf("--timeout %s is over", o.timeout))
		defer cancel()
	}
	o.coverage = len(o.tests)+len(o.apps) == 0 || o.minCoverage > 0
	return s.smoke(ctx, eval, tests, o.reporting)
}

// choose picks the tests that are asked for. A name or app without a test is an
// error: nothing would run, and look fine.
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

// smoke runs tests and shows the report.
func (s *session) smoke(ctx context.Context, eval *config.Evaluation, tests []schema.SmokeTest, o reporting) error {
	a := s.app
	report := s.runner(ctx).Run(ctx, comeBack(tests))
	report.Required = o.require
	if o.coverage {
		report.Coverage = report.Cover(eval.Principals())
	}
	s.showReport(report)
	if err := s.writeReports(report, o); err != nil {
		return err
	}
	if report.Failed > 0 {
		return statusError(exitSmoke)
	}
	if o.require && report.Untested() {
		fmt.Fprintf(a.env.stderr, "%s; --require-smoke asks for one that is run.\n", report.Summary())
		return statusError(exitUntested)
	}
	if c := report.Coverage; o.minCoverage > 0 && c.Percent() < o.minCoverage {
		used, total := c.Count("")
		fmt.Fprintf(a.env.stderr, "The smoke tests exercise %d of %d scopes, roles and keys, %.0f %%; --min-coverage asks for %g %%.\n", used, total, c.Percent(), o.minCoverage)
		return statusError(exitGate)
	}
	return nil
}

func (s *session) showReport(report smoke.Report) {
	s.app.stream().Report(report)
	if !s.app.json {
		s.app.print(view.Report(report, s.app.style()))
	}
}

// runner runs smoke tests against the session's org.
func (s *session) runner(ctx context.Context) *smoke.Runner {
	_, _ = s.now(ctx) // where the org can't be reached, the tests say so
	return &smoke.Runner{ReadFile: s.keyFile, URL: s.client.URL(), Client: s.client.HTTP(), Secret: s.client.ClientSecret, Policy: s.client.AccessPolicy, Clock: s.app.env.clock.LocalNow, OrgTime: s.client.OrgClock().Estimate, Browser: s.app.browser(s.client.URL(), s.noBrowser)}
}

// writeReports writes the report to files: the JUnit file anew, the Markdown to
// the end of its file, as the summary of a job is made.
func (s *session) writeReports(report smoke.Report, o reporting) error {
	if o.junit != "" {
		var text strings.Builder
		if err := view.JUnit(&text, report, s.app.env.clock.LocalNow()); err != nil {
			return fmt.Errorf("--junit: %w", err)
		}
		if err := s.trees.Replace(o.junit, []byte(text.String()), 0o644); err != nil {
			return fmt.Errorf("--junit: %w", err)
		}
	}
	if o.markdown == "" {
		return nil
	}
	file, err := s.trees.Append(o.markdown, 0o644)
	if err != nil {
		return fmt.Errorf("--markdown: %w", err)
	}
	_, err = file.WriteString(view.Markdown(report))
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("--markdown: %w", err)
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/testfile"
	"github.com/oktaform/oktaform/internal/testrun"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/sandbox"
)

type testOptions struct {
	cli.Inputs
	seed    string
	failOn  string
	junit   string
	filter  []string
	run     string
	mutate  bool
	require bool
	timeout time.Duration
}

func newTest(a *cli.App) *cobra.Command {
	o := &testOptions{}
	cmd := &cobra.Command{
		Use:   "test [DIR]...",
		Short: "Test configurations in embedded orgs of their own",
		Long: `Tests each configuration in a fresh embedded org in memory: applies it, runs the
smoke tests with real tokens, plans again, which must show no changes, reviews it,
and destroys it, which must leave nothing. Uses no org, no credential and no private
key file: keys are made in memory. Sensitive variables without a value get a
generated one.

If there are test files beside the configuration, *.oktest.hcl, their run blocks
are carried out instead, each file in an org of its own.

The org is empty, or holds what seed.json beside the configuration, or --seed,
describes. A folder without a configuration stands for those in its subfolders.`,
		Example: `  oktaform test
  oktaform test --junit report.xml examples/quickstart
  oktaform test --mutate examples/quickstart
  oktaform test examples/*`,
		RunE: func(cmd *cobra.Command, args []string) error { return runTest(cmd.Context(), a, args, o) },
	}
	o.Inputs.Add(cmd)
	cmd.Flags().StringVar(&o.seed, "seed", "", "create each org with the content of `FILE`, as sandbox --seed does (default: seed.json beside the configuration)")
	cmd.Flags().StringVar(&o.failOn, "fail-on", severity.High.String(), "the `SEVERITY` from which a finding of the review fails: none, "+strings.Join(severity.Names(), ", "))
	cmd.Flags().StringVar(&o.junit, "junit", "", "also write the results as JUnit XML to `FILE`")
	cmd.Flags().StringArrayVar(&o.filter, "filter", nil, "carry out only the test `FILE`, by its name or path; may be repeated")
	cmd.Flags().StringVar(&o.run, "run", "", "carry out only the run of this `NAME`, and before it those of its file that apply or destroy")
	cmd.Flags().BoolVar(&o.require, "require-smoke", false, "exit with 7 if a configuration declares no smoke test, or all are skipped")
	cmd.Flags().BoolVar(&o.mutate, "mutate", false, "take away one scope, role, key, redirect URI, assignment, member, permission or resource at a time, and fail for each that no smoke test misses")
	cmd.MarkFlagsMutuallyExclusive("mutate", "run")
	cmd.Flags().DurationVar(&o.timeout, "timeout", 10*time.Minute, "the time limit for all tests together; 0 for no limit")
	return cmd
}

func runTest(ctx context.Context, a *cli.App, dirs []string, o *testOptions) error {
	if len(dirs) == 0 {
		dirs = []string{"."}
	}
	a.Begin()
	shared, err := testOptionsOf(a, o)
	if err != nil {
		return err
	}
	tests, err := testsIn(a, dirs, o)
	if err != nil {
		return err
	}
	if o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.timeout, fmt.Errorf("the time limit (--timeout %s) has passed", o.timeout))
		defer cancel()
	}
	report, err := runTests(ctx, a, tests, o.run, shared)
	if err != nil {
		return err
	}
	a.Stream().TestSummary(report)
	if !a.JSON {
		a.Print(view.TestSummary(report, a.Style()))
	}
	if err := writeTestJUnit(a, dirs[0], o.junit, report); err != nil {
		return err
	}
	if report.Count(testrun.Failed) > 0 {
		return cli.StatusError(cli.ExitSmoke)
	}
	if untested := report.Untested(); o.require && len(untested) > 0 {
		text := fmt.Sprintf("No smoke test is declared, or all were skipped, in %s; --require-smoke needs at least one that runs.\n", view.Plain(strings.Join(untested, ", ")))
		fmt.Fprint(a.Env.Stderr, view.Style{Width: a.Env.Columns()}.Prose(text))
		return cli.StatusError(cli.ExitUntested)
	}
	return nil
}

// testOptionsOf returns what all tests share.
func testOptionsOf(a *cli.App, o *testOptions) (*testrun.Options, error) {
	failOn := severity.None
	if o.failOn != severity.None.String() {
		var err error
		if failOn, err = severity.Parse(o.failOn); err != nil {
			return nil, fmt.Errorf("--fail-on: %w", err)
		}
	}
	key, err := sandbox.NewSigningKey()
	if err != nil {
		return nil, err
	}
	return &testrun.Options{Environ: a.Env.Environ, Inputs: o.List, Checkout: a.Checkouts(), Clock: a.Env.Clock, Attempt: a.Env.Attempt, UserAgent: "oktaform/" + cli.Version(),
		SigningKey: key, FailOn: failOn, Password: cli.Password}, nil
}

// oneTest is a test that can run beside others.
type oneTest struct {
	folder string
	file   *testfile.File // nil for the standard test
	diags  hcl.Diagnostics
	seed   []byte
	mutate bool
}

// testsIn finds the tests in folders.
func testsIn(a *cli.App, dirs []string, o *testOptions) (tests []oneTest, err error) {
	found := false
	for _, dir := range dirs {
		if err := a.Within(dir); err != nil {
			return nil, err
		}
		folders, err := configurationsIn(a.Trees(dir), dir)
		if err != nil {
			return nil, err
		}
		if len(folders) == 0 && len(dirs) == 1 {
			return nil, fmt.Errorf("the folder %s contains no configuration, nor does a folder in it: name a folder with .hcl files", files.Quoted(dir))
		}
		for _, folder := range folders {
			found = true
			more, err := testsOf(a, folder, o)
			if err != nil {
				return nil, err
			}
			tests = append(tests, more...)
		}
	}
	switch {
	case !found:
		return nil, errors.New("none of these folders contains a configuration: name folders with .hcl files")
	case len(tests) == 0 && len(o.filter) > 0:
		return nil, fmt.Errorf("--filter %s: no test file has this name", files.Quoted(o.filter[0]))
	case len(tests) == 0:
		return nil, fmt.Errorf("--run: no test file has a run %q", o.run)
	}
	return tests, nil
}

// testsOf returns the tests of one configuration: its test files that are asked for, or the
// standard test if there are none.
func testsOf(a *cli.App, folder string, o *testOptions) (tests []oneTest, err error) {
	trees := a.Trees(folder)
	entries, err := trees.List(folder)
	if err != nil {
		return nil, fmt.Errorf("the folder can't be read: %w", err)
	}
	if o.mutate {
		return mutationOf(a, folder, o)
	}
	any := false
	for _, e := range entries {
		if e.IsDir() || !config.IsTestFile(e.Name()) {
			continue
		}
		any = true
		name := filepath.Join(folder, e.Name())
		if len(o.filter) > 0 && !slices.ContainsFunc(o.filter, func(f string) bool { return f == e.Name() || filepath.Clean(f) == name }) {
			continue
		}
		data, err := trees.Read(name, files.SourceLimit)
		if err != nil {
			return nil, err
		}
		t := oneTest{folder: folder}
		t.file, t.diags = testfile.Parse(name, data)
		if o.run != "" && !t.diags.HasErrors() && !slices.ContainsFunc(t.file.Runs, func(r testfile.Run) bool { return r.Name == o.run }) {
			continue
		}
		if t.seed, err = seedOf(a, folder, o.seed, t.file.Seed); err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	if any || len(o.filter) > 0 || o.run != "" {
		return tests, nil
	}
	seed, err := seedOf(a, folder, o.seed, "")
	return []oneTest{{folder: folder, seed: seed}}, err
}

// mutationOf returns the test of the smoke tests of one configuration. Its first test file, or the
// one that is asked for, gives variables and the setup of the org.
func mutationOf(a *cli.App, folder string, o *testOptions) ([]oneTest, error) {
	files := *o
	files.mutate = false
	tests, err := testsOf(a, folder, &files)
	if len(tests) > 1 {
		tests = tests[:1]
	}
	for i := range tests {
		tests[i].mutate = true
	}
	return tests, err
}

// configurationsIn returns a folder if it contains a configuration, else the folders below it that
// do. Folders of modules are parts of other configurations.
func configurationsIn(trees files.Trees, dir string) (folders []string, err error) {
	entries, err := trees.List(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder can't be read: %w", err)
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !e.IsDir() && config.IsSourceFile(e.Name()) }) {
		return []string{dir}, nil
	}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") || e.Name() == "modules" {
			continue
		}
		below, err := configurationsIn(trees, filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		folders = append(folders, below...)
	}
	return folders, nil
}

// seedOf reads the content of the orgs in which a configuration is tested: the file of --seed, of
// the test file, or seed.json.
func seedOf(a *cli.App, folder, option, declared string) ([]byte, error) {
	name := option
	switch {
	case option != "":
	case declared != "":
		name = filepath.Join(folder, declared)
		if !filepath.IsLocal(declared) {
			return nil, fmt.Errorf("seed = %q: the file must be in the configuration's folder", declared)
		}
	default:
		name = filepath.Join(folder, config.SeedFile)
	}
	seed, err := a.Trees(folder).Read(name, files.DataLimit)
	if errors.Is(err, fs.ErrNotExist) && option == "" && declared == "" {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("content of the embedded org: %w", err)
	}
	return seed, nil
}

// foundSecrets are the secrets of tests that run beside each other.
type foundSecrets struct {
	mu   sync.Mutex
	list []string
}

func (f *foundSecrets) add(secret string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, secret)
}

// hideFrom tells the program what no message may quote.
func (f *foundSecrets) hideFrom(a *cli.App) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a.Secrets = append(a.Secrets, f.list...)
	f.list = nil
}

// runTests runs the tests, several at once, and shows the results in their order.
func runTests(ctx context.Context, a *cli.App, tests []oneTest, run string, shared *testrun.Options) (*testrun.Report, error) {
	began := a.Env.Clock.LocalNow()
	type outcome struct {
		result *testrun.Result
		err    error
	}
	outcomes := make([]chan outcome, len(tests))
	secrets := &foundSecrets{}
	shared.Hide = secrets.add
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, test := range tests {
		outcomes[i] = make(chan outcome, 1)
		crash.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			o := *shared
			o.Seed = test.seed
			result, err := test.carryOut(ctx, run, &o)
			outcomes[i] <- outcome{result, err}
		})
	}
	report := &testrun.Report{}
	for i := range tests {
		done := <-outcomes[i]
		secrets.hideFrom(a)
		if done.err != nil {
			return nil, done.err
		}
		for i := range done.result.Steps {
			s := &done.result.Steps[i]
			s.Diags = a.Redacted(s.Diags)
		}
		report.Results = append(report.Results, done.result)
		a.Stream().TestResult(done.result)
		if !a.JSON {
			a.Print(view.TestResult(done.result, a.Style(), a.Width()))
		}
	}
	report.Duration = a.Env.Clock.LocalNow().Sub(began)
	return report, nil
}

// carryOut runs the test.
func (t *oneTest) carryOut(ctx context.Context, run string, o *testrun.Options) (*testrun.Result, error) {
	switch {
	case t.diags.HasErrors():
		return testrun.Unreadable(t.folder, t.file, t.diags), nil
	case t.mutate:
		return testrun.Mutate(ctx, t.folder, t.file, o)
	case t.file == nil:
		return testrun.Standard(ctx, t.folder, o)
	}
	return testrun.File(ctx, t.folder, t.file, run, o)
}

func writeTestJUnit(a *cli.App, dir, file string, report *testrun.Report) error {
	if file == "" {
		return nil
	}
	var text strings.Builder
	if err := view.TestJUnit(&text, report, a.Env.Clock.LocalNow()); err != nil {
		return fmt.Errorf("--junit: %w", err)
	}
	if err := a.Trees(dir).Replace(file, []byte(text.String()), 0o644); err != nil {
		return fmt.Errorf("--junit: %w", err)
	}
	return nil
}

package testrun

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/testfile"
	"github.com/oktaform/oktaform/plan"
)

// fileTest carries out a test file in an org of its own.
type fileTest struct {
	*recorder
	in        *instance
	file      *testfile.File
	values    []config.Input       // of the file's variables
	responses map[string]cty.Value // of named requests
	outputs   map[string]cty.Value // of earlier runs
	applied   []appliedAs
}

// appliedAs are the values with which something was applied for an owner.
type appliedAs struct {
	owner  string
	values []config.Input
}

// File carries out the runs of a test file, in their order, and destroys at the end what they have
// applied. Only runs the named run, and before it those that change the org; "" runs all.
func File(ctx context.Context, dir string, f *testfile.File, only string, o *Options) (*Result, error) {
	in, err := start(dir, o)
	if err != nil {
		return nil, err
	}
	defer in.close()
	t := &fileTest{recorder: &recorder{result: &Result{Folder: dir, File: f.Name, Sources: map[string]*hcl.File{f.Name: f.Source}}, now: o.Clock.LocalNow},
		in: in, file: f, responses: map[string]cty.Value{}, outputs: map[string]cty.Value{}}
	defer t.end()
	if err := t.prepare(ctx); err != nil {
		t.step("setup", hcl.Range{}, func(*Step) error { return err })
		return t.result, nil
	}
	runs := chosen(f.Runs, only)
	for i := range runs {
		run := &runs[i]
		impossible := false
		t.step(fmt.Sprintf("run %q", run.Name), run.Range, func(s *Step) error {
			failures, done := t.run(ctx, run, s)
			impossible = !done
			return t.judge(run, s, failures, done)
		})
		if !impossible {
			continue
		}
		for _, rest := range runs[i+1:] {
			t.result.Steps = append(t.result.Steps, Step{Name: fmt.Sprintf("run %q", rest.Name), Outcome: Skipped, Range: rest.Range,
				Summary: fmt.Sprintf("run %q could not be carried out", run.Name)})
		}
		break
	}
	t.tearDown(ctx)
	return t.result, nil
}

// Unreadable returns the result of a test file with errors.
func Unreadable(dir string, f *testfile.File, diags hcl.Diagnostics) *Result {
	return &Result{Folder: dir, File: f.Name, Steps: []Step{{Name: "test file", Outcome: Failed, Diags: diags}}, Sources: map[string]*hcl.File{f.Name: f.Source}}
}

// chosen returns the run with the name, and before it those that change the org.
func chosen(runs []testfile.Run, only string) (list []testfile.Run) {
	for _, r := range runs {
		if only == "" || r.Name == only || r.Command == testfile.Apply || r.Command == testfile.Destroy {
			list = append(list, r)
		}
		if r.Name == only {
			break
		}
	}
	return list
}

// prepare loads the configuration and sets up the org.
func (t *fileTest) prepare(ctx context.Context) error {
	var err error
	if t.values, err = t.evaluate(t.file.Variables); err != nil {
		return err
	}
	if len(t.file.Setup) == 0 {
		return nil // each run loads
	}
	if err := t.in.load(t.values...); err != nil {
		return err
	}
	return t.happen(ctx, t.file.Setup, nil)
}

// evaluate returns the values of a variables block.
func (t *fileTest) evaluate(attrs hcl.Attributes) (values []config.Input, err error) {
	var diags hcl.Diagnostics
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		attr := attrs[name]
		v, more := attr.Expr.Value(&hcl.EvalContext{Variables: map[string]cty.Value{"run": object(t.outputs)}})
		diags = append(diags, more...)
		v, _ = v.UnmarkDeep()
		if !more.HasErrors() && !v.IsWhollyKnown() {
			diags = append(diags, failure(attr.Expr.Range(), "Unknown value for variable", "The value of %q isn't known: an output that it refers to is known only after apply.", name))
		}
		values = append(values, config.Value(name, v, attr.Expr.Range()))
	}
	return values, session.Failed(diags, t.result.Sources)
}

// run carries out one run and returns what failed. It reports whether the run could be carried out
// to its end, even if something failed.
func (t *fileTest) run(ctx context.Context, run *testfile.Run, s *Step) (failures hcl.Diagnostics, done bool) {
	own, err := t.evaluate(run.Variables)
	if err != nil {
		return t.failed(err), false
	}
	values := slices.Concat(t.values, own)
	if err := t.in.load(values...); err != nil {
		return t.failed(err), len(run.Expected) > 0
	}
	maps.Copy(t.result.Sources, t.in.Config.Files())
	defer func() { _ = t.in.embedded.SetFaults() }()
	if err := t.happen(ctx, run.Before, t.asIs(ctx, run.Before)); err != nil {
		return t.failed(err), false
	}
	t.in.Immediate = !t.in.hides()
	state := &runState{in: t.in, run: run}
	err = t.command(ctx, state, values)
	s.Smoke, s.Summary = state.smoke, state.summary
	failures = append(t.failed(err), smokeFailures(state.smoke)...)
	if run.Command == testfile.Review {
		failures = append(failures, findingDiags(&Step{}, state.reviewed(), t.in.options.FailOn)...)
	}
	if state.eval == nil {
		return failures, len(run.Expected) > 0
	}
	if outputs, diags := state.outputs(); diags.HasErrors() {
		failures = append(failures, diags...)
	} else {
		t.outputs[run.Name] = outputs
	}
	return append(failures, t.assert(state, run)...), true
}

// command does what the run says.
func (t *fileTest) command(ctx context.Context, r *runState, values []config.Input) (err error) {
	in := t.in
	switch r.run.Command {
	case testfile.Plan, testfile.Smoke:
		if r.plan, err = in.makePlan(ctx, false); err != nil {
			return err
		}
		r.evaluate(in.Config.Evaluate(r.plan.Known()))
		if r.run.Command == testfile.Smoke {
			r.smoke, err = in.runSmoke(ctx, r.plan.Known())
			r.summary = smokeCounts(r.smoke)
			return err
		}
		r.summary = counted(r.plan)
	case testfile.Apply:
		if r.plan, err = in.makePlan(ctx, false); err != nil {
			return err
		}
		t.appliedWith(in.Config.Owner, values)
		known, between, err := in.carryOut(ctx, r.plan)
		if err != nil {
			r.smoke = between
			return err
		}
		r.evaluate(in.Config.Evaluate(known))
		if r.smoke, err = in.runSmoke(ctx, known); err != nil {
			return err
		}
		r.summary = counted(r.plan) + "; " + smokeCounts(r.smoke)
		if r.after, err = in.makePlan(ctx, false); err != nil {
			return err
		}
		return in.Failed(notEmpty(r.after))
	case testfile.Review:
		r.evaluate(in.Config.Evaluate(nil))
		r.summary = "reviewed"
	case testfile.Destroy:
		deleted, err := in.destroyAll(ctx)
		if err != nil {
			return err
		}
		t.applied = slices.DeleteFunc(t.applied, func(a appliedAs) bool { return a.owner == in.Config.Owner })
		r.evaluate(in.Config.Evaluate(nil))
		r.summary = fmt.Sprintf("%d destroyed, nothing is left", deleted)
	}
	return nil
}

func counted(p *plan.Plan) string {
	n := p.Counts()
	text := fmt.Sprintf("%d to add, %d to change, %d to destroy", n.Add, n.Change, n.Destroy)
	if n.Import > 0 {
		return fmt.Sprintf("%d to import, %s", n.Import, text)
	}
	return text
}

func smokeCounts(r *smoke.Report) string {
	if r == nil || len(r.Tests) == 0 {
		return "no smoke test is declared"
	}
	return fmt.Sprintf("smoke tests: %d passed, %d failed, %d skipped", r.Passed, r.Failed, r.Skipped)
}

func (t *fileTest) appliedWith(owner string, values []config.Input) {
	if !slices.ContainsFunc(t.applied, func(a appliedAs) bool { return a.owner == owner }) {
		t.applied = append(t.applied, appliedAs{owner, values})
	}
}

// tearDown destroys what the runs have left in the org, for each owner.
func (t *fileTest) tearDown(ctx context.Context) {
	for _, a := range t.applied {
		name := "destroy"
		if len(t.applied) > 1 {
			name += " " + a.owner
		}
		t.step(name, hcl.Range{}, func(s *Step) error {
			if err := t.in.load(a.values...); err != nil {
				return err
			}
			deleted, err := t.in.destroyAll(ctx)
			s.Summary = fmt.Sprintf("%d destroyed, nothing is left", deleted)
			return err
		})
	}
}

// failed returns an error as diagnostics, and keeps their sources.
func (t *fileTest) failed(err error) hcl.Diagnostics {
	if err == nil {
		return nil
	}
	t.sourcesOf(err)
	return slices.DeleteFunc(diagsOf(err), func(d *hcl.Diagnostic) bool { return d.Severity != hcl.DiagError })
}

// testKey marks a diagnostic about a smoke test with its name.
type testKey string

// smokeFailures returns a diagnostic for each failed smoke test.
func smokeFailures(r *smoke.Report) (diags hcl.Diagnostics) {
	if r == nil {
		return nil
	}
	for i := range r.Tests {
		if test := &r.Tests[i]; test.Outcome == smoke.Failed {
			d := failure(test.Range, "Smoke test failed", "The smoke test %q failed.", test.Name)
			d.Extra = testKey(test.Name)
			diags = append(diags, d)
		}
	}
	return diags
}

// judge compares what failed with what the run expects to fail, if it was carried out to its end.
func (t *fileTest) judge(run *testfile.Run, s *Step, failures hcl.Diagnostics, done bool) error {
	var left hcl.Diagnostics
	seen := map[string]bool{}
	for _, d := range failures {
		key := t.keyOf(d)
		if key != "" && slices.ContainsFunc(run.Expected, func(e testfile.Expected) bool { return e.Key == key }) {
			seen[key] = true
			continue
		}
		if _, smoked := d.Extra.(testKey); !smoked { // the report of the smoke tests says more
			left = append(left, d)
		}
	}
	failedTests := 0
	if s.Smoke != nil {
		shown := *s.Smoke
		shown.Tests = slices.DeleteFunc(slices.Clone(shown.Tests), func(r smoke.Result) bool { return seen[testfile.Key("smoke_test", r.Name)] })
		for i := range shown.Tests {
			if shown.Tests[i].Outcome == smoke.Failed {
				failedTests++
			}
		}
		s.Smoke = &shown
	}
	for _, e := range run.Expected {
		if done && !seen[e.Key] {
			left = append(left, failure(e.Range, "Missing expected failure", "%s was expected to fail in run %q, and did not.", e.Key, run.Name))
		}
	}
	switch {
	case len(left) > 0:
		return session.Failed(left, nil)
	case failedTests > 0:
		return errSmoke
	}
	return nil
}

// keyOf returns what a diagnostic is about, as expect_failures names it; "" for something else.
func (t *fileTest) keyOf(d *hcl.Diagnostic) string {
	switch extra := d.Extra.(type) {
	case testKey:
		return testfile.Key("smoke_test", string(extra))
	case findingKey:
		return testfile.Key("finding", string(extra))
	}
	if d.Subject == nil || d.Subject.Filename == t.file.Name {
		return ""
	}
	source := t.result.Sources[d.Subject.Filename]
	if source == nil {
		return ""
	}
	block := source.OutermostBlockAtPos(d.Subject.Start)
	if block == nil || len(block.Labels) == 0 {
		return ""
	}
	if block.Type == "variable" {
		return testfile.Key("var", block.Labels[0])
	}
	return testfile.Key(block.Type, block.Labels[len(block.Labels)-1])
}

func failure(at hcl.Range, summary, format string, args ...any) *hcl.Diagnostic {
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...)}
	if at.Filename != "" {
		d.Subject = &at
	}
	return d
}

func object(attrs map[string]cty.Value) cty.Value {
	if len(attrs) == 0 {
		return cty.EmptyObjectVal
	}
	return cty.ObjectVal(attrs)
}

var errUnknown = errors.New("it isn't known yet: apply first")

// lines joins texts as lines below a sentence.
func lines(list []string) string { return strings.Join(list, "\n") }

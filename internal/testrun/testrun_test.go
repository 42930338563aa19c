package testrun

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/testfile"
	"github.com/oktaform/oktaform/sandbox"
)

// signingKey signs the tokens of all orgs: making one takes long.
var signingKey = sync.OnceValues(sandbox.NewSigningKey)

// fixture is a configuration with a test file, and what tests of it share.
type fixture struct {
	dir  string
	file *testfile.File
	o    *Options
}

func newFixture(t *testing.T, config, tests string) *fixture {
	t.Helper()
	key, err := signingKey()
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{dir: t.TempDir(), o: &Options{Clock: clock.System{}, SigningKey: key, FailOn: severity.High,
		Password: func() string { return "Correct-Horse-9" }, Hide: func(string) {}}}
	if err := os.WriteFile(filepath.Join(f.dir, "main.hcl"), []byte("org {\n  owner = \"team/x\"\n}\n"+config), 0o600); err != nil {
		t.Fatal(err)
	}
	parsed, diags := testfile.Parse("x.oktest.hcl", []byte(tests))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	f.file = parsed
	return f
}

// run carries out the test file and returns its result, with a line for each step.
func (f *fixture) run(t *testing.T, ctx context.Context, only string) (*Result, string) {
	t.Helper()
	r, err := File(ctx, f.dir, f.file, only, f.o)
	if err != nil {
		t.Fatal(err)
	}
	return r, steps(r)
}

func steps(r *Result) string {
	var lines []string
	for i := range r.Steps {
		lines = append(lines, string(r.Steps[i].Outcome)+" "+r.Steps[i].Name)
	}
	return strings.Join(lines, "\n")
}

const staff = `
group "staff" {
  name = "Staff"
}
`

// TestChosenRuns: a run that is asked for comes last, after those that change the org, in their
// order, and no other run is carried out.
func TestChosenRuns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		commands := rapid.SliceOfN(rapid.SampledFrom([]testfile.Command{testfile.Plan, testfile.Apply, testfile.Smoke, testfile.Review, testfile.Destroy}), 1, 9).Draw(t, "commands")
		var runs []testfile.Run
		for i, command := range commands {
			runs = append(runs, testfile.Run{Name: string(rune('a' + i)), Command: command})
		}
		if got := chosen(runs, ""); len(got) != len(runs) {
			t.Fatalf("%d of %d runs", len(got), len(runs))
		}
		only := rapid.IntRange(0, len(runs)-1).Draw(t, "only")
		got := chosen(runs, runs[only].Name)
		if last := got[len(got)-1]; last.Name != runs[only].Name {
			t.Fatalf("the last one is %s", last.Name)
		}
		before := got[:len(got)-1]
		for i, r := range before {
			if r.Command != testfile.Apply && r.Command != testfile.Destroy || i > 0 && r.Name <= before[i-1].Name {
				t.Fatalf("%s %s is carried out", r.Command, r.Name)
			}
		}
		changing := 0
		for _, r := range runs[:only] {
			if r.Command == testfile.Apply || r.Command == testfile.Destroy {
				changing++
			}
		}
		if len(before) != changing {
			t.Fatalf("%d runs before it, not %d", len(before), changing)
		}
	})
}

// TestWithout: a list loses the elements of one name and no other, down to the empty list.
func TestWithout(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{1,4}`), 1, 6, rapid.ID[string]).Draw(t, "names")
		var values []cty.Value
		for _, name := range names {
			values = append(values, cty.StringVal(name))
		}
		taken := rapid.SampledFrom(values).Draw(t, "taken")
		left := without(cty.ListVal(values), taken, named)
		if left.LengthInt() != len(values)-1 || left.Type() != cty.List(cty.String) {
			t.Fatalf("%#v", left)
		}
		for _, v := range left.AsValueSlice() {
			if v.RawEquals(taken) {
				t.Fatalf("%#v is still there", v)
			}
		}
	})
}

// TestJudged: what a run expects to fail must fail, and nothing else may.
func TestJudged(t *testing.T) {
	t.Parallel()
	report := &smoke.Report{Failed: 1, Tests: []smoke.Result{{Name: "reads", Outcome: smoke.Failed}, {Name: "writes", Outcome: smoke.Passed}}}
	expects := func(keys ...string) (list []testfile.Expected) {
		for _, key := range keys {
			list = append(list, testfile.Expected{Key: key})
		}
		return list
	}
	finding := hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Finding", Extra: findingKey("G16")}}
	for name, row := range map[string]struct {
		failures hcl.Diagnostics
		report   *smoke.Report
		expected []testfile.Expected
		undone   bool
		want     string // a part of the error; "" if the run passes
	}{
		"nothing fails":                    {},
		"a smoke test fails":               {failures: smokeFailures(report), report: report, want: "smoke tests failed"},
		"a smoke test fails as expected":   {failures: smokeFailures(report), report: report, expected: expects(testfile.Key("smoke_test", "reads"))},
		"another one was expected to fail": {failures: smokeFailures(report), report: report, expected: expects(testfile.Key("smoke_test", "writes")), want: "Missing expected failure"},
		"a finding":                        {failures: finding, want: "Finding"},
		"a finding that is expected":       {failures: finding, expected: expects(testfile.Key("finding", "G16"))},
		"an expected failure is missing":   {expected: expects(testfile.Key("finding", "G16")), want: "Missing expected failure"},
		"a run that could not be ended":    {undone: true, expected: expects(testfile.Key("finding", "G16"))},
	} {
		s := &Step{Smoke: row.report}
		test := &fileTest{recorder: &recorder{result: &Result{}}, in: &instance{}, file: &testfile.File{Name: "x.oktest.hcl"}}
		err := test.judge(&testfile.Run{Name: "r", Expected: row.expected}, s, row.failures, !row.undone)
		switch {
		case row.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
			t.Errorf("%s: %v, not %s", name, err, row.want)
		}
	}
	if report.Tests[0].Outcome != smoke.Failed || len(report.Tests) != 2 {
		t.Error("judging a run changed its report")
	}
}

// TestFilesBesideEachOther: each file has an org of its own, so that equal names don't meet.
func TestFilesBesideEachOther(t *testing.T) {
	t.Parallel()
	f := newFixture(t, staff, "run \"a\" {}\nrun \"b\" {\n  command = destroy\n}\n")
	var hidden sync.Map
	f.o.Hide = func(secret string) { hidden.Store(secret, true) }
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if r, err := File(t.Context(), f.dir, f.file, "", f.o); err != nil || r.Failed() {
				t.Errorf("%v\n%s", err, steps(r))
			}
		})
	}
	wait.Wait()
	tokens := 0
	hidden.Range(func(any, any) bool { tokens++; return true })
	if tokens < 4 {
		t.Errorf("%d tokens are hidden, not one for each org", tokens)
	}
}

// hurried is a clock that jumps over each wait.
type hurried struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (h *hurried) LocalNow() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Add(h.ahead)
}

func (h *hurried) Sleep(ctx context.Context, d time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ahead += d
	return ctx.Err()
}

// TestFaultsEndWithTheirRun: a run fails for its faults, and the next one doesn't have them.
func TestFaultsEndWithTheirRun(t *testing.T) {
	t.Parallel()
	f := newFixture(t, staff, `
run "refused" {
  before {
    faults = ["500 POST /api/v1/groups"]
  }
  expect_failures = [group.staff]
}
run "allowed" {}
`)
	f.o.Clock = &hurried{}
	r, got := f.run(t, t.Context(), "")
	if got != "passed run \"refused\"\npassed run \"allowed\"\npassed destroy" || !strings.Contains(r.Steps[1].Summary, "1 to add") {
		t.Errorf("%s\n%v", got, r.Steps[1].Summary)
	}
}

// TestRunsAfterAnImpossibleOne are skipped, and what was applied is destroyed all the same.
func TestRunsAfterAnImpossibleOne(t *testing.T) {
	t.Parallel()
	f := newFixture(t, staff, `
run "first" {}
run "impossible" {
  before {
    request {
      method = "DELETE"
      path   = "/api/v1/groups/nothing"
    }
  }
}
run "rest" {}
`)
	r, got := f.run(t, t.Context(), "")
	if got != "passed run \"first\"\nfailed run \"impossible\"\nskipped run \"rest\"\npassed destroy" || !strings.Contains(r.Steps[2].Summary, "impossible") {
		t.Errorf("%s\n%q", got, r.Steps[2].Summary)
	}
}

// TestSetupThatFails: no run is carried out.
func TestSetupThatFails(t *testing.T) {
	t.Parallel()
	f := newFixture(t, staff, "setup {\n  request {\n    path = \"nowhere\"\n  }\n}\nrun \"a\" {}\n")
	if _, got := f.run(t, t.Context(), ""); got != "failed setup" {
		t.Error(got)
	}
}

// TestInterrupted: a run that is interrupted fails, with the reason, and the test comes to its end.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	reason := errors.New("the time limit has passed")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	f := newFixture(t, staff, "run \"a\" {}\nrun \"b\" {}\n")
	r, got := f.run(t, ctx, "")
	if !r.Failed() || strings.Contains(got, "passed run") {
		t.Error(got)
	}
	if got := r.Steps[0].Diags.Error(); !strings.Contains(got, reason.Error()) && !strings.Contains(got, "cancel") && !strings.Contains(got, "interrupted") {
		t.Errorf("no reason: %s", got)
	}
}

// TestMutations: what is taken away is each scope, key, role, URI, member and so on, once; the org
// is as declared at the end.
func TestMutations(t *testing.T) {
	t.Parallel()
	f := newFixture(t, `
service_app "bot" {
  label           = "Bot"
  okta_api_scopes = ["okta.users.read", "okta.groups.read"]
  public_key "k1" {
    private_key_file = "keys/k1.pem"
    generate         = true
  }
  admin_role "READ_ONLY_ADMIN" {}
}
smoke_test "bot reads users" {
  app    = service_app.bot
  scopes = ["okta.users.read"]
  request {
    path   = "/api/v1/users"
    status = 200
  }
}
`, "run \"a\" {}")
	r, err := Mutate(t.Context(), f.dir, nil, f.o)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(steps(r), "\n")
	want := []string{"passed apply", "failed service_app.bot loses the scope okta.groups.read", "passed service_app.bot loses the key k1",
		"passed service_app.bot loses the role READ_ONLY_ADMIN", "passed service_app.bot loses the scope okta.users.read"}
	if got[0] != want[0] {
		t.Errorf("the first step is %s", got[0])
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestNothingToMutate: a configuration that gives no access has one step that says so.
func TestNothingToMutate(t *testing.T) {
	t.Parallel()
	f := newFixture(t, staff, "run \"a\" {}")
	r, err := Mutate(t.Context(), f.dir, nil, f.o)
	if err != nil {
		t.Fatal(err)
	}
	if got := steps(r); got != "passed apply\nskipped mutations" {
		t.Error(got)
	}
}

// TestCounts: untested are the configurations whose smoke tests did not run.
func TestCounts(t *testing.T) {
	t.Parallel()
	r := &Report{Results: []*Result{
		{Folder: "a", Steps: []Step{{Outcome: Passed}, {Outcome: Failed}}},
		{Folder: "b", File: "b/x.oktest.hcl", Steps: []Step{{Outcome: Skipped}, {Outcome: Passed, Smoke: &smoke.Report{Passed: 1, Tests: []smoke.Result{{Outcome: smoke.Passed}}}}}},
	}}
	if r.Count(Passed) != 2 || r.Count(Failed) != 1 || r.Count(Skipped) != 1 || !r.Results[0].Failed() || r.Results[1].Failed() {
		t.Errorf("%d %d %d", r.Count(Passed), r.Count(Failed), r.Count(Skipped))
	}
	if got := r.Untested(); !slices.Equal(got, []string{"a"}) {
		t.Errorf("%q", got)
	}
	if r.Results[0].Name() != "a" || r.Results[1].Name() != "b/x.oktest.hcl" {
		t.Error(r.Results[0].Name(), r.Results[1].Name())
	}
}

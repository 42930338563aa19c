package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// localClock lists every function that reads this machine's clock, which may be wrong,
// and why it may. Everything else asks Session.Now, or clock.Org: what is compared with
// a time of the org's goes by the org's time.
var localClock = map[string]string{
	"internal/clock/clock.go System.LocalNow": "the clock itself",
	"internal/clock/clock.go Org.Estimate":    "the org's time, counted from this machine's",

	// Measured and waited: differences of this clock's times.
	"internal/org/kinds/org.go Org.Until":                "how long a look has been repeated",
	"internal/org/lease.go Client.Acquire":               "how long another run's lease has been waited for",
	"internal/org/lease.go Lease.claim":                  "from when the age of a look at the lease counts",
	"internal/org/lease.go Lease.Hold":                   "the same",
	"internal/org/lease.go Lease.age":                    "how long ago the lease was seen",
	"internal/okta/auth.go tokens.header":                "how long a token is kept, from its lifetime",
	"internal/okta/auth.go tokens.fetch":                 "by how much the org's time, as an answer has told it, differs",
	"internal/okta/limiter.go limiter.admit":             "for how long nothing but refusals came",
	"internal/okta/transport.go transport.RoundTrip":     "for how long a request was refused",
	"internal/okta/limiter.go limiter.pump":              "how long a request has to wait",
	"internal/okta/limiter.go limiter.answered":          "when an answer came, turned into the org's time",
	"internal/okta/limiter.go limiter.refused":           "the same",
	"internal/okta/transport.go transport.attempt":       "how long a request took, and when its answer told the org's time",
	"internal/okta/probe.go Probe.Time":                  "the org's time, counted from this machine's",
	"internal/cli/logincmd/browser.go personCredentials": "how long a sign-in took",
	"internal/okta/probe.go Send":                        "when an answer came, turned into the org's time",
	"internal/smoke/browser.go test.browse":              "how long a sign-in took",
	"internal/smoke/exchange.go test.send":               "how long a request took",
	"internal/smoke/inspect.go Runner.Authenticate":      "how long a test took",
	"internal/smoke/inspect.go test.introspect":          "the same",
	"internal/smoke/session.go Runner.Token":             "the same",
	"internal/smoke/test.go runTest":                     "the same",
	"internal/smoke/test.go test.result":                 "the same",
	"internal/smoke/runner.go Runner.prepared":           "the default of tests of the package",
	"internal/smoke/token.go test.clockWarning":          "says that this machine's clock is off",
	"apply/apply.go run.now":                             "how long a change took",
	"internal/view/ratelimits.go Stream.Waiting":         "how long requests are still held back, of a moment of this clock",
	"internal/cli/requests.go Session.forecast":          "the same",
	"internal/cli/requests.go Session.waiting":           "the same",

	"internal/budget/meter.go Meter.begin":  "how long an evaluation has taken, of its budget",
	"internal/budget/meter.go Meter.work":   "the same",
	"internal/budget/meter.go Meter.finish": "the same",

	// Stamps of what happened on this machine.
	"internal/okta/transport.go transport.report":      "the journal, which is read beside this machine's other logs",
	"internal/view/json.go Stream.line":                "the same",
	"internal/cli/app.go App.Stream":                   "the same",
	"internal/session/apply.go Session.Apply":          "the same",
	"internal/session/smoke.go Session.Runner":         "durations of the report",
	"internal/cli/smokereport.go Session.writeReports": "when the tests ran, in their report",

	"examples/test-org/report.go token": "an example's own assertion",

	"internal/cli/importcmd/import.go importing.inventory": "how old this machine's notes of an interrupted import are",

	// There is no org.
	"internal/testrun/standard.go Standard":          "how long the steps of a test took",
	"internal/testrun/filetest.go File":              "how long the runs of a test file took",
	"internal/testrun/mutate.go Mutate":              "the same",
	"internal/testrun/assertions.go runState.access": "which waivers have expired",
	"internal/testrun/instance.go instance.reviewed": "which waivers have expired",
	"internal/cli/interrupt.go Session.waitsFor":     "how much longer a request waits, which the limiter counts by the same clock",
	"cmd/oktaform/test.go runTests":                  "how long the tests took",
	"cmd/oktaform/test.go writeTestJUnit":            "when the tests ran, in their report",
	"internal/cli/offline.go App.Validate":           "a warning, which a plan decides",
	"cmd/oktaform/lsp.go runLSP":                     "the same, which waivers have expired, and how long a load took",
	"internal/cli/reviewcmd/review.go assess":        "which waivers have expired (docs/review.md says so)",
	"internal/cli/reviewcmd/plan.go timeSince":       "the same, but not before the plan was made by the org's time",
	"internal/session/session.go Session.Stamp":      "when a plan from a snapshot was made",
	"internal/catalog/gen/main.go main":              "the date of generated tables",
}

// TestLocalClockIsRare holds every use of this machine's clock against the list. The
// embedded org is an org: its clock is its own.
func TestLocalClockIsRare(t *testing.T) {
	found := map[string]bool{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "sandbox" || name == "bench" || name != "." && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if readsLocalClock(decl) {
				found[filepath.ToSlash(name)+" "+declName(decl)] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, use := range slices.Sorted(maps.Keys(found)) {
		if localClock[use] == "" {
			t.Errorf("%s reads this machine's clock, which may be wrong: ask for the org's time (Session.Now), or say here why this one will do", use)
		}
	}
	for _, use := range slices.Sorted(maps.Keys(localClock)) {
		if !found[use] {
			t.Errorf("%s no longer reads this machine's clock: take it off the list", use)
		}
	}
}

// readsLocalClock reports whether a declaration takes the time from this machine:
// by package time, by a clock.Machine, or by a field that holds its reading.
func readsLocalClock(decl ast.Decl) (reads bool) {
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			pkg, _ := n.X.(*ast.Ident)
			reads = reads || n.Sel.Name == "LocalNow" ||
				pkg != nil && pkg.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, n.Sel.Name)
		case *ast.CallExpr:
			called, ok := n.Fun.(*ast.SelectorExpr)
			reads = reads || ok && called.Sel.Name == "Clock"
		}
		return true
	})
	return reads
}

// declName is the name of a function, with the type that it is a method of.
func declName(decl ast.Decl) string {
	f, ok := decl.(*ast.FuncDecl)
	if !ok {
		return "a variable"
	}
	if f.Recv == nil {
		return f.Name.Name
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	return fmt.Sprintf("%s.%s", typ, f.Name.Name)
}

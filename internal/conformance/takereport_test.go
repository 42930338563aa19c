package conformance

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	takeFile   = flag.String("report", "", "a report of differences to take over")
	takeAs     = flag.String("as", "recording", "recording: the answers become promises; exception: the differences become known")
	takeReason = flag.String("reason", "", "why the differences are accepted, for -as exception")
)

// TestTakeReport takes a report over, if -report names one: its answers become promises in
// observed.json, which the embedded org fails until it answers so, or its differences become known
// in exceptions.txt.
func TestTakeReport(t *testing.T) {
	if *takeFile == "" {
		return
	}
	raw, err := os.ReadFile(*takeFile)
	if err != nil {
		t.Fatal(err)
	}
	var report Report
	if err := json.Unmarshal(raw, &report); err != nil {
		t.Fatal(err)
	}
	switch *takeAs {
	case "recording":
		err = os.WriteFile("observed.json", withObserved(t, observedText, &report), 0o644)
	case "exception":
		if *takeReason == "" {
			t.Fatal("-as exception needs -reason")
		}
		err = os.WriteFile("exceptions.txt", []byte(withExceptions(exceptionsText, &report, *takeReason)), 0o644)
	default:
		t.Fatalf("-as is recording or exception, not %q", *takeAs)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// withObserved returns observed.json with the answers of a report.
func withObserved(t *testing.T, text []byte, report *Report) []byte {
	t.Helper()
	all := map[string]Observation{}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for _, d := range report.Differences {
		all[d.Exchange] = d.Answer
	}
	out, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

var digits = regexp.MustCompile(`\d+ (characters|elements)`)

// withExceptions returns exceptions.txt with the differences of a report.
func withExceptions(text string, report *Report, reason string) string {
	for _, d := range report.Differences {
		var patterns []string
		for _, problem := range d.Problems {
			patterns = append(patterns, digits.ReplaceAllString(regexp.QuoteMeta(problem), `\d+ $1`))
		}
		text += fmt.Sprintf("%s\t(?:%s)\t%s\n", d.Exchange, strings.Join(patterns, "|"), reason)
	}
	return text
}

// TestReportBecomesPromiseOrException: a difference that a report brings is known afterwards, or is
// what the embedded org must answer.
func TestReportBecomesPromiseOrException(t *testing.T) {
	p := planted{"", "POST", "/api/v1/groups", 200, func(a *answered) { a.status = 201; set("kind", "group")(a) }, ""}
	_, other := newOrg(t, func(h http.Handler) http.Handler { return proxy(h, p) })
	report, err := Run(t.Context(), other, Options{})
	if err != nil || len(report.Differences) == 0 {
		t.Fatalf("%v %+v", err, report)
	}
	asExceptions := parseExceptions(withExceptions(exceptionsText, report, "this org says 201"))
	if again, err := Run(t.Context(), other, Options{Exceptions: asExceptions}); err != nil || len(again.Differences) > 0 || len(again.Known) != len(report.Differences) {
		t.Errorf("with the exceptions: %v %+v", err, again)
	}
	promises := map[string]Observation{}
	if err := json.Unmarshal(withObserved(t, observedText, report), &promises); err != nil {
		t.Fatal(err)
	}
	if again, err := Run(t.Context(), other, Options{Observed: maps.Clone(promises)}); err != nil || len(again.Differences) > 0 {
		t.Errorf("the org that was observed: %v %+v", err, again)
	}
	_, own := newOrg(t, unchanged)
	again, err := Run(t.Context(), own, Options{Observed: promises})
	if err != nil || len(again.Differences) != len(report.Differences) || !strings.Contains(again.Differences[0].Problems[0], "status 200, a real org's 201") {
		t.Errorf("the embedded org: %v %+v", err, again)
	}
}

// TestFilesOfReports: observed.json and exceptions.txt can be read, and name exchanges that exist.
func TestFilesOfReports(t *testing.T) {
	all, err := Exchanges()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, x := range all {
		names[x.Name] = true
	}
	for name := range observed() {
		if !names[name] {
			t.Errorf("observed.json: there is no exchange %q", name)
		}
	}
	for _, e := range exceptions() {
		if !names[e.Exchange] {
			t.Errorf("exceptions.txt: there is no exchange %q", e.Exchange)
		}
	}
}

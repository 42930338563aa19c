package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/cli/reviewcmd"
	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// TestGateGoesByTheShownRisk: a review of each scenario fails at the risk that it
// shows, and not one level above it. Text is compared with one other format each,
// in turn.
func TestGateGoesByTheShownRisk(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../internal/review/testdata/scenarios/*.txtar")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	for i, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range archive.Files {
				if version, isHCL := strings.CutSuffix(f.Name, ".hcl"); isHCL && !config.IsTestFile(filepath.Base(f.Name)) {
					writeVersion(t, filepath.Join(dir, version), string(f.Data))
				}
			}
			for _, f := range archive.Files {
				if config.IsTestFile(filepath.Base(f.Name)) {
					if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(f.Name)), f.Data, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			gateAgrees(t, dir, "text", false)
			risk := gateAgrees(t, dir, "text", true)
			other := reviewcmd.Formats[1+i%(len(reviewcmd.Formats)-1)]
			if text, _ := gated(t, dir, other, "low", true); shownRisk(t, other, text) != risk {
				t.Errorf("%s shows another risk than text, which shows %s:\n%s", other, risk, text)
			}
		})
	}
}

func writeVersion(t *testing.T, dir, hcl string) {
	t.Helper()
	if !strings.Contains(hcl, "org {") {
		hcl += "\norg {\n  owner = \"team/iam\"\n}\n"
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(hcl), 0o600); err != nil {
		t.Fatal(err)
	}
}

// gated reviews with a gate of a level.
func gated(t *testing.T, dir, format, level string, compared bool) (text string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	args := []string{"review", "--format", format, "--fail-on", level}
	if compared {
		args = append(args, "--base-dir", filepath.Join(dir, "before"))
	}
	status = run(t.Context(), append(args, filepath.Join(dir, "after")), &cli.Environment{Stdout: &out, Stderr: &errs, Clock: clock.System{}})
	if status != cli.ExitDone && status != cli.ExitGate {
		t.Fatalf("%v: %d %s", args, status, errs.String())
	}
	return out.String(), status
}

// gateAgrees reviews with the levels around the risk that is shown, and returns that.
func gateAgrees(t *testing.T, dir, format string, compared bool) (risk string) {
	t.Helper()
	reviewed := func(level string) (string, int) { return gated(t, dir, format, level, compared) }
	text, status := reviewed("low")
	risk = shownRisk(t, format, text)
	if failed := status == cli.ExitGate; failed != (risk != "none") {
		t.Errorf("%s, compared %v: the risk is %s, and --fail-on low exits with %d", format, compared, risk, status)
	}
	levels := severity.Names()
	at := slices.Index(levels, risk)
	if at >= 0 {
		if _, status := reviewed(risk); status != cli.ExitGate {
			t.Errorf("%s: the risk is %s, and --fail-on %s exits with %d", format, risk, risk, status)
		}
	}
	if at+1 < len(levels) {
		if _, status := reviewed(levels[at+1]); status != cli.ExitDone {
			t.Errorf("%s: the risk is %s, and --fail-on %s exits with %d", format, risk, levels[at+1], status)
		}
	}
	return risk
}

var riskShown = map[string]*regexp.Regexp{
	"text":     regexp.MustCompile(`(?m)^Risk: (\w+)\.`),
	"markdown": regexp.MustCompile(`(?m)^\*\*Risk: (\w+)\.\*\*`),
	"html":     regexp.MustCompile(`risk: (\w+)<`),
}

// shownRisk reads the risk out of a review; in SARIF it is that of the worst result
// that isn't suppressed.
func shownRisk(t *testing.T, format, text string) string {
	t.Helper()
	switch format {
	case "json":
		var d struct{ Summary struct{ Risk string } }
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		return d.Summary.Risk
	case "sarif":
		var d struct {
			Runs []struct {
				Results []struct {
					Baseline     string `json:"baselineState"`
					Suppressions []any
					Properties   struct{ Severity string }
				}
			}
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		worst := severity.None
		for _, r := range d.Runs[0].Results {
			if s, err := severity.Parse(r.Properties.Severity); err == nil && r.Baseline != "unchanged" && len(r.Suppressions) == 0 {
				worst = max(worst, s)
			}
		}
		return worst.String()
	}
	m := riskShown[format].FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("%s shows no risk:\n%s", format, text)
	}
	return m[1]
}

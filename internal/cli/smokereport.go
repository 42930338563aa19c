package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

// SmokeReport says where the report of smoke tests is written, and what the run must achieve.
type SmokeReport struct {
	JUnit, Markdown string
	MinCoverage     float64
	Require         bool
	Coverage        bool // of the whole configuration: runs all tests
}

// RequireSmokeHelp is the help of --require-smoke.
const RequireSmokeHelp = "exit with 7 if no smoke test is declared, or all are skipped"

// Smoke runs tests and shows the report.
func (s *Session) Smoke(ctx context.Context, eval *config.Evaluation, tests []schema.SmokeTest, o SmokeReport) error {
	a := s.App
	report := s.RunTests(ctx, tests)
	report.Required = o.Require
	if o.Coverage {
		report.Coverage = report.Cover(eval.Principals())
	}
	s.showReport(report)
	if err := s.writeReports(report, o); err != nil {
		return err
	}
	if report.Failed > 0 {
		return StatusError(ExitSmoke)
	}
	if o.Require && report.Untested() {
		fmt.Fprintf(a.Env.Stderr, "%s; --require-smoke needs at least one that runs.\n", report.Summary())
		return StatusError(ExitUntested)
	}
	if c := report.Coverage; o.MinCoverage > 0 && c.Percent() < o.MinCoverage {
		used, total := c.Count("")
		fmt.Fprintf(a.Env.Stderr, "The smoke tests exercise %d of %d scopes, roles and keys, %.0f %%; --min-coverage needs %g %%.\n", used, total, c.Percent(), o.MinCoverage)
		return StatusError(ExitGate)
	}
	return nil
}

func (s *Session) showReport(report smoke.Report) {
	s.App.Stream().Report(report)
	if !s.App.JSON {
		s.App.Print(view.Report(report, s.App.Style()))
	}
}

// writeReports writes the report to files. It replaces the JUnit file and appends to the Markdown
// file, as for the summary of a CI job.
func (s *Session) writeReports(report smoke.Report, o SmokeReport) error {
	if o.JUnit != "" {
		var text strings.Builder
		if err := view.JUnit(&text, report, s.App.Env.Clock.LocalNow()); err != nil {
			return fmt.Errorf("--junit: %w", err)
		}
		if err := s.Trees.Replace(o.JUnit, []byte(text.String()), 0o644); err != nil {
			return fmt.Errorf("--junit: %w", err)
		}
	}
	if o.Markdown == "" {
		return nil
	}
	file, err := s.Trees.Append(o.Markdown, 0o644)
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

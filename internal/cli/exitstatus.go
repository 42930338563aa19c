package cli

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
)

// Exit statuses. The help topic exit-codes explains them.
const (
	ExitDone        = 0
	ExitError       = 1
	ExitChanges     = 2 // plan --detailed-exitcode
	ExitSmoke       = 3 // a smoke test failed; fmt --check found an unformatted file
	ExitRefused     = 4 // the org refused the credential or its rights
	exitUnreachable = 5
	ExitGate        = 6 // --fail-on, or a safety check refused
	ExitUntested    = 7 // --require-smoke
)

// StatusError ends the program with an exit status. Its message, if any, has already been shown.
type StatusError int

func (e StatusError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// Report shows an error and returns the exit status.
func (a *App) Report(err error) int {
	if status, ok := errors.AsType[StatusError](err); ok {
		return int(status)
	}
	diags, files := DiagnosticsOf(err)
	a.ShowDiagnostics(diags, files)
	return statusOf(err)
}

// DiagnosticsOf returns an error as diagnostics, with the sources that they refer to.
func DiagnosticsOf(err error) (hcl.Diagnostics, map[string]*hcl.File) {
	if list := joined(err); len(list) > 0 {
		var diags hcl.Diagnostics
		files := map[string]*hcl.File{}
		for _, err := range list {
			more, of := DiagnosticsOf(err)
			diags = append(diags, more...)
			maps.Copy(files, of)
		}
		return diags, files
	}
	if d, ok := errors.AsType[*session.Error](err); ok {
		return d.Diagnostics, d.Files
	}
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: err.Error()}
	switch _, crashed := errors.AsType[*crash.Error](err); {
	case crashed:
		d.Summary, d.Detail, _ = strings.Cut(err.Error(), "\n\n")
	case okta.Denied(err):
		d.Summary, d.Detail = "The org refused", err.Error()
	case okta.Unreachable(err):
		d.Summary, d.Detail = "The org can't be reached", err.Error()
	}
	return hcl.Diagnostics{d}, nil
}

// joined returns the errors of errors.Join; nil for another error.
func joined(err error) []error {
	all, ok := err.(interface{ Unwrap() []error })
	if !ok || errors.Join(all.Unwrap()...).Error() != err.Error() {
		return nil
	}
	return all.Unwrap()
}

func statusOf(err error) int {
	if okta.Denied(err) {
		return ExitRefused
	}
	if okta.Unreachable(err) {
		return exitUnreachable
	}
	if d, ok := errors.AsType[*session.Error](err); ok {
		switch d.Reason {
		case session.Guarded:
			return ExitGate
		case session.LacksRights:
			return ExitRefused
		}
		for _, diag := range d.Diagnostics {
			if cause, ok := diag.Extra.(error); ok && statusOf(cause) != ExitError {
				return statusOf(cause)
			}
		}
	}
	return ExitError
}

// Redacted removes sensitive values from messages: the language and the org do not know what they
// quote.
func (a *App) Redacted(diags hcl.Diagnostics) hcl.Diagnostics { return Redact(diags, a.Secrets) }

// Redact removes secrets from messages.
func Redact(diags hcl.Diagnostics, secrets []string) hcl.Diagnostics {
	out := make(hcl.Diagnostics, len(diags))
	for i, d := range diags {
		clean := *d
		for _, secret := range secrets {
			clean.Summary = strings.ReplaceAll(clean.Summary, secret, "(sensitive value)")
			clean.Detail = strings.ReplaceAll(clean.Detail, secret, "(sensitive value)")
		}
		out[i] = &clean
	}
	return out
}

// ShowDiagnostics writes diagnostics to standard error, or as JSON lines with --json.
func (a *App) ShowDiagnostics(diags hcl.Diagnostics, files map[string]*hcl.File) {
	if len(diags) == 0 {
		return
	}
	diags = a.Redacted(diags)
	if a.JSON {
		for _, d := range a.once(diags) {
			a.Stream().Diagnostic(d)
		}
		return
	}
	if diags = a.once(diags); len(diags) > 0 {
		_ = view.Diagnostics(a.Env.Stderr, diags, files, a.errStyle(), a.Env.Columns())
	}
}

// once removes warnings that this run has shown already.
func (a *App) once(diags hcl.Diagnostics) (left hcl.Diagnostics) {
	a.shown.Lock()
	defer a.shown.Unlock()
	for _, d := range diags {
		key := fmt.Sprint(d.Subject) + "\n" + d.Summary + "\n" + d.Detail
		if d.Severity == hcl.DiagWarning && a.warned[key] {
			continue
		}
		if a.warned == nil {
			a.warned = map[string]bool{}
		}
		a.warned[key] = true
		left = append(left, d)
	}
	return left
}

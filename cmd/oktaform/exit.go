package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/view"
)

// Exit statuses. The help of each command ends with those that it can give.
const (
	exitDone        = 0
	exitError       = 1
	exitChanges     = 2 // plan --detailed-exitcode
	exitSmoke       = 3 // a smoke test failed; fmt --check found an unformatted file
	exitRefused     = 4 // the org refused our credentials or rights
	exitUnreachable = 5
	exitGate        = 6 // --fail-on and the like
	exitUntested    = 7 // --require-smoke
)

const exitStatusHelp = `
Exit status:
  0  done
  1  error
  2  plan --detailed-exitcode: there are changes
  3  a smoke test failed (apply, smoke); fmt --check: a file isn't formatted
  4  the org refused the credentials or rights in use
  5  the org can't be reached
  6  a gate refused
  7  --require-smoke: no smoke test was run, or all were skipped`

// statusError ends the program with a status; its message, if any, has been
// shown already.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// diagnosticsError carries diagnostics and the sources for their snippets.
type diagnosticsError struct {
	diags hcl.Diagnostics
	files map[string]*hcl.File
}

func (e *diagnosticsError) Error() string { return e.diags.Error() }

// gateError says why a gate refused to go on, though it could have.
type gateError struct{ summary, detail string }

func (e *gateError) Error() string { return e.summary + ": " + e.detail }

// failed makes an error of diagnostics that hold one.
func failed(diags hcl.Diagnostics, files map[string]*hcl.File) error {
	if !diags.HasErrors() {
		return nil
	}
	return &diagnosticsError{diags, files}
}

// report shows an error and picks the exit status.
func (a *app) report(err error) int {
	if status, ok := errors.AsType[statusError](err); ok {
		return int(status)
	}
	diags, files := diagnosticsOf(err)
	a.showDiagnostics(diags, files)
	return statusOf(err)
}

func diagnosticsOf(err error) (hcl.Diagnostics, map[string]*hcl.File) {
	if d, ok := errors.AsType[*diagnosticsError](err); ok {
		return d.diags, d.files
	}
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: err.Error()}
	if gate, ok := errors.AsType[*gateError](err); ok {
		d.Summary, d.Detail = gate.summary, gate.detail
		return hcl.Diagnostics{d}, nil
	}
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

func statusOf(err error) int {
	if _, ok := errors.AsType[*gateError](err); ok {
		return exitGate
	}
	if okta.Denied(err) {
		return exitRefused
	}
	if okta.Unreachable(err) {
		return exitUnreachable
	}
	if d, ok := errors.AsType[*diagnosticsError](err); ok {
		for _, diag := range d.diags {
			if cause, ok := diag.Extra.(error); ok && statusOf(cause) != exitError {
				return statusOf(cause)
			}
		}
	}
	return exitError
}

// discreet takes sensitive values out of messages: those of the language and of
// the org don't know what they quote.
func (a *app) discreet(diags hcl.Diagnostics) hcl.Diagnostics {
	out := make(hcl.Diagnostics, len(diags))
	for i, d := range diags {
		clean := *d
		for _, secret := range a.secrets {
			clean.Summary = strings.ReplaceAll(clean.Summary, secret, "(sensitive value)")
			clean.Detail = strings.ReplaceAll(clean.Detail, secret, "(sensitive value)")
		}
		out[i] = &clean
	}
	return out
}

func (a *app) showDiagnostics(diags hcl.Diagnostics, files map[string]*hcl.File) {
	if len(diags) == 0 {
		return
	}
	diags = a.discreet(diags)
	if a.json {
		for _, d := range diags {
			a.stream().Diagnostic(d)
		}
		return
	}
	_ = view.Diagnostics(a.env.stderr, diags, files, a.errStyle(), a.env.width)
}

package session

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Reason says why a run stopped.
type Reason string

// Reasons of errors.
const (
	Invalid     Reason = ""       // the configuration, the plan or the org is invalid
	LacksRights Reason = "rights" // the credential lacks rights that the plan needs
	Guarded     Reason = "guard"  // a guard refused a plan that may be a mistake
)

// Error carries diagnostics, and the sources for their snippets.
type Error struct {
	Diagnostics hcl.Diagnostics
	Files       map[string]*hcl.File
	Reason      Reason
}

// Error returns all diagnostics.
func (e *Error) Error() string {
	var lines []string
	for _, d := range e.Diagnostics {
		if len(e.Diagnostics) == 1 || d.Severity == hcl.DiagError {
			lines = append(lines, d.Error())
		}
	}
	return strings.Join(lines, "\n")
}

// Failed returns an error for diagnostics with errors.
func Failed(diags hcl.Diagnostics, files map[string]*hcl.File) error {
	if !diags.HasErrors() {
		return nil
	}
	return &Error{Diagnostics: diags, Files: files}
}

// Failed returns an error for diagnostics with errors, with the configuration's sources.
func (s *Session) Failed(diags hcl.Diagnostics) error { return Failed(diags, s.Config.Files()) }

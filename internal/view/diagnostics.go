package view

import (
	"io"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/terminal"
)

// Diagnostics writes errors and warnings with their position in the file. Width 0 means that lines
// are not wrapped.
func Diagnostics(w io.Writer, diags hcl.Diagnostics, files map[string]*hcl.File, style Style, width int) error {
	safe := make(hcl.Diagnostics, len(diags))
	for i, d := range diags {
		clean := *d
		clean.Summary, clean.Detail = summary(d, width), Lines(d.Detail)
		clean.Subject, clean.Context = named(d.Subject), named(d.Context)
		safe[i] = &clean
	}
	sources := map[string]*hcl.File{}
	for name, file := range files {
		sources[Plain(name)] = &hcl.File{Body: file.Body, Bytes: Source(file.Bytes), Nav: file.Nav}
	}
	return hcl.NewDiagnosticTextWriter(w, sources, uint(width), style.Color).WriteDiagnostics(safe)
}

// summary wraps a summary as it stands after the word for its severity.
func summary(d *hcl.Diagnostic, width int) string {
	severity := "Error: "
	if d.Severity == hcl.DiagWarning {
		severity = "Warning: "
	}
	return strings.TrimPrefix(terminal.Wrap(severity+Plain(d.Summary), width, ""), severity)
}

// named returns the range with a printable file name.
func named(at *hcl.Range) *hcl.Range {
	if at == nil {
		return nil
	}
	clean := *at
	clean.Filename = Plain(at.Filename)
	return &clean
}

package view

import (
	"bufio"
	"bytes"
	"io"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	tfjson "github.com/hashicorp/terraform-json"

	"github.com/oktaform/oktaform/schema"
)

// diagnosticJSON is a diagnostic in Terraform's form. As in Terraform, Detail is written even if it
// is empty; terraform-json's type omits it.
type diagnosticJSON struct {
	tfjson.Diagnostic
	Detail string `json:"detail"`
}

// ValidateJSON writes the result of validate in the form of terraform validate -json.
func ValidateJSON(w io.Writer, diags hcl.Diagnostics, files map[string]*hcl.File) error {
	out := struct {
		tfjson.ValidateOutput
		Diagnostics []diagnosticJSON `json:"diagnostics"`
	}{Diagnostics: []diagnosticJSON{}}
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			out.ErrorCount++
		} else {
			out.WarningCount++
		}
		out.Diagnostics = append(out.Diagnostics, newDiagnosticJSON(d, files))
	}
	out.FormatVersion, out.Valid = "1.0", out.ErrorCount == 0
	return JSON(w, out)
}

func newDiagnosticJSON(d *hcl.Diagnostic, files map[string]*hcl.File) diagnosticJSON {
	out := diagnosticJSON{tfjson.Diagnostic{Severity: tfjson.DiagnosticSeverityError, Summary: d.Summary}, d.Detail}
	if d.Severity == hcl.DiagWarning {
		out.Severity = tfjson.DiagnosticSeverityWarning
	}
	if d.Subject != nil {
		out.Range = &tfjson.Range{Filename: d.Subject.Filename, Start: tfjson.Pos(d.Subject.Start), End: tfjson.Pos(d.Subject.End)}
		out.Snippet = snippetJSON(d, files)
	}
	return out
}

// snippetJSON returns the line on which the range begins.
func snippetJSON(d *hcl.Diagnostic, files map[string]*hcl.File) *tfjson.DiagnosticSnippet {
	file := files[d.Subject.Filename]
	if file == nil {
		return nil
	}
	lines := hcl.NewRangeScanner(file.Bytes, d.Subject.Filename, bufio.ScanLines)
	for lines.Scan() {
		r := lines.Range()
		if !r.Overlaps(*d.Subject) && r.Start.Line != d.Subject.Start.Line {
			continue
		}
		start := d.Subject.Start.Byte - r.Start.Byte
		end := min(d.Subject.End.Byte-r.Start.Byte, len(lines.Bytes()))
		return &tfjson.DiagnosticSnippet{Context: contextOf(file, d.Subject), Code: string(bytes.TrimRight(lines.Bytes(), "\r")), StartLine: r.Start.Line,
			HighlightStartOffset: max(start, 0), HighlightEndOffset: max(end, 0), Values: valuesOf(d)}
	}
	return nil
}

// contextOf returns the block around a position, such as group "staff", or nil.
func contextOf(file *hcl.File, at *hcl.Range) *string {
	if nav, ok := file.Nav.(interface{ ContextString(offset int) string }); ok {
		if text := nav.ContextString(at.Start.Byte); text != "" {
			return &text
		}
	}
	return nil
}

// valuesOf returns the values of the references in the expression concerned, if they are strings,
// numbers or booleans that may be shown.
func valuesOf(d *hcl.Diagnostic) []tfjson.DiagnosticExpressionValue {
	values := []tfjson.DiagnosticExpressionValue{}
	if d.Expression == nil || d.EvalContext == nil {
		return values
	}
	seen := map[string]bool{}
	for _, traversal := range d.Expression.Variables() {
		v, diags := traversal.TraverseAbs(d.EvalContext)
		name := traversalText(traversal)
		if diags.HasErrors() || name == "" || seen[name] || v.IsMarked() || !v.IsKnown() || v.IsNull() || !v.Type().IsPrimitiveType() {
			continue
		}
		seen[name] = true
		values = append(values, tfjson.DiagnosticExpressionValue{Traversal: name, Statement: "is " + string(hclwrite.TokensForValue(v).Bytes())})
	}
	return values
}

// traversalText returns a reference as written in a file; "" for one whose index is not a plain
// key.
func traversalText(t hcl.Traversal) string {
	text := t.RootName()
	for _, step := range t[1:] {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			text += "." + step.Name
		case hcl.TraverseIndex:
			text += "[" + schema.InstanceKey(step.Key) + "]"
		default:
			return ""
		}
	}
	return text
}

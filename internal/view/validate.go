package view

import (
	"bufio"
	"bytes"
	"io"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/oktaform/oktaform/schema"
)

// ValidateJSON writes the result of validate in the form of Terraform's
// validate -json.
func ValidateJSON(w io.Writer, diags hcl.Diagnostics, files map[string]*hcl.File) error {
	errors, warnings := 0, 0
	list := []any{}
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			errors++
		} else {
			warnings++
		}
		list = append(list, diagnosticJSON(d, files))
	}
	return JSON(w, map[string]any{"format_version": "1.0", "valid": errors == 0, "error_count": errors,
		"warning_count": warnings, "diagnostics": list})
}

func diagnosticJSON(d *hcl.Diagnostic, files map[string]*hcl.File) map[string]any {
	severity := "error"
	if d.Severity == hcl.DiagWarning {
		severity = "warning"
	}
	out := map[string]any{"severity": severity, "summary": d.Summary, "detail": d.Detail}
	if d.Subject == nil {
		return out
	}
	pos := func(p hcl.Pos) map[string]int {
		return map[string]int{"line": p.Line, "column": p.Column, "byte": p.Byte}
	}
	out["range"] = map[string]any{"filename": d.Subject.Filename, "start": pos(d.Subject.Start), "end": pos(d.Subject.End)}
	if snippet := snippetJSON(d, files); snippet != nil {
		out["snippet"] = snippet
	}
	return out
}

// snippetJSON quotes the line on which the range begins.
func snippetJSON(d *hcl.Diagnostic, files map[string]*hcl.File) map[string]any {
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
		return map[string]any{"code": string(bytes.TrimRight(lines.Bytes(), "\r")), "start_line": r.Start.Line,
			"highlight_start_offset": max(start, 0), "highlight_end_offset": max(end, 0), "context": contextOf(file, d.Subject), "values": valuesOf(d)}
	}
	return nil
}

// contextOf names the block around a place, such as group "staff"; nil: none.
func contextOf(file *hcl.File, at *hcl.Range) any {
	if nav, ok := file.Nav.(interface{ ContextString(offset int) string }); ok {
		if text := nav.ContextString(at.Start.Byte); text != "" {
			return text
		}
	}
	return nil
}

// valuesOf tells what the references in the expression concerned evaluate to,
// as far as they are texts, numbers or truth values that may be shown.
func valuesOf(d *hcl.Diagnostic) []any {
	values := []any{}
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
		values = append(values, map[string]any{"traversal": name, "statement": "is " + string(hclwrite.TokensForValue(v).Bytes())})
	}
	return values
}

// traversalText writes a reference as it stands in a file; "" for one with an
// index that isn't a plain key.
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

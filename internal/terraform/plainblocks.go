package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Blocks that are much the same in both languages: variables, local values and outputs.

// variable keeps a variable. The default of a sensitive variable would be a secret in a file.
func (f *folder) variable(block *hclsyntax.Block) string {
	name := strings.Join(block.Labels, ".")
	if a := block.Body.Attributes["default"]; a != nil && (isSensitive(block) || secretInClear(name, a.Expr)) {
		why := "the default of a sensitive variable"
		if !isSensitive(block) {
			why = "the default looks like a secret in the clear, and"
		}
		if v, diags := a.Expr.Value(nil); diags.HasErrors() || !v.IsNull() {
			f.remark(a.SrcRange, "variable %s: %s is not copied; give it by OKTAFORM_VAR_%s", name, why, name)
		}
		return f.copyBody(block, "default", "ephemeral", "const", "deprecated")
	}
	return f.copyBody(block, "ephemeral", "const", "deprecated")
}

// isSensitive reports whether a variable is sensitive.
func isSensitive(block *hclsyntax.Block) bool {
	a := block.Body.Attributes["sensitive"]
	if a == nil {
		return false
	}
	v, diags := a.Expr.Value(nil)
	return diags.HasErrors() || v.Type() != cty.Bool || !v.IsKnown() || v.IsNull() || v.True()
}

// copyBody copies a block without some attributes.
func (f *folder) copyBody(block *hclsyntax.Block, without ...string) string {
	src := f.source(block.TypeRange.Filename)
	rng := block.Range()
	end := block.CloseBraceRange.End.Byte
	var edits []edit
	for _, name := range without {
		if a := block.Body.Attributes[name]; a != nil {
			edits = append(edits, edit{from: a.SrcRange.Start.Byte, to: a.SrcRange.End.Byte})
		}
	}
	slices.SortFunc(edits, func(a, b edit) int { return a.from - b.from })
	var b strings.Builder
	at := rng.Start.Byte
	for _, e := range edits {
		b.Write(src[at:e.from])
		at = e.to
	}
	b.Write(src[at:end])
	return withoutBlankLines(b.String()) + "\n"
}

// withoutBlankLines removes blank lines that removed attributes leave.
func withoutBlankLines(text string) string {
	var kept []string
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.TrimSpace(line) == "" && (i == 0 || strings.TrimSpace(lines[i-1]) == "" || strings.HasSuffix(strings.TrimSpace(lines[i-1]), "{")) {
			continue
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "\n")
}

// locals keeps the local values that can be translated.
func (f *folder) locals(block *hclsyntax.Block) string {
	var b strings.Builder
	b.WriteString("locals {\n")
	kept := 0
	for _, a := range inOrder(block.Body.Attributes) {
		if secretInClear(a.Name, a.Expr) || f.secretLocals()[a.Name] && hasText(a.Expr) {
			f.remark(a.SrcRange, "local.%s: it looks like a plaintext secret, which is not copied", a.Name)
			continue
		}
		text, err := f.expr(a.Expr, nil, scope{})
		if err != nil {
			f.remark(a.SrcRange, "local.%s: %v", a.Name, err)
			continue
		}
		b.WriteString(f.above(a) + a.Name + " = " + text + "\n")
		kept++
	}
	b.WriteString("}\n")
	if kept == 0 {
		return ""
	}
	return b.String()
}

func (f *folder) output(block *hclsyntax.Block) string {
	a := block.Body.Attributes["value"]
	if a == nil || len(block.Labels) != 1 {
		return ""
	}
	text, err := f.expr(a.Expr, nil, scope{})
	if err != nil {
		f.remark(block.TypeRange, "output %s: %v", block.Labels[0], err)
		return ""
	}
	var b strings.Builder
	b.WriteString("output " + quoted(block.Labels[0]) + " {\n")
	for _, name := range []string{"description", "sensitive"} {
		if a := block.Body.Attributes[name]; a != nil {
			if text, err := f.expr(a.Expr, nil, scope{}); err == nil {
				b.WriteString(name + " = " + text + "\n")
			}
		}
	}
	b.WriteString("value = " + text + "\n}\n")
	return b.String()
}

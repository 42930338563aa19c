package config

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/functions"
)

// readsFiles reports whether a function reads files, or renders a template that may.
func readsFiles(name string) bool {
	return strings.HasPrefix(name, "file") || name == "templatefile" || name == "templatestring"
}

// read writes the result of a call of a function that reads files. If the result is unknown, it
// writes a digest of all files that the call could read.
func (m *meaning) read(in *instance, call *hclsyntax.FunctionCallExpr) {
	ctx := m.e.context(in)
	if v, diags := call.Value(ctx); !diags.HasErrors() && m.known(v) || len(call.Args) == 0 {
		return
	}
	s := pathOf(call.Args[0], ctx)
	switch path, known := constantText(call.Args[0], ctx); {
	case call.Name == "templatestring":
		if known && !strings.Contains(path, "file") {
			return
		}
		s = functions.Selection{}
	case call.Name == "fileset":
		s.Suffix, s.Names = "", true
		if known {
			s.Prefix = path + "/"
		}
	case call.Name == "fileexists":
		s.Names = true
	case known:
		m.write("file %q", path)
		data, err := m.e.c.folders.readable.ReadFile(path)
		if err != nil {
			return // it is not in the repository
		}
		m.write("%q", data)
		if call.Name != "templatefile" || !strings.Contains(string(data), "file") {
			return
		}
		s = functions.Selection{} // the template itself reads files
	}
	m.write("files %s", m.e.c.filesDigest(s))
}

// filesDigest returns a digest that is the same in two versions if the selected files are.
func (c *Config) filesDigest(s functions.Selection) string {
	key := [3]string{s.Prefix, s.Suffix}
	if s.Names {
		key[2] = "names"
	}
	if sum, known := c.digests[key]; known {
		return sum
	}
	s.Except = map[string]bool{}
	for name := range c.parser.Files() {
		if inside, ok := c.folders.dir.Rel(name); ok {
			s.Except[inside] = true // compared by what it declares
		}
	}
	sum, ok := c.folders.readable.Digest(s)
	if !ok {
		sum = "unlike any other: " + c.folders.dir.Path()
	}
	if c.digests == nil {
		c.digests = map[[3]string]string{}
	}
	c.digests[key] = sum
	return sum
}

// constantText returns the string that an expression evaluates to, if it is known.
func constantText(expr hcl.Expression, ctx *hcl.EvalContext) (string, bool) {
	v, diags := expr.Value(ctx)
	v, _ = v.Unmark()
	if diags.HasErrors() || !v.IsKnown() || v.IsNull() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}

// pathOf returns the known beginning and end of a path.
func pathOf(expr hclsyntax.Expression, ctx *hcl.EvalContext) (s functions.Selection) {
	template, ok := expr.(*hclsyntax.TemplateExpr)
	if !ok {
		v, diags := expr.Value(ctx)
		if v, _ = v.Unmark(); !diags.HasErrors() && v.Type() == cty.String && !v.IsKnown() {
			s.Prefix = v.Range().StringPrefix()
		}
		return s
	}
	for _, part := range template.Parts {
		text, known := constantText(part, ctx)
		if !known {
			break
		}
		s.Prefix += text
	}
	for i := len(template.Parts) - 1; i >= 0; i-- {
		text, known := constantText(template.Parts[i], ctx)
		if !known {
			break
		}
		s.Suffix = text + s.Suffix
	}
	if strings.HasSuffix(s.Suffix, ".") || strings.HasSuffix(s.Suffix, "/") {
		s.Suffix = "" // no file name
	}
	return s
}

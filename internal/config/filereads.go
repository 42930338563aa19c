package config

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/internal/files"
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

// keyAttributes are attributes with the name of a file that holds a key.
var keyAttributes = []string{"file", "private_key_file"}

// namesKeyFile reports whether an expression is the value of an attribute that names a key's file:
// the key counts, and not only where it is.
func (c *Config) namesKeyFile(expr hcl.Expression) bool {
	if c.keyFiles == nil {
		c.keyFiles = map[hcl.Range]bool{}
		for _, file := range c.parser.Files() {
			body, ok := file.Body.(*hclsyntax.Body)
			if !ok {
				continue
			}
			_ = hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
				if a, ok := n.(*hclsyntax.Attribute); ok && slices.Contains(keyAttributes, a.Name) {
					c.keyFiles[a.Expr.Range()] = true
				}
				return nil
			})
		}
	}
	return c.keyFiles[expr.Range()]
}

// keyFile writes the key in the file that an expression names, or a digest of all files that it
// could name.
func (m *meaning) keyFile(in *instance, expr hcl.Expression) {
	ctx := m.e.context(in)
	if name, known := constantText(expr, ctx); known {
		data, err := m.e.c.folders.dir.Read(name, files.KeyLimit)
		m.write("key file %q: %q, %t", name, data, err == nil)
		return
	}
	var s functions.Selection
	if tree, ok := expr.(hclsyntax.Expression); ok {
		s = pathOf(tree, ctx)
	}
	m.write("key files %s", m.e.c.filesDigest(s))
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
	template, ok := budget.Bare(expr).(*hclsyntax.TemplateExpr)
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

package config

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/schema"
)

// Severity returns the severity of the rule's violations.
func (r *Rule) Severity() string {
	if a := r.attrs["severity"]; a != nil {
		if v, diags := a.Expr.Value(nil); !diags.HasErrors() {
			return schema.Text(v)
		}
	}
	return "medium"
}

// ruleVariables returns the references in a rule, except those to what a review provides.
func (n *node) ruleVariables() (list []hcl.Traversal) {
	content, _ := n.block.Body.Content(policyRuleSchema)
	for _, a := range sortedAttributes(content.Attributes) {
		list = append(list, policyReferences(a.Expr)...)
	}
	return list
}

// policyReferences returns the references in a rule's expression, except those to what a review
// provides.
func policyReferences(expr hcl.Expression) []hcl.Traversal {
	return slices.DeleteFunc(slices.Clone(expr.Variables()), func(t hcl.Traversal) bool {
		return slices.Contains([]string{"planned", "access", "each"}, t.RootName())
	})
}

// Logic returns what decides about violations of the rule, by attribute: its expressions without
// spaces and comments, with what they refer to, and with the contents of the files that they read
// by a constant name.
func (r *Rule) Logic() map[string]string {
	r.e.mu.Lock()
	defer r.e.mu.Unlock()
	logic := map[string]string{}
	for _, name := range []string{"for_each", "condition"} {
		a := r.attrs[name]
		if a == nil {
			continue
		}
		source := r.e.c.source(a.Expr.Range())
		expr, _ := a.Expr.(hclsyntax.Expression)
		if text := ""; expr == nil && json.Unmarshal([]byte(source), &text) == nil { // of a JSON file
			source = text
			expr, _ = hclsyntax.ParseTemplate([]byte(text), "", hcl.InitialPos)
		}
		logic[name] = strings.Join(slices.Collect(tokens([]byte(source), expr == nil)), " ") + r.e.c.filesRead(expr)
		if list := policyReferences(a.Expr); len(list) > 0 {
			m := r.e.meaning()
			for _, t := range list {
				m.reference(r.in, t)
			}
			logic[name] += "\n" + m.sum()
		}
	}
	return logic
}

// Blind reports whether the rule refers to an unknown value, so that it cannot judge anything.
func (r *Rule) Blind() bool {
	for _, name := range []string{"for_each", "condition"} {
		a := r.attrs[name]
		if a == nil {
			continue
		}
		for _, t := range policyReferences(a.Expr) {
			v, diags := t.TraverseAbs(r.ctx)
			if bare, _ := v.UnmarkDeep(); diags.HasErrors() || !bare.IsWhollyKnown() {
				return true
			}
		}
	}
	return false
}

// source returns the source text at a position.
func (c *Config) source(at hcl.Range) string {
	file := c.parser.Files()[at.Filename]
	if file == nil || !at.CanSliceBytes(file.Bytes) {
		return ""
	}
	return string(at.SliceBytes(file.Bytes))
}

// tokens yields the tokens of an expression, without comments and line breaks.
func tokens(source []byte, opaque bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		if opaque {
			yield(string(source))
			return
		}
		lexed, _ := hclsyntax.LexExpression(source, "", hcl.InitialPos)
		for _, t := range lexed {
			switch t.Type {
			case hclsyntax.TokenComment, hclsyntax.TokenNewline, hclsyntax.TokenEOF:
			default:
				if !yield(string(t.Bytes)) {
					return
				}
			}
		}
	}
}

// filesRead evaluates the calls in an expression of functions that read files.
func (c *Config) filesRead(expr hclsyntax.Expression) (text string) {
	if expr == nil {
		return ""
	}
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		call, ok := n.(*hclsyntax.FunctionCallExpr)
		if !ok || !strings.HasPrefix(call.Name, "file") && call.Name != "templatefile" {
			return nil
		}
		if v, diags := call.Value(&hcl.EvalContext{Functions: c.funcs}); !diags.HasErrors() {
			if encoded, err := stdlib.JSONEncode(v); err == nil {
				text += "\n" + call.Name + " " + schema.Text(encoded)
			}
		}
		return nil
	})
	return text
}

// Revealed is a call of nonsensitive or sensitive.
type Revealed struct {
	Text  string // the call as written, without spaces
	Range hcl.Range
}

// Revealed returns the calls of nonsensitive in all files, in order.
func (c *Config) Revealed() []Revealed { return c.calls("nonsensitive") }

// Concealed returns the calls of sensitive.
func (c *Config) Concealed() []Revealed { return c.calls("sensitive") }

func (c *Config) calls(function string) (list []Revealed) {
	files := c.parser.Files()
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		list = append(list, callsIn(files[name].Bytes, name, function)...)
	}
	return list
}

// callsIn finds calls of the function in a file. In one in the JSON syntax, each string may be a
// template; the calls in it have the string's position.
func callsIn(source []byte, name, function string) (list []Revealed) {
	if !strings.HasSuffix(name, ".json") {
		lexed, _ := hclsyntax.LexConfig(source, name, hcl.InitialPos)
		return callsAmong(lexed, function)
	}
	for text, at := range budget.Texts(source, name) {
		lexed, _ := hclsyntax.LexTemplate([]byte(text), name, hcl.InitialPos)
		for _, call := range callsAmong(lexed, function) {
			list = append(list, Revealed{call.Text, at})
		}
	}
	return list
}

func callsAmong(lexed hclsyntax.Tokens, function string) (list []Revealed) {
	for i, t := range lexed {
		if t.Type != hclsyntax.TokenIdent || string(t.Bytes) != function || i+1 >= len(lexed) || lexed[i+1].Type != hclsyntax.TokenOParen {
			continue
		}
		text, depth := function, 0
		for _, inner := range lexed[i+1:] {
			text += string(inner.Bytes)
			if inner.Type == hclsyntax.TokenOParen {
				depth++
			}
			if inner.Type == hclsyntax.TokenCParen {
				if depth--; depth == 0 {
					break
				}
			}
		}
		list = append(list, Revealed{text, t.Range})
	}
	return list
}

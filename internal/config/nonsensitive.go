package config

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/budget"
)

// NonsensitiveCall is a call of nonsensitive, which removes the mark from a value.
type NonsensitiveCall struct {
	Range hcl.Range
	Text  string // the call as written
}

// Nonsensitive returns the calls of nonsensitive in all files of the configuration and its modules,
// in the order of the files. Templates cannot call it.
func (c *Config) Nonsensitive() []NonsensitiveCall {
	slices.SortFunc(c.nonsensitive, func(a, b NonsensitiveCall) int {
		return cmp.Or(cmp.Compare(a.Range.Filename, b.Range.Filename), cmp.Compare(a.Range.Start.Byte, b.Range.Start.Byte), cmp.Compare(a.Text, b.Text))
	})
	return slices.Clone(c.nonsensitive)
}

func (c *Config) bares(call *hclsyntax.FunctionCallExpr, src []byte) {
	if call.Name != "nonsensitive" {
		return
	}
	at := call.Range()
	c.nonsensitive = append(c.nonsensitive, NonsensitiveCall{at, string(src[at.Start.Byte:min(at.End.Byte, len(src))])})
}

// findBared searches the strings of a file in the JSON syntax: each may be a template.
// Positions are those of the strings.
func (c *Config) findBared(name string, src []byte) {
	for text, at := range budget.Texts(src, name) {
		if expr, diags := hclsyntax.ParseTemplate([]byte(text), name, hcl.InitialPos); !diags.HasErrors() {
			_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
				if call, ok := n.(*hclsyntax.FunctionCallExpr); ok && call.Name == "nonsensitive" {
					r := call.Range()
					c.nonsensitive = append(c.nonsensitive, NonsensitiveCall{at, text[r.Start.Byte:min(r.End.Byte, len(text))]})
				}
				return nil
			})
		}
	}
}

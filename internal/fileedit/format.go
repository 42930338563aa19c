package fileedit

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/oktaform/oktaform/internal/budget"
)

// Format returns a file in the usual format. A file that cannot be parsed is not formatted: that
// could lose something.
func Format(name string, src []byte) ([]byte, hcl.Diagnostics) {
	if _, diags := budget.ParseConfig(src, name); diags.HasErrors() {
		return nil, diags
	}
	written, diags := hclwrite.ParseConfig(src, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	unwrapBody(written.Body())
	return hclwrite.Format(written.Bytes()), nil
}

// unwrapBody replaces "${x}" by the equivalent x.
func unwrapBody(body *hclwrite.Body) {
	for name, attr := range body.Attributes() {
		tokens := attr.Expr().BuildTokens(nil)
		if inner, ok := unwrap(tokens); ok {
			body.SetAttributeRaw(name, inner)
		}
	}
	for _, block := range body.Blocks() {
		unwrapBody(block.Body())
	}
}

// unwrap returns the expression of a template that consists of a single interpolation on one line.
func unwrap(tokens hclwrite.Tokens) (hclwrite.Tokens, bool) {
	n := len(tokens)
	if n < 5 || tokens[0].Type != hclsyntax.TokenOQuote || tokens[1].Type != hclsyntax.TokenTemplateInterp ||
		tokens[n-2].Type != hclsyntax.TokenTemplateSeqEnd || tokens[n-1].Type != hclsyntax.TokenCQuote || len(tokens[1].Bytes) != 2 || len(tokens[n-2].Bytes) != 1 {
		return nil, false
	}
	inner := tokens[2 : n-2]
	depth := 0
	for _, token := range inner {
		switch token.Type {
		case hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			depth++
		case hclsyntax.TokenTemplateSeqEnd:
			if depth--; depth < 0 {
				return nil, false // "${a}${b}"
			}
		case hclsyntax.TokenNewline, hclsyntax.TokenComment, hclsyntax.TokenOHeredoc:
			return nil, false
		}
	}
	return inner, true
}

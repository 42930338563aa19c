package budget

import (
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Source checks a file in HCL's native syntax before it is parsed.
func Source(src []byte, name string) hcl.Diagnostics {
	return tooDeep(src, name, hclsyntax.LexConfig)
}

// Expression checks a text before it is parsed as an expression.
func Expression(src []byte, name string) hcl.Diagnostics {
	return tooDeep(src, name, hclsyntax.LexExpression)
}

// Template checks a text before it is parsed as a template.
func Template(src []byte, name string) hcl.Diagnostics {
	return tooDeep(src, name, hclsyntax.LexTemplate)
}

// tooDeep counts how many levels of recursion the tokens of a text can cause in the parser and in
// walks over its syntax tree: one for each open bracket, block, template or directive, and one for
// each operator, index or splat since the last comma or line break at the same level, because a
// chain of them becomes a tree as deep as the chain is long.
//
// The tokens of a text take fifty times its memory, so they are estimated first.
func tooDeep(src []byte, name string, lex lexer) hcl.Diagnostics {
	if diags := tooMany(src, name); diags.HasErrors() || !mayNest(src) {
		return diags
	}
	for size := 1 << 14; ; size *= 8 {
		tokens, _ := lex(src[:min(size, len(src))], name, hcl.InitialPos) // the parser reports invalid tokens
		if diags := depthOf(tokens); diags.HasErrors() || size >= len(src) {
			return diags
		}
	}
}

// tooMany estimates the number of tokens of a text without creating them: each word, line break and
// other character that is not white space may be a token. The parser holds all of them at once, and
// the syntax tree built from them. The error has no position in the file, because showing its lines
// would take longer than parsing it.
func tooMany(src []byte, name string) hcl.Diagnostics {
	if len(src) <= MaxTokens {
		return nil
	}
	tokens, word := 0, false
	for _, c := range src {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= utf8.RuneSelf
		if letter && !word || !letter && c != ' ' && c != '\t' && c != '\r' {
			tokens++
		}
		word = letter
	}
	if tokens <= MaxTokens {
		return nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Too much in one file",
		Detail: fmt.Sprintf("%s has about %d tokens and lines, and %d is the maximum for one file. Split it into several files, or put data into a JSON or CSV file that jsondecode or csvdecode reads.", name, tokens, MaxTokens)}}
}

type lexer func(src []byte, name string, start hcl.Pos) (hclsyntax.Tokens, hcl.Diagnostics)

func depthOf(tokens hclsyntax.Tokens) hcl.Diagnostics {
	open := []level{{lines: true}}
	depth, directives := 0, 0
	for i, token := range tokens {
		top := &open[len(open)-1]
		switch token.Type {
		case hclsyntax.TokenOBrack:
			top.chain++ // an index applies to the expression before it
			depth += 2
			open = append(open, level{})
		case hclsyntax.TokenOBrace, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			depth++
			open = append(open, level{lines: token.Type == hclsyntax.TokenOBrace})
			if token.Type == hclsyntax.TokenTemplateControl && i+1 < len(tokens) {
				switch string(tokens[i+1].Bytes) {
				case "if", "for":
					directives++
				case "endif", "endfor":
					directives = max(0, directives-1)
				}
			}
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			if len(open) > 1 {
				depth -= top.chain + 1
				open = open[:len(open)-1]
			}
		case hclsyntax.TokenComma, hclsyntax.TokenNewline:
			if token.Type == hclsyntax.TokenComma || top.lines {
				depth -= top.chain
				top.chain = 0
			}
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenPlus, hclsyntax.TokenStar, hclsyntax.TokenSlash, hclsyntax.TokenPercent,
			hclsyntax.TokenAnd, hclsyntax.TokenOr, hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenQuestion,
			hclsyntax.TokenGreaterThan, hclsyntax.TokenGreaterThanEq, hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq:
			top.chain++
			depth++
		case hclsyntax.TokenNumberLit:
			if err := Numeric(string(token.Bytes)); err != nil {
				return refused("Number too large", token.Range, "This number can't be used: %s.", err)
			}
		}
		if depth+directives > MaxDepth {
			return refused("Nested too deep", token.Range, "Brackets, blocks, templates and chained operators are nested more than %d levels deep here, and %d is the maximum. "+
				"Move parts into local values, and refer to them.", MaxDepth, MaxDepth)
		}
	}
	return nil
}

// level is an open bracket, block, template or directive.
type level struct {
	chain int  // operators, indexes and splats since the last comma or line break in it
	lines bool // whether a line break separates its contents
}

func refused(summary string, at hcl.Range, format string, args ...any) hcl.Diagnostics {
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: &at}}
}

// mayNest reports whether a text contains enough characters that open a level, or enough digits in
// a row or an exponent, to exceed a limit. Most texts do not, and are then scanned only once.
func mayNest(src []byte) bool {
	levels, digits := 0, 0
	for _, c := range src {
		if c >= '0' && c <= '9' {
			if digits++; digits > MaxExponent/4 {
				return true
			}
			continue
		}
		if digits > 0 && (c == 'e' || c == 'E') {
			return true
		}
		digits = 0
		switch c {
		case '{', '[', '(', '!', '-', '+', '*', '/', '%', '&', '|', '=', '<', '>', '?', '"':
			if levels++; levels > MaxDepth {
				return true
			}
		}
	}
	return false
}

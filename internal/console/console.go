// Package console evaluates expressions that somebody types, over a configuration.
package console

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/internal/config"
)

// SourceName is the name of what is typed, in positions.
const SourceName = "stdin"

// The maximum size of one expression. Each line of an unfinished one is read again with the next.
const (
	MaxExpression = 1 << 20
	maxLines      = 1_000
)

// Console evaluates the lines that it gets. An expression may go over several lines, as long as a
// bracket or a heredoc is open, or a line ends with a backslash.
type Console struct {
	Evaluation *config.Evaluation
	// Numbered counts the lines of the whole input in positions, as for a file. Otherwise each
	// expression begins at line 1.
	Numbered bool

	text   []byte // of the expression that has begun
	lines  int    // that it has so far
	read   int    // lines before it
	source []byte // of the last expression
}

// Result is what a line led to.
type Result struct {
	Value cty.Value // NilVal: there is nothing to show
	Type  bool      // whether the type of the value was asked for
	Help  bool
	Exit  bool
}

// HasValue reports whether there is a value to show.
func (r Result) HasValue() bool { return r.Value != cty.NilVal }

// Line reads the next line, without its end.
func (c *Console) Line(line string) (Result, hcl.Diagnostics) {
	if c.lines == 0 {
		switch strings.TrimSpace(line) {
		case "exit":
			return Result{Exit: true}, nil
		case "help":
			c.read++
			return Result{Help: true}, nil
		}
	}
	c.text, c.lines = append(append(c.text, line...), '\n'), c.lines+1
	if len(c.text) > MaxExpression || c.lines > maxLines {
		return c.end(fmt.Sprintf("An expression may have %d lines and %d bytes.", maxLines, MaxExpression))
	}
	if rest, continued := strings.CutSuffix(string(c.text), "\\\n"); continued && len(openBrackets([]byte(rest))) == 0 {
		c.text = append(c.text[:len(rest)], '\n')
		return Result{}, nil
	}
	if c.Open() > 0 {
		return Result{}, nil
	}
	return c.End()
}

// Open returns how many brackets of the expression that has begun are open.
func (c *Console) Open() int {
	open := openBrackets(c.text)
	if len(open) > 0 && open[len(open)-1] == hclsyntax.TokenOQuote {
		return 0 // a quoted string ends on its line: the error should not wait
	}
	return len(open)
}

// Begun reports whether an expression has begun and is not finished.
func (c *Console) Begun() bool { return c.lines > 0 }

// End evaluates what has been read of an expression.
func (c *Console) End() (Result, hcl.Diagnostics) { return c.end("") }

// end evaluates the expression, or reports a problem with it.
func (c *Console) end(problem string) (Result, hcl.Diagnostics) {
	var result Result
	var diags hcl.Diagnostics
	if problem != "" {
		diags = hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Expression too long", Detail: problem, Subject: &hcl.Range{Filename: SourceName, Start: hcl.InitialPos, End: hcl.InitialPos}}}
	} else {
		result, diags = c.evaluate()
	}
	c.source = c.text
	if c.Numbered && len(diags) > 0 {
		c.source = append(bytes.Repeat([]byte("\n"), c.read), c.text...)
		for _, d := range diags {
			d.Subject, d.Context = movedBy(d.Subject, c.read), movedBy(d.Context, c.read)
		}
	}
	c.read += c.lines
	c.text, c.lines = nil, 0
	return result, diags
}

// movedBy returns a range of the input further down by empty lines.
func movedBy(at *hcl.Range, lines int) *hcl.Range {
	if at == nil || at.Filename != SourceName {
		return at
	}
	moved := *at
	for _, pos := range []*hcl.Pos{&moved.Start, &moved.End} {
		pos.Line, pos.Byte = pos.Line+lines, pos.Byte+lines
	}
	return &moved
}

// evaluate evaluates the text of an expression.
func (c *Console) evaluate() (Result, hcl.Diagnostics) {
	if blank(c.text) {
		return Result{}, nil
	}
	if diags := budget.Expression(c.text, SourceName); diags.HasErrors() {
		return Result{}, diags
	}
	expr, diags := hclsyntax.ParseExpression(c.text, SourceName, hcl.InitialPos)
	if diags.HasErrors() {
		return Result{}, diags
	}
	inner, isType, diags := typeCall(expr)
	if diags.HasErrors() {
		return Result{}, diags
	}
	v, _, diags := c.Evaluation.Value(c.Evaluation.Metered(inner), &hcl.EvalContext{})
	if diags.HasErrors() {
		return Result{}, diags
	}
	return Result{Value: v, Type: isType}, nil
}

// typeCall returns the argument of a call of type(), which shows the type of a value instead of it.
func typeCall(expr hclsyntax.Expression) (inner hclsyntax.Expression, isType bool, diags hcl.Diagnostics) {
	whole, _ := budget.Bare(expr).(*hclsyntax.FunctionCallExpr)
	bad := func(call *hclsyntax.FunctionCallExpr, detail string) {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid use of type function", Detail: detail, Subject: call.Range().Ptr()})
	}
	inner = expr
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		call, ok := n.(*hclsyntax.FunctionCallExpr)
		switch {
		case !ok || call.Name != "type":
		case call != whole:
			bad(call, "type(...) shows the type of a value in the console. It can't be a part of another expression.")
		case len(call.Args) != 1 || call.ExpandFinal:
			bad(call, "type(...) takes one argument, the value whose type it shows.")
		default:
			inner, isType = call.Args[0], true
		}
		return nil
	})
	return inner, isType, diags
}

// blank reports whether a text has nothing but white space and comments.
func blank(text []byte) bool {
	tokens, _ := hclsyntax.LexExpression(text, SourceName, hcl.InitialPos)
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenComment, hclsyntax.TokenNewline, hclsyntax.TokenEOF:
		default:
			return false
		}
	}
	return true
}

// openBrackets returns the brackets, strings and heredocs that a text opens and does not close.
func openBrackets(text []byte) (open []hclsyntax.TokenType) {
	tokens, _ := hclsyntax.LexExpression(text, SourceName, hcl.InitialPos)
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl,
			hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			open = append(open, token.Type)
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			if len(open) == 0 {
				return nil // one too many: parsing reports it
			}
			open = open[:len(open)-1]
		}
	}
	return open
}

// Source returns what the positions in diagnostics of the last expression refer to.
func (c *Console) Source() *hcl.File {
	return &hcl.File{Bytes: c.source, Body: hcl.EmptyBody()}
}

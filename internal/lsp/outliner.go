package lsp

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/budget"
)

// outliner follows the tokens of a text and keeps what is open: after the last token before a
// cursor, that says what can stand there.
type outliner struct {
	text    []byte
	file    *File
	types   []string // of the file's blocks
	at      int      // where lex ended
	partial bool     // whether the text ends at a cursor

	frames []frame           // what is open, the file's body first
	header []hclsyntax.Token // of a block or attribute in the innermost body
	labels []Label           // of the header
	last   hclsyntax.Token   // the token before
	until  hcl.Pos           // the end of the last token that does not end a line
	// visit is called with each token that has a meaning, if it is set.
	visit func(t *hclsyntax.Token, c tokenClass)
}

type frameKind string

const (
	inBody    frameKind = "body"
	inValue   frameKind = "value"   // of an attribute, until the end of the line
	inParen   frameKind = "paren"   // parentheses
	inBracket frameKind = "bracket" // a list or an index
	inObject  frameKind = "object"
	inInterp  frameKind = "interpolation"
	inString  frameKind = "string"
	inHeredoc frameKind = "heredoc"
)

// frame is something open: a body, a bracket, a string.
type frame struct {
	kind     frameKind
	start    hclsyntax.Token
	block    *Block     // of a body
	attr     *Attribute // of a value
	key      string     // in an object: the member's name
	hasValue bool       // in an object: whether the value of the member has begun
	label    bool       // of a string: whether it is a label
	text     []byte     // of a string
	parts    bool       // of a string: whether it has interpolations
	function string     // of parentheses: the function that is called
	commas   int        // of parentheses and lists
}

// tokenClass is the meaning of a token.
type tokenClass string

const (
	classBlockType tokenClass = "block type"
	classLabel     tokenClass = "label"
	classAttribute tokenClass = "attribute"
	classMember    tokenClass = "member" // the key of an object's member, or an attribute of a reference
	classRoot      tokenClass = "root"   // the first name of a reference
	classFunction  tokenClass = "function"
	classKeyword   tokenClass = "keyword"
	classString    tokenClass = "string"
	classNumber    tokenClass = "number"
	classComment   tokenClass = "comment"
	classOperator  tokenClass = "operator"
)

func (o *outliner) top() *frame { return &o.frames[len(o.frames)-1] }

func (o *outliner) push(f frame) { o.frames = append(o.frames, f) }

func (o *outliner) pop() { o.frames = o.frames[:len(o.frames)-1] }

func (o *outliner) class(t *hclsyntax.Token, c tokenClass) {
	if o.visit != nil {
		o.visit(t, c)
	}
}

// feed follows tokens. It returns the index of the line break that ends a string without a closing
// quotation mark, after which the text must be divided into tokens again, or -1.
func (o *outliner) feed(tokens []hclsyntax.Token) int {
	for i := range tokens {
		t := &tokens[i]
		if t.Type == hclsyntax.TokenEOF || len(o.frames) > budget.MaxDepth { // no file that deep is read
			return -1
		}
		if t.Type == hclsyntax.TokenComment {
			o.class(t, classComment)
		}
		switch o.top().kind {
		case inString, inHeredoc:
			if o.inText(t) {
				o.last = *t
				o.last.Type = hclsyntax.TokenNewline
				return i
			}
		case inBody:
			o.inBody(t)
		default:
			o.inExpression(tokens, i)
		}
		if o.last = *t; !endsLine(t) {
			o.until = t.Range.End
		}
	}
	return -1
}

// endsLine reports whether a token ends the line.
func endsLine(t *hclsyntax.Token) bool {
	return t.Type == hclsyntax.TokenNewline || t.Type == hclsyntax.TokenComment && bytes.HasSuffix(t.Bytes, []byte("\n"))
}

func (o *outliner) inBody(t *hclsyntax.Token) {
	body := o.top().block
	switch {
	case endsLine(t):
		o.header, o.labels = nil, nil
	case t.Type == hclsyntax.TokenComment:
	case t.Type == hclsyntax.TokenIdent:
		if len(o.header) > 0 {
			o.labels = append(o.labels, Label{string(t.Bytes), t.Range})
			o.class(t, classLabel)
		}
		o.header = append(o.header, *t)
	case t.Type == hclsyntax.TokenOQuote:
		o.class(t, classLabel)
		o.header = append(o.header, *t)
		o.push(frame{kind: inString, start: *t, label: true})
	case t.Type == hclsyntax.TokenEqual && len(o.header) > 0:
		name := o.header[0]
		a := &Attribute{Name: string(name.Bytes), NameRange: name.Range, Value: hcl.Range{Filename: name.Range.Filename, Start: t.Range.End, End: t.Range.End}}
		body.Attrs = append(body.Attrs, a)
		o.class(&name, classAttribute)
		o.header, o.labels = nil, nil
		o.push(frame{kind: inValue, attr: a, start: *t})
	case t.Type == hclsyntax.TokenOBrace && len(o.header) > 0:
		name := o.header[0]
		b := &Block{Type: string(name.Bytes), TypeRange: name.Range, Labels: o.labels, Range: hcl.RangeBetween(name.Range, t.Range), Open: t.Range.End.Byte}
		body.Blocks = append(body.Blocks, b)
		o.class(&name, classBlockType)
		o.header, o.labels = nil, nil
		o.push(frame{kind: inBody, block: b, start: *t})
	case t.Type == hclsyntax.TokenOBrace:
		o.push(frame{kind: inObject, start: *t})
	case t.Type == hclsyntax.TokenCBrace:
		o.closeBody(t)
	}
}

// closeBody ends the innermost body; the file's stays.
func (o *outliner) closeBody(t *hclsyntax.Token) {
	o.header, o.labels = nil, nil
	if len(o.frames) > 1 {
		o.top().block.Range.End = t.Range.End
		o.pop()
	}
}

// inText follows a string or heredoc, and reports whether a line break ends it too early.
func (o *outliner) inText(t *hclsyntax.Token) (broken bool) {
	f := o.top()
	switch t.Type {
	case hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
		f.parts = true
		o.push(frame{kind: inInterp, start: *t})
	case hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
		o.endString(t)
	case hclsyntax.TokenQuotedNewline:
		for len(o.frames) > 1 && o.top().kind != inBody && o.top().kind != inObject && o.top().kind != inBracket {
			if o.top().kind == inValue {
				o.endValue(o.top())
			}
			o.pop()
		}
		o.header, o.labels = nil, nil
		return true
	default:
		f.text = append(f.text, t.Bytes...)
		o.class(t, map[bool]tokenClass{true: classLabel, false: classString}[f.label])
	}
	return false
}

func (o *outliner) endString(t *hclsyntax.Token) {
	f := *o.top()
	o.pop()
	text := unquoted(f.text)
	if f.label {
		o.class(t, classLabel)
		o.labels = append(o.labels, Label{text, hcl.RangeBetween(f.start.Range, t.Range)})
		return
	}
	o.class(t, classString)
	switch outer := o.top(); {
	case outer.kind == inObject && !outer.hasValue:
		outer.key = text
	case outer.kind == inValue && !f.parts && f.start.Type == hclsyntax.TokenOQuote:
		outer.attr.text = text
	}
}

// maxType is the maximum length of the type of a variable in texts for people.
const maxType = 200

// endValue ends the value of an attribute with the last token.
func (o *outliner) endValue(f *frame) {
	if o.until.Byte > f.attr.Value.Start.Byte {
		f.attr.Value.End = o.until
	}
	if r := f.attr.Value; f.attr.Name == "type" && r.End.Byte-r.Start.Byte < maxType && r.End.Byte <= len(o.text) && r.Start.Byte < r.End.Byte {
		f.attr.source = string(o.text[r.Start.Byte:r.End.Byte])
	}
}

// keywords are the words of expressions.
var keywords = map[string]bool{"true": true, "false": true, "null": true, "for": true, "in": true, "if": true, "else": true, "endif": true, "endfor": true}

func (o *outliner) inExpression(tokens []hclsyntax.Token, i int) {
	t, f := &tokens[i], o.top()
	if f.kind == inValue && f.attr.Value.Start == f.start.Range.End && !endsLine(t) {
		f.attr.Value.Start = t.Range.Start
	}
	switch t.Type {
	case hclsyntax.TokenIdent:
		if o.startsStatement(tokens, i) {
			o.leave(inBody)
			o.inBody(t)
			return
		}
		o.name(tokens, i)
	case hclsyntax.TokenOParen:
		function := ""
		if o.last.Type == hclsyntax.TokenIdent && o.last.Range.End.Byte == t.Range.Start.Byte {
			function = string(o.last.Bytes)
		}
		o.push(frame{kind: inParen, start: *t, function: function})
	case hclsyntax.TokenOBrack:
		o.push(frame{kind: inBracket, start: *t})
	case hclsyntax.TokenOBrace:
		o.push(frame{kind: inObject, start: *t})
	case hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
		o.class(t, classString)
		o.push(frame{kind: map[bool]frameKind{true: inString, false: inHeredoc}[t.Type == hclsyntax.TokenOQuote], start: *t})
	case hclsyntax.TokenCParen:
		o.close(inParen)
	case hclsyntax.TokenCBrack:
		o.close(inBracket)
	case hclsyntax.TokenTemplateSeqEnd:
		o.close(inInterp)
	case hclsyntax.TokenCBrace:
		if !o.close(inObject) {
			o.leave(inBody)
			o.closeBody(t)
		}
	case hclsyntax.TokenComma:
		f.commas++
		f.key, f.hasValue = "", false
	case hclsyntax.TokenEqual, hclsyntax.TokenColon:
		f.hasValue = f.hasValue || f.kind == inObject
	case hclsyntax.TokenNumberLit:
		o.class(t, classNumber)
	default:
		if !endsLine(t) {
			return
		}
		if f.kind == inObject {
			f.key, f.hasValue = "", false
		}
		if f.kind == inValue {
			o.endValue(f)
			o.pop()
		}
	}
}

// startsStatement reports whether an attribute or block begins in a line although a bracket is
// still open: the bracket is incomplete.
func (o *outliner) startsStatement(tokens []hclsyntax.Token, i int) bool {
	if k := o.top().kind; k != inBracket && k != inParen || !endsLine(&o.last) || i+1 >= len(tokens) {
		return false
	}
	next := tokens[i+1].Type
	return next == hclsyntax.TokenEqual || next == hclsyntax.TokenOQuote || next == hclsyntax.TokenOBrace
}

// leave ends everything inside the innermost frame of that kind.
func (o *outliner) leave(kind frameKind) {
	for o.top().kind != kind {
		if f := o.top(); f.kind == inValue {
			o.endValue(f)
		}
		o.pop()
	}
}

// close ends the innermost frame of a kind of bracket, if there is one in the same expression.
func (o *outliner) close(kind frameKind) bool {
	for i := len(o.frames) - 1; i > 0; i-- {
		switch k := o.frames[i].kind; {
		case k == kind:
			o.frames = o.frames[:i]
			return true
		case k == inBody, k == inValue, k == inString, k == inHeredoc:
			return false
		}
	}
	return false
}

// name follows a name in an expression: a reference begins with it, unless it is a part of one.
func (o *outliner) name(tokens []hclsyntax.Token, i int) {
	t, f := &tokens[i], o.top()
	word := string(t.Bytes)
	isKey := f.kind == inObject && !f.hasValue
	if isKey {
		f.key = word
	}
	next := func(n int) hclsyntax.TokenType {
		if i+n < len(tokens) {
			return tokens[i+n].Type
		}
		return hclsyntax.TokenEOF
	}
	switch {
	case o.last.Type == hclsyntax.TokenDot:
		o.class(t, classMember)
	case next(1) == hclsyntax.TokenOParen:
		o.class(t, classFunction)
	case isKey && (next(1) == hclsyntax.TokenEqual || next(1) == hclsyntax.TokenColon):
		o.class(t, classMember)
	case keywords[word]:
		o.class(t, classKeyword)
	default:
		o.class(t, classRoot)
		if refRoot(word) {
			if r, ok := reference(tokens[i:]); ok {
				o.file.References = append(o.file.References, r)
			}
		}
	}
}

// reference reads a reference from the tokens with which it begins.
func reference(tokens []hclsyntax.Token) (r Reference, ok bool) {
	step := func(at int) bool {
		return at+1 < len(tokens) && tokens[at].Type == hclsyntax.TokenDot && tokens[at+1].Type == hclsyntax.TokenIdent
	}
	end := 1
	steps := 1
	if string(tokens[0].Bytes) == "data" {
		steps = 2
	}
	r.Key = string(tokens[0].Bytes)
	for range steps {
		if !step(end) {
			return r, false
		}
		r.Key += "." + string(tokens[end+1].Bytes)
		end += 2
	}
	r.NameRange = tokens[end-1].Range
	r.Range = hcl.RangeBetween(tokens[0].Range, r.NameRange)
	if end < len(tokens) && tokens[end].Type == hclsyntax.TokenOBrack {
		depth := 0
		for ; end < len(tokens) && tokens[end].Type != hclsyntax.TokenNewline; end++ {
			switch tokens[end].Type {
			case hclsyntax.TokenOBrack:
				depth++
			case hclsyntax.TokenCBrack:
				depth--
			}
			if depth == 0 {
				end++
				break
			}
		}
	}
	if step(end) {
		r.Attr, r.AttrRange = string(tokens[end+1].Bytes), tokens[end+1].Range
	}
	return r, true
}

// Package expression evaluates the expressions of group rules: the part of Okta's expression
// language (urn:okta:expression:1.0) that compares attributes of a user and asks for their groups.
// Parse is the entry point.
package expression

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Subject is a user whom an expression is about.
type Subject struct {
	// Attribute returns an attribute of the user's profile; nil if it has no value.
	Attribute func(name string) any
	// Member reports whether the user is in a group for whose id and name the function holds.
	Member func(is func(id, name string) bool) bool
}

// Expression is a parsed expression. Functions on a missing attribute have no value.
type Expression struct{ root node }

// Matches reports whether the expression is true of a subject.
func (e Expression) Matches(s Subject) bool { return e.root(s) == true }

// node is a part of an expression. Its value is a string, float64, bool, list of strings, or nil.
type node func(Subject) any

// token matches a string, a number, a name with dots, an operator or a parenthesis.
var token = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[0-9]+(?:\.[0-9]+)?|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|==|!=|<=|>=|&&|\|\||[<>!(),+?:{}])`)
})

// Parse parses an expression.
func Parse(text string) (e Expression, err error) {
	p := &parser{}
	for rest := text; strings.TrimSpace(rest) != ""; {
		match := token().FindStringSubmatch(rest)
		if match == nil {
			return e, fmt.Errorf("unexpected text at %q", strings.TrimSpace(rest))
		}
		p.tokens = append(p.tokens, match[1])
		rest = rest[len(match[0]):]
	}
	if len(p.tokens) == 0 {
		return e, fmt.Errorf("it is empty")
	}
	root := p.condition()
	if p.err == nil && p.next < len(p.tokens) {
		p.fail("unexpected %q", p.tokens[p.next])
	}
	return Expression{root}, p.err
}

// parser is a recursive-descent parser.
type parser struct {
	tokens []string
	next   int
	depth  int
	err    error
}

// maxDepth bounds nested parentheses and functions.
const maxDepth = 50

func (p *parser) fail(format string, args ...any) node {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
	return func(Subject) any { return nil }
}

func (p *parser) peek() string {
	if p.err != nil || p.next >= len(p.tokens) {
		return ""
	}
	return p.tokens[p.next]
}

// accept consumes one of the tokens if it comes next, whatever its case.
func (p *parser) accept(tokens ...string) bool {
	for _, t := range tokens {
		if next := p.peek(); next != "" && strings.EqualFold(next, t) {
			p.next++
			return true
		}
	}
	return false
}

func (p *parser) expect(token string) {
	if !p.accept(token) {
		p.fail("%q is missing", token)
	}
}

// condition is a ? b : c, or a disjunction.
func (p *parser) condition() node {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return p.fail("it is nested too deeply")
	}
	test := p.or()
	if !p.accept("?") {
		return test
	}
	yes := p.condition()
	p.expect(":")
	no := p.condition()
	return func(s Subject) any {
		if test(s) == true {
			return yes(s)
		}
		return no(s)
	}
}

func (p *parser) or() node {
	left := p.and()
	for p.accept("||", "or") {
		a, b := left, p.and()
		left = func(s Subject) any { return a(s) == true || b(s) == true }
	}
	return left
}

func (p *parser) and() node {
	left := p.not()
	for p.accept("&&", "and") {
		a, b := left, p.not()
		left = func(s Subject) any { return a(s) == true && b(s) == true }
	}
	return left
}

func (p *parser) not() node {
	negated := false
	for p.accept("!", "not") {
		negated = !negated
	}
	inner := p.comparison()
	if !negated {
		return inner
	}
	return func(s Subject) any { return inner(s) != true }
}

// comparisons maps the comparison operators, which have names too, to their symbols.
var comparisons = map[string]string{
	"==": "==", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">=",
	"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=",
}

func (p *parser) comparison() node {
	left := p.sum()
	operator, ok := comparisons[strings.ToLower(p.peek())]
	if !ok {
		return left
	}
	p.next++
	right := p.sum()
	return func(s Subject) any { return compare(operator, left(s), right(s)) }
}

func compare(operator string, a, b any) bool {
	switch operator {
	case "==":
		return equal(a, b)
	case "!=":
		return !equal(a, b)
	}
	x, isNumber := a.(float64)
	y, both := b.(float64)
	order := 0
	switch {
	case isNumber && both && x < y:
		order = -1
	case isNumber && both && x > y:
		order = 1
	case isNumber && both:
	default:
		first, ok := a.(string)
		second, also := b.(string)
		if !ok || !also {
			return false
		}
		order = strings.Compare(first, second)
	}
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

func equal(a, b any) bool {
	switch a.(type) {
	case nil, string, float64, bool:
		return a == b
	}
	return false
}

// sum is a concatenation of texts.
func (p *parser) sum() node {
	left := p.value()
	for p.accept("+") {
		a, b := left, p.value()
		left = func(s Subject) any { return text(a(s)) + text(b(s)) }
	}
	return left
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func (p *parser) value() node {
	next := p.peek()
	if next == "" {
		return p.fail("it ends too early")
	}
	p.next++
	constant := func(v any) node { return func(Subject) any { return v } }
	switch {
	case next == "(":
		inner := p.condition()
		p.expect(")")
		return inner
	case next == "{":
		return p.list()
	case next[0] == '"' || next[0] == '\'':
		return constant(unquoted(next))
	case next[0] >= '0' && next[0] <= '9':
		n, err := strconv.ParseFloat(next, 64)
		if err != nil {
			return p.fail("%q is no number", next)
		}
		return constant(n)
	case next == "true" || next == "false":
		return constant(next == "true")
	case next == "null":
		return constant(nil)
	case p.accept("("):
		return p.call(next, p.arguments(")"))
	}
	name, isUser := strings.CutPrefix(next, "user.")
	if !isUser || strings.Contains(name, ".") {
		return p.fail("%q is neither an attribute such as user.department nor a function", next)
	}
	return func(s Subject) any {
		switch v := s.Attribute(name).(type) {
		case int:
			return float64(v)
		default:
			return v
		}
	}
}

// list is {"a", "b"}.
func (p *parser) list() node {
	elements := p.arguments("}")
	return func(s Subject) any {
		var all []any
		for _, e := range elements {
			all = append(all, e(s))
		}
		return all
	}
}

func (p *parser) arguments(end string) (list []node) {
	for !p.accept(end) {
		if len(list) > 0 {
			p.expect(",")
		}
		list = append(list, p.condition())
		if p.err != nil {
			return nil
		}
	}
	return list
}

func unquoted(quoted string) string {
	var b strings.Builder
	escaped := false
	for _, r := range quoted[1 : len(quoted)-1] {
		if r == '\\' && !escaped {
			escaped = true
			continue
		}
		b.WriteRune(r)
		escaped = false
	}
	return b.String()
}

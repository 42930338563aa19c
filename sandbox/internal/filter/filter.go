// Package filter evaluates the search and filter expressions of list endpoints (Okta's subset of
// SCIM filters). Parse is the entry point.
package filter

import (
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// errSyntax is returned for expressions that cannot be parsed.
var errSyntax = errors.New("the expression doesn't parse, or names an attribute that can't be compared")

// Condition is a parsed search or filter expression: it reports whether a document matches. The
// language is the SCIM-like one (RFC 7644, section 3.4.2.2) of Okta's list endpoints.
type Condition func(doc map[string]any) bool

// token matches a word, an operator, a parenthesis or a quoted string.
var token = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*("(?:[^"\\]|\\.)*"|[()]|[^\s()"]+)`) })

// Parse parses an expression. known reports whether the endpoint can compare an attribute; Parse
// fails for other attributes, as it does for wrong syntax.
func Parse(text string, known func(attribute string) bool) (Condition, error) {
	p := parser{known: known}
	for rest := text; strings.TrimSpace(rest) != ""; {
		match := token().FindStringSubmatch(rest)
		if match == nil {
			return nil, errSyntax
		}
		p.tokens = append(p.tokens, match[1])
		rest = rest[len(match[0]):]
	}
	cond := p.or()
	if p.failed || p.next != len(p.tokens) {
		return nil, errSyntax
	}
	return cond, nil
}

// parser is a recursive-descent parser: or, and, not, comparison.
type parser struct {
	tokens []string
	next   int
	depth  int
	failed bool
	known  func(string) bool
}

// maxDepth bounds nested parentheses.
const maxDepth = 50

func (p *parser) take() string {
	if p.next >= len(p.tokens) {
		p.failed = true
		return ""
	}
	p.next++
	return p.tokens[p.next-1]
}

// accept consumes the keyword if it comes next.
func (p *parser) accept(keyword string) bool {
	if p.next < len(p.tokens) && strings.EqualFold(p.tokens[p.next], keyword) {
		p.next++
		return true
	}
	return false
}

func (p *parser) or() Condition {
	left := p.and()
	for p.accept("or") {
		a, b := left, p.and()
		left = func(doc map[string]any) bool { return a(doc) || b(doc) }
	}
	return left
}

func (p *parser) and() Condition {
	left := p.unary()
	for p.accept("and") {
		a, b := left, p.unary()
		left = func(doc map[string]any) bool { return a(doc) && b(doc) }
	}
	return left
}

func (p *parser) unary() Condition {
	negated := p.accept("not")
	if p.accept("(") {
		p.depth++
		if p.depth > maxDepth {
			p.failed = true
			return nil
		}
		inner := p.or()
		if !p.accept(")") {
			p.failed = true
		}
		p.depth--
		if negated {
			return func(doc map[string]any) bool { return !inner(doc) }
		}
		return inner
	}
	if negated {
		p.failed = true
	}
	return p.comparison()
}

func (p *parser) comparison() Condition {
	attribute, operator := p.take(), strings.ToLower(p.take())
	if p.failed || !p.known(attribute) {
		p.failed = true
		return nil
	}
	path := strings.Split(attribute, ".")
	if operator == "pr" {
		return func(doc map[string]any) bool { return anyValue(doc, path, present) }
	}
	want, ok := literal(p.take())
	compare, exists := operators()[operator]
	if !ok || !exists {
		p.failed = true
		return nil
	}
	if operator == "ne" {
		return func(doc map[string]any) bool {
			return !anyValue(doc, path, func(v any) bool { return equal(v, want) })
		}
	}
	return func(doc map[string]any) bool {
		return anyValue(doc, path, func(v any) bool { return compare(v, want) })
	}
}

// literal parses a literal: a JSON string, number, boolean or null.
func literal(token string) (any, bool) {
	var value any
	err := json.Unmarshal([]byte(token), &value)
	return value, err == nil
}

func operators() map[string]func(value, want any) bool {
	return map[string]func(value, want any) bool{
		"eq": equal,
		"ne": nil, // handled by the caller: it holds for absent values too
		"sw": onText(strings.HasPrefix),
		"ew": onText(strings.HasSuffix),
		"co": onText(strings.Contains),
		"gt": func(v, want any) bool { n, ok := order(v, want); return ok && n > 0 },
		"ge": func(v, want any) bool { n, ok := order(v, want); return ok && n >= 0 },
		"lt": func(v, want any) bool { n, ok := order(v, want); return ok && n < 0 },
		"le": func(v, want any) bool { n, ok := order(v, want); return ok && n <= 0 },
	}
}

func present(v any) bool { return v != nil && v != "" }

func equal(v, want any) bool {
	if v == nil || want == nil {
		return v == nil && want == nil
	}
	n, ok := order(v, want)
	return ok && n == 0
}

// onText compares strings without regard to case, as Okta does.
func onText(test func(text, part string) bool) func(any, any) bool {
	return func(v, want any) bool {
		text, ok1 := v.(string)
		part, ok2 := want.(string)
		return ok1 && ok2 && test(strings.ToLower(text), strings.ToLower(part))
	}
}

// order compares two values of the same type. Timestamps compare by time.
func order(v, want any) (int, bool) {
	switch w := want.(type) {
	case string:
		text, ok := v.(string)
		if !ok {
			return 0, false
		}
		t1, err1 := time.Parse(time.RFC3339, text)
		t2, err2 := time.Parse(time.RFC3339, w)
		if err1 == nil && err2 == nil {
			return t1.Compare(t2), true
		}
		return strings.Compare(strings.ToLower(text), strings.ToLower(w)), true
	case float64:
		n, ok := number(v)
		if !ok {
			return 0, false
		}
		switch {
		case n < w:
			return -1, true
		case n > w:
			return 1, true
		}
		return 0, true
	case bool:
		b, ok := v.(bool)
		if !ok {
			return 0, false
		}
		if b == w {
			return 0, true
		}
		return 1, true
	}
	return 0, false
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case float64:
		return n, true
	case int:
		return float64(n), true
	case string:
		f, err := strconv.ParseFloat(n, 64)
		return f, err == nil
	}
	return 0, false
}

// anyValue reports whether the value at the path passes the test; for an array, whether any element
// does.
func anyValue(v any, path []string, test func(any) bool) bool {
	if list, isList := v.([]any); isList {
		for _, element := range list {
			if anyValue(element, path, test) {
				return true
			}
		}
		return false
	}
	if len(path) == 0 {
		return test(v)
	}
	object, isObject := v.(map[string]any)
	if !isObject {
		return test(nil)
	}
	return anyValue(object[path[0]], path[1:], test)
}

package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// JSONPath is a path in a JSON document. Its steps are members by name, elements by index, or every
// element.
type JSONPath struct {
	text  string
	steps []jsonStep
}

// jsonStep is one member, one element, or (every) all elements.
type jsonStep struct {
	member string
	index  int // -1 for a member
	every  bool
}

// String returns the path as written.
func (p JSONPath) String() string { return p.text }

// ParseJSONPath parses a path such as $, status, [0].profile.login, [*]["odd.name"]. The leading $
// is optional.
func ParseJSONPath(text string) (JSONPath, error) {
	p := JSONPath{text: text}
	rest := strings.TrimPrefix(text, "$")
	first := true
	for rest != "" {
		step, after, err := nextStep(rest, first && rest == text)
		if err != nil {
			return p, fmt.Errorf("%q is not a place in JSON, such as [0].profile.login: %w", text, err)
		}
		p.steps = append(p.steps, step)
		rest, first = after, false
	}
	return p, nil
}

// nextStep splits off one step. Only the first may be a member without a dot.
func nextStep(rest string, bare bool) (step jsonStep, after string, err error) {
	if strings.HasPrefix(rest, "[") {
		return bracketStep(rest)
	}
	name, dotted := strings.CutPrefix(rest, ".")
	if !dotted && !bare {
		return step, "", fmt.Errorf("a dot or bracket is missing before %q", rest)
	}
	end := strings.IndexAny(name, ".[")
	if end < 0 {
		end = len(name)
	}
	if end == 0 {
		return step, "", fmt.Errorf("a name is missing before %q", name)
	}
	return jsonStep{member: name[:end], index: -1}, name[end:], nil
}

// bracketStep parses [0], [*] and ["name"].
func bracketStep(rest string) (step jsonStep, after string, err error) {
	if quoted, err := strconv.QuotedPrefix(rest[1:]); err == nil {
		after, closed := strings.CutPrefix(rest[1+len(quoted):], "]")
		name, err := strconv.Unquote(quoted)
		if err != nil || !closed {
			return step, "", fmt.Errorf("a bracket isn't closed after %s", quoted)
		}
		return jsonStep{member: name, index: -1}, after, nil
	}
	inner, after, closed := strings.Cut(rest[1:], "]")
	if !closed {
		return step, "", fmt.Errorf("a bracket isn't closed in %q", rest)
	}
	if inner == "*" {
		return jsonStep{every: true}, after, nil
	}
	index, err := strconv.Atoi(inner)
	if err != nil || index < 0 {
		return step, "", fmt.Errorf("[%s] is neither the number of an element, nor [*], nor a name in quotes", inner)
	}
	return jsonStep{index: index}, after, nil
}

// Find returns the values at the path in a document decoded by encoding/json: at most one without
// [*]. all is false if some values are missing: an element without the member.
func (p JSONPath) Find(document any) (found []any, all bool) {
	found, all = []any{document}, true
	for _, step := range p.steps {
		var next []any
		for _, value := range found {
			inner, ok := step.of(value)
			next, all = append(next, inner...), all && ok
		}
		found = next
	}
	return found, all
}

func (s jsonStep) of(value any) ([]any, bool) {
	switch value := value.(type) {
	case []any:
		if s.every {
			return value, true
		}
		if s.index >= 0 && s.index < len(value) {
			return value[s.index : s.index+1], true
		}
	case map[string]any:
		if inner, ok := value[s.member]; ok && s.index < 0 && !s.every {
			return []any{inner}, true
		}
	}
	return nil, false
}

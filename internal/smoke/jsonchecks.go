package smoke

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/oktaform/oktaform/schema"
)

// assertJSON checks the json blocks of a request, each as a step. It checks all of them, even if
// one fails.
func (t *test) assertJSON(name string, request schema.TestRequest, a *answer) error {
	if len(request.JSON) == 0 {
		return nil
	}
	document, err := decodeJSON(a.body)
	if err != nil {
		return t.fail(Step{Name: name + " body", RequestID: a.requestID(), Problem: "the body is no JSON: " + err.Error(), Diagnosis: "not JSON",
			Cause: "The answer does not come from the API, or was cut off.", Fix: "Check the path of the request block, and the proxy."})
	}
	var failed error
	for _, declared := range request.JSON {
		for _, check := range declared.Checks {
			if err := t.assertPlace(name, declared.Path, check, document, a); err != nil {
				failed = err
			}
		}
	}
	return failed
}

func (t *test) assertPlace(name string, path schema.JSONPath, check schema.TestCheck, document any, a *answer) error {
	step := Step{Name: fmt.Sprintf("%s json %s %s", name, path, check.Op), RequestID: a.requestID()}
	problem := checkPlace(path, check, document)
	if problem == "" {
		step.Got = "as expected"
		t.pass(step)
		return nil
	}
	step.Problem = problem
	step.Diagnosis = "another answer"
	step.Cause = "The call was allowed, but its answer differs from the json block."
	step.Fix = "Call the path with a token of the app, which shows the whole answer; then correct the json block, or what it checks."
	return t.fail(step)
}

// checkPlace says what is wrong with the value at the path; "" if nothing is.
func checkPlace(path schema.JSONPath, check schema.TestCheck, document any) string {
	found, all := path.Find(document)
	if check.Op == "exists" {
		switch {
		case check.Want == true && (len(found) == 0 || !all):
			return "there is nothing at this place"
		case check.Want == false && len(found) > 0:
			return "there is " + described(found[0])
		}
		return ""
	}
	if len(found) == 0 || !all {
		return "there is nothing at this place"
	}
	subject := "it "
	if len(found) > 1 {
		subject = "one of them "
	}
	for _, value := range found {
		if problem := jsonChecks[check.Op](value, check.Want); problem != "" {
			return subject + problem
		}
	}
	return ""
}

// jsonChecks are the attributes of a json block. Each says what is wrong with a value, without
// quoting the answer, which may hold personal data.
var jsonChecks = map[string]func(got, want any) string{
	"equals": func(got, want any) string {
		return unless(sameJSON(got, want), "is %s, not %s", described(got), shownJSON(want))
	},
	"not_equals": func(got, want any) string {
		return unless(!sameJSON(got, want), "is %s", shownJSON(want))
	},
	"contains": func(got, want any) string {
		return unless(containsJSON(got, want), "is %s without %s", described(got), shownJSON(want))
	},
	"matches": func(got, want any) string {
		text, isText := got.(string)
		pattern := regexp.MustCompile(want.(string)) // validated when the configuration was read
		return unless(isText && pattern.MatchString(text), "is %s, which doesn't match %s", described(got), want)
	},
	"type": func(got, want any) string {
		return unless(jsonType(got) == want, "is %s, not %s", described(got), want)
	},
	"length": func(got, want any) string {
		return unless(lengthJSON(got) == number(want), "is %s, not of length %v", described(got), want)
	},
	"min_length": func(got, want any) string {
		return unless(lengthJSON(got) >= number(want), "is %s, not of length %v or more", described(got), want)
	},
	"max_length": func(got, want any) string {
		n := lengthJSON(got)
		return unless(n >= 0 && n <= number(want), "is %s, not of length %v or less", described(got), want)
	},
}

func unless(ok bool, format string, args ...any) string {
	if ok {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

func decodeJSON(body []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return nil, errors.New("it can't be decoded")
	}
	return document, nil
}

// sameJSON compares two documents; numbers compare by value.
func sameJSON(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		if !ok {
			return false
		}
		x, ok1 := new(big.Rat).SetString(a.String())
		y, ok2 := new(big.Rat).SetString(b.String())
		return ok1 && ok2 && x.Cmp(y) == 0
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, sameJSON)
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, value := range a {
			if other, ok := b[name]; !ok || !sameJSON(value, other) {
				return false
			}
		}
		return true
	}
	return a == b
}

// containsJSON reports whether a list contains an element, or a string a substring.
func containsJSON(got, want any) bool {
	switch got := got.(type) {
	case string:
		part, ok := want.(string)
		return ok && strings.Contains(got, part)
	case []any:
		return slices.ContainsFunc(got, func(e any) bool { return sameJSON(e, want) })
	}
	return false
}

// lengthJSON returns the number of elements, members or characters; -1 for other values.
func lengthJSON(v any) int {
	switch v := v.(type) {
	case string:
		return utf8.RuneCountInString(v)
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	}
	return -1
}

func number(v any) int {
	n, _ := v.(json.Number)
	i, _ := n.Int64()
	return int(i)
}

func jsonType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "list"
	}
	return "object"
}

// apiConstant matches Okta's constants, such as ACTIVE, which are not personal data.
var apiConstant = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`) })

// described describes a value of an answer for a report: its type and size, and the value itself
// only if it cannot be personal data.
func described(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return fmt.Sprint(v)
	case json.Number:
		return v.String()
	case string:
		if apiConstant().MatchString(v) {
			return fmt.Sprintf("%q", v)
		}
		return fmt.Sprintf("a text of %d characters", utf8.RuneCountInString(v))
	case []any:
		return fmt.Sprintf("a list of length %d", len(v))
	case map[string]any:
		return fmt.Sprintf("an object of length %d", len(v))
	}
	return "something else"
}

// shownJSON returns a declared value, shortened if it is long.
func shownJSON(v any) string {
	text, _ := json.Marshal(v)
	if len(text) > 100 {
		return string(text[:100]) + "..."
	}
	return string(text)
}

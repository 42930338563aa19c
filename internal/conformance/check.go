package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// answer is what the org answered.
type answer struct {
	status int
	header http.Header
	body   []byte
	doc    any // the body, if it is JSON
}

// check lists how an answer differs from what the exchange promises.
func (r *run) check(x *Exchange, a *answer) (problems []string, err error) {
	if a.status != x.Status {
		r.save(x, a)
		return []string{fmt.Sprintf("status %d, promised %d%s", a.status, x.Status, r.reason(a))}, nil
	}
	if len(a.body) > 0 {
		kind := a.header.Get("Content-Type")
		_, html := x.directive("answer")
		if !strings.HasPrefix(kind, "application/json") && !html {
			if !mediaType.MatchString(kind) {
				kind = "another"
			}
			problems = append(problems, "the Content-Type is "+kind+", promised application/json")
		}
		if a.doc == nil && !html {
			return append(problems, "the body is not JSON"), nil
		}
	}
	if x.Status == http.StatusNoContent && len(a.body) > 0 {
		problems = append(problems, "status 204 has a body")
	}
	problems = append(problems, common(x, a)...)
	if s, known := shapeOf(x); known && x.Status < 300 {
		problems = append(problems, s.compare(a.doc)...)
	}
	for _, d := range x.answer {
		args := slices.Clone(d.args)
		for i := range args {
			if d.verb != "answer" && d.verb != "matches" && d.verb != "take" || i < 1 {
				if args[i], err = r.vars.expand(args[i], nil); err != nil {
					return nil, err
				}
			}
		}
		if problem := r.holds(x, d, args, a); problem != "" {
			problems = append(problems, problem)
		}
	}
	return problems, nil
}

// save saves the variables of an exchange whose answer is another than promised, so that one
// difference does not become many.
func (r *run) save(x *Exchange, a *answer) (problems []string) {
	for _, d := range x.answer {
		if d.verb == "save" || d.verb == "take" {
			if problem := r.holds(x, d, d.args, a); problem != "" {
				problems = append(problems, problem)
			}
		}
	}
	return problems
}

// common checks what every answer of the Management API has.
func common(x *Exchange, a *answer) (problems []string) {
	if !strings.HasPrefix(x.Path, "/api/v1/") {
		return nil
	}
	for _, name := range []string{"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"} {
		if _, err := strconv.Atoi(a.header.Get(name)); err != nil {
			problems = append(problems, "the header "+name+" is not a number")
		}
	}
	for _, name := range []string{"X-Okta-Request-Id", "Date"} {
		if a.header.Get(name) == "" {
			problems = append(problems, "the header "+name+" is missing")
		}
	}
	return problems
}

// reason returns the error of an answer for a message.
func (r *run) reason(a *answer) string {
	doc := object(a.doc)
	for _, names := range [][2]string{{"errorCode", "errorSummary"}, {"error", "error_description"}} {
		if code, ok := doc[names[0]].(string); ok {
			text, _ := doc[names[1]].(string)
			return " (" + r.mask(code+": "+text) + ")"
		}
	}
	return ""
}

// holds returns what is wrong with an answer by one directive; "" for nothing. args are those of
// the directive with values for variables.
func (r *run) holds(x *Exchange, d directive, args []string, a *answer) string {
	switch d.verb {
	case "error":
		return r.isError(args[0], a)
	case "oauth":
		return r.isOAuth(args[0], args[1], object(a.doc))
	case "redirect":
		u, err := url.Parse(a.header.Get("Location"))
		if err != nil {
			return "the Location is not a URL"
		}
		query := u.Query() // of the redirect URI, or its fragment
		if u.Fragment != "" {
			query, _ = url.ParseQuery(u.Fragment)
		}
		return r.isOAuth(args[0], args[1], map[string]any{"error": query.Get("error"), "error_description": query.Get("error_description")})
	case "answer":
		values := strings.Join(a.header.Values(args[0]), "\n")
		if !regexp.MustCompile(args[1]).MatchString(values) {
			return fmt.Sprintf("the header %s does not match %s", args[0], args[1])
		}
		return ""
	case "take":
		if m := regexp.MustCompile(args[1]).FindStringSubmatch(a.header.Get("Location")); m != nil {
			value, err := url.QueryUnescape(m[1])
			if err == nil {
				r.vars[args[0]] = value
				return ""
			}
		}
		return "the Location does not match " + args[1]
	case "save":
		value, ok := at(a.doc, args[1])
		text, isText := value.(string)
		if !ok || !isText {
			return "lacks " + args[1]
		}
		r.vars[args[0]] = text
		return ""
	case "eventually":
		return ""
	}
	return r.value(d, args, a)
}

// value checks a directive about the value at a path.
func (r *run) value(d directive, args []string, a *answer) string {
	value, exists := at(a.doc, args[0])
	path := d.args[0]
	if d.verb == "lacks" {
		if exists {
			return "adds " + path
		}
		return ""
	}
	if !exists {
		return "lacks " + path
	}
	switch d.verb {
	case "is":
		want, err := decode(args[1])
		if err != nil || !reflect.DeepEqual(value, want) {
			return fmt.Sprintf("%s is %s, promised %s", path, r.shown(path, value), d.args[1])
		}
	case "has":
		if !hasType(value, args[1]) {
			return fmt.Sprintf("%s is %s, promised %s", path, typeOf(value), d.args[1])
		}
	case "length":
		list, isList := value.([]any)
		if n, err := strconv.Atoi(args[1]); !isList || err != nil || len(list) != n {
			return fmt.Sprintf("%s has %d elements, promised %s", path, len(list), d.args[1])
		}
	case "matches":
		if text, isText := value.(string); !isText || !regexp.MustCompile(args[1]).MatchString(text) {
			return fmt.Sprintf("%s is %s, promised a text that matches %s", path, r.shown(path, value), d.args[1])
		}
	case "members":
		if problems := membersOf(args[1]).compare(value); problems != nil {
			return strings.Join(problems, ", ")
		}
	case "contains":
		if !contains(value, args[1]) {
			return fmt.Sprintf("%s lacks %s", path, d.args[1])
		}
	case "lifetime":
		all, err := claims(value)
		if err != nil {
			return path + " " + err.Error()
		}
		exp, _ := all["exp"].(float64)
		iat, _ := all["iat"].(float64)
		if want, _ := strconv.Atoi(args[1]); int(exp-iat) != want {
			return fmt.Sprintf("%s lives %d s, promised %s", path, int(exp-iat), args[1])
		}
	case "claim":
		all, err := claims(value)
		want, wrong := decode(args[2])
		if err != nil || wrong != nil || !reflect.DeepEqual(all[args[1]], want) {
			return fmt.Sprintf("the claim %s of %s is %s, promised %s", args[1], path, r.shown(args[1], all[args[1]]), d.args[2])
		}
	}
	return ""
}

// membersOf returns the shape of an object with these members.
func membersOf(names string) shape {
	s := shape{fields: map[string]field{"": {types: []string{"object"}}}}
	for name := range strings.FieldsSeq(names) {
		bare := strings.TrimPrefix(name, "?")
		s.fields["."+bare] = field{types: []string{"any"}, optional: bare != name}
	}
	return s
}

func contains(value any, want string) bool {
	if text, isText := value.(string); isText {
		return slices.Contains(strings.Fields(text), want)
	}
	list, _ := value.([]any)
	return slices.Contains(list, any(want))
}

// isError checks Okta's error object.
func (r *run) isError(code string, a *answer) string {
	doc := object(a.doc)
	if doc == nil {
		return "the body is not an error object, promised " + code
	}
	if doc["errorCode"] != code {
		return "errorCode " + r.shown("errorCode", doc["errorCode"]) + ", promised " + code + r.reason(a)
	}
	if problems := errorShape.compare(a.doc); problems != nil {
		return "the error object " + strings.Join(problems, ", ")
	}
	if doc["errorLink"] != code {
		return "errorLink is " + r.shown("errorCode", doc["errorLink"]) + ", promised " + code
	}
	return ""
}

// errorShape is the shape of Okta's error object.
var errorShape = shape{fields: map[string]field{
	"": {types: []string{"object"}}, ".errorCode": {types: []string{"string"}}, ".errorSummary": {types: []string{"string"}},
	".errorLink": {types: []string{"string"}}, ".errorId": {types: []string{"string"}}, ".errorCauses": {types: []string{"array"}},
	".errorCauses[]": {types: []string{"object", "any"}, optional: true}, ".errorCauses[].errorSummary": {types: []string{"string"}},
}}

func (r *run) isOAuth(code, description string, doc map[string]any) string {
	if doc["error"] != code {
		return "error " + r.shown("error", doc["error"]) + ", promised " + code
	}
	if problems := membersOf("error error_description").compare(any(doc)); problems != nil {
		return "the error " + strings.Join(problems, ", ")
	}
	if doc["error_description"] != description {
		return fmt.Sprintf("error_description is %s, promised %q", r.shown("error_description", doc["error_description"]), description)
	}
	return ""
}

// shown returns a value for a message: no text that may be a secret or personal.
func (r *run) shown(path string, value any) string {
	text, isText := value.(string)
	if !isText {
		if kind := typeOf(value); kind == "object" || kind == "array" && !slices.Contains(plainFields, lastName(path)) {
			return "another " + kind
		}
		raw, _ := json.Marshal(value)
		return r.mask(string(raw))
	}
	switch {
	case slices.Contains(errorFields, lastName(path)):
		return strconv.Quote(r.mask(text))
	case slices.Contains(plainFields, lastName(path)) && plainText.MatchString(text):
		return strconv.Quote(text)
	}
	return fmt.Sprintf("another text of %d characters", len(text))
}

func lastName(path string) string { return path[strings.LastIndex(path, ".")+1:] }

// errorFields are members with texts about errors, which a report masks and shows.
var errorFields = []string{"errorCode", "error", "error_description", "errorSummary"}

// plainFields are members with one of a few words, which a report shows.
var plainFields = []string{"status", "type", "scope", "scp", "token_type",
	"signOnMode", "assignmentType", "system", "objectClass", "expires_in"}

var (
	plainText = regexp.MustCompile(`^(?:[A-Z]+(?:_[A-Z]+)*|[a-z]+(?:[_.: ][a-z]+)*)$`)
	mediaType = regexp.MustCompile(`^(?:text|application)/[a-z]{3,10}$`)
)

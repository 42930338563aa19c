package conformance

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// step is one part of a path such as "keys[0].kid" or "[id=x].name".
var step = regexp.MustCompile(`^(?:\.?([^.\[\]]+)|\[(\d+)\]|\[([^=\]]+)=([^\]]*)\])`)

// at returns the value at a path, and whether there is one. "." is the whole body.
func at(value any, path string) (any, bool) {
	if path == "." {
		return value, value != nil
	}
	for path != "" {
		m := step.FindStringSubmatch(path)
		if m == nil {
			return nil, false
		}
		path = path[len(m[0]):]
		var ok bool
		switch list, _ := value.([]any); {
		case m[1] != "":
			value, ok = object(value)[m[1]]
		case m[2] != "":
			n, _ := strconv.Atoi(m[2])
			if ok = n < len(list); ok {
				value = list[n]
			}
		default:
			i := slices.IndexFunc(list, func(element any) bool { return object(element)[m[3]] == m[4] })
			if ok = i >= 0; ok {
				value = list[i]
			}
		}
		if !ok {
			return nil, false
		}
	}
	return value, true
}

func object(value any) map[string]any {
	o, _ := value.(map[string]any)
	return o
}

func decode(text string) (value any, err error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(text), &value)
	return value, err
}

// formats are the types of has that JSON does not have.
var formats = map[string]*regexp.Regexp{
	"time": regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`),
	"url":  regexp.MustCompile(`^https?://[^\s"<>]+$`),
	"jwt":  regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`),
}

var id = regexp.MustCompile(`^[0-9A-Za-z]{20}$`)

// hasType reports whether a value has a type of a has directive.
func hasType(value any, kind string) bool {
	text, isText := value.(string)
	if prefix, ok := strings.CutPrefix(kind, "id:"); ok {
		return id.MatchString(text) && strings.HasPrefix(text, prefix)
	}
	if format, ok := formats[kind]; ok {
		return isText && format.MatchString(text)
	}
	return typeOf(value) == kind
}

func typeOf(value any) string {
	kinds := map[string]string{}
	fields(value, "", kinds)
	return kinds[""]
}

// claims returns the claims of a JWT. Its signature is not verified.
func claims(value any) (map[string]any, error) {
	text, _ := value.(string)
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, errors.New("is not a JWT")
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, errors.New("is not a JWT")
	}
	all, err := decode(string(raw))
	if err != nil || object(all) == nil {
		return nil, errors.New("is not a JWT")
	}
	return object(all), nil
}

// variables are the values of a run by their names.
type variables map[string]string

var variable = regexp.MustCompile(`\$\{?([a-zA-Z][a-zA-Z0-9]*)\}?`)

// missingError names the variables that no exchange has saved.
type missingError []string

func (m missingError) Error() string {
	return fmt.Sprintf("no $%s, which an exchange before it saves", strings.Join(m, ", $"))
}

// expand replaces the variables of a text. encode is applied to each value.
func (v variables) expand(text string, encode func(string) string) (string, error) {
	var missing missingError
	text = variable.ReplaceAllStringFunc(text, func(match string) string {
		name := variable.FindStringSubmatch(match)[1]
		value, known := v[name]
		if !known {
			missing = append(missing, name)
		}
		if encode != nil {
			value = encode(value)
		}
		return value
	})
	if missing != nil {
		return "", missing
	}
	return text, nil
}

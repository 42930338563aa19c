package conformance

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed shapes.txt
var shapesText string

// shape describes the answers of an operation with one status.
type shape struct {
	source Source
	fields map[string]field
}

// field is what a source says about one path in the answers.
type field struct {
	types    []string // JSON types; "any" for a value of any type with anything in it
	optional bool
}

// shapes returns the shapes by operation and status, such as "GET /api/v1/groups/{groupId} 200".
var shapes = sync.OnceValue(func() map[string]shape { return readShapes(shapesText) })

// readShapes reads the form of shapes.txt: a line for each operation and status, with the name of
// its shape or "-" for its own, and the source; a line with the name for each shape that several
// share, before them. Indented lines are fields, with "?" before those that an answer may lack.
// "." is the whole body.
func readShapes(text string) map[string]shape {
	all, named := map[string]shape{}, map[string]map[string]field{}
	var current map[string]field
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if !strings.HasPrefix(line, "\t") {
			words := strings.SplitN(line, " ", 6)
			current = map[string]field{}
			if len(words) == 1 {
				named[line] = current
				continue
			}
			switch name := words[3]; {
			case strings.HasPrefix(name, "[]"):
				current = elements(named[name[2:]])
			case name != "-":
				current = named[name]
			}
			all[strings.Join(words[:3], " ")] = shape{Source{words[4], words[5]}, current}
			continue
		}
		path, types, _ := strings.Cut(strings.TrimSpace(line), " ")
		bare := strings.TrimPrefix(path, "?")
		if path = bare; bare == "." {
			path = ""
		}
		current[path] = field{strings.Split(types, "|"), strings.HasPrefix(strings.TrimSpace(line), "?")}
	}
	return all
}

// elements returns the fields of a list of objects.
func elements(of map[string]field) map[string]field {
	list := map[string]field{"": {types: []string{"array"}}}
	for path, f := range of {
		list["[]"+path] = field{f.types, f.optional || path == ""}
	}
	return list
}

// operationOf returns the operation of a path, with or without variables, among those that have a
// shape; "" if there is none.
func operationOf(method, target string) string {
	target, _, _ = strings.Cut(target, "?")
	best, literal := "", -1
	for key := range shapes() {
		op := key[:strings.LastIndex(key, " ")]
		verb, pattern, _ := strings.Cut(op, " ")
		if n := literals(pattern, target); verb == method && (n > literal || n == literal && n >= 0 && op < best) {
			best, literal = op, n
		}
	}
	return best
}

// literals returns how many segments of a path are those of the pattern; -1 if it does not match.
func literals(pattern, target string) int {
	want, got := strings.Split(pattern, "/"), strings.Split(target, "/")
	if len(want) != len(got) {
		return -1
	}
	n := 0
	for i := range want {
		switch {
		case strings.HasPrefix(want[i], "{"):
		case want[i] == got[i]:
			n++
		default:
			return -1
		}
	}
	return n
}

// shapeOf returns the shape of an exchange's answer.
func shapeOf(x *Exchange) (shape, bool) {
	s, known := shapes()[fmt.Sprintf("%s %d", operationOf(x.Method, x.Path), x.Status)]
	return s, known
}

// compare lists how a body differs from the shape.
func (s shape) compare(body any) (problems []string) {
	have := map[string]string{}
	if body != nil {
		fields(body, "", have)
	}
	return s.compareFields(have)
}

// compareFields is compare for the fields of a body.
func (s shape) compareFields(have map[string]string) (problems []string) {
	for _, path := range slices.Sorted(maps.Keys(s.fields)) {
		f := s.fields[path]
		kind, exists := have[path]
		switch {
		case !exists && !f.optional && (path == "" || present(parent(path), have)):
			problems = append(problems, "lacks "+name(path))
		case exists && !f.allows(kind):
			problems = append(problems, fmt.Sprintf("%s is %s, promised %s", name(path), kind, strings.Join(f.types, " or ")))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(have)) {
		if _, known := s.fields[path]; !known && !s.open(path) {
			problems = append(problems, "adds "+name(publicPath(path))+" ("+have[path]+")")
		}
	}
	return problems
}

// publicName matches names of members that a report may show. Others may say something about
// people.
var publicName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_:-]{0,60}(?:\[\])*$`)

// publicPath returns a path without names that a report must not show.
func publicPath(path string) string {
	segments := strings.Split(path, ".")
	for i, segment := range segments {
		if segment != "" && segment != "[]" && !publicName.MatchString(segment) {
			return strings.Join(segments[:i], ".") + ".{name}"
		}
	}
	return path
}

func name(path string) string {
	if path == "" {
		return "the body"
	}
	return path
}

// allows reports whether the field may have all of the types.
func (f field) allows(kinds string) bool {
	if slices.Contains(f.types, "any") {
		return true
	}
	for kind := range strings.SplitSeq(kinds, "|") {
		if !slices.Contains(f.types, kind) {
			return false
		}
	}
	return true
}

// open reports whether a field above the path allows anything in it, or everything above is open.
func (s shape) open(path string) bool {
	for at := path; at != ""; {
		at = parent(at)
		if f, known := s.fields[at]; known {
			return slices.Contains(f.types, "any")
		}
	}
	return false
}

// present reports whether a body has an object or element at the path.
func present(path string, have map[string]string) bool {
	kinds := strings.Split(have[path], "|")
	return slices.Contains(kinds, "object") || slices.Contains(kinds, "array")
}

// parent returns the path above: ".a.b[]" is in ".a.b", which is in ".a".
func parent(path string) string {
	if above, ok := strings.CutSuffix(path, "[]"); ok {
		return above
	}
	return path[:max(0, strings.LastIndex(path, "."))]
}

// fields lists the paths in a value with their JSON types, joined by "|" if they differ between
// the elements of lists.
func fields(value any, path string, into map[string]string) {
	add := func(kind string) {
		kinds := strings.Split(into[path], "|")
		if into[path] == "" {
			kinds = nil
		}
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
			slices.Sort(kinds)
			into[path] = strings.Join(kinds, "|")
		}
	}
	switch v := value.(type) {
	case map[string]any:
		add("object")
		for name, child := range v {
			fields(child, path+"."+name, into)
		}
	case []any:
		add("array")
		for _, child := range v {
			fields(child, path+"[]", into)
		}
	case string:
		add("string")
	case float64:
		add("number")
	case bool:
		add("boolean")
	default:
		add("null")
	}
}

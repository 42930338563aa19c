package kind

import (
	"encoding/json"
	"iter"
	"maps"
	"reflect"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// The custom attributes that an org adds to its user schema and its group schema.

// ChangedAttributes is a schema's custom attributes after the ones in a sent document were added,
// changed or, with null, removed. profiles are those of the schema's objects.
func ChangedAttributes(before, doc map[string]any, profiles iter.Seq[map[string]any]) (map[string]any, error) {
	attributes := map[string]any{}
	maps.Copy(attributes, before)
	for name, sent := range jsondoc.Object(doc, "definitions", "custom", "properties") {
		property, isObject := sent.(map[string]any)
		if sent == nil {
			delete(attributes, name)
			continue
		}
		if !isObject || jsondoc.Text(property, "type") == "" {
			return nil, web.Invalid(name, name+": The attribute needs a type.")
		}
		kept := jsondoc.Filled(property, map[string]any{"mutability": "READ_WRITE", "scope": "NONE"})
		if kept["required"] == false {
			delete(kept, "required")
		}
		if sent := kept["unique"]; sent == true || sent == uniqueValidated {
			kept["unique"] = uniqueValidated
			if repeats(name, profiles) {
				delete(kept, "unique")
			}
		} else {
			delete(kept, "unique")
		}
		attributes[name] = kept
	}
	return attributes, nil
}

// uniqueValidated is the member unique of an attribute whose values are known to be unique. An
// attribute with repeated values does not become unique, and shows no such member.
const uniqueValidated = "UNIQUE_VALIDATED"

// repeats reports whether two profiles have the same value of an attribute.
func repeats(name string, profiles iter.Seq[map[string]any]) bool {
	seen := map[string]bool{}
	for profile := range profiles {
		if profile[name] == nil {
			continue
		}
		text, _ := json.Marshal(profile[name])
		if seen[string(text)] {
			return true
		}
		seen[string(text)] = true
	}
	return false
}

// CheckUnique refuses values of unique attributes that one of the other objects has.
func CheckUnique(profile, attributes map[string]any, others iter.Seq[map[string]any], bad *web.Violations) {
	for _, name := range slices.Sorted(maps.Keys(profile)) {
		property, _ := attributes[name].(map[string]any)
		if property["unique"] != uniqueValidated || profile[name] == nil {
			continue
		}
		for other := range others {
			if reflect.DeepEqual(other[name], profile[name]) {
				bad.Add(name, "An object with this field already exists in the current organization")
				break
			}
		}
	}
}

// ProfilesOf yields the profiles of all rows but own.
func ProfilesOf[T any](rows iter.Seq2[string, *T], own *T, profile func(*T) map[string]any) iter.Seq[map[string]any] {
	return func(yield func(map[string]any) bool) {
		for _, row := range rows {
			if row != own && !yield(profile(row)) {
				return
			}
		}
	}
}

// RequiredAttributes returns the names of the attributes that every object must have.
func RequiredAttributes(attributes map[string]any) []string {
	required := []string{}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if property, _ := attributes[name].(map[string]any); property["required"] == true {
			required = append(required, name)
		}
	}
	return required
}

// RemovedAttributes returns the names of the attributes that a schema no longer has. Objects lose
// their values with them.
func RemovedAttributes(before, after map[string]any) []string {
	var names []string
	for name := range before {
		if _, kept := after[name]; !kept {
			names = append(names, name)
		}
	}
	return names
}

// CheckCustom refuses attributes of a sent profile that the schema lacks, and values of other types
// than the schema's. summary is the errorSummary.
func CheckCustom(profile, attributes map[string]any, isBase func(name string) bool, summary string) error {
	var unknown []string
	var bad web.Violations
	for _, name := range slices.Sorted(maps.Keys(profile)) {
		property, _ := attributes[name].(map[string]any)
		switch {
		case isBase(name):
		case property == nil:
			unknown = append(unknown, "Property name '"+name+"' is not defined in profile")
		case profile[name] != nil && !hasType(profile[name], property):
			bad.Add(name, "The value is not of the type that the schema names") // wording by inference
		}
	}
	if len(unknown) > 0 {
		return web.Invalid(summary, unknown...)
	}
	return bad.Err()
}

// hasType reports whether a value has the type of an attribute.
func hasType(value any, property map[string]any) bool {
	switch jsondoc.Text(property, "type") {
	case "string":
		_, ok := value.(string)
		return ok
	case "boolean":
		_, ok := value.(bool)
		return ok
	case "number":
		return isNumber(value, false)
	case "integer":
		return isNumber(value, true)
	case "array":
		list, ok := value.([]any)
		items := jsondoc.Object(property, "items")
		return ok && !slices.ContainsFunc(list, func(elem any) bool { return items != nil && !hasType(elem, items) })
	}
	return true
}

func isNumber(value any, whole bool) bool {
	switch n := value.(type) {
	case float64:
		return !whole || n == float64(int64(n))
	case json.Number:
		_, err := n.Int64()
		return !whole || err == nil
	}
	return false
}

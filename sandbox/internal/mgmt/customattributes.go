package mgmt

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// The custom attributes that an org adds to its user schema and its group schema.

// changedAttributes is a schema's custom attributes after the ones in a sent document were added,
// changed or, with null, removed.
func changedAttributes(before, doc map[string]any) (map[string]any, error) {
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
		delete(kept, "master") // shown only where it is not the default
		if kept["required"] == false {
			delete(kept, "required")
		}
		attributes[name] = kept
	}
	return attributes, nil
}

// removedAttributes returns the names of the attributes that a schema no longer has. Objects lose
// their values with them.
func removedAttributes(before, after map[string]any) []string {
	var names []string
	for name := range before {
		if _, kept := after[name]; !kept {
			names = append(names, name)
		}
	}
	return names
}

// checkCustom refuses what a schema doesn't know of a sent profile, and values of other types than
// the schema's. summary is what Okta's error is about.
func checkCustom(profile, attributes map[string]any, isBase func(name string) bool, summary string) error {
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

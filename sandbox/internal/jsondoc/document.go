// Package jsondoc reads and fills JSON objects that keep unknown members.
package jsondoc

import "maps"

// Object walks nested objects; nil when one is missing.
func Object(doc map[string]any, path ...string) map[string]any {
	for _, key := range path {
		doc, _ = doc[key].(map[string]any)
	}
	return doc
}

// Text returns a string member; "" when it is missing.
func Text(doc map[string]any, key string) string {
	s, _ := doc[key].(string)
	return s
}

// Texts returns a member that is an array of strings.
func Texts(doc map[string]any, key string) []string {
	list, _ := doc[key].([]any)
	var all []string
	for _, v := range list {
		if s, isText := v.(string); isText {
			all = append(all, s)
		}
	}
	return all
}

// Filled returns a copy with the defaults for members that are missing or
// null.
func Filled(doc, defaults map[string]any) map[string]any {
	full := map[string]any{}
	maps.Copy(full, defaults)
	for key, value := range doc {
		if _, known := defaults[key]; value != nil || !known {
			full[key] = value
		}
	}
	return full
}

// WithoutNulls returns a copy without the members that are null.
func WithoutNulls(doc map[string]any) map[string]any {
	kept := map[string]any{}
	for key, value := range doc {
		if value != nil {
			kept[key] = value
		}
	}
	return kept
}

// Without returns doc without the field at the path. It copies what it changes.
func Without(doc map[string]any, path []string) map[string]any {
	inner, nested := doc[path[0]].(map[string]any)
	if _, has := doc[path[0]]; !has || len(path) > 1 && !nested {
		return doc
	}
	doc = maps.Clone(doc)
	if len(path) == 1 {
		delete(doc, path[0])
	} else {
		doc[path[0]] = Without(inner, path[1:])
	}
	return doc
}

// With returns doc with the field at the path set, if the objects on the path
// exist. It copies what it changes.
func With(doc map[string]any, path []string, value any) map[string]any {
	inner, nested := doc[path[0]].(map[string]any)
	if len(path) > 1 && !nested {
		return doc
	}
	doc = maps.Clone(doc)
	if len(path) == 1 {
		doc[path[0]] = value
	} else {
		doc[path[0]] = With(inner, path[1:], value)
	}
	return doc
}

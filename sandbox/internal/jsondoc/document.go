// Package jsondoc reads and completes decoded JSON objects (map[string]any) without losing the
// members that it does not know.
package jsondoc

import "maps"

// Object follows the path through nested objects and returns the last one; nil if one is missing.
func Object(doc map[string]any, path ...string) map[string]any {
	for _, key := range path {
		doc, _ = doc[key].(map[string]any)
	}
	return doc
}

// Text returns the string member key of doc; "" if it is missing or no string.
func Text(doc map[string]any, key string) string {
	s, _ := doc[key].(string)
	return s
}

// Texts returns the strings of the array member key of doc.
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

// Filled returns a copy of doc in which members that are missing or null have their default.
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

// WithoutNulls returns a copy of doc without the members that are null.
func WithoutNulls(doc map[string]any) map[string]any {
	kept := map[string]any{}
	for key, value := range doc {
		if value != nil {
			kept[key] = value
		}
	}
	return kept
}

// Without returns doc without the member at path. It copies the objects that it changes.
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

// With returns doc with the member at path set, if the objects on the path exist. It copies the
// objects that it changes.
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

package jsondoc

import (
	"fmt"
	"reflect"
	"strings"
)

// NullElement returns the place of the first null element of a list in a decoded document, such as
// "users[0].roles[1]", or "". JSON from outside may have null anywhere, and no code expects a nil
// element. It does not look into free-form members (map[string]any), because their readers accept
// any JSON.
func NullElement(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return NullElement(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			element := v.Index(i)
			if element.Kind() == reflect.Pointer && element.IsNil() {
				return fmt.Sprintf("[%d]", i)
			}
			if place := NullElement(element); place != "" {
				return fmt.Sprintf("[%d]%s", i, joined(place))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() && !field.Anonymous {
				continue
			}
			if place := NullElement(v.Field(i)); place != "" {
				return MemberName(field) + joined(place)
			}
		}
	}
	return ""
}

// joined puts a dot before a member's name.
func joined(place string) string {
	if strings.HasPrefix(place, "[") {
		return place
	}
	return "." + place
}

// MemberName returns the name of a field in JSON.
func MemberName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "" {
		return field.Name
	}
	return name
}

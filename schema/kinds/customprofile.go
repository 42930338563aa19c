package kinds

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// The custom attributes of users and groups, which an org's schemas name
// (/api/v1/meta/schemas/user/default, /api/v1/meta/schemas/group/default).

func customProfile(title string, reserved func(name string) string) schema.Attr {
	return schema.Attr{Name: "profile", Type: cty.String, Path: "profile", JSON: true, Merged: true, Unmanaged: true, Reserved: reserved,
		Doc: "An object with custom attributes of the " + title + ", by their names in the org's " + title + " schema: strings, numbers, booleans, and lists of strings or numbers. Attributes that it doesn't name are unmanaged; an attribute with the value null is removed from the org. Omitted: not managed."}
}

// hasCustomAttributes reports whether objects of the kind have custom attributes.
func hasCustomAttributes(k *schema.Kind) bool {
	return !k.OAuthClient && k.Attr("profile") != nil && k.Attr("profile").Merged
}

// CustomAttributes are the names of the custom attributes that a value declares.
func CustomAttributes(v schema.Value) []string {
	if v.IsNull() || !hasCustomAttributes(v.Kind()) {
		return nil
	}
	return slices.Sorted(maps.Keys(schema.JSONObject(v.GetAttr("profile"))))
}

// WithCustom is a value without the custom attributes that have other names.
func WithCustom(v schema.Value, names []string) schema.Value {
	if v.IsNull() || !hasCustomAttributes(v.Kind()) || !v.IsKnown() || v.GetAttr("profile").IsNull() {
		return v
	}
	profile := schema.JSONObject(v.GetAttr("profile"))
	maps.DeleteFunc(profile, func(name string, _ any) bool { return !slices.Contains(names, name) })
	kept := cty.NullVal(cty.String)
	if data, err := json.Marshal(profile); err == nil && len(profile) > 0 {
		kept = cty.StringVal(string(data))
	}
	return v.With(schema.Values{"profile": kept})
}

// CustomAttribute is the name of a declared custom attribute with the JSON Schema type of its
// value.
type CustomAttribute struct{ Name, Type string }

// DeclaredTypes are the custom attributes that a value declares.
func DeclaredTypes(v schema.Value) (attrs []CustomAttribute) {
	for _, name := range CustomAttributes(v) {
		value := schema.JSONObject(v.GetAttr("profile"))[name]
		a := CustomAttribute{name, valueType(value)}
		if list, ok := value.([]any); ok {
			a.Type = "array"
			for _, elem := range list { // of one whose numbers differ, the widest
				if t := "array of " + valueType(elem); a.Type != "array of number" {
					a.Type = t
				}
			}
		}
		attrs = append(attrs, a)
	}
	return attrs
}

// Fits reports whether an attribute with that type in a schema takes the value.
func (a CustomAttribute) Fits(typ string) bool {
	wider := a.Type == "null" || a.Type == "array" && strings.HasPrefix(typ, "array")
	return wider || a.Type == typ || strings.ReplaceAll(a.Type, "integer", "number") == typ
}

// ChangedNames are the names that a profile gives another value than the one before.
func ChangedNames(before, after cty.Value) (names []string) {
	was, is := schema.JSONObject(before), schema.JSONObject(after)
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if !reflect.DeepEqual(was[name], is[name]) {
			names = append(names, name)
		}
	}
	return names
}

// reservedForMark is Reserved of the profile of apps.
func reservedForMark(name string) string {
	if !schema.InMark(name) {
		return ""
	}
	return name + " is part of the owner's mark, which oktaform writes with every update: remove it here."
}

// reservedInGroups is Reserved of the profile of groups.
func reservedInGroups(name string) string {
	switch name {
	case "name", "description":
		return fmt.Sprintf("%s is not a custom attribute: set %s of the group instead.", name, name)
	}
	return ""
}

// reservedInUsers is Reserved of the profile of users.
func reservedInUsers(name string) string {
	own := map[string]string{"login": "login", "email": "email", "firstName": "first_name", "lastName": "last_name"}
	switch {
	case own[name] != "":
		return fmt.Sprintf("%s is not a custom attribute: set %s of the user instead.", name, own[name])
	case slices.Contains(baseUserAttributes(), name):
		return name + " is one of the base attributes of every Okta user, and profile contains only custom ones: remove it. Its value in the org stays as it is; change it in the Admin Console (Directory > People)."
	}
	return ""
}

// baseUserAttributes are those of Okta's user schema that a block has no attribute for.
func baseUserAttributes() []string {
	return []string{
		"middleName", "honorificPrefix", "honorificSuffix", "title", "displayName", "nickName", "profileUrl", "secondEmail",
		"mobilePhone", "primaryPhone", "streetAddress", "city", "state", "zipCode", "countryCode", "postalAddress",
		"preferredLanguage", "locale", "timezone", "userType", "employeeNumber", "costCenter", "organization", "division",
		"department", "managerId", "manager",
	}
}

// checkProfile finds values that no custom attribute can have.
func checkProfile(v schema.Value) (problems []schema.Problem) {
	profile := schema.JSONObject(v.GetAttr("profile"))
	for _, name := range slices.Sorted(maps.Keys(profile)) {
		if wrong := unfit(profile[name]); wrong != "" {
			problems = append(problems, schema.Problem{Attr: "profile", Summary: "Invalid value of a custom attribute",
				Detail: fmt.Sprintf("%s is %s. Okta's custom attributes are strings, numbers, booleans, or lists of strings or of numbers; null removes one.", name, wrong)})
		}
	}
	return problems
}

// unfit says what a value is that no custom attribute can have; "" for others.
func unfit(v any) string {
	list, ok := v.([]any)
	if !ok {
		if _, ok := v.(map[string]any); ok {
			return "an object"
		}
		return ""
	}
	types := map[string]bool{}
	for _, elem := range list {
		t := valueType(elem)
		if t == "integer" {
			t = "number"
		}
		types[t] = true
	}
	switch {
	case types["null"]:
		return "a list that contains null"
	case types["object"], types["list"]:
		return "a list of objects or lists"
	case types["boolean"]:
		return "a list of booleans"
	case len(types) > 1:
		return "a list of strings and numbers"
	}
	return ""
}

// valueType is the JSON Schema type of a decoded value: string, integer, number, boolean, null,
// object, or list.
func valueType(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return "integer"
		}
		return "number"
	case []any:
		return "list"
	}
	return "object"
}

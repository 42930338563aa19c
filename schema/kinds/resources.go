package kinds

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Resource is one resource of a resource set, in a form that can be compared: Okta accepts URLs and
// answers with ORNs.
type Resource struct {
	Attr  string // the attribute that contains it: groups, users_of, users, apps, all, all_apps_of or resources
	Value string // an id; for all and all_apps_of, a name; for resources, an ORN without the org's id
}

// ResourceAttrs returns the attributes that contain the resources of a set.
func ResourceAttrs() []string {
	return []string{"groups", "users_of", "users", "apps", "all", "all_apps_of", "resources"}
}

// allOf are the types whose objects a set can contain as a whole: the service in their ORNs, and
// the collection in the API, whose URL can replace the ORN.
var allOf = map[string]struct{ service, collection string }{
	"users":                 {"directory", "users"},
	"groups":                {"directory", "groups"},
	"devices":               {"directory", ""},
	"realms":                {"directory", ""},
	"apps":                  {"idp", "apps"},
	"authorization_servers": {"idp", "authorizationServers"},
	"customizations":        {"idp", ""},
	"identity_providers":    {"idp", ""},
	"policies":              {"idp", ""},
	"flows":                 {"workflow", ""},
}

func allTypes() []string {
	return []string{"users", "groups", "apps", "authorization_servers", "identity_providers", "policies", "customizations", "devices", "realms", "flows"}
}

const contained = "contained_resources"

// ParseResource parses an ORN (orn:okta:directory:00o...:users), a URL
// (https://example.okta.com/api/v1/groups/00g.../users) or the path of one. The partition and org
// id of an ORN are ignored, because a resource always belongs to the set's own org; the org id may
// be omitted.
func ParseResource(text string) (Resource, error) {
	if rest, ok := strings.CutPrefix(text, "orn:"); ok {
		parts := strings.Split(rest, ":") // partition, service, org, type ...
		if len(parts) < 4 || slices.Contains(parts[3:], "") || parts[1] == "" {
			return Resource{}, fmt.Errorf("%q is not a complete Okta resource name such as orn:okta:idp:00o...:authorization_servers", text)
		}
		return resourceOf(parts[1], parts[3:]), nil
	}
	u, err := url.Parse(text)
	if err != nil || !strings.HasPrefix(u.Path, "/api/v1/") || (u.Scheme == "") != (u.Host == "") {
		return Resource{}, fmt.Errorf("%q is neither an Okta resource name (orn:okta:...) nor a URL or path such as /api/v1/groups/00g.../users", text)
	}
	parts := strings.Split(strings.Trim(strings.TrimPrefix(u.Path, "/api/v1/"), "/"), "/")
	switch name, filtered := strings.CutPrefix(u.Query().Get("filter"), `name eq "`); {
	case parts[0] == "apps" && len(parts) == 1 && filtered:
		return Resource{"all_apps_of", strings.TrimSuffix(name, `"`)}, nil
	case parts[0] == "apps" && len(parts) == 2:
		return Resource{"apps", parts[1]}, nil
	case parts[0] == "groups" && len(parts) == 3 && parts[2] == "users":
		return Resource{"users_of", parts[1]}, nil
	}
	for name, t := range allOf {
		if t.collection == parts[0] && len(parts) <= 2 && u.RawQuery == "" {
			return resourceOf(t.service, append([]string{name}, parts[1:]...)), nil
		}
	}
	return Resource{}, fmt.Errorf("the URL %q can't be a resource: only URLs of users, groups, users of a group, apps and authorization servers can. Write the Okta resource name (orn:okta:...)", text)
}

// resourceOf classifies a resource by the end of its ORN.
func resourceOf(service string, parts []string) Resource {
	t, known := allOf[parts[0]]
	known = known && t.service == service
	switch {
	case known && len(parts) == 1:
		return Resource{"all", parts[0]}
	case known && parts[0] == "apps" && len(parts) == 2:
		return Resource{"all_apps_of", parts[1]}
	case known && parts[0] == "apps" && len(parts) == 3:
		return Resource{"apps", parts[2]}
	case known && parts[0] == "groups" && len(parts) == 3 && parts[2] == contained:
		return Resource{"users_of", parts[1]}
	case known && (parts[0] == "groups" || parts[0] == "users") && len(parts) == 2:
		return Resource{parts[0], parts[1]}
	}
	return Resource{"resources", "orn:okta:" + service + "::" + strings.Join(parts, ":")}
}

// Path returns the path of the resource in the API, which can be sent instead of the ORN; "" if
// there is none.
func (r Resource) Path() string {
	id := url.PathEscape(r.Value)
	switch r.Attr {
	case "groups", "users", "apps":
		return "/api/v1/" + r.Attr + "/" + id
	case "users_of":
		return "/api/v1/groups/" + id + "/users"
	case "all":
		if c := allOf[r.Value].collection; c != "" {
			return "/api/v1/" + c
		}
	}
	return ""
}

// ORN returns the resource's name in the org with that id, for resources without a path.
func (r Resource) ORN(partition, org string) string {
	prefix := "orn:" + partition + ":"
	switch r.Attr {
	case "all":
		return prefix + allOf[r.Value].service + ":" + org + ":" + r.Value
	case "all_apps_of":
		return prefix + "idp:" + org + ":apps:" + r.Value
	}
	parts := strings.Split(r.Value, ":") // orn:okta:service::type ...
	return prefix + strings.Join(append([]string{parts[2], org}, parts[4:]...), ":")
}

// canonicalResources moves elements of resources to the more specific attribute that a person would
// have used. An element that is unknown yet makes the attributes unknown that may come to contain
// it.
func canonicalResources(v schema.Value) schema.Values {
	list, marks := v.GetAttr("resources").UnmarkDeep()
	if list.IsNull() || !list.IsKnown() || len(marks) > 0 {
		return nil
	}
	attrs, rest := schema.Values{}, []cty.Value{}
	add := func(name, value string) {
		if _, ok := attrs[name]; !ok {
			attrs[name] = v.GetAttr(name)
		}
		attrs[name] = withResource(attrs[name], value)
	}
	var open []string
	for _, element := range schema.Elements(list) {
		if !element.IsKnown() {
			open = append(open, possibleAttrs(element)...)
			continue
		}
		r, err := ParseResource(schema.Text(element))
		switch {
		case schema.Text(element) == "":
		case err != nil: // reported by Check
			rest = append(rest, element)
		case r.Attr == "resources":
			rest = append(rest, cty.StringVal(r.Value))
		default:
			add(r.Attr, r.Value)
		}
	}
	attrs["resources"] = cty.ListValEmpty(cty.String)
	if len(rest) > 0 {
		attrs["resources"] = cty.ListVal(rest)
	}
	for _, name := range open {
		attrs[name] = cty.UnknownVal(v.GetAttr(name).Type())
	}
	return attrs
}

// possibleAttrs returns the attributes that may contain a resource whose text is unknown but for
// its beginning.
func possibleAttrs(text cty.Value) []string {
	prefix := text.Range().StringPrefix()
	if _, path, ok := strings.Cut(prefix, "/api/v1/"); ok && !strings.HasPrefix(prefix, "orn:") {
		switch name, _, whole := strings.Cut(path, "/"); {
		case whole && name == "groups":
			return []string{"groups", "users_of"}
		case whole && (name == "users" || name == "apps"):
			return []string{name}
		}
	}
	return ResourceAttrs()
}

// withResource adds an id or name to a list of references or names.
func withResource(list cty.Value, value string) cty.Value {
	if !list.IsNull() && !list.IsKnown() {
		return list
	}
	ref := list.Type().ElementType().Equals(schema.Ref)
	elem := cty.StringVal(value)
	if ref {
		elem = cty.ObjectVal(map[string]cty.Value{"id": elem, "addr": cty.StringVal(""), "name": elem})
	}
	elems := schema.Elements(list)
	for _, e := range elems {
		if ref && e.IsKnown() && schema.Text(e.GetAttr("id")) == value {
			return list
		}
	}
	return cty.ListVal(append(elems, elem))
}

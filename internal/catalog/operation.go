package catalog

import (
	"cmp"
	"slices"
	"strings"
)

//go:generate go run ./gen -scopes $OKTA_SCOPES -openapi $OKTA_OPENAPI -source "Okta OpenAPI 2026.06.3" -out .

// Operation is one operation of Okta's APIs that needs a scope: a method and
// the path with its parameters in braces, as in "GET /api/v1/users/{id}".
type Operation struct {
	Method string
	Path   string
	// Scopes are the scopes in the operation's document; if there are several, a token needs all of
	// them. A .manage scope includes the .read one (see Granted).
	Scopes []string
}

func (o Operation) String() string { return o.Method + " " + o.Path }

// Reads reports whether the operation changes nothing: the .read scopes allow
// it, whatever its method.
func (o Operation) Reads() bool {
	return !slices.ContainsFunc(o.Scopes, func(scope string) bool { return !strings.HasSuffix(scope, ".read") && strings.Contains(scope, ".") })
}

// All returns every operation, by path and method. The result must not be modified.
func All() []Operation { return operations }

// Operations returns the operations that the scope alone allows. A .manage scope includes what the
// .read scope of the same resource allows.
func Operations(scope string) []Operation {
	var list []Operation
	for _, o := range operations {
		if Granted(o, scope) {
			list = append(list, o)
		}
	}
	return list
}

// Granted reports whether a token with these scopes may call the operation. Okta documents that
// okta.x.manage includes reading x.
func Granted(o Operation, scopes ...string) bool {
	for _, needed := range o.Scopes {
		manage := needed
		if resource, reads := strings.CutSuffix(needed, ".read"); reads {
			manage = resource + ".manage"
		}
		if !slices.Contains(scopes, needed) && !slices.Contains(scopes, manage) {
			return false
		}
	}
	return len(o.Scopes) > 0
}

// Find returns the operation of a method and a path. The path may be a template, like Path, or that
// of a request with or without its query.
func Find(method, path string) (Operation, bool) {
	path, _, _ = strings.Cut(path, "?")
	var best *Operation
	for i := range operations {
		o := &operations[i]
		if o.Method == method && matches(o.Path, path) && (best == nil || literals(o.Path) > literals(best.Path)) {
			best = o
		}
	}
	if best == nil {
		return Operation{}, false
	}
	return *best, true
}

// ScopesFor returns the scopes that a request needs; nil if the catalog does not know the
// operation.
func ScopesFor(method, path string) []string {
	o, _ := Find(method, path)
	return o.Scopes
}

// matches compares a template and a path segment by segment.
func matches(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, got, func(w, g string) bool { return w == g || parameter(w) && g != "" })
}

// parameter reports whether a path segment is a parameter.
func parameter(segment string) bool { return strings.HasPrefix(segment, "{") }

// literals returns the number of segments that are not parameters: if two templates match, the one
// with more of them is meant.
func literals(template string) (n int) {
	for segment := range strings.SplitSeq(template, "/") {
		if !parameter(segment) {
			n++
		}
	}
	return n
}

// Family returns what the operation is about, from its first scope: "users" for okta.users.manage.
func (o Operation) Family() string {
	if len(o.Scopes) == 0 {
		return ""
	}
	return Family(o.Scopes[0])
}

// Family returns the resource of a scope: "users" for okta.users.manage, "openid" for openid.
func Family(scope string) string {
	name := strings.TrimPrefix(scope, "okta.")
	if at := strings.LastIndexByte(name, '.'); at > 0 {
		return name[:at]
	}
	return name
}

// The kinds of objects that operations are about, as distinguished by resource sets and role
// targets. They are the types in Okta's resource names (orn:okta:...).
const (
	Org          = "" // the org as a whole, or something that no resource set can contain
	Users        = "users"
	Groups       = "groups"
	Apps         = "apps"
	AuthServers  = "authorization_servers"
	IDPs         = "identity_providers"
	Policies     = "policies"
	Devices      = "devices"
	Realms       = "realms"
	Customizable = "customizations"
)

// objectOf maps path prefixes to kinds of objects.
var objectOf = []struct{ prefix, object string }{
	{"/api/v1/users", Users},
	{"/api/v1/groups/rules", Org}, {"/api/v1/groups", Groups},
	{"/api/v1/apps", Apps}, {"/oauth2/v1/clients", Apps},
	{"/api/v1/authorizationServers", AuthServers},
	{"/api/v1/idps", IDPs},
	{"/api/v1/policies", Policies},
	{"/api/v1/devices", Devices},
	{"/api/v1/realms", Realms}, {"/api/v1/realm-assignments", Realms},
	{"/api/v1/brands", Customizable},
	{"/webauthn-registration", Users},
}

// Object returns the kind of object that the operation is about: that of the first parameter of its
// path, or of the list.
func (o Operation) Object() string {
	for _, row := range objectOf {
		if rest, found := strings.CutPrefix(o.Path, row.prefix); found && (rest == "" || rest[0] == '/') {
			return row.object
		}
	}
	return Org
}

// Names reports whether the operation is about one existing object, named in its path or
// (enrolments of WebAuthn) in its body; other operations list or create objects.
func (o Operation) Names() bool {
	return strings.Contains(o.Path, "{") || strings.HasPrefix(o.Path, "/webauthn-registration/")
}

// Compare orders operations for people: by path, reads first.
func Compare(a, b Operation) int {
	rank := func(o Operation) int {
		return slices.Index([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, o.Method)
	}
	return cmp.Or(strings.Compare(a.Path, b.Path), rank(a)-rank(b))
}

// Title returns the name of a family for people: "Network zones" for networkZones.
func Title(family string) string {
	for _, t := range [][2]string{{"logs", "System Log"}, {"roles", "Admin roles"}, {"appGrants", "Scope grants of apps"}, {"idps", "Identity providers"}, {"apiTokens", "API tokens"}, {"ssf", "Shared signals"}, {"dr", "Disaster recovery"}} {
		if t[0] == family {
			return t[1]
		}
	}
	var b strings.Builder
	for i, r := range strings.ReplaceAll(family, ".", " ") {
		switch upper := r >= 'A' && r <= 'Z'; {
		case i == 0:
			b.WriteString(strings.ToUpper(string(r)))
		case upper:
			b.WriteString(" " + strings.ToLower(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

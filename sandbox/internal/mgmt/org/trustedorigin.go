package org

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// TrustedOrigins describes how the org stores trusted origins.
func TrustedOrigins() *kind.Documents {
	return &kind.Documents{Kind: "trustedOrigin", Path: "/api/v1/trustedOrigins", Parameter: "trustedOriginId", Prefix: "tos", Entity: "TrustedOrigin",
		ReadOnly: []string{"status", "createdBy", "lastUpdatedBy"}, Check: checkOrigin}
}

// TrustedOriginKind describes trusted origins.
func TrustedOriginKind() kind.Kind {
	k := TrustedOrigins()
	const scope, one = "okta.trustedOrigins", "/api/v1/trustedOrigins/{trustedOriginId}"
	return kind.Kind{
		Name:  k.Kind,
		Table: func(o *state.Org) state.Storable { return k.Table(o) },
		Routes: []web.Route{
			{Pattern: "GET /api/v1/trustedOrigins", Scope: scope, Right: access.OriginsRead, Handle: listOrigins},
			{Pattern: "POST /api/v1/trustedOrigins", Scope: scope, Right: access.OriginsManage, Handle: k.Create(eventOriginCreate)},
			{Pattern: "GET " + one, Scope: scope, Right: access.OriginsRead, Handle: kind.GetRow(k.InPath, k.View)},
			{Pattern: "PUT " + one, Scope: scope, Right: access.OriginsManage, Handle: k.Replace(eventOriginUpdate)},
			{Pattern: "DELETE " + one, Scope: scope, Right: access.OriginsManage, Handle: k.Remove(eventOriginDelete)},
			{Pattern: "POST " + one + "/lifecycle/activate", Scope: scope, Right: access.OriginsManage, Handle: k.SetStatus("ACTIVE", eventOriginActivate)},
			{Pattern: "POST " + one + "/lifecycle/deactivate", Scope: scope, Right: access.OriginsManage, Handle: k.SetStatus("INACTIVE", eventOriginDeactivate)},
		},
		Section: k.Section("trustedOrigins"),
		Events:  []syslog.Type{eventOriginCreate, eventOriginUpdate, eventOriginActivate, eventOriginDeactivate, eventOriginDelete},
	}
}

// TrustsOrigin reports whether the origin is one whose pages may call the API from a browser: an
// active trusted origin with the scope CORS.
func TrustsOrigin(o *state.Org, origin string) bool {
	return TrustedOrigins().Table(o).Find(func(t *kind.Document) bool {
		return t.Status() == "ACTIVE" && hasOriginScope(t, "CORS") && web.OriginOf(jsondoc.Text(t.Doc, "origin")) == origin
	}) != nil
}

// hasOriginScope reports whether one of the origin's scopes is of the type.
func hasOriginScope(t *kind.Document, kind string) bool {
	scopes, _ := t.Doc["scopes"].([]any)
	return slices.ContainsFunc(scopes, func(scope any) bool {
		object, _ := scope.(map[string]any)
		return jsondoc.Text(object, "type") == kind
	})
}

// The events of trusted origins.
var (
	eventOriginCreate     = syslog.Type{Name: "security.trusted_origin.create", Message: "Create trusted origin"}
	eventOriginUpdate     = syslog.Type{Name: "security.trusted_origin.update", Message: "Update trusted origin"}
	eventOriginActivate   = syslog.Type{Name: "security.trusted_origin.activate", Message: "Activate trusted origin"}
	eventOriginDeactivate = syslog.Type{Name: "security.trusted_origin.deactivate", Message: "Deactivate trusted origin"}
	eventOriginDelete     = syslog.Type{Name: "security.trusted_origin.delete", Message: "Delete trusted origin"}
)

var (
	originSchemes = []string{"http", "https", "ftp", "ionic", "capacitor"} // OpenAPI: TrustedOriginOrigin
	originScopes  = []string{"CORS", "REDIRECT", "IFRAME_EMBED"}           // OpenAPI: TrustedOriginScopeType
)

// maxOrigin is the maximum length of a name, and of an origin, in characters (OpenAPI:
// TrustedOriginName).
const maxOrigin = 255

// checkOrigin checks a trusted origin, and sets who created and updated it.
func checkOrigin(c *web.Call, t *kind.Document, doc map[string]any) error {
	if c.Principal != nil && c.Principal.UserID != "" {
		doc["lastUpdatedBy"] = c.Principal.UserID
		if t.Doc == nil {
			doc["createdBy"] = c.Principal.UserID
		}
	}
	var bad web.Violations
	for _, property := range []string{"name", "origin"} {
		text := jsondoc.Text(doc, property)
		switch {
		case strings.TrimSpace(text) == "":
			bad.Add(property, "The field cannot be left blank")
		case utf8.RuneCountInString(text) > maxOrigin:
			bad.Add(property, "The field is too long")
		}
		other := TrustedOrigins().Table(c.Org).Find(func(other *kind.Document) bool {
			return other.ID != t.ID && state.SameName(jsondoc.Text(other.Doc, property), text)
		})
		if other != nil {
			bad.Add(property, "An object with this field already exists in the current organization")
		}
	}
	u, err := url.Parse(jsondoc.Text(doc, "origin"))
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || !slices.Contains(originSchemes, u.Scheme) {
		bad.Add("origin", "The origin is not valid")
	}
	if problem := checkScopes(doc["scopes"]); problem != "" {
		bad.Add("scopes", problem)
	}
	return bad.Err()
}

// checkScopes says what is wrong with the scopes of an origin; "" if nothing is.
func checkScopes(scopes any) string {
	list, _ := scopes.([]any)
	if len(list) == 0 {
		return "The field cannot be left blank"
	}
	var types []string
	for _, scope := range list {
		object, _ := scope.(map[string]any)
		kind := jsondoc.Text(object, "type")
		if !slices.Contains(originScopes, kind) || slices.Contains(types, kind) {
			return "Each scope is one of " + strings.Join(originScopes, ", ") + ", once"
		}
		types = append(types, kind)
	}
	return ""
}

// originLists describes the ways to list trusted origins.
func originLists() web.Listing[kind.Document] {
	return web.Listing[kind.Document]{
		Search: func(string) bool { return false },
		Filter: func(a string) bool { return slices.Contains([]string{"name", "origin", "status"}, a) },
		StartsWith: func(t *kind.Document, q string) bool {
			return strings.HasPrefix(strings.ToLower(t.Name()), q) || strings.HasPrefix(strings.ToLower(jsondoc.Text(t.Doc, "origin")), q)
		},
		ID:     func(t *kind.Document) string { return t.ID },
		Size:   web.PageSize{Fallback: 20, Max: 200},
		QLimit: 20,
	}
}

func listOrigins(c *web.Call) error {
	k := TrustedOrigins()
	view := func(t *kind.Document) map[string]any { return k.View(c, t) }
	var all []*kind.Document
	for _, t := range k.Table(c.Org).All() {
		all = append(all, t)
	}
	found, err := originLists().Find(c, all, view)
	if err != nil {
		return err
	}
	return kind.SendRows(c, found, k.View)
}

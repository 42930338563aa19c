package mgmt

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// trustedOriginKind describes trusted origins.
func trustedOriginKind() Kind {
	const scope = "okta.trustedOrigins"
	return Kind{
		Name:  "trustedOrigin",
		Table: func(o *state.Org) state.Storable { return trustedOrigins(o) },
		Routes: []web.Route{
			{Pattern: "GET /api/v1/trustedOrigins", Scope: scope, Right: access.OriginsRead, Handle: listOrigins},
			{Pattern: "POST /api/v1/trustedOrigins", Scope: scope, Right: access.OriginsManage, Handle: createOrigin},
			{Pattern: "GET /api/v1/trustedOrigins/{trustedOriginId}", Scope: scope, Right: access.OriginsRead, Handle: getRow(pathOrigin, originView)},
			{Pattern: "PUT /api/v1/trustedOrigins/{trustedOriginId}", Scope: scope, Right: access.OriginsManage, Handle: replaceOrigin},
			{Pattern: "DELETE /api/v1/trustedOrigins/{trustedOriginId}", Scope: scope, Right: access.OriginsManage, Handle: deleteOrigin},
			{Pattern: "POST /api/v1/trustedOrigins/{trustedOriginId}/lifecycle/activate", Scope: scope, Right: access.OriginsManage, Handle: func(c *web.Call) error { return setOriginStatus(c, "ACTIVE", eventOriginActivate) }},
			{Pattern: "POST /api/v1/trustedOrigins/{trustedOriginId}/lifecycle/deactivate", Scope: scope, Right: access.OriginsManage, Handle: func(c *web.Call) error { return setOriginStatus(c, "INACTIVE", eventOriginDeactivate) }},
		},
		Section: listOf[trustedOriginDoc]{
			member: "trustedOrigins", name: func(d *trustedOriginDoc) string { return jsondoc.Text(d.Document, "name") },
			seed: seedOrigin, dump: dumpOrigins,
		},
		Events: []syslog.Type{eventOriginCreate, eventOriginUpdate, eventOriginActivate, eventOriginDeactivate, eventOriginDelete},
	}
}

// trustedOrigin is a trusted origin. Doc is its document as the API shows it, without what each
// answer adds (id, timestamps, _links).
type trustedOrigin struct {
	ID          string
	Created     time.Time
	LastUpdated time.Time
	Doc         map[string]any
}

// trustedOrigins returns the table of trusted origins.
func trustedOrigins(o *state.Org) *state.Table[trustedOrigin] {
	return state.TableOf[trustedOrigin](o, "trustedOrigin")
}

func (t *trustedOrigin) name() string   { return jsondoc.Text(t.Doc, "name") }
func (t *trustedOrigin) status() string { return jsondoc.Text(t.Doc, "status") }

// TrustsOrigin reports whether the origin is one whose pages may call the API from a browser: an
// active trusted origin with the scope CORS.
func TrustsOrigin(o *state.Org, origin string) bool {
	return trustedOrigins(o).Find(func(t *trustedOrigin) bool {
		return t.status() == "ACTIVE" && t.hasScope("CORS") && web.OriginOf(jsondoc.Text(t.Doc, "origin")) == origin
	}) != nil
}

// hasScope reports whether one of the origin's scopes is of the type.
func (t *trustedOrigin) hasScope(kind string) bool {
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

// fillOrigin checks a document, adds the defaults of a new origin, and stores it in t.
func fillOrigin(o *state.Org, t *trustedOrigin, doc map[string]any) error {
	filled := map[string]any{"status": "ACTIVE"}
	for name, value := range doc {
		if !slices.Contains([]string{"id", "created", "lastUpdated", "_links"}, name) {
			filled[name] = value
		}
	}
	var bad web.Violations
	for _, property := range []string{"name", "origin"} {
		text := jsondoc.Text(filled, property)
		switch {
		case strings.TrimSpace(text) == "":
			bad.Add(property, "The field cannot be left blank")
		case utf8.RuneCountInString(text) > maxOrigin:
			bad.Add(property, "The field is too long")
		}
		other := trustedOrigins(o).Find(func(other *trustedOrigin) bool {
			return other.ID != t.ID && state.SameName(jsondoc.Text(other.Doc, property), text)
		})
		if other != nil {
			bad.Add(property, "An object with this field already exists in the current organization")
		}
	}
	u, err := url.Parse(jsondoc.Text(filled, "origin"))
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || !slices.Contains(originSchemes, u.Scheme) {
		bad.Add("origin", "The origin is not valid")
	}
	if !slices.Contains([]string{"ACTIVE", "INACTIVE"}, jsondoc.Text(filled, "status")) {
		bad.Add("status", "The status is not one of ACTIVE, INACTIVE")
	}
	if problem := checkScopes(filled["scopes"]); problem != "" {
		bad.Add("scopes", problem)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	t.Doc = filled
	return nil
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

func originView(c *web.Call, t *trustedOrigin) map[string]any {
	doc := maps.Clone(t.Doc)
	self := c.URL("/api/v1/trustedOrigins/" + t.ID)
	next := "deactivate"
	if t.status() == "INACTIVE" {
		next = "activate"
	}
	doc["id"], doc["created"], doc["lastUpdated"] = t.ID, state.Timestamp(t.Created), state.Timestamp(t.LastUpdated)
	doc["_links"] = map[string]any{
		"self": map[string]any{"href": self, "hints": map[string]any{"allow": []string{"GET", "PUT", "DELETE"}}},
		next:   map[string]any{"href": self + "/lifecycle/" + next, "hints": map[string]any{"allow": []string{"POST"}}},
	}
	return doc
}

// originLists describes the ways to list trusted origins.
func originLists() web.Listing[trustedOrigin] {
	return web.Listing[trustedOrigin]{
		Search: func(string) bool { return false },
		Filter: func(a string) bool { return slices.Contains([]string{"name", "origin", "status"}, a) },
		StartsWith: func(t *trustedOrigin, q string) bool {
			return strings.HasPrefix(strings.ToLower(t.name()), q) || strings.HasPrefix(strings.ToLower(jsondoc.Text(t.Doc, "origin")), q)
		},
		ID:     func(t *trustedOrigin) string { return t.ID },
		Size:   web.PageSize{Fallback: 20, Max: 200},
		QLimit: 20,
	}
}

func listOrigins(c *web.Call) error {
	view := func(t *trustedOrigin) map[string]any { return originView(c, t) }
	var all []*trustedOrigin
	for _, t := range trustedOrigins(c.Org).All() {
		all = append(all, t)
	}
	found, err := originLists().Find(c, all, view)
	if err != nil {
		return err
	}
	return sendRows(c, found, originView)
}

// originBody decodes the origin in a body and takes what no request can set from own.
func originBody(c *web.Call, own map[string]any) (map[string]any, error) {
	doc, err := c.Object()
	if err != nil {
		return nil, err
	}
	doc = maps.Clone(doc)
	for _, name := range []string{"status", "createdBy", "lastUpdatedBy"} {
		delete(doc, name)
		if own[name] != nil {
			doc[name] = own[name]
		}
	}
	if c.Principal.UserID != "" {
		doc["lastUpdatedBy"] = c.Principal.UserID
		if own == nil {
			doc["createdBy"] = c.Principal.UserID
		}
	}
	return doc, nil
}

func createOrigin(c *web.Call) error {
	doc, err := originBody(c, nil)
	if err != nil {
		return err
	}
	t := &trustedOrigin{ID: state.NewID("tos"), Created: c.Second(), LastUpdated: c.Second()}
	if err := fillOrigin(c.Org, t, doc); err != nil {
		return err
	}
	return saveOrigin(c, t, eventOriginCreate)
}

func saveOrigin(c *web.Call, t *trustedOrigin, event syslog.Type) error {
	t.LastUpdated = c.Second()
	trustedOrigins(c.Org).Put(t.ID, t)
	syslog.Emit(c, event, originEntity(t))
	return c.JSON(http.StatusOK, originView(c, t))
}

func pathOrigin(c *web.Call) (*trustedOrigin, error) {
	return rowInPath(c, trustedOrigins(c.Org), "trustedOriginId", "TrustedOrigin")
}

func replaceOrigin(c *web.Call) error {
	t, err := pathOrigin(c)
	if err != nil {
		return err
	}
	doc, err := originBody(c, t.Doc)
	if err != nil {
		return err
	}
	if err := fillOrigin(c.Org, t, doc); err != nil {
		return err
	}
	return saveOrigin(c, t, eventOriginUpdate)
}

func setOriginStatus(c *web.Call, status string, event syslog.Type) error {
	t, err := pathOrigin(c)
	if err != nil {
		return err
	}
	if t.status() == status {
		return c.JSON(http.StatusOK, originView(c, t))
	}
	t.Doc["status"] = status
	return saveOrigin(c, t, event)
}

func deleteOrigin(c *web.Call) error {
	t, err := pathOrigin(c)
	if err != nil {
		return err
	}
	trustedOrigins(c.Org).Remove(t.ID)
	syslog.Emit(c, eventOriginDelete, originEntity(t))
	return c.NoContent(http.StatusNoContent)
}

// trustedOriginDoc is a trusted origin in a seed.
type trustedOriginDoc struct {
	madeDoc
	Document map[string]any `json:"document"` // as in the body of POST /api/v1/trustedOrigins
}

func seedOrigin(s *seeding, d *trustedOriginDoc) error {
	d.fill("tos", s.now)
	t := &trustedOrigin{ID: d.ID, Created: d.Created, LastUpdated: d.LastUpdated}
	if err := fillOrigin(s.Org, t, d.Document); err != nil {
		return causes(err)
	}
	trustedOrigins(s.Org).Put(t.ID, t)
	return nil
}

func dumpOrigins(o *state.Org, _ bool) (docs []*trustedOriginDoc) {
	for _, t := range trustedOrigins(o).All() {
		docs = append(docs, &trustedOriginDoc{madeDoc{t.ID, t.Created, t.LastUpdated}, t.Doc})
	}
	return docs
}

func originEntity(t *trustedOrigin) state.LogEntity {
	return state.LogEntity{ID: t.ID, Type: "TrustedOrigin", Alternate: "unknown", Name: t.name()}
}

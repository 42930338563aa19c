package mgmt

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// zoneKind are network zones.
func zoneKind() Kind {
	return Kind{
		Name:  "zone",
		Table: func(o *state.Org) state.Storable { return zones(o) },
		Routes: []web.Route{
			{Pattern: "GET /api/v1/zones", Scope: "okta.networkZones", Right: access.ZonesRead, Handle: listZones},
			{Pattern: "POST /api/v1/zones", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: createZone},
			{Pattern: "GET /api/v1/zones/{zoneId}", Scope: "okta.networkZones", Right: access.ZonesRead, Handle: getZone},
			{Pattern: "DELETE /api/v1/zones/{zoneId}", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: deleteZone},
		},
		Section: listOf[zoneDoc]{
			member: "zones", name: func(d *zoneDoc) string { return jsondoc.Text(d.Document, "name") },
			seed: seedZone, dump: dumpZones,
		},
		Events: []syslog.Type{eventZoneCreate, eventZoneDelete},
	}
}

// zone is a network zone. Doc is its document as the API shows it, less what is
// derived on each answer (id, timestamps, _links).
type zone struct {
	ID          string
	Created     time.Time
	LastUpdated time.Time
	Doc         map[string]any
}

// zones is the table of network zones.
func zones(o *state.Org) *state.Table[zone] { return state.TableOf[zone](o, "zone") }

func (z *zone) name() string { return jsondoc.Text(z.Doc, "name") }

// The events of network zones.
var (
	eventZoneCreate = syslog.Type{Name: "zone.create", Message: "Create network zone"}
	eventZoneDelete = syslog.Type{Name: "zone.delete", Message: "Delete network zone"}
)

// needs is what a zone of each type has to have at least one of (OpenAPI:
// createNetworkZone).
var zoneNeeds = map[string][]string{
	"IP":         {"gateways", "proxies"},
	"DYNAMIC":    {"asns", "locations", "proxyType"},
	"DYNAMIC_V2": {"asns", "locations", "ipServiceCategories"},
}

// fillZone takes up the document of a new zone, with its defaults.
func fillZone(o *state.Org, z *zone, doc map[string]any) error {
	z.Doc = map[string]any{"status": "ACTIVE", "usage": "POLICY", "system": false}
	for name, value := range doc {
		if !slices.Contains([]string{"id", "created", "lastUpdated", "_links"}, name) {
			z.Doc[name] = value
		}
	}
	needs, known := zoneNeeds[jsondoc.Text(z.Doc, "type")]
	switch {
	case z.name() == "":
		return web.Invalid("name", "name: The field cannot be left blank")
	case !known:
		return web.Invalid("type", "type: The type is not one of IP, DYNAMIC, DYNAMIC_V2")
	case !slices.ContainsFunc(needs, func(name string) bool { return z.Doc[name] != nil }) && z.Doc["system"] != true:
		return web.Invalid(needs[0], needs[0]+": A zone of this type needs at least one of them.")
	case zoneNamed(o, z.name()) != nil:
		return web.Invalid("name", "name: An object with this field already exists in the current organization")
	}
	return nil
}

func zoneNamed(o *state.Org, name string) *zone {
	return zones(o).Find(func(z *zone) bool { return z.name() == name })
}

func zoneView(c *web.Call, z *zone) map[string]any {
	doc := maps.Clone(z.Doc)
	self := c.URL("/api/v1/zones/" + z.ID)
	doc["id"], doc["created"], doc["lastUpdated"] = z.ID, state.Timestamp(z.Created), state.Timestamp(z.LastUpdated)
	doc["_links"] = map[string]any{
		"self":       map[string]any{"href": self, "hints": map[string]any{"allow": []string{"GET", "PUT", "DELETE"}}},
		"deactivate": map[string]any{"href": self + "/lifecycle/deactivate", "hints": map[string]any{"allow": []string{"POST"}}},
	}
	return doc
}

// listZones filters by id, usage and system.
func listZones(c *web.Call) error {
	var all []*zone
	matches := func(map[string]any) bool { return true }
	if filter := c.Query().Get("filter"); filter != "" {
		var err error
		if matches, err = web.ParseFilter(filter, func(a string) bool { return slices.Contains([]string{"id", "usage", "system"}, a) }); err != nil {
			return err
		}
	}
	for _, z := range zones(c.Org).All() {
		if matches(zoneView(c, z)) {
			all = append(all, z)
		}
	}
	found, err := web.Page(c, all, func(z *zone) string { return z.ID }, web.PageSize{Fallback: 200, Max: 200})
	if err != nil {
		return err
	}
	list := []any{}
	for _, z := range found {
		list = append(list, zoneView(c, z))
	}
	return c.JSON(http.StatusOK, list)
}

func createZone(c *web.Call) error {
	var doc map[string]any
	if err := c.Decode(&doc); err != nil {
		return err
	}
	z := &zone{ID: state.NewID("nzo"), Created: c.Second(), LastUpdated: c.Second()}
	if err := fillZone(c.Org, z, doc); err != nil {
		return err
	}
	zones(c.Org).Put(z.ID, z)
	syslog.Emit(c, eventZoneCreate, zoneEntity(z))
	return c.JSON(http.StatusOK, zoneView(c, z))
}

func pathZone(c *web.Call) (*zone, error) {
	if z := zones(c.Org).Get(c.Path("zoneId")); z != nil {
		return z, nil
	}
	return nil, web.NotFound(c.Path("zoneId"), "NetworkZone")
}

func getZone(c *web.Call) error {
	z, err := pathZone(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, zoneView(c, z))
}

func deleteZone(c *web.Call) error {
	z, err := pathZone(c)
	if err != nil {
		return err
	}
	zones(c.Org).Remove(z.ID)
	syslog.Emit(c, eventZoneDelete, zoneEntity(z))
	return c.NoContent(http.StatusNoContent)
}

// zoneDoc is a network zone.
type zoneDoc struct {
	madeDoc
	Document map[string]any `json:"document"` // as in the body of POST /api/v1/zones
}

func seedZone(s *seeding, d *zoneDoc) error {
	d.fill("nzo", s.now)
	z := &zone{ID: d.ID, Created: d.Created, LastUpdated: d.LastUpdated}
	if err := fillZone(s.Org, z, d.Document); err != nil {
		return causes(err)
	}
	zones(s.Org).Put(z.ID, z)
	return nil
}

func dumpZones(o *state.Org, _ bool) (docs []*zoneDoc) {
	for _, z := range zones(o).All() {
		docs = append(docs, &zoneDoc{madeDoc{z.ID, z.Created, z.LastUpdated}, z.Doc})
	}
	return docs
}

func zoneEntity(z *zone) state.LogEntity {
	return state.LogEntity{ID: z.ID, Type: "NetworkZone", Alternate: "unknown", Name: z.name()}
}

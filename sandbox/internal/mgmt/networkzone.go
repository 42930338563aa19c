package mgmt

import (
	"maps"
	"net/http"
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

// zoneKind describes network zones.
func zoneKind() Kind {
	return Kind{
		Name:  "zone",
		Table: func(o *state.Org) state.Storable { return zones(o) },
		Routes: []web.Route{
			{Pattern: "GET /api/v1/zones", Scope: "okta.networkZones", Right: access.ZonesRead, Handle: listZones},
			{Pattern: "POST /api/v1/zones", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: createZone},
			{Pattern: "GET /api/v1/zones/{zoneId}", Scope: "okta.networkZones", Right: access.ZonesRead, Handle: getRow(pathZone, zoneView)},
			{Pattern: "PUT /api/v1/zones/{zoneId}", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: replaceZone},
			{Pattern: "POST /api/v1/zones/{zoneId}/lifecycle/activate", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: func(c *web.Call) error { return setZoneStatus(c, "ACTIVE", eventZoneActivate) }},
			{Pattern: "POST /api/v1/zones/{zoneId}/lifecycle/deactivate", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: func(c *web.Call) error { return setZoneStatus(c, "INACTIVE", eventZoneDeactivate) }},
			{Pattern: "DELETE /api/v1/zones/{zoneId}", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: deleteZone},
		},
		Section: listOf[zoneDoc]{
			member: "zones", name: func(d *zoneDoc) string { return jsondoc.Text(d.Document, "name") },
			seed: seedZone, dump: dumpZones,
		},
		Events: []syslog.Type{eventZoneCreate, eventZoneUpdate, eventZoneActivate, eventZoneDeactivate, eventZoneBlock, eventZoneUnblock, eventZoneDelete},
	}
}

// zone is a network zone. Doc is its document as the API shows it, without what each answer adds
// (id, timestamps, _links).
type zone struct {
	ID          string
	Created     time.Time
	LastUpdated time.Time
	Doc         map[string]any
}

// zones returns the table of network zones.
func zones(o *state.Org) *state.Table[zone] { return state.TableOf[zone](o, "zone") }

func (z *zone) name() string   { return jsondoc.Text(z.Doc, "name") }
func (z *zone) status() string { return jsondoc.Text(z.Doc, "status") }
func (z *zone) system() bool   { return z.Doc["system"] == true }

// The events of network zones.
var (
	eventZoneCreate     = syslog.Type{Name: "zone.create", Message: "Create network zone"}
	eventZoneUpdate     = syslog.Type{Name: "zone.update", Message: "Update network zone"}
	eventZoneActivate   = syslog.Type{Name: "zone.activate", Message: "Activate network zone"}
	eventZoneDeactivate = syslog.Type{Name: "zone.deactivate", Message: "Deactivate network zone"}
	eventZoneBlock      = syslog.Type{Name: "zone.make_blacklist", Message: "Make network zone a blocklist"}
	eventZoneUnblock    = syslog.Type{Name: "zone.remove_blacklist", Message: "Remove blocklist from network zone"}
	eventZoneDelete     = syslog.Type{Name: "zone.delete", Message: "Delete network zone"}
)

// zoneNeeds names members by type of zone; a zone must have at least one of them (OpenAPI:
// createNetworkZone).
var zoneNeeds = map[string][]string{
	"IP":         {"gateways", "proxies"},
	"DYNAMIC":    {"asns", "locations", "proxyType"},
	"DYNAMIC_V2": {"asns", "locations", "ipServiceCategories"},
}

// maxZoneName is the maximum length of a zone's name in characters (OpenAPI: NetworkZone).
const maxZoneName = 128

// fillZone checks a document, adds the defaults of a new zone, and stores it in z.
func fillZone(o *state.Org, z *zone, doc map[string]any) error {
	filled := map[string]any{"status": "ACTIVE", "usage": "POLICY", "system": false}
	for name, value := range doc {
		if !slices.Contains([]string{"id", "created", "lastUpdated", "_links"}, name) {
			filled[name] = value
		}
	}
	kind, name := jsondoc.Text(filled, "type"), jsondoc.Text(filled, "name")
	needs, known := zoneNeeds[kind]
	other := zoneNamed(o, name)
	switch {
	case strings.TrimSpace(name) == "":
		return web.Invalid("name", "name: The field cannot be left blank")
	case utf8.RuneCountInString(name) > maxZoneName:
		return web.Invalid("name", "name: The field is too long")
	case !known:
		return web.Invalid("type", "type: The type is not one of IP, DYNAMIC, DYNAMIC_V2")
	case z.Doc != nil && kind != jsondoc.Text(z.Doc, "type"):
		return web.Invalid("type", "type: The type of a zone can't be changed")
	case !slices.Contains([]string{"POLICY", "BLOCKLIST"}, jsondoc.Text(filled, "usage")):
		return web.Invalid("usage", "usage: The usage is not one of POLICY, BLOCKLIST")
	case !slices.Contains([]string{"ACTIVE", "INACTIVE"}, jsondoc.Text(filled, "status")):
		return web.Invalid("status", "status: The status is not one of ACTIVE, INACTIVE")
	case !slices.ContainsFunc(needs, func(name string) bool { return holdsAny(filled[name]) }) && filled["system"] != true:
		return web.Invalid(needs[0], needs[0]+": A zone of this type needs at least one of "+strings.Join(needs, ", ")+".")
	case wrongAddresses(filled) != "":
		return web.Invalid(wrongAddresses(filled), wrongAddresses(filled)+": An address must be a CIDR block or a range of IP addresses")
	case other != nil && other != z:
		return web.Invalid("name", "name: An object with this field already exists in the current organization")
	}
	z.Doc = filled
	return nil
}

// holdsAny reports whether a member of a zone is not empty: a string, a list with elements, or an
// object that has such a list.
func holdsAny(member any) bool {
	switch member := member.(type) {
	case nil:
		return false
	case []any:
		return len(member) > 0
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(member)), holdsAny)
	}
	return member != ""
}

func zoneNamed(o *state.Org, name string) *zone {
	return zones(o).Find(func(z *zone) bool { return state.SameName(z.name(), name) })
}

func zoneView(c *web.Call, z *zone) map[string]any {
	doc := maps.Clone(z.Doc)
	self := c.URL("/api/v1/zones/" + z.ID)
	next := "deactivate"
	if z.status() == "INACTIVE" {
		next = "activate"
	}
	doc["id"], doc["created"], doc["lastUpdated"] = z.ID, state.Timestamp(z.Created), state.Timestamp(z.LastUpdated)
	doc["_links"] = map[string]any{
		"self": map[string]any{"href": self, "hints": map[string]any{"allow": []string{"GET", "PUT", "DELETE"}}},
		next:   map[string]any{"href": self + "/lifecycle/" + next, "hints": map[string]any{"allow": []string{"POST"}}},
	}
	return doc
}

// listZones filters zones by id, usage and system.
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
	return sendRows(c, found, zoneView)
}

func createZone(c *web.Call) error {
	doc, err := zoneBody(c)
	if err != nil {
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

// zoneBody decodes the zone in a body and removes what no request can set.
func zoneBody(c *web.Call) (map[string]any, error) {
	doc, err := c.Object()
	if err != nil {
		return nil, err
	}
	doc = maps.Clone(doc)
	delete(doc, "status")
	delete(doc, "system")
	return doc, nil
}

func replaceZone(c *web.Call) error {
	z, err := pathZone(c)
	if err != nil {
		return err
	}
	doc, err := zoneBody(c)
	if err != nil {
		return err
	}
	doc["status"], doc["system"] = z.Doc["status"], z.Doc["system"]
	before := jsondoc.Text(z.Doc, "usage")
	if err := fillZone(c.Org, z, doc); err != nil {
		return err
	}
	z.LastUpdated = c.Second()
	zones(c.Org).Put(z.ID, z)
	syslog.Emit(c, eventZoneUpdate, zoneEntity(z))
	if after := jsondoc.Text(z.Doc, "usage"); after != before {
		blocks := eventZoneUnblock
		if after == "BLOCKLIST" {
			blocks = eventZoneBlock
		}
		syslog.Emit(c, blocks, zoneEntity(z))
	}
	return c.JSON(http.StatusOK, zoneView(c, z))
}

func setZoneStatus(c *web.Call, status string, event syslog.Type) error {
	z, err := pathZone(c)
	if err != nil {
		return err
	}
	if z.status() != status {
		z.Doc["status"], z.LastUpdated = status, c.Second()
		zones(c.Org).Put(z.ID, z)
		syslog.Emit(c, event, zoneEntity(z))
	}
	return c.JSON(http.StatusOK, zoneView(c, z))
}

func pathZone(c *web.Call) (*zone, error) {
	return rowInPath(c, zones(c.Org), "zoneId", "NetworkZone")
}

// deleteZone refuses to delete an active zone, as Identity Engine does, and a system zone.
func deleteZone(c *web.Call) error {
	z, err := pathZone(c)
	switch {
	case err != nil:
		return err
	case z.system():
		return web.Forbidden()
	case z.status() != "INACTIVE":
		return errInUse()
	}
	zones(c.Org).Remove(z.ID)
	syslog.Emit(c, eventZoneDelete, zoneEntity(z))
	return c.NoContent(http.StatusNoContent)
}

// zoneDoc is a network zone in a seed.
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

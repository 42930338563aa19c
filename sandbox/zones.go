package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// zone is a network zone. Doc is its document as the API shows it, less what is
// derived on each answer (id, timestamps, _links).
type zone struct {
	ID          string
	Created     time.Time
	LastUpdated time.Time
	Doc         map[string]any
}

func zoneRoutes() []route {
	return []route{
		{pattern: "GET /api/v1/zones", scope: "okta.networkZones", right: rightZonesRead, handle: listZones},
		{pattern: "POST /api/v1/zones", scope: "okta.networkZones", right: rightZonesManage, handle: createZone},
		{pattern: "GET /api/v1/zones/{zoneId}", scope: "okta.networkZones", right: rightZonesRead, handle: getZone},
		{pattern: "DELETE /api/v1/zones/{zoneId}", scope: "okta.networkZones", right: rightZonesManage, handle: deleteZone},
	}
}

func (z *zone) name() string { return text(z.Doc, "name") }

// needs is what a zone of each type has to have at least one of (OpenAPI:
// createNetworkZone).
var zoneNeeds = map[string][]string{
	"IP":         {"gateways", "proxies"},
	"DYNAMIC":    {"asns", "locations", "proxyType"},
	"DYNAMIC_V2": {"asns", "locations", "ipServiceCategories"},
}

// fillZone takes up the document of a new zone, with its defaults.
func (o *org) fillZone(z *zone, doc map[string]any) error {
	z.Doc = map[string]any{"status": "ACTIVE", "usage": "POLICY", "system": false}
	for name, value := range doc {
		if !slices.Contains([]string{"id", "created", "lastUpdated", "_links"}, name) {
			z.Doc[name] = value
		}
	}
	needs, known := zoneNeeds[text(z.Doc, "type")]
	switch {
	case z.name() == "":
		return errInvalid("name", "name: The field cannot be left blank")
	case !known:
		return errInvalid("type", "type: The type is not one of IP, DYNAMIC, DYNAMIC_V2")
	case !slices.ContainsFunc(needs, func(name string) bool { return z.Doc[name] != nil }) && z.Doc["system"] != true:
		return errInvalid(needs[0], needs[0]+": A zone of this type needs at least one of them.")
	case o.zoneNamed(z.name()) != nil:
		return errInvalid("name", "name: An object with this field already exists in the current organization")
	}
	return nil
}

func (o *org) zoneNamed(name string) *zone {
	return o.zones.find(func(z *zone) bool { return z.name() == name })
}

func (c *call) zoneView(z *zone) map[string]any {
	doc := maps.Clone(z.Doc)
	self := c.url("/api/v1/zones/" + z.ID)
	doc["id"], doc["created"], doc["lastUpdated"] = z.ID, timestamp(z.Created), timestamp(z.LastUpdated)
	doc["_links"] = map[string]any{
		"self":       map[string]any{"href": self, "hints": map[string]any{"allow": []string{"GET", "PUT", "DELETE"}}},
		"deactivate": map[string]any{"href": self + "/lifecycle/deactivate", "hints": map[string]any{"allow": []string{"POST"}}},
	}
	return doc
}

// listZones filters by id, usage and system.
func listZones(c *call) error {
	var all []*zone
	matches := func(map[string]any) bool { return true }
	if filter := c.query().Get("filter"); filter != "" {
		var err error
		if matches, err = parseFilter(filter, func(a string) bool { return slices.Contains([]string{"id", "usage", "system"}, a) }); err != nil {
			return err
		}
	}
	for _, z := range c.org.zones.all() {
		if matches(c.zoneView(z)) {
			all = append(all, z)
		}
	}
	found, err := page(c, all, func(z *zone) string { return z.ID }, pageSize{fallback: 200, max: 200})
	if err != nil {
		return err
	}
	list := []any{}
	for _, z := range found {
		list = append(list, c.zoneView(z))
	}
	return c.json(http.StatusOK, list)
}

func createZone(c *call) error {
	var doc map[string]any
	if err := c.decode(&doc); err != nil {
		return err
	}
	z := &zone{ID: newID("nzo"), Created: c.second(), LastUpdated: c.second()}
	if err := c.org.fillZone(z, doc); err != nil {
		return err
	}
	c.org.zones.put(z.ID, z)
	c.happened(eventZoneCreate, zoneParty(z))
	return c.json(http.StatusOK, c.zoneView(z))
}

func (c *call) zone() (*zone, error) {
	if z := c.org.zones.get(c.path("zoneId")); z != nil {
		return z, nil
	}
	return nil, errNotFound(c.path("zoneId"), "NetworkZone")
}

func getZone(c *call) error {
	z, err := c.zone()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.zoneView(z))
}

func deleteZone(c *call) error {
	z, err := c.zone()
	if err != nil {
		return err
	}
	c.org.zones.remove(z.ID)
	c.happened(eventZoneDelete, zoneParty(z))
	return c.noContent(http.StatusNoContent)
}

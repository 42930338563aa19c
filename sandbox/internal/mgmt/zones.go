package mgmt

import (
	"maps"
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

func ZoneRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /api/v1/zones", Scope: "okta.networkZones", Right: access.ZonesRead, Handle: listZones},
		{Pattern: "POST /api/v1/zones", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: createZone},
		{Pattern: "GET /api/v1/zones/{zoneId}", Scope: "okta.networkZones", Right: access.ZonesRead, Handle: getZone},
		{Pattern: "DELETE /api/v1/zones/{zoneId}", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: deleteZone},
	}
}

// needs is what a zone of each type has to have at least one of (OpenAPI:
// createNetworkZone).
var zoneNeeds = map[string][]string{
	"IP":         {"gateways", "proxies"},
	"DYNAMIC":    {"asns", "locations", "proxyType"},
	"DYNAMIC_V2": {"asns", "locations", "ipServiceCategories"},
}

// fillZone takes up the document of a new zone, with its defaults.
func fillZone(o *state.Org, z *state.Zone, doc map[string]any) error {
	z.Doc = map[string]any{"status": "ACTIVE", "usage": "POLICY", "system": false}
	for name, value := range doc {
		if !slices.Contains([]string{"id", "created", "lastUpdated", "_links"}, name) {
			z.Doc[name] = value
		}
	}
	needs, known := zoneNeeds[jsondoc.Text(z.Doc, "type")]
	switch {
	case z.Name() == "":
		return web.Invalid("name", "name: The field cannot be left blank")
	case !known:
		return web.Invalid("type", "type: The type is not one of IP, DYNAMIC, DYNAMIC_V2")
	case !slices.ContainsFunc(needs, func(name string) bool { return z.Doc[name] != nil }) && z.Doc["system"] != true:
		return web.Invalid(needs[0], needs[0]+": A zone of this type needs at least one of them.")
	case zoneNamed(o, z.Name()) != nil:
		return web.Invalid("name", "name: An object with this field already exists in the current organization")
	}
	return nil
}

func zoneNamed(o *state.Org, name string) *state.Zone {
	return o.Zones.Find(func(z *state.Zone) bool { return z.Name() == name })
}

func zoneView(c *web.Call, z *state.Zone) map[string]any {
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
	var all []*state.Zone
	matches := func(map[string]any) bool { return true }
	if filter := c.Query().Get("filter"); filter != "" {
		var err error
		if matches, err = web.ParseFilter(filter, func(a string) bool { return slices.Contains([]string{"id", "usage", "system"}, a) }); err != nil {
			return err
		}
	}
	for _, z := range c.Org.Zones.All() {
		if matches(zoneView(c, z)) {
			all = append(all, z)
		}
	}
	found, err := web.Page(c, all, func(z *state.Zone) string { return z.ID }, web.PageSize{Fallback: 200, Max: 200})
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
	z := &state.Zone{ID: state.NewID("nzo"), Created: c.Second(), LastUpdated: c.Second()}
	if err := fillZone(c.Org, z, doc); err != nil {
		return err
	}
	c.Org.Zones.Put(z.ID, z)
	syslog.Emit(c, syslog.EventZoneCreate, zoneEntity(z))
	return c.JSON(http.StatusOK, zoneView(c, z))
}

func pathZone(c *web.Call) (*state.Zone, error) {
	if z := c.Org.Zones.Get(c.Path("zoneId")); z != nil {
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
	c.Org.Zones.Remove(z.ID)
	syslog.Emit(c, syslog.EventZoneDelete, zoneEntity(z))
	return c.NoContent(http.StatusNoContent)
}

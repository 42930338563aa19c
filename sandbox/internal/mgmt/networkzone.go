package mgmt

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// zones describes how the org stores network zones.
func zones() *documents {
	return &documents{kind: "zone", path: "/api/v1/zones", parameter: "zoneId", prefix: "nzo", entity: "NetworkZone",
		readOnly: []string{"status", "system"}, check: checkZone, further: blocklistEvents, inUse: zoneInUse}
}

// zoneKind describes network zones.
func zoneKind() Kind {
	k := zones()
	const one = "/api/v1/zones/{zoneId}"
	return Kind{
		Name:  k.kind,
		Table: func(o *state.Org) state.Storable { return k.table(o) },
		Routes: []web.Route{
			{Pattern: "GET /api/v1/zones", Scope: "okta.networkZones", Right: access.ZonesRead, Handle: listZones},
			{Pattern: "POST /api/v1/zones", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: k.create(eventZoneCreate)},
			{Pattern: "GET " + one, Scope: "okta.networkZones", Right: access.ZonesRead, Handle: getRow(k.inPath, k.view)},
			{Pattern: "PUT " + one, Scope: "okta.networkZones", Right: access.ZonesManage, Handle: k.replace(eventZoneUpdate)},
			{Pattern: "POST " + one + "/lifecycle/activate", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: k.setStatus("ACTIVE", eventZoneActivate)},
			{Pattern: "POST " + one + "/lifecycle/deactivate", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: k.setStatus("INACTIVE", eventZoneDeactivate)},
			{Pattern: "DELETE " + one, Scope: "okta.networkZones", Right: access.ZonesManage, Handle: k.remove(eventZoneDelete)},
		},
		Section: k.section("zones"),
		Events:  []syslog.Type{eventZoneCreate, eventZoneUpdate, eventZoneActivate, eventZoneDeactivate, eventZoneBlock, eventZoneUnblock, eventZoneDelete},
	}
}

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

// checkZone checks a network zone, and adds the defaults of a new one.
func checkZone(c *web.Call, z *document, doc map[string]any) error {
	for member, value := range map[string]any{"usage": "POLICY", "system": false} {
		if _, given := doc[member]; !given {
			doc[member] = value
		}
	}
	kind, name := jsondoc.Text(doc, "type"), jsondoc.Text(doc, "name")
	needs, known := zoneNeeds[kind]
	other := zones().table(c.Org).Find(func(z *document) bool { return state.SameName(z.name(), name) })
	switch {
	case strings.TrimSpace(name) == "":
		return web.Invalid("name", "name: The field cannot be left blank")
	case utf8.RuneCountInString(name) > maxZoneName:
		return web.Invalid("name", "name: The field is too long")
	case !known:
		return web.Invalid("type", "type: The type is not one of IP, DYNAMIC, DYNAMIC_V2")
	case z.Doc != nil && kind != jsondoc.Text(z.Doc, "type"):
		return web.Invalid("type", "type: The type of a zone can't be changed")
	case !slices.Contains([]string{"POLICY", "BLOCKLIST"}, jsondoc.Text(doc, "usage")):
		return web.Invalid("usage", "usage: The usage is not one of POLICY, BLOCKLIST")
	case !slices.ContainsFunc(needs, func(name string) bool { return holdsAny(doc[name]) }) && doc["system"] != true:
		return web.Invalid(needs[0], needs[0]+": A zone of this type needs at least one of "+strings.Join(needs, ", ")+".")
	case wrongAddresses(doc) != "":
		return web.Invalid(wrongAddresses(doc), wrongAddresses(doc)+": An address must be a CIDR block or a range of IP addresses")
	case other != nil && other != z:
		return web.Invalid("name", "name: An object with this field already exists in the current organization")
	}
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

// listZones filters zones by id, usage and system.
func listZones(c *web.Call) error {
	k := zones()
	var all []*document
	matches := func(map[string]any) bool { return true }
	if filter := c.Query().Get("filter"); filter != "" {
		var err error
		if matches, err = web.ParseFilter(filter, func(a string) bool { return slices.Contains([]string{"id", "usage", "system"}, a) }); err != nil {
			return err
		}
	}
	for _, z := range k.table(c.Org).All() {
		if matches(k.view(c, z)) {
			all = append(all, z)
		}
	}
	found, err := web.Page(c, all, func(z *document) string { return z.ID }, web.PageSize{Fallback: 200, Max: 200})
	if err != nil {
		return err
	}
	return sendRows(c, found, k.view)
}

// blocklistEvents returns the event of a zone that begins or stops to be a blocklist.
func blocklistEvents(z *document, before map[string]any) []syslog.Type {
	switch usage := jsondoc.Text(z.Doc, "usage"); {
	case usage == jsondoc.Text(before, "usage"):
		return nil
	case usage == "BLOCKLIST":
		return []syslog.Type{eventZoneBlock}
	}
	return []syslog.Type{eventZoneUnblock}
}

// zoneInUse refuses to delete an active zone, as Identity Engine does, and a system zone.
func zoneInUse(z *document) error {
	switch {
	case z.Doc["system"] == true:
		return web.Forbidden()
	case z.status() != "INACTIVE":
		return errInUse()
	}
	return nil
}

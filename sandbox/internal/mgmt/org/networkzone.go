package org

import (
	"maps"
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

// Zones describes how the org stores network zones.
func Zones() *kind.Documents {
	return &kind.Documents{Kind: "zone", Path: "/api/v1/zones", Parameter: "zoneId", Prefix: "nzo", Entity: "NetworkZone",
		ReadOnly: []string{"system"}, Check: checkZone, Further: zoneEvents, InUse: zoneInUse}
}

// ZoneKind describes network zones.
func ZoneKind() kind.Kind {
	k := Zones()
	const one = "/api/v1/zones/{zoneId}"
	return kind.Kind{
		Name:  k.Kind,
		Table: func(o *state.Org) state.Storable { return k.Table(o) },
		Routes: []web.Route{
			{Pattern: "GET /api/v1/zones", Scope: "okta.networkZones", Right: access.ZonesRead, Handle: listZones},
			{Pattern: "POST /api/v1/zones", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: k.Create(eventZoneCreate)},
			{Pattern: "GET " + one, Scope: "okta.networkZones", Right: access.ZonesRead, Handle: kind.GetRow(k.InPath, k.View)},
			{Pattern: "PUT " + one, Scope: "okta.networkZones", Right: access.ZonesManage, Handle: k.Replace(eventZoneUpdate)},
			{Pattern: "POST " + one + "/lifecycle/activate", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: k.SetStatus("ACTIVE", eventZoneActivate)},
			{Pattern: "POST " + one + "/lifecycle/deactivate", Scope: "okta.networkZones", Right: access.ZonesManage, Handle: k.SetStatus("INACTIVE", eventZoneDeactivate)},
			{Pattern: "DELETE " + one, Scope: "okta.networkZones", Right: access.ZonesManage, Handle: k.Remove(eventZoneDelete)},
		},
		Section: k.Section("zones"),
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
func checkZone(c *web.Call, z *kind.Document, doc map[string]any) error {
	for member, value := range map[string]any{"usage": "POLICY", "system": false} {
		if _, given := doc[member]; !given {
			doc[member] = value
		}
	}
	typ, name := jsondoc.Text(doc, "type"), jsondoc.Text(doc, "name")
	fillZone(typ, doc)
	needs, known := zoneNeeds[typ]
	other := Zones().Table(c.Org).Find(func(z *kind.Document) bool { return state.SameName(z.Name(), name) })
	switch {
	case strings.TrimSpace(name) == "":
		return web.Invalid("name", "name: The field cannot be left blank")
	case utf8.RuneCountInString(name) > maxZoneName:
		return web.Invalid("name", "name: The field is too long")
	case !known:
		return web.Invalid("type", "type: The type is not one of IP, DYNAMIC, DYNAMIC_V2")
	case z.Doc != nil && typ != jsondoc.Text(z.Doc, "type"):
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

// fillZone adds what Okta shows of a zone besides what was sent: null for lists of addresses and
// locations and for the region of a country, and both lists of what an enhanced dynamic zone
// includes and excludes.
func fillZone(typ string, doc map[string]any) {
	shown := map[string][]string{"IP": {"gateways", "proxies"}, "DYNAMIC": {"locations"}}
	for _, member := range shown[typ] {
		if _, given := doc[member]; !given {
			doc[member] = nil
		}
	}
	fillRegions(doc["locations"])
	for _, member := range []string{"asns", "locations", "ipServiceCategories"} {
		lists, isObject := doc[member].(map[string]any)
		if !isObject {
			continue
		}
		for _, list := range []string{"include", "exclude"} {
			if lists[list] == nil {
				lists[list] = []any{}
			}
			fillRegions(lists[list])
		}
	}
}

func fillRegions(locations any) {
	list, _ := locations.([]any)
	for _, location := range list {
		if object, isObject := location.(map[string]any); isObject && object["region"] == nil {
			object["region"] = nil
		}
	}
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
	k := Zones()
	var all []*kind.Document
	matches := func(map[string]any) bool { return true }
	if filter := c.Query().Get("filter"); filter != "" {
		var err error
		if matches, err = web.ParseFilter(filter, func(a string) bool { return slices.Contains([]string{"id", "usage", "system"}, a) }); err != nil {
			return err
		}
	}
	for _, z := range k.Table(c.Org).All() {
		if matches(k.View(c, z)) {
			all = append(all, z)
		}
	}
	found, err := web.Page(c, all, func(z *kind.Document) string { return z.ID }, web.PageSize{Fallback: 200, Max: 200})
	if err != nil {
		return err
	}
	return kind.SendRows(c, found, k.View)
}

// zoneEvents returns the events of a zone whose status or usage was replaced.
func zoneEvents(z *kind.Document, before map[string]any) (events []syslog.Type) {
	for _, change := range []struct {
		member, value string
		event         syslog.Type
	}{
		{"status", "ACTIVE", eventZoneActivate}, {"status", "INACTIVE", eventZoneDeactivate},
		{"usage", "BLOCKLIST", eventZoneBlock}, {"usage", "POLICY", eventZoneUnblock},
	} {
		now := jsondoc.Text(z.Doc, change.member)
		if now == change.value && now != jsondoc.Text(before, change.member) {
			events = append(events, change.event)
		}
	}
	return events
}

// zoneInUse refuses to delete an active zone, as Identity Engine does, and a system zone.
func zoneInUse(z *kind.Document) error {
	switch {
	case z.Doc["system"] == true:
		return web.Forbidden()
	case z.Status() != "INACTIVE":
		return kind.ErrInUse()
	}
	return nil
}

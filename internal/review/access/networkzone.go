package access

// Attributes of network zones.
const (
	AttrZoneType     = "type"
	AttrZoneUsage    = "usage"
	AttrZoneGateways = "gateways"
	AttrZoneProxies  = "proxies"
	AttrProxyType    = "proxy_type"
)

// NetworkZoneKind: a network zone gives no rights; apps and policies limit sign-ins to it.
var NetworkZoneKind = &Kind{
	name: "network_zone", Source: "network_zone", names: byLabel,
	Attributes: []Attribute{
		harmless("name", "a name that people see; apps and policies know the zone by its id"),
		controls(AttrZoneType),
		controls(AttrZoneUsage),
		controls(AttrStatus),
		controls(AttrZoneGateways),
		controls(AttrZoneProxies),
		controls(AttrProxyType),
		controls("asns"),
		controls("asns_exclude"),
		controls("locations"),
		controls("locations_exclude"),
		controls("ip_service_categories"),
		controls("ip_service_categories_exclude"),
	},
}

// zoneIncludes are the lists of what a zone contains; zoneExcludes are those of what it excludes.
var (
	ZoneIncludes = []string{AttrZoneGateways, AttrZoneProxies, "asns", "locations", "ip_service_categories"}
	ZoneExcludes = []string{"asns_exclude", "locations_exclude", "ip_service_categories_exclude"}
)

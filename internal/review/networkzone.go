package review

// Attributes of network zones.
const (
	attrZoneType     = "type"
	attrZoneUsage    = "usage"
	attrZoneGateways = "gateways"
	attrZoneProxies  = "proxies"
	attrProxyType    = "proxy_type"
)

var networkZoneKind = &kind{
	name: "network_zone", source: "network_zone", names: byLabel,
	attributes: []attribute{
		harmless("name", "a name that people see; apps and policies know the zone by its id"),
		controls(attrZoneType),
		controls(attrZoneUsage),
		controls(attrStatus),
		controls(attrZoneGateways),
		controls(attrZoneProxies),
		controls(attrProxyType),
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
	zoneIncludes = []string{attrZoneGateways, attrZoneProxies, "asns", "locations", "ip_service_categories"}
	zoneExcludes = []string{"asns_exclude", "locations_exclude", "ip_service_categories_exclude"}
)

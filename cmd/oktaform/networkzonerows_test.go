package main

import "fmt"

// networkZoneRows are the rows of network_zone, each with the document that somebody leaves behind.
func networkZoneRows() []attributeRow {
	const path = "/api/v1/zones/{network_zone.x}"
	zone := func(attrs string) string { return "network_zone \"x\" {\n  name = \"X\"\n" + attrs + "}\n" }
	put := func(members string) string {
		return fmt.Sprintf("PUT %s {\"name\":\"X %s\",%s}", path, markOf("network_zone.x"), members)
	}
	const addresses = `"gateways":[{"type":"CIDR","value":"192.0.2.0/24"}]`
	ip := zone("  gateways = [\"192.0.2.0/24\"]\n")
	v2 := func(attr, value, drift string) attributeRow {
		return attributeRow{attr: "network_zone." + attr,
			body:  zone("  type = \"DYNAMIC_V2\"\n  locations = [\"US\"]\n" + fmt.Sprintf("  %s = [%q]\n", attr, value)),
			drift: put(`"type":"DYNAMIC_V2","locations":{"include":[{"country":"US"}]},` + drift)}
	}
	return []attributeRow{
		{attr: "network_zone.name", body: ip, drift: fmt.Sprintf(`PUT %s {"name":"Y %s","type":"IP",%s}`, path, markOf("network_zone.x"), addresses)},
		{attr: "network_zone.usage", body: ip, drift: put(`"type":"IP","usage":"BLOCKLIST",` + addresses)},
		{attr: "network_zone.status", body: ip, drift: "POST " + path + "/lifecycle/deactivate"},
		{attr: "network_zone.gateways", body: ip, drift: put(`"type":"IP","gateways":[{"type":"RANGE","value":"192.0.2.1-192.0.2.9"}]`)},
		{attr: "network_zone.proxies", body: ip, drift: put(`"type":"IP",` + addresses + `,"proxies":[{"type":"CIDR","value":"203.0.113.1/32"}]`)},
		{attr: "network_zone.proxy_type", body: zone("  type = \"DYNAMIC\"\n  proxy_type = \"Any\"\n"), drift: put(`"type":"DYNAMIC","proxyType":"Tor"`)},
		{attr: "network_zone.asns", body: zone("  type = \"DYNAMIC\"\n  asns = [\"64496\"]\n"), drift: put(`"type":"DYNAMIC","asns":["64497"]`)},
		{attr: "network_zone.locations", body: zone("  type = \"DYNAMIC\"\n  locations = [\"DE\"]\n"), drift: put(`"type":"DYNAMIC","locations":[{"country":"US","region":"US-CA"}]`)},
		v2("asns_exclude", "64496", `"asns":{"exclude":["64497"]}`),
		v2("locations_exclude", "US-CA", `"locations":{"include":[{"country":"US"}],"exclude":[{"country":"US","region":"US-NV"}]}`),
		v2("ip_service_categories", "ALL_ANONYMIZERS", `"ipServiceCategories":{"include":["GOOGLE_VPN"]}`),
		v2("ip_service_categories_exclude", "GOOGLE_VPN", `"ipServiceCategories":{"exclude":["NORD_VPN"]}`),
	}
}

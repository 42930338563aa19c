package kinds

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

const kindNetworkZone = "network_zone"

// The types of network zones.
const (
	zoneIP        = "IP"
	zoneDynamic   = "DYNAMIC"
	zoneDynamicV2 = "DYNAMIC_V2"
)

// networkZone is a network zone (/api/v1/zones). Its only text is its name, which ends with the
// mark. System zones cannot be declared.
func networkZone() *schema.Kind {
	list := func(name, path, doc string) schema.Attr {
		return schema.Attr{Name: name, Type: cty.List(cty.String), Path: path, Default: cty.ListValEmpty(cty.String), OmitDefault: true, Unordered: true, Access: true, Doc: doc}
	}
	services := list("ip_service_categories", "ipServiceCategories.include", "For DYNAMIC_V2: the IP services, such as VPNs and proxies, that the zone includes: ALL_ANONYMIZERS and so on.")
	services.Known = ipServices
	noServices := list("ip_service_categories_exclude", "ipServiceCategories.exclude", "For DYNAMIC_V2: the IP services that the zone excludes.")
	noServices.Known = ipServices
	return &schema.Kind{
		Name: kindNetworkZone, Title: "network zone", Label: "name", Unique: true, Mark: schema.MarkName, MarkLimit: 128, SharesNames: true,
		Terraform: []schema.TerraformType{{Name: "okta_network_zone", ID: "id", Rename: map[string]string{
			"dynamic_locations": "locations", "dynamic_locations_exclude": "locations_exclude", "dynamic_proxy_type": "proxy_type",
			"ip_service_categories_include": "ip_service_categories"}}},
		Doc: "A set of addresses, places or networks that policies and apps refer to. Its name in the org ends with the mark of the owner. The zones that Okta creates, such as BlockedIpZone, can't be declared.",
		Attrs: []schema.Attr{
			{Name: "name", Type: cty.String, Path: "name", Required: true, Doc: "The zone's name, unique in the org. Together with the mark of the owner at most 128 characters."},
			{Name: "type", Type: cty.String, Path: "type", Default: cty.StringVal(zoneIP), OneOf: []string{zoneIP, zoneDynamic, zoneDynamicV2}, Immutable: true,
				Doc: "What defines the zone: addresses, or places, networks and IP services. Okta can't change the type, so a change replaces the zone."},
			{Name: "usage", Access: true, Type: cty.String, Path: "usage", Default: cty.StringVal("POLICY"), OneOf: []string{"POLICY", zoneBlocklist},
				Doc: "POLICY: policies and apps refer to the zone. BLOCKLIST: nobody in the zone reaches the org."},
			{Name: "status", Access: true, Type: cty.String, Path: "status", Default: cty.StringVal("ACTIVE"), OneOf: []string{"ACTIVE", "INACTIVE"},
				Doc: "An INACTIVE zone has no effect."},
			list("gateways", "gateways", "For IP: the addresses of the zone, as 192.0.2.0/24 or 192.0.2.4-192.0.2.9."),
			list("proxies", "proxies", "For IP: the addresses of proxies that may forward requests from the gateways, in the same form."),
			{Name: "proxy_type", Access: true, Type: cty.String, Path: "proxyType", OneOf: []string{"Any", "Tor", "NotTorAnonymizer"}, Aliases: map[string]string{"ANY": "Any", "null": ""},
				Doc: "For DYNAMIC: the type of proxy through which a request comes."},
			list("asns", "asns.include", "For DYNAMIC and DYNAMIC_V2: the numbers of autonomous systems, as strings."),
			list("asns_exclude", "asns.exclude", "For DYNAMIC_V2: the autonomous systems that the zone excludes."),
			list("locations", "locations.include", "For DYNAMIC and DYNAMIC_V2: countries (ISO 3166-1, such as DE) and regions (ISO 3166-2, such as US-CA)."),
			list("locations_exclude", "locations.exclude", "For DYNAMIC_V2: the countries and regions that the zone excludes."),
			services, noServices,
		},
		FromOkta: zoneFromOkta,
		ToOkta:   zoneToOkta,
		Check:    checkNetworkZone,
	}
}

const zoneBlocklist = "BLOCKLIST"

func networkZoneSource() *schema.Kind {
	k := dataSource(kindNetworkZone, "network zone", "name", "name", "The zone's name, without the mark of an owner.",
		computedAttr("type", "type", "IP, DYNAMIC or DYNAMIC_V2."),
		computedAttr("usage", "usage", "POLICY or BLOCKLIST."),
		computedAttr("status", "status", "ACTIVE or INACTIVE."))
	k.Mark, k.MarkLimit = schema.MarkName, 128
	return k
}

// The lists of a zone that are plain lists for DYNAMIC, and include and exclude for DYNAMIC_V2.
var zoneLists = [...]string{"asns", "locations"}

// zoneFromOkta converts addresses and locations to strings.
func zoneFromOkta(doc map[string]any) {
	for _, name := range [...]string{"gateways", "proxies"} {
		doc[name] = eachText(doc[name], func(address map[string]any) any { return address["value"] })
		dropNil(doc, name)
	}
	for _, name := range zoneLists {
		parts, both := doc[name].(map[string]any)
		if !both {
			parts = map[string]any{"include": doc[name]}
		}
		out := map[string]any{}
		for part, list := range parts {
			out[part] = eachText(list, func(place map[string]any) any {
				if region, _ := place["region"].(string); region != "" {
					return region
				}
				return place["country"]
			})
			dropNil(out, part)
		}
		if doc[name] = any(out); len(out) == 0 {
			delete(doc, name)
		}
	}
}

// zoneToOkta reverses zoneFromOkta.
func zoneToOkta(doc map[string]any) {
	for _, name := range [...]string{"gateways", "proxies"} {
		doc[name] = eachObject(doc[name], func(text string) map[string]any {
			form := "CIDR"
			if strings.Contains(text, "-") {
				form = "RANGE"
			}
			return map[string]any{"type": form, "value": text}
		})
		dropNil(doc, name)
	}
	for _, name := range zoneLists {
		parts, _ := doc[name].(map[string]any)
		if parts == nil {
			continue
		}
		if name == "locations" {
			for part, list := range parts {
				parts[part] = eachObject(list, func(text string) map[string]any {
					country, region, within := strings.Cut(text, "-")
					if within {
						return map[string]any{"country": country, "region": country + "-" + region}
					}
					return map[string]any{"country": country}
				})
			}
		}
		if doc["type"] != zoneDynamicV2 && parts["exclude"] == nil {
			doc[name] = parts["include"]
		}
	}
}

// eachText converts the objects in a list to strings; nil if it is no list.
func eachText(list any, text func(map[string]any) any) any {
	elements, ok := list.([]any)
	if !ok {
		return nil
	}
	out := make([]any, len(elements))
	for i, e := range elements {
		out[i] = e
		if object, ok := e.(map[string]any); ok {
			out[i] = text(object)
		}
	}
	return out
}

// eachObject converts the strings in a list to objects; nil if it is no list.
func eachObject(list any, object func(string) map[string]any) any {
	elements, ok := list.([]any)
	if !ok {
		return nil
	}
	out := make([]any, len(elements))
	for i, e := range elements {
		text, _ := e.(string)
		out[i] = object(text)
	}
	return out
}

func dropNil(doc map[string]any, name string) {
	if doc[name] == nil {
		delete(doc, name)
	}
}

// zoneParts are the attributes that each type of zone can have; it needs one of them.
var zoneParts = map[string][]string{
	zoneIP:        {"gateways", "proxies"},
	zoneDynamic:   {"asns", "locations", "proxy_type"},
	zoneDynamicV2: {"asns", "asns_exclude", "locations", "locations_exclude", "ip_service_categories", "ip_service_categories_exclude"},
}

// zoneLimits are the maximum numbers of elements.
var zoneLimits = map[string]int{"gateways": 150, "proxies": 150, "asns": 75, "asns_exclude": 75, "locations": 75, "locations_exclude": 75,
	"ip_service_categories": 75, "ip_service_categories_exclude": 75}

// maxBlocked is the maximum number of addresses in a zone with the usage BLOCKLIST.
const maxBlocked = 1000

func checkNetworkZone(v schema.Value) []schema.Problem {
	var problems []schema.Problem
	add := func(attr, summary, format string, args ...any) {
		problems = append(problems, schema.Problem{Attr: attr, Summary: summary, Detail: fmt.Sprintf(format, args...)})
	}
	if name := v.GetAttr("name"); name.IsKnown() && strings.TrimSpace(schema.Text(name)) == "" {
		add("name", "Invalid zone name", "The name of a network zone must not be empty.")
	}
	problems = append(problems, checkZoneParts(v)...)
	for _, name := range []string{"gateways", "proxies"} {
		for _, address := range schema.Texts(v.GetAttr(name)) {
			if why := checkAddress(address); why != "" {
				add(name, "Invalid address", "%q %s.", address, why)
			}
		}
	}
	for _, name := range []string{"asns", "asns_exclude"} {
		for _, asn := range schema.Texts(v.GetAttr(name)) {
			if !patternASN().MatchString(asn) {
				add(name, "Invalid autonomous system", "%q is not the number of an autonomous system, such as %q.", asn, "64496")
			}
		}
	}
	for _, name := range []string{"locations", "locations_exclude"} {
		for _, place := range schema.Texts(v.GetAttr(name)) {
			if !patternPlace().MatchString(place) {
				add(name, "Invalid location", "%q is neither a country (ISO 3166-1, such as %q) nor a region (ISO 3166-2, such as %q).", place, "US", "US-CA")
			}
		}
	}
	return problems
}

var (
	patternASN   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9]{1,10}$`) })
	patternPlace = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`) })
)

// checkZoneParts checks the contents of a zone against its type.
func checkZoneParts(v schema.Value) (problems []schema.Problem) {
	typ := v.GetAttr("type")
	if !typ.IsKnown() {
		return nil
	}
	name := zoneIP
	if !typ.IsNull() {
		name = schema.Text(typ)
	}
	own := zoneParts[name]
	has := false
	for _, attr := range zoneAttrs {
		value := v.GetAttr(attr)
		given := !value.IsKnown() || schema.Text(value) != "" || value.Type().IsListType() && !value.IsNull() && value.LengthInt() > 0
		mine := false
		for _, other := range own {
			mine = mine || other == attr
		}
		has = has || given && mine
		limit := zoneLimits[attr]
		if attr == "gateways" && schema.Text(v.GetAttr("usage")) == zoneBlocklist {
			limit = maxBlocked
		}
		switch {
		case given && !mine && own != nil:
			problems = append(problems, schema.Problem{Attr: attr, Summary: "Attribute of another type of zone",
				Detail: fmt.Sprintf("A zone of type %s has no %s; it has %s.", name, attr, strings.Join(own, ", "))})
		case given && limit > 0 && value.IsKnown() && value.LengthInt() > limit:
			problems = append(problems, schema.Problem{Attr: attr, Summary: "Too many elements",
				Detail: fmt.Sprintf("%s has %d elements; Okta allows %d. Spread them over several zones.", attr, value.LengthInt(), limit)})
		case given && attr == "proxies" && schema.Text(v.GetAttr("usage")) == zoneBlocklist:
			problems = append(problems, schema.Problem{Attr: attr, Summary: "Proxies of blocked addresses",
				Detail: "A zone with usage = \"BLOCKLIST\" has no proxies: it blocks the gateways. Remove proxies."})
		}
	}
	if !has && own != nil {
		problems = append(problems, schema.Problem{Attr: "type", Summary: "Empty network zone",
			Detail: fmt.Sprintf("A zone of type %s needs at least one of %s.", name, strings.Join(own, ", "))})
	}
	return problems
}

var zoneAttrs = [...]string{"gateways", "proxies", "proxy_type", "asns", "asns_exclude", "locations", "locations_exclude",
	"ip_service_categories", "ip_service_categories_exclude"}

// checkAddress says what is wrong with an address of a zone; "" if nothing is.
func checkAddress(address string) string {
	if first, last, isRange := strings.Cut(address, "-"); isRange {
		from, err1 := netip.ParseAddr(first)
		to, err2 := netip.ParseAddr(last)
		switch {
		case err1 != nil || err2 != nil:
			return "is not a range of addresses, such as 192.0.2.4-192.0.2.9"
		case from.Is4() != to.Is4():
			return "mixes IPv4 and IPv6"
		case to.Less(from):
			return "ends before it begins"
		}
		return ""
	}
	if _, err := netip.ParsePrefix(address); err == nil {
		return ""
	}
	if addr, err := netip.ParseAddr(address); err == nil {
		return fmt.Sprintf("is a single address; write it as %q", netip.PrefixFrom(addr, addr.BitLen()))
	}
	return "is neither a network, such as 192.0.2.0/24, nor a range, such as 192.0.2.4-192.0.2.9"
}

// ipServices returns the services listed in Okta's OpenAPI document 2026.06.3.
func ipServices() []string {
	return strings.Fields(`ABCPROXY_PROXY ALL_ANONYMIZERS ALL_ANONYMIZERS_EXCEPT_TOR ALL_IP_SERVICES ALL_PROXIES_VPNS ANONYMIZER_TOR
		APPLE_ICLOUD_RELAY_PROXY ASTRILL_VPN AVAST_VPN BIGMAMA_PROXY CYBERGHOST_VPN DATAIMPULSE_PROXY EXPRESS_VPN FACELESS_PROXY
		FROXY_PROXY GEONODE_PROXY GLOBALPROTECT_VPN GOOGLE_VPN IPCOLA_PROXY IPIDEA_PROXY IPROXYSHOP_PROXY LUMINATI_PROXY
		MULLVAD_VPN NETNUT_PROXY NEXUS_PROXY NORD_VPN OCULUS_PROXY OXYLABS_PROXY PIA_VPN PROXYRACK_PROXY SAMSUNG_VPN
		SPACEPROXIES_PROXY SURFSHARK_VPN SYMANTEC_VPN TRENDMICRO_VPN ULTRASURF_VPN WARP_VPN YILU_PROXY`)
}

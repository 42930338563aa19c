package org

import (
	"net/netip"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
)

// wrongAddresses returns which of a zone's lists of addresses has an entry that is none (OpenAPI:
// NetworkZoneAddress); "" if all are good.
func wrongAddresses(doc map[string]any) string {
	for _, name := range []string{"gateways", "proxies"} {
		list, isList := doc[name].([]any)
		if doc[name] != nil && !isList {
			return name
		}
		for _, element := range list {
			address, _ := element.(map[string]any)
			if !isAddress(jsondoc.Text(address, "type"), jsondoc.Text(address, "value")) {
				return name
			}
		}
	}
	return ""
}

// isAddress reports whether a text is an address, a CIDR block, or a range such as
// 192.0.2.1-192.0.2.9. The beginning of a range may have a prefix length, as in the document's
// example of ReplaceNetworkZone.
func isAddress(kind, text string) bool {
	if kind == "RANGE" {
		first, last, isRange := strings.Cut(text, "-")
		first, _, _ = strings.Cut(first, "/")
		a, err := netip.ParseAddr(first)
		if !isRange {
			return err == nil
		}
		b, wrong := netip.ParseAddr(last)
		return err == nil && wrong == nil && a.Is4() == b.Is4() && !b.Less(a)
	}
	if _, err := netip.ParseAddr(text); err == nil {
		return kind == "CIDR"
	}
	_, err := netip.ParsePrefix(text)
	return err == nil && kind == "CIDR"
}

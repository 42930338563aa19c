package review

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// networkZoneRules are about zones: who may sign in from where.
func networkZoneRules() []Rule {
	return []Rule{
		{ID: "G53", Title: "A network zone holds every address", Severity: severity.High,
			Rationale: "An app or policy that is limited to the zone is not limited at all; proxies that may be anywhere can name any address as the client's.",
			Source:    "Okta's network zones API", Fix: "Name the intended addresses.", object: everyAddress},
		{ID: "G54", Title: "A network zone lets more in", Severity: severity.Medium, Worst: severity.High,
			Rationale: "Apps and policies refer to the zone: whoever is in it, or no longer blocked by it, may sign in from there.",
			Source:    "Okta's network zones API", Fix: "Make sure that the addresses are intended, and find out what refers to the zone.", change: zoneChanges},
	}
}

func isZone(o *access.Object) bool { return o.Facts == access.NetworkZoneKind }

// blocks reports whether the zone blocks its addresses from the org.
func blocks(zone *access.Object) bool {
	return zone.Text(access.AttrZoneUsage) == "BLOCKLIST" && zone.Active()
}

func everyAddress(_ *examined, o *access.Object) (hits []hit) {
	if !isZone(o) || o.Gone || !o.Active() {
		return nil
	}
	for _, attr := range []string{access.AttrZoneGateways, access.AttrZoneProxies} {
		wide := map[bool][]string{} // whether IPv6: addresses, the widest first
		share := map[bool]float64{}
		addresses := slices.Clone(o.List(attr).Texts)
		slices.SortStableFunc(addresses, func(x, y string) int { return cmp.Compare(shareOf(y), shareOf(x)) })
		for _, address := range addresses {
			six := strings.Contains(address, ":")
			if share[six] < nearlyAll {
				wide[six], share[six] = append(wide[six], address), share[six]+shareOf(address)
			}
		}
		for _, six := range []bool{false, true} {
			if share[six] < nearlyAll {
				continue
			}
			message := "%s: the zone contains every address of its IP version"
			if blocks(o) {
				message = "%s: nobody can use the org from any address of its IP version"
			}
			hits = append(hits, on(o, attr, message, phrase.List(wide[six]))...)
		}
	}
	return hits
}

// nearlyAll is the share of all addresses, nearly half, above which a zone counts as holding all.
const nearlyAll = 127.0 / 256

// shareOf returns which share of all addresses of its version of IP a range of a zone holds.
func shareOf(address string) float64 {
	if first, last, isRange := strings.Cut(address, "-"); isRange {
		from, err1 := netip.ParseAddr(strings.TrimSpace(first))
		to, err2 := netip.ParseAddr(strings.TrimSpace(last))
		if err1 != nil || err2 != nil || from.Is4() != to.Is4() || to.Less(from) {
			return 0
		}
		head := func(a netip.Addr) float64 { return float64(binary.BigEndian.Uint32(a.AsSlice())) }
		return (head(to) - head(from) + 1) / (1 << 32)
	}
	prefix, err := netip.ParsePrefix(address)
	if err != nil {
		return 0
	}
	return math.Ldexp(1, -prefix.Bits())
}

func zoneChanges(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *access.Object) {
		if was != nil && isZone(is) {
			hits = append(hits, zoneChange(was, is)...)
		}
	})
	for i := range x.before.Objects {
		was := &x.before.Objects[i]
		if !isZone(was) || x.ByAddr[was.Addr.String()] != nil {
			continue
		}
		h := hit{o: was, severity: severity.Low, message: "is deleted: an app or policy that denies it no longer does"}
		if blocks(was) {
			h.severity, h.message = severity.High, "is deleted: what it blocked reaches the org"
		}
		hits = append(hits, h)
	}
	return hits
}

func zoneChange(was, is *access.Object) (hits []hit) {
	add := func(attr string, level severity.Level, format string, args ...any) {
		h := on(is, attr, format, args...)
		h[0].severity = level
		hits = append(hits, h...)
	}
	switch {
	case blocks(was) && !blocks(is):
		attr := access.AttrZoneUsage
		if is.Text(attr) == was.Text(attr) {
			attr = access.AttrStatus
		}
		add(attr, severity.High, "it blocks nobody any longer: what it blocked reaches the org")
		return hits
	case !is.Active() && was.Active():
		add(access.AttrStatus, severity.Low, "it has no effect now: an app or policy that denies it no longer does")
		return hits
	case is.Active() && !was.Active() && !blocks(is):
		add(access.AttrStatus, severity.Medium, "it has an effect now, for each app and policy that names it")
	case is.Text(access.AttrZoneUsage) != was.Text(access.AttrZoneUsage):
		add(access.AttrZoneUsage, severity.Low, "%s", changeOf(was, is, access.AttrZoneUsage))
	}
	if is.Text(access.AttrZoneType) != was.Text(access.AttrZoneType) {
		add(access.AttrZoneType, severity.Medium, "another zone replaces it: references to its id that aren't declared here no longer find it")
	}
	for _, attr := range append(slices.Clone(access.ZoneIncludes), access.ZoneExcludes...) {
		more, less := access.Without(is.List(attr).Texts, was.List(attr).Texts), access.Without(was.List(attr).Texts, is.List(attr).Texts)
		if is.List(attr).Unknown && !was.List(attr).Unknown {
			more, less = append(more, "what isn't known here"), append(less, "what isn't known here")
		}
		if slices.Contains(access.ZoneExcludes, attr) {
			more, less = less, more
		}
		switch {
		case blocks(is) && len(less) > 0:
			add(attr, severity.High, "it no longer blocks %s", phrase.List(less))
		case blocks(is):
		case len(more) > 0:
			add(attr, severity.Medium, "it contains %s now: whoever is limited to the zone may sign in from there", phrase.List(more))
		case len(less) > 0:
			add(attr, severity.Low, "it no longer contains %s: an app or policy that denies the zone lets them in", phrase.List(less))
		}
	}
	if before, after := was.Text(access.AttrProxyType), is.Text(access.AttrProxyType); before != after || !is.Get(access.AttrProxyType).IsKnown() {
		level := severity.Medium
		if blocks(is) {
			level = severity.High
		}
		add(access.AttrProxyType, level, "it holds proxies of type %s instead of %s", fmt.Sprint(orNone(after)), orNone(before))
	}
	return hits
}

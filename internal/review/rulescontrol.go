package review

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/severity"
)

// controlRules report who gains control of a principal: its rights stay the same, but somebody else
// can use them.
func controlRules() []Rule {
	return []Rule{
		{ID: "G37", Title: "Somebody else can act as the app", Severity: severity.Medium, Worst: severity.High,
			Rationale: "Whoever has the new key, or receives what is sent to the new address, can do all that the app may do.",
			Source:    "RFC 7523, section 3; RFC 9700, section 4.1", Fix: "Find out whose key or address it is. For a planned rotation, let the owners add a waiver first.", change: newClients},
	}
}

// controlRisk returns how bad it is that somebody else can act as the object: the risk of its worst
// right, at least Medium and at most High; Low if it has no rights.
func (x *examined) controlRisk(o *Object) severity.Level {
	a := x.of(o)
	if worst := a.Worst(); worst > severity.None || len(a.Unknown) > 0 {
		return min(max(worst, severity.Medium), severity.High)
	}
	return severity.Low
}

func newClients(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	hosts := redirectHosts(x.before)
	x.pairs(func(was, is *Object) {
		if was == nil || !is.isApp() {
			return
		}
		controlRisk := x.controlRisk(is)
		add := func(level severity.Level, attribute, format string, args ...any) {
			hits = append(hits, hit{o: is, attribute: attribute, severity: level, message: fmt.Sprintf(format, args...)})
		}
		had, has := signingKeys(was), signingKeys(is)
		if _, all := is.blocks(blockPublicKey); !all {
			if _, all := was.blocks(blockPublicKey); all {
				add(controlRisk, blockPublicKey, "its keys aren't known any longer")
			}
		}
		for _, k := range has {
			old := slices.IndexFunc(had, func(o key) bool { return o.kid == k.kid })
			switch {
			case slices.ContainsFunc(had, func(o key) bool { return o.thumbprint != "" && o.thumbprint == k.thumbprint }):
			case old < 0:
				add(controlRisk, attrOfKey(k.kid), "the key %s is new", k.kid)
			case k.thumbprint == "" && had[old].thumbprint == "" && was.keyFile(k.kid) != is.keyFile(k.kid):
				add(controlRisk, attrOfKey(k.kid), "%s comes from the file %s instead of %s: nobody can tell here which key that is", k.kid, orNone(is.keyFile(k.kid)), orNone(was.keyFile(k.kid)))
			case had[old].thumbprint != k.thumbprint:
				add(controlRisk, attrOfKey(k.kid), "%s is a different key under the same key id", k.kid)
			}
		}
		if uri := is.text(attrJWKSURI); uri != "" && uri != was.text(attrJWKSURI) {
			add(controlRisk, attrJWKSURI, "its keys come from %s instead of %s", uri, cmp.Or(was.text(attrJWKSURI), "this configuration"))
		}
		before := was.list(attrRedirectURIs)
		for _, uri := range is.list(attrRedirectURIs).texts {
			u, err := url.Parse(uri)
			if err != nil || before.has(uri) || strings.Contains(uri, "*") {
				continue // G01 reports a wildcard
			}
			switch own := slices.ContainsFunc(before.texts, func(b string) bool { return origin(b) == origin(uri) }); {
			case local(u) && (is.facts.serverSide || is.facts == nativeAppKind): // G03 reports it; a native app's place
			case !local(u) && u.Host != "" && len(hosts) > 0 && !hosts[u.Hostname()]: // G04 reports it
			case own:
				add(severity.Low, attrRedirectURIs, "%s is another path on a host that the app uses already", uri)
			default:
				add(max(controlRisk, severity.Medium), attrRedirectURIs, "%s: the app redirected to no such scheme, host and port before", uri)
			}
		}
		if is.list(attrRedirectURIs).unknown && !before.unknown {
			add(max(controlRisk, severity.Medium), attrRedirectURIs, "some redirect URIs aren't known")
		}
	})
	return hits
}

// signingKeys returns the keys that the app can sign with.
func signingKeys(o *Object) []key {
	return slices.DeleteFunc(keysOf(o), func(k key) bool { return !k.active() || k.use == "enc" })
}

// origin returns the scheme, host and port of a URI; for a URI without a host, everything but the
// path.
func origin(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return uri
	}
	return u.Scheme + "://" + cmp.Or(u.Host, u.Opaque)
}

// redirectHosts returns the hosts that the apps of a version redirect to.
func redirectHosts(w *versionIndex) map[string]bool {
	hosts := map[string]bool{}
	for i := range w.objects {
		if o := &w.objects[i]; o.isApp() {
			for _, uri := range o.list(attrRedirectURIs).texts {
				if u, err := url.Parse(uri); err == nil && u.Host != "" && !local(u) {
					hosts[u.Hostname()] = true
				}
			}
		}
	}
	return hosts
}

package review

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/access"
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
// right, at least Medium and at most High; High if it may have any right; Low if it has none.
func (x *examined) controlRisk(o *access.Object) severity.Level {
	switch worst := x.Of(o).Worst(); {
	case x.Unjudged(o):
		return severity.High
	case worst > severity.None:
		return min(max(worst, severity.Medium), severity.High)
	}
	return severity.Low
}

func newClients(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	hosts := redirectHosts(x.before)
	x.pairs(func(was, is *access.Object) {
		if was == nil || !is.IsApp() {
			return
		}
		controlRisk := x.controlRisk(is)
		add := func(level severity.Level, attribute, format string, args ...any) {
			hits = append(hits, hit{o: is, attribute: attribute, severity: level, message: fmt.Sprintf(format, args...)})
		}
		had, has := signingKeys(was), signingKeys(is)
		if _, all := is.Blocks(access.BlockPublicKey); !all {
			if _, all := was.Blocks(access.BlockPublicKey); all {
				add(controlRisk, access.BlockPublicKey, "its keys aren't known any longer")
			}
		}
		for _, k := range has {
			old := slices.IndexFunc(had, func(o access.Key) bool { return o.KID == k.KID })
			switch {
			case slices.ContainsFunc(had, func(o access.Key) bool { return o.Thumbprint != "" && o.Thumbprint == k.Thumbprint }):
			case old < 0:
				add(controlRisk, access.AttrOfKey(k.KID), "the key %s is new", k.KID)
			case k.Thumbprint == "" && had[old].Thumbprint == "" && was.KeyFile(k.KID) != is.KeyFile(k.KID):
				add(controlRisk, access.AttrOfKey(k.KID), "%s comes from the file %s instead of %s: nobody can tell here which key that is", k.KID, orNone(is.KeyFile(k.KID)), orNone(was.KeyFile(k.KID)))
			case had[old].Thumbprint != k.Thumbprint:
				add(controlRisk, access.AttrOfKey(k.KID), "%s is a different key under the same key id", k.KID)
			}
		}
		if uri := is.Text(access.AttrJWKSURI); uri != "" && uri != was.Text(access.AttrJWKSURI) {
			add(controlRisk, access.AttrJWKSURI, "its keys come from %s instead of %s", uri, cmp.Or(was.Text(access.AttrJWKSURI), "this configuration"))
		}
		before := was.List(access.AttrRedirectURIs)
		for _, uri := range is.List(access.AttrRedirectURIs).Texts {
			u, err := url.Parse(uri)
			if err != nil || before.Has(uri) || strings.Contains(uri, "*") {
				continue // G01 reports a wildcard
			}
			switch own := slices.ContainsFunc(before.Texts, func(b string) bool { return origin(b) == origin(uri) }); {
			case local(u) && (is.Facts.ServerSide || is.Facts == access.NativeAppKind): // G03 reports it; a native app's place
			case !local(u) && u.Host != "" && len(hosts) > 0 && !hosts[u.Hostname()]: // G04 reports it
			case own:
				add(severity.Low, access.AttrRedirectURIs, "%s is another path on a host that the app uses already", uri)
			default:
				add(max(controlRisk, severity.Medium), access.AttrRedirectURIs, "%s: the app redirected to no such scheme, host and port before", uri)
			}
		}
		if is.List(access.AttrRedirectURIs).Unknown && !before.Unknown {
			add(max(controlRisk, severity.Medium), access.AttrRedirectURIs, "some redirect URIs aren't known")
		}
	})
	return hits
}

// signingKeys returns the keys that the app can sign with.
func signingKeys(o *access.Object) []access.Key {
	return slices.DeleteFunc(access.KeysOf(o), func(k access.Key) bool { return !k.Active() || k.Use == "enc" })
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
func redirectHosts(w *access.Index) map[string]bool {
	hosts := map[string]bool{}
	for i := range w.Objects {
		if o := &w.Objects[i]; o.IsApp() {
			for _, uri := range o.List(access.AttrRedirectURIs).Texts {
				if u, err := url.Parse(uri); err == nil && u.Host != "" && !local(u) {
					hosts[u.Hostname()] = true
				}
			}
		}
	}
	return hosts
}

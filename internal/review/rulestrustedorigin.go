package review

import (
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// trustedOriginRules are about what the pages of other sites may do.
func trustedOriginRules() []Rule {
	return []Rule{
		{ID: "G55", Title: "An origin is trusted that others can be", Severity: severity.High,
			Rationale: "Anybody on the network path to an unencrypted origin, or with a host that the wildcard matches, is trusted like the origin.",
			Source:    "RFC 6454, section 3.2; OWASP: CORS origin header scrutiny", Fix: "Trust an https origin, of one host.", object: openOrigin},
		{ID: "G56", Title: "An origin is trusted with more", Severity: severity.Medium,
			Rationale: "Its pages act in the browser of whoever is signed in: they call the org's API with the user's session, are redirected to, or embed Okta's pages.",
			Source:    "Okta's trusted origins API", Fix: "Make sure that the origin is yours, and that it needs this.", change: newTrust},
	}
}

func isOrigin(o *access.Object) bool { return o.Facts == access.TrustedOriginKind }

func openOrigin(_ *examined, o *access.Object) []hit {
	if !isOrigin(o) || o.Gone || !o.Active() {
		return nil
	}
	origin := o.Text(access.AttrOrigin)
	u, err := url.Parse(origin)
	switch {
	case origin == "": // unknown: another finding reports the change
		return nil
	case err != nil, strings.Contains(origin, "*"):
		return on(o, access.AttrOrigin, "%s stands for more than one host", origin)
	case slices.Contains([]string{"http", "ftp"}, u.Scheme) && !local(u):
		return on(o, access.AttrOrigin, "%s is not encrypted", origin)
	}
	return nil
}

// trusts describes what the pages of an origin may do, by scope.
var trusts = map[string]string{
	"CORS":         "its pages may call the org's API with the session of whoever is signed in",
	"REDIRECT":     "Okta redirects people to it",
	"IFRAME_EMBED": "it may embed Okta's sign-in pages",
}

func newTrust(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *access.Object) {
		if !isOrigin(is) || !is.Active() {
			return
		}
		origin, known := is.Text(access.AttrOrigin), is.Get(access.AttrOrigin).IsKnown()
		other := was == nil || !was.Active() || !was.Get(access.AttrOrigin).RawEquals(is.Get(access.AttrOrigin))
		had := access.List{}
		if !other {
			had = was.List(access.AttrScopes)
		}
		if !known {
			origin = "an origin that isn't known here"
		}
		attr := access.AttrScopes
		if other && was != nil && was.Active() {
			attr = access.AttrOrigin
		} else if other && was != nil {
			attr = access.AttrStatus
		}
		scopes := is.List(access.AttrScopes)
		for _, scope := range access.Without(scopes.Texts, had.Texts) {
			hits = append(hits, on(is, attr, "%s: %s", origin, trusts[scope])...)
		}
		if scopes.Unknown && !had.Unknown {
			hits = append(hits, on(is, attr, "%s: scopes that aren't known here", origin)...)
		}
		apps := is.List(access.AttrAllowedApps)
		if !other {
			before := was.List(access.AttrAllowedApps)
			apps.Texts, apps.Unknown = access.Without(apps.Texts, before.Texts), apps.Unknown && !before.Unknown
		}
		if len(apps.Texts) > 0 || apps.Unknown {
			hits = append(hits, on(is, access.AttrAllowedApps, "%s: it may embed %s, too", origin, orNone(phrase.List(apps.Texts)))...)
		}
	})
	return hits
}

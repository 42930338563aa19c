package review

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// oauthRules are about how an app gets its tokens.
func oauthRules() []Rule {
	return []Rule{
		{ID: "G01", Title: "Wildcard in a redirect URI", Severity: severity.High,
			Rationale: "An authorization server compares redirect URIs exactly; a wildcard sends codes to any host below the domain, also to one that somebody else has taken over.",
			Source:    "RFC 9700, sections 2.1 and 4.1.3", Fix: "List each redirect URI, and set wildcard_redirect to DISABLED.", object: appRule(wildcardRedirect)},
		{ID: "G02", Title: "Redirect over an unencrypted connection", Severity: severity.High,
			Rationale: "Anybody on the network path can read the authorization code.",
			Source:    "RFC 9700, section 2.6; RFC 8252, section 7.3", Fix: "Use https, or for a native app its loopback address.", object: appRule(plainRedirect)},
		{ID: "G03", Title: "Web app redirects to this machine", Severity: severity.Medium,
			Rationale: "A leftover of development: any program on the user's machine can receive the code.",
			Source:    "RFC 9700, section 2.1 (by inference)", Fix: "Keep URIs of localhost in an app for development.", object: appRule(localRedirect)},
		{ID: "G05", Title: "Implicit grant", Severity: severity.High,
			Rationale: "Tokens in redirects leak through history, logs and referrers, and can be replayed.",
			Source:    "RFC 9700, section 2.1.2", Fix: "Use authorization_code with PKCE and the response type code.", object: appRule(implicitGrant)},
		{ID: "G06", Title: "Password grant", Severity: severity.High,
			Rationale: "The app sees the user's password, and multifactor authentication is bypassed.",
			Source:    "RFC 9700, section 2.4", Fix: "Use authorization_code with PKCE.", object: appRule(passwordGrant)},
		{ID: "G07", Title: "PKCE isn't required", Severity: severity.High,
			Rationale: "Without PKCE a stolen or injected authorization code can be used. Public clients must use it; for confidential ones it is recommended.",
			Source:    "RFC 9700, section 2.1.1", Fix: "Set pkce_required = true.", object: appRule(noPKCE)},
		{ID: "G08", Title: "Client secret where a key would do", Severity: severity.Low, Worst: severity.High,
			Rationale: "A secret is sent with each request and kept in two places; a private key never leaves the client. Okta's org authorization server takes no secret from a service app that asks for okta.* scopes.",
			Source:    "RFC 9700, section 2.5; RFC 7523", Fix: "Set token_endpoint_auth_method to private_key_jwt, with a public_key block.", object: appRule(clientSecret)},
		{ID: "G09", Title: "Tokens for changes aren't bound to a key", Severity: severity.Medium,
			Rationale: "A stolen bearer token works from anywhere until it expires; a token bound by DPoP doesn't.",
			Source:    "RFC 9700, section 2.2.1; RFC 9449", Fix: "Set dpop_bound_access_tokens = true, once the client sends proofs.", object: appRule(noDPoP)},
		{ID: "G10", Title: "Refresh tokens of a public client aren't rotated", Severity: severity.High,
			Rationale: "A stolen refresh token of a public client works as long as it lives; with rotation its second use is noticed.",
			Source:    "RFC 9700, section 2.2.2", Fix: "Set refresh_token_rotation_type to ROTATE, with a leeway of some seconds.", object: appRule(refreshTokens)},
		{ID: "G25", Title: "Rights to change things without the user's consent", Severity: severity.Low,
			Rationale: "With consent_method TRUSTED, users are not asked whether the app may change things in their name. For an app by a third party, they should be.",
			Source:    "Okta's apps API, consent_method (by inference)", Fix: "Set consent_method to REQUIRED unless the app is your own.", object: appRule(trusted)},
	}
}

func wildcardRedirect(o *access.Object) (hits []hit) {
	if mode := o.Text(access.AttrWildcardRedirect); mode != "" && mode != "DISABLED" {
		hits = append(hits, on(o, access.AttrWildcardRedirect, "wildcard_redirect is %s", mode)...)
	}
	for _, uri := range o.List(access.AttrRedirectURIs).Texts {
		if strings.Contains(uri, "*") {
			h := on(o, access.AttrRedirectURIs, "%s has a wildcard", uri)[0]
			if slices.ContainsFunc(o.List(access.AttrRedirectURIs).Texts, func(s string) bool { return !strings.Contains(s, "*") }) {
				h = h.fixed(Correction{Remove: uri}) // the exact ones stay
			}
			hits = append(hits, h)
		}
	}
	return hits
}

// local reports whether the URL's host is the local machine.
func local(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return strings.EqualFold(u.Hostname(), "localhost") || ip != nil && ip.IsLoopback()
}

func plainRedirect(o *access.Object) (hits []hit) {
	for _, uri := range o.List(access.AttrRedirectURIs).Texts {
		if u, err := url.Parse(uri); err == nil && strings.EqualFold(u.Scheme, "http") && !local(u) {
			hits = append(hits, on(o, access.AttrRedirectURIs, "%s is not encrypted", uri)[0].fixed(Correction{Remove: uri, Replace: "https" + uri[len("http"):]}))
		}
	}
	return hits
}

func localRedirect(o *access.Object) (hits []hit) {
	if !o.Facts.ServerSide {
		return nil
	}
	for _, uri := range o.List(access.AttrRedirectURIs).Texts {
		if u, err := url.Parse(uri); err == nil && local(u) {
			hits = append(hits, on(o, access.AttrRedirectURIs, "%s is on the user's own machine", uri)...)
		}
	}
	return hits
}

func implicitGrant(o *access.Object) (hits []hit) {
	if o.List(access.AttrGrantTypes).Has("implicit") {
		return on(o, access.AttrGrantTypes, "the implicit grant is allowed")
	}
	if o.IsService() {
		return nil
	}
	for _, typ := range []string{"token", "id_token"} {
		if o.List(access.AttrResponseTypes).Has(typ) {
			hits = append(hits, on(o, access.AttrResponseTypes, "the response type %s is allowed", typ)...)
		}
	}
	return hits
}

func passwordGrant(o *access.Object) []hit {
	if o.List(access.AttrGrantTypes).Has("password") {
		return on(o, access.AttrGrantTypes, "the password grant is allowed")
	}
	return nil
}

func noPKCE(o *access.Object) []hit {
	switch {
	case o.IsService() || !access.IsFalse(o.Get(access.AttrPKCERequired)) || !o.List(access.AttrGrantTypes).Has("authorization_code"):
		return nil
	case o.IsPublic():
		return on(o, access.AttrPKCERequired, "a public client doesn't have to use PKCE")
	}
	return []hit{{o: o, attribute: access.AttrPKCERequired, severity: severity.Low, message: "the app doesn't have to use PKCE"}}
}

func clientSecret(o *access.Object) []hit {
	method := o.Text(access.AttrAuthMethod)
	if !strings.HasPrefix(method, "client_secret") {
		return nil
	}
	h := hit{o: o, attribute: access.AttrAuthMethod, message: "the app authenticates with " + method}
	if o.IsService() && len(manageable(o.List(access.AttrOktaAPIScopes).Texts)) > 0 {
		h.severity, h.message = severity.High, "a service app with okta.* scopes authenticates with "+method+", which the org refuses"
	}
	return []hit{h}
}

func noDPoP(o *access.Object) []hit {
	scopes := withSuffix(o.List(access.AttrOktaAPIScopes).Texts, ".manage")
	if len(scopes) == 0 || !access.IsFalse(o.Get(access.AttrDPoP)) {
		return nil
	}
	return on(o, access.AttrDPoP, "tokens with %s are bearer tokens", phrase.List(scopes))
}

func refreshTokens(o *access.Object) (hits []hit) {
	if !o.List(access.AttrGrantTypes).Has("refresh_token") || !o.IsPublic() {
		return nil
	}
	if o.Text(access.AttrRefreshRotation) == "STATIC" {
		hits = append(hits, on(o, access.AttrRefreshRotation, "refresh tokens are STATIC")...)
	}
	if n, known := access.Number(o.Get(access.AttrRefreshLeeway)); known && n > 30 {
		hits = append(hits, hit{o: o, attribute: access.AttrRefreshLeeway, severity: severity.Low, message: "a used refresh token stays valid for " + strconv.Itoa(n) + " seconds"})
	}
	return hits
}

func trusted(o *access.Object) []hit {
	scopes := withSuffix(o.List(access.AttrOktaAPIScopes).Texts, ".manage")
	if o.IsService() || o.Text(access.AttrConsentMethod) != "TRUSTED" || len(scopes) == 0 {
		return nil
	}
	return on(o, access.AttrConsentMethod, "users aren't asked whether the app may use %s", phrase.List(scopes))
}

func withSuffix(texts []string, suffix string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return !strings.HasSuffix(s, suffix) })
}

// manageable returns those of the scopes that belong to Okta's APIs.
func manageable(scopes []string) []string {
	return slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return !strings.HasPrefix(s, "okta.") })
}

package oauth

import (
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// IsAppOrigin reports whether an active app has a redirect URI of this origin.
func IsAppOrigin(o *state.Org, origin string) bool {
	return o.Apps.Find(func(a *state.App) bool {
		if a.OAuth() == nil || a.Status != "ACTIVE" {
			return false
		}
		client, err := clientOf(a)
		return err == nil && client.hasOrigin(origin)
	}) != nil
}

// hasOrigin reports whether one of the client's redirect URIs has this origin, or a pattern that
// matches it.
func (client *client) hasOrigin(origin string) bool {
	return slices.ContainsFunc(client.RedirectURIs, func(uri string) bool {
		if client.WildcardRedirect == "SUBDOMAIN" && strings.Contains(uri, "*") {
			return MatchesSubdomain(web.OriginOf(uri), origin)
		}
		return web.OriginOf(uri) == origin
	})
}

// checkBrowser refuses a token request or a pushed authorization request of a page that may not
// make it: one whose origin belongs neither to the client nor to the trusted origins. A page must
// use PKCE, because it cannot keep a secret.
func (client *client) checkBrowser(c *web.Call, form url.Values) error {
	origin := c.CrossOrigin()
	if origin == "" {
		return nil
	}
	grant := form.Get("grant_type")
	if !c.TrustedOrigin && !client.hasOrigin(origin) {
		c.RefuseOrigin()
		if grant == "authorization_code" || grant == "" {
			return ErrBrowserOrigin
		}
		return ErrBrowserUntrusted
	}
	if grant == "client_credentials" || grant == "password" || grant == "authorization_code" && !form.Has("code_verifier") {
		return ErrBrowserPKCE
	}
	return nil
}

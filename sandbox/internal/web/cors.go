package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// CORS says which pages of other origins may call a route from a browser.
type CORS int

const (
	// CORSNone allows none: browsers navigate to the route, or only programs call it.
	CORSNone CORS = iota
	// CORSTrusted allows trusted origins with the scope CORS.
	CORSTrusted
	// CORSApps allows the origins of apps' redirect URIs, too.
	CORSApps
	// CORSClient is CORSApps for endpoints at which each client has origins of its own. Their
	// preflights allow every origin, because the client is known only from the request itself.
	CORSClient
)

// corsMaxAge is how long a browser may keep the answer of a preflight, in seconds.
const corsMaxAge = "3600"

// OriginOf returns the origin of a URL as browsers write it (RFC 6454 section 6.2), or "" if it has
// none.
func OriginOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	for _, usual := range []struct{ scheme, port string }{{"http", ":80"}, {"https", ":443"}} {
		if scheme == usual.scheme {
			host = strings.TrimSuffix(host, usual.port)
		}
	}
	return scheme + "://" + host
}

// CrossOrigin returns the origin of the page that makes the request from a browser; "" for other
// callers and for pages of the org itself.
func (c *Call) CrossOrigin() string {
	origin := c.Request.Header.Get("Origin")
	if origin == "" || origin == OriginOf(c.Base) {
		return ""
	}
	return origin
}

// AllowOrigin adds the CORS headers of an answer that the calling page may read. Only trusted
// origins may send the session cookie.
func (c *Call) AllowOrigin(origin string) {
	c.Header.Set("Access-Control-Allow-Origin", origin)
	if c.Route.CORS == CORSClient {
		// Pages need the nonce of the error use_dpop_nonce (RFC 9449 section 8).
		c.Header.Set("Access-Control-Expose-Headers", "DPoP-Nonce")
	} else if c.TrustedOrigin {
		c.Header.Set("Access-Control-Allow-Credentials", "true")
	}
}

// RefuseOrigin removes the CORS headers: the calling page may not read the answer.
func (c *Call) RefuseOrigin() {
	for name := range c.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			c.Header.Del(name)
		}
	}
}

// Preflight answers an OPTIONS request for a path whose routes allow CORS by these methods. Okta
// allows each header that is asked for. At endpoints of clients (CORSClient) the answer is 204.
func (c *Call) Preflight(methods []string) error {
	status := http.StatusOK
	if c.Route.CORS == CORSClient {
		status = http.StatusNoContent
	} else {
		methods = slices.Concat(methods, []string{http.MethodOptions})
	}
	c.Header.Set("Allow", strings.Join(methods, ", "))
	if c.Header.Get("Access-Control-Allow-Origin") != "" {
		c.Header.Set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
		c.Header.Set("Access-Control-Max-Age", corsMaxAge)
		headers := append(c.Request.Header.Values("Access-Control-Request-Headers"), "Content-Type")
		c.Header.Set("Access-Control-Allow-Headers", strings.Join(headers, ","))
	}
	return c.NoContent(status)
}

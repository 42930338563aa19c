package sandbox

import (
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/org"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// methods are the methods of routes, in the order in which Okta lists them.
var methods = []string{"GET", "POST", "PUT", "DELETE", "PATCH"}

// preflightRoute returns a route that answers the OPTIONS request, or nil if no route of its path
// allows CORS.
func (s *Server) preflightRoute(r *http.Request) *web.Route {
	var allowed []string
	mode := web.CORSNone
	for _, method := range methods {
		if rt := s.routeOf(r, method); rt != nil && rt.CORS != web.CORSNone {
			allowed, mode = append(allowed, method), max(mode, rt.CORS)
		}
	}
	if mode == web.CORSNone {
		return nil
	}
	return &web.Route{CORS: mode, Handle: func(c *web.Call) error { return c.Preflight(allowed) }}
}

// routeOf returns the route of the request's path by another method, or nil.
func (s *Server) routeOf(r *http.Request, method string) *web.Route {
	other := r.Clone(r.Context())
	other.Method = method
	_, pattern := s.mux.Handler(other)
	i := slices.IndexFunc(s.routes, func(rt web.Route) bool { return rt.Pattern == pattern })
	if i < 0 {
		return nil
	}
	return &s.routes[i]
}

// addCORS adds the CORS headers of the answer, if the route allows pages of other origins and the
// calling page has an origin that the org knows.
func (s *Server) addCORS(c *web.Call) {
	if c.Route.CORS == web.CORSNone {
		return
	}
	c.Header.Add("Vary", "Origin")
	origin := c.CrossOrigin()
	if origin == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.TrustedOrigin = org.TrustsOrigin(s.org, origin)
	anyClient := c.Route.CORS == web.CORSClient && c.Request.Method == http.MethodOptions
	ofApp := c.Route.CORS != web.CORSTrusted && oauth.IsAppOrigin(s.org, origin)
	if c.TrustedOrigin || anyClient || ofApp {
		c.AllowOrigin(origin)
	}
}

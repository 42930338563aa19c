package sandbox

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// maxBody is the maximum size of a request body in bytes.
const maxBody = 4 << 20

// ServeHTTP answers requests as an Okta org does. Paths below /_sandbox/ are not Okta's; they
// control the sandbox.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isControlPath(r.URL.Path) {
		s.control(w, r)
		return
	}
	if r.URL.Path+"/" == controlPath {
		http.Redirect(w, r, controlPath, http.StatusFound)
		return
	}
	r = withoutSlash(r)
	_, pattern := s.mux.Handler(r)
	if r.Method == http.MethodOptions && pattern == "" {
		if rt := s.preflightRoute(r); rt != nil {
			s.serve(w, r, rt)
			return
		}
	}
	switch {
	case pattern != "":
		s.mux.ServeHTTP(w, r)
	case s.otherMethod(r):
		s.serve(w, r, &web.Route{Handle: func(*web.Call) error { return web.MethodNotAllowed() }})
	default:
		s.serve(w, r, &web.Route{Handle: func(*web.Call) error { return web.NoPath() }})
	}
}

// withoutSlash returns the request without a slash at the end of its path, which means nothing.
func withoutSlash(r *http.Request) *http.Request {
	path, found := strings.CutSuffix(r.URL.Path, "/")
	if !found || path == "" || strings.HasSuffix(path, "/") {
		return r
	}
	r = r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath = path, strings.TrimSuffix(r.URL.RawPath, "/")
	return r
}

// otherMethod reports whether the path exists with another method.
func (s *Server) otherMethod(r *http.Request) bool {
	return slices.ContainsFunc(methods, func(method string) bool { return s.routeOf(r, method) != nil })
}

// serve runs one request: limits and faults, body, authorization, handler, data file, answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, rt *web.Route) {
	leave, crowded := s.enter(r)
	defer leave()
	hit := s.faults.apply(r.Method, r.URL.Path)
	s.sleep(r.Context(), hit["latency"].Duration)
	c := s.newCall(r, rt)
	s.addCORS(c)
	switch {
	case hit.has("reset-before"):
		s.logRequest(c, hit)
		reset(w)
		return
	case crowded:
		s.refuseConcurrent(c)
	case s.failInstead(c, hit):
	default:
		s.work(w, c, hit)
		hit.status(c, "-after")
	}
	s.logRequest(c, hit)
	s.deliver(c, w, hit)
}

// work reads the body and runs the request.
func (s *Server) work(w http.ResponseWriter, c *web.Call, hit activeFaults) {
	body, err := io.ReadAll(http.MaxBytesReader(w, c.Request.Body, maxBody))
	if err != nil {
		web.Malformed().Respond(c)
		return
	}
	c.Body = body
	if c.Route.OwnLock {
		c.Finish(s.runUnlocked(c))
		return
	}
	s.run(c, hit)
}

// run authorizes and handles the call and writes its changes to the data file.
func (s *Server) run(c *web.Call, hit activeFaults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := c.Recovered(access.Authorize)
	if over := s.admit(c); over != nil {
		err = over // exceeding the limit takes precedence over other errors
	}
	if err == nil {
		err = checkMediaType(c)
	}
	if err == nil {
		if c.Route.Scope != "" && c.Reads() {
			s.org.ReadAt(c.Now)
			defer s.org.ReadAt(time.Time{})
		}
		if hit.has("invisible") {
			for _, t := range s.org.Delayed() {
				t.RememberRows()
			}
		}
		err = c.Recovered(c.Route.Handle)
	}
	c.Finish(err)
	if late := hit["invisible"].Duration; late > 0 {
		s.hideNew(c, late)
	}
	s.save(c)
}

// checkMediaType refuses a body that says to be something else than JSON, at the Management API and
// the sign-in. A body that says nothing is read as JSON. Without a route, that is what is refused.
func checkMediaType(c *web.Call) error {
	header := c.Request.Header.Get("Content-Type")
	isJSON := c.Route.Scope != "" || strings.HasPrefix(c.Request.URL.Path, "/api/v1/")
	if !isJSON || c.Route.Pattern == "" || len(c.Body) == 0 || header == "" {
		return nil
	}
	kind, _, err := mime.ParseMediaType(header)
	if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return web.UnsupportedContent()
	}
	return nil
}

// runUnlocked handles a call that locks Server.mu itself.
func (s *Server) runUnlocked(c *web.Call) error {
	if over := s.admitUnlocked(c); over != nil {
		return over
	}
	return c.Recovered(c.Route.Handle)
}

func (s *Server) admitUnlocked(c *web.Call) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	over := s.admit(c)
	if over != nil {
		s.save(c)
	}
	return over
}

// save writes the call's changes to the data file. If that fails, the call fails, unless it only
// reads: then what fails to be written is of earlier calls.
func (s *Server) save(c *web.Call) {
	if err := s.commit(); err != nil && !(c.Reads() && c.Route.Scope != "") {
		web.Internal().Respond(c)
	}
}

// commit writes the changes to the data file. The caller holds s.mu.
func (s *Server) commit() error {
	if s.journal != nil {
		if err := s.journal.Append(s.org); err != nil {
			return err // the next commit writes the changes again
		}
	}
	for _, t := range s.org.Tables() {
		t.Saved()
	}
	return nil
}

func (s *Server) newCall(r *http.Request, rt *web.Route) *web.Call {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	settings := s.Settings()
	c := &web.Call{Features: settings.Features, ServiceAppAdmins: settings.PublicClientAppAdmins, Lock: &s.mu, Commit: s.commit, Org: s.org, Request: r, Route: rt, Base: scheme + "://" + r.Host, Now: s.now(), Header: http.Header{}}
	c.ID = state.RandomBase64(18)
	c.Header.Set("X-Okta-Request-Id", c.ID)
	// The org's own time: clients derive from it how far their clock is off.
	c.Header.Set("Date", c.Now.UTC().Format(http.TimeFormat))
	// Without rate limits the headers show numbers at which no client waits.
	c.Header.Set("X-Rate-Limit-Limit", "1000000")
	c.Header.Set("X-Rate-Limit-Remaining", "999999")
	c.Header.Set("X-Rate-Limit-Reset", strconv.FormatInt(c.Now.Unix()+60, 10))
	return c
}

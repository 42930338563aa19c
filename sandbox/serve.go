package sandbox

import (
	"io"
	"log"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"
)

// maxBody is the size in bytes above which a request body is refused.
const maxBody = 4 << 20

// ServeHTTP answers as the org does. Paths under /_sandbox/ are not Okta's but
// control the sandbox.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isAdminPath(r.URL.Path) {
		s.control(w, r)
		return
	}
	_, pattern := s.mux.Handler(r)
	switch {
	case pattern != "":
		s.mux.ServeHTTP(w, r)
	case s.otherMethod(r):
		s.serve(w, r, &route{handle: func(*call) error { return errMethod() }})
	default:
		s.serve(w, r, &route{handle: func(*call) error { return errNoPath() }})
	}
}

// otherMethod reports whether the path exists for another method.
func (s *Server) otherMethod(r *http.Request) bool {
	for _, method := range []string{"GET", "POST", "PUT", "DELETE", "PATCH"} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "" {
			return true
		}
	}
	return false
}

// serve runs one request: limits and faults, body, authorization, handler,
// data file, answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, rt *route) {
	leave, crowded := s.enter(r)
	defer leave()
	hit := s.faults.strike(r.Method, r.URL.Path)
	s.sleep(r.Context(), hit["latency"].Duration)
	c := s.newCall(r, rt)
	switch {
	case hit.has("reset-before"):
		reset(w)
		return
	case crowded:
		s.refuseCrowded(c)
	case hit.insteadOfWork(c):
	default:
		s.work(w, c, hit)
		hit.status(c, "-after")
	}
	hit.deliver(c, w)
}

// work reads the body and does what the request asks.
func (s *Server) work(w http.ResponseWriter, c *call, hit struck) {
	body, err := io.ReadAll(http.MaxBytesReader(w, c.r.Body, maxBody))
	if err != nil {
		errMalformed().respond(c)
		return
	}
	c.body = body
	if c.route.ownLock {
		c.finish(s.runUnlocked(c))
		return
	}
	s.run(c, hit)
}

// run authorizes and handles the call and writes its effect to the data file.
func (s *Server) run(c *call, hit struck) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := c.recovered(s.authorize)
	if over := s.admit(c); over != nil {
		err = over // with the limit used up, nothing else counts
	}
	if err == nil {
		if c.route.scope != "" && c.reads() {
			s.org.readsFrom(c.now)
			defer s.org.readsFrom(time.Time{})
		}
		if hit.has("invisible") {
			for _, t := range s.org.consistent() {
				t.remember()
			}
		}
		err = c.recovered(c.route.handle)
	}
	c.finish(err)
	if late := hit["invisible"].Duration; late > 0 {
		c.hideNew(late)
	}
	s.save(c)
}

// runUnlocked handles a call that takes Server.mu itself.
func (s *Server) runUnlocked(c *call) error {
	if over := s.admitUnlocked(c); over != nil {
		return over
	}
	return c.recovered(c.route.handle)
}

func (s *Server) admitUnlocked(c *call) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	over := s.admit(c)
	if over != nil {
		s.save(c)
	}
	return over
}

// recovered runs a part of the call. A panic in it is written to the log of the
// process and becomes an error, which answers 500 E0000009.
func (c *call) recovered(part func(*call) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Printf("sandbox: %s %s: panic: %v\n%s", c.r.Method, c.r.URL.Path, p, debug.Stack())
			err = errInternal()
		}
	}()
	return part(c)
}

// save writes the call's effect to the data file; where that fails, the call
// has failed.
func (s *Server) save(c *call) {
	if err := s.commit(); err != nil {
		errInternal().respond(c)
	}
}

// commit writes what changed to the data file. The caller holds s.mu.
func (s *Server) commit() error {
	if s.journal != nil {
		if err := s.journal.append(s.org); err != nil {
			return err // what changed stays due for the next time
		}
	}
	for _, t := range s.org.tables() {
		t.saved()
	}
	return nil
}

func (s *Server) newCall(r *http.Request, rt *route) *call {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	c := &call{s: s, org: s.org, r: r, route: rt, base: scheme + "://" + r.Host, now: s.now(), header: http.Header{}}
	c.id = randomBytes64(18)
	c.header.Set("X-Okta-Request-Id", c.id)
	// The org's own time: clients learn from it how far their clock is off.
	c.header.Set("Date", c.now.UTC().Format(http.TimeFormat))
	// Without limits: so much that no client waits.
	c.header.Set("X-Rate-Limit-Limit", "1000000")
	c.header.Set("X-Rate-Limit-Remaining", "999999")
	c.header.Set("X-Rate-Limit-Reset", strconv.FormatInt(c.now.Unix()+60, 10))
	return c
}

// finish turns the handler's error, if any, into the answer.
func (c *call) finish(err error) {
	if err == nil {
		return
	}
	if wire, ok := err.(wireError); ok {
		wire.respond(c)
		return
	}
	errInternal().respond(c)
}

func (c *call) send(w http.ResponseWriter) {
	c.sendHeader(w)
	_, _ = w.Write(c.answer)
}

func (c *call) sendHeader(w http.ResponseWriter) {
	for name, values := range c.header {
		w.Header()[name] = values
	}
	w.WriteHeader(c.status)
}

package sandbox

import (
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// maxBody is the size in bytes above which a request body is refused.
const maxBody = 4 << 20

// Options configure a Server. The zero value is an org in memory.
type Options struct {
	// DataFile keeps the org between runs. Empty means in memory only.
	DataFile string
	// Clock gives the org's time. Nil means time.Now.
	Clock func() time.Time
	// AdminToken fixes the SSWS token of the org's super admin, for tests. It
	// counts only when the org is made. Empty means a random one.
	AdminToken string
	// PublicClientAppAdmins is the org's setting that makes each new service
	// app a super admin.
	PublicClientAppAdmins bool
}

// Server is an Okta org as an http.Handler. All methods are safe for use by
// several goroutines at once.
type Server struct {
	options Options
	mux     *http.ServeMux

	mu      sync.Mutex // guards all below
	org     *org
	journal *journal // nil without a data file
}

// New opens the org in Options.DataFile, or makes a new one. It fails when
// the file can't be read or written, isn't an org, or is in use by another
// process.
func New(options Options) (*Server, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	s := &Server{options: options, org: newOrg(), mux: http.NewServeMux()}
	if options.DataFile != "" {
		j, err := openJournal(options.DataFile, s.org)
		if err != nil {
			return nil, err
		}
		s.journal = j
	}
	if err := s.found(); err != nil {
		_ = s.Close()
		return nil, err
	}
	for _, rt := range routes() {
		s.mux.HandleFunc(rt.pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, &rt) })
	}
	return s, nil
}

// Close gives the data file back. The org is complete in it at any time.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.journal == nil {
		return nil
	}
	j := s.journal
	s.journal = nil
	return j.close()
}

// Token returns the SSWS token of the org's super admin.
func (s *Server) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.self().AdminToken
}

// ServeHTTP answers as the org does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := s.mux.Handler(r); pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	c := s.newCall(r, &route{})
	if s.otherMethod(r) {
		errMethod().respond(c)
	} else {
		errNoPath().respond(c)
	}
	c.send(w)
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

// serve runs one request: body, authorization, handler, journal, answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, rt *route) {
	c := s.newCall(r, rt)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		errMalformed().respond(c)
		c.send(w)
		return
	}
	c.body = body
	if rt.ownLock {
		c.finish(rt.handle(c))
	} else {
		s.run(c)
	}
	c.send(w)
}

// run authorizes and handles the call and writes its effect to the data file.
func (s *Server) run(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.authorize(c)
	if err == nil {
		err = c.route.handle(c)
	}
	c.finish(err)
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
	c := &call{s: s, org: s.org, r: r, route: rt, base: scheme + "://" + r.Host, now: s.options.Clock(), header: http.Header{}}
	c.header.Set("X-Okta-Request-Id", randomBytes64(18))
	c.header.Set("X-Rate-Limit-Limit", "10000")
	c.header.Set("X-Rate-Limit-Remaining", "9999")
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
	for name, values := range c.header {
		w.Header()[name] = values
	}
	w.WriteHeader(c.status)
	_, _ = w.Write(c.answer)
}

package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// controlRoutes are the sandbox's own endpoints, which Okta does not have. They accept only the
// org's admin token, and neither rate limits nor faults apply to them. guardControl says who may
// call them.
func (s *Server) controlRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /_sandbox/faults", Handle: s.getFaults},
		{Pattern: "PUT /_sandbox/faults", Handle: s.putFaults},
		{Pattern: "DELETE /_sandbox/faults", Handle: s.deleteFaults},
		{Pattern: "GET /_sandbox/clock", Handle: s.getClock},
		{Pattern: "PUT /_sandbox/clock", Handle: s.putClock},
		{Pattern: "GET /_sandbox/settings", Handle: s.getSettings},
		{Pattern: "PUT /_sandbox/settings", Handle: s.putSettings},
		{Pattern: "POST /_sandbox/keys", Handle: s.postKeys},
		{Pattern: "GET /_sandbox/org", Handle: s.getDump},
		{Pattern: "PUT /_sandbox/org", Handle: s.putSeed},
		{Pattern: "POST /_sandbox/reset", Handle: s.postReset},
		{Pattern: "GET /_sandbox/objects", Handle: s.getObjects},
		{Pattern: "GET /_sandbox/requests", Handle: s.getRequests},
	}
}

// openRoutes are those of the sandbox's own endpoints that need no token: they say nothing about
// the org.
func (s *Server) openRoutes() []web.Route {
	return append([]web.Route{
		{Pattern: "GET /_sandbox/health", Handle: s.getHealth},
		{Pattern: "HEAD /_sandbox/health", Handle: s.getHealth},
	}, pageRoutes()...)
}

// controlRoute returns the handler of a request among some routes, or nil.
func controlRoute(routes []web.Route, r *http.Request) func(*web.Call) error {
	var handle func(*web.Call) error
	for _, rt := range routes {
		method, path, _ := strings.Cut(rt.Pattern, " ")
		if path != r.URL.Path {
			continue
		}
		if method == r.Method {
			return rt.Handle
		}
		handle = func(*web.Call) error { return web.MethodNotAllowed() }
	}
	return handle
}

// control answers a request to one of the sandbox's own endpoints.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	open := controlRoute(s.openRoutes(), r)
	handle := controlRoute(s.controlRoutes(), r)
	if handle == nil {
		handle = func(*web.Call) error { return web.NoPath() }
	}
	c := s.newCall(r, &web.Route{Handle: func(c *web.Call) error {
		if r.URL.Path == healthPath {
			return open(c)
		}
		if err := s.guardControl(c); err != nil {
			return err
		}
		if open != nil {
			return open(c)
		}
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "SSWS") || subtle.ConstantTimeCompare([]byte(strings.TrimSpace(token)), []byte(s.Token())) != 1 {
			return web.InvalidToken()
		}
		return handle(c)
	}, OwnLock: true})
	for _, name := range []string{"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"} {
		c.Header.Del(name)
	}
	s.workControl(w, c)
	if r.Method == http.MethodHead {
		c.Answer = nil
	}
	c.Send(w)
}

// healthPath is the path of the health check, which other machines may call too.
const healthPath = "/_sandbox/health"

func (s *Server) workControl(w http.ResponseWriter, c *web.Call) {
	limit := int64(maxBody)
	if c.Request.URL.Path == "/_sandbox/org" {
		limit = mgmt.MaxSeed
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, c.Request.Body, limit))
	var body json.RawMessage
	if err := decoder.Decode(&body); err == nil {
		c.Body = body
	} else if c.Request.Method == http.MethodPut {
		c.Finish(web.Malformed())
		return
	}
	c.Finish(c.Recovered(c.Route.Handle))
}

// faultList is the body of /_sandbox/faults: faults in the text form that ParseFault reads.
type faultList struct {
	Faults []string `json:"faults"`
}

func (s *Server) getFaults(c *web.Call) error {
	list := faultList{Faults: []string{}}
	for _, f := range s.Faults() {
		list.Faults = append(list.Faults, f.String())
	}
	return c.JSON(http.StatusOK, list)
}

// putFaults replaces all faults and resets their request counts.
func (s *Server) putFaults(c *web.Call) error {
	var sent faultList
	if err := c.Decode(&sent); err != nil {
		return err
	}
	var list []Fault
	for _, text := range sent.Faults {
		f, err := ParseFault(text)
		if err != nil {
			return web.Invalid("faults", err.Error())
		}
		list = append(list, f)
	}
	if err := s.SetFaults(list...); err != nil {
		return web.Invalid("faults", err.Error())
	}
	return s.getFaults(c)
}

func (s *Server) deleteFaults(c *web.Call) error {
	_ = s.SetFaults()
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) getClock(c *web.Call) error {
	return c.JSON(http.StatusOK, map[string]any{"now": state.Timestamp(s.now()), "offset": s.ClockOffset().String()})
}

// putClock sets the clock's offset, or advances the clock by a duration.
func (s *Server) putClock(c *web.Call) error {
	var sent struct {
		Offset  string `json:"offset"`
		Advance string `json:"advance"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	text, from := sent.Offset, time.Duration(0)
	if text == "" {
		text, from = sent.Advance, s.ClockOffset()
	}
	d, err := time.ParseDuration(text)
	if err != nil || sent.Offset != "" && sent.Advance != "" {
		return web.Invalid("clock", `clock: Send one of {"offset": "-90s"} and {"advance": "1m"}.`)
	}
	s.SetClockOffset(from + d)
	return s.getClock(c)
}

func (s *Server) getSettings(c *web.Call) error { return c.JSON(http.StatusOK, s.Settings()) }

// putSettings changes the settings in the body and keeps the others.
func (s *Server) putSettings(c *web.Call) error {
	settings := s.Settings()
	if err := c.Decode(&settings); err != nil {
		return err
	}
	if err := s.SetSettings(settings); err != nil {
		return web.Invalid("rateLimit", err.Error())
	}
	return s.getSettings(c)
}

// postKeys rotates the signing key and answers with the kid of the new one.
func (s *Server) postKeys(c *web.Call) error {
	kid, err := s.RotateSigningKey()
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, map[string]any{"kid": kid})
}

// getDump answers with the org as Server.Dump writes it, with secrets if ?secrets=true.
func (s *Server) getDump(c *web.Call) error {
	var text strings.Builder
	dump := s.Dump
	if c.Query().Get("secrets") == "true" {
		dump = s.DumpWithSecrets
	}
	if err := dump(&text); err != nil {
		return err
	}
	return c.Raw(http.StatusOK, "application/json", []byte(text.String()))
}

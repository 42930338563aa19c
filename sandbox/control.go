package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// controlRoutes are the sandbox's own endpoints, which Okta does not have. They accept only the
// org's admin token, and neither rate limits nor faults apply to them.
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
	}
}

// control answers a request to one of controlRoutes.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	handle := func(*web.Call) error { return web.NoPath() }
	for _, rt := range s.controlRoutes() {
		method, path, _ := strings.Cut(rt.Pattern, " ")
		if path != r.URL.Path {
			continue
		}
		if method == r.Method {
			handle = rt.Handle
			break
		}
		handle = func(*web.Call) error { return web.MethodNotAllowed() }
	}
	c := s.newCall(r, &web.Route{Handle: func(c *web.Call) error {
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
	c.Send(w)
}

func (s *Server) workControl(w http.ResponseWriter, c *web.Call) {
	decoder := json.NewDecoder(http.MaxBytesReader(w, c.Request.Body, maxBody))
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

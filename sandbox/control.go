package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// controlRoutes are the sandbox's own endpoints, which Okta doesn't have. They
// take the org's admin token only, know no rate limit and suffer no fault.
func controlRoutes() []route {
	return []route{
		{pattern: "GET /_sandbox/faults", handle: getFaults},
		{pattern: "PUT /_sandbox/faults", handle: putFaults},
		{pattern: "DELETE /_sandbox/faults", handle: deleteFaults},
		{pattern: "GET /_sandbox/clock", handle: getClock},
		{pattern: "PUT /_sandbox/clock", handle: putClock},
		{pattern: "GET /_sandbox/settings", handle: getSettings},
		{pattern: "PUT /_sandbox/settings", handle: putSettings},
		{pattern: "GET /_sandbox/org", handle: getDump},
	}
}

// control answers a request to one of controlRoutes.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	handle := func(*call) error { return errNoPath() }
	for _, rt := range controlRoutes() {
		method, path, _ := strings.Cut(rt.pattern, " ")
		if path != r.URL.Path {
			continue
		}
		if method == r.Method {
			handle = rt.handle
			break
		}
		handle = func(*call) error { return errMethod() }
	}
	c := s.newCall(r, &route{handle: func(c *call) error {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "SSWS") || subtle.ConstantTimeCompare([]byte(strings.TrimSpace(token)), []byte(s.Token())) != 1 {
			return errInvalidToken()
		}
		return handle(c)
	}, ownLock: true})
	for _, name := range []string{"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"} {
		c.header.Del(name)
	}
	s.workControl(w, c)
	c.send(w)
}

func (s *Server) workControl(w http.ResponseWriter, c *call) {
	decoder := json.NewDecoder(http.MaxBytesReader(w, c.r.Body, maxBody))
	var body json.RawMessage
	if err := decoder.Decode(&body); err == nil {
		c.body = body
	} else if c.r.Method == http.MethodPut {
		c.finish(errMalformed())
		return
	}
	c.finish(c.recovered(c.route.handle))
}

// faultList is the body of /_sandbox/faults: faults in their text form.
type faultList struct {
	Faults []string `json:"faults"`
}

func getFaults(c *call) error {
	list := faultList{Faults: []string{}}
	for _, f := range c.s.Faults() {
		list.Faults = append(list.Faults, f.String())
	}
	return c.json(http.StatusOK, list)
}

// putFaults replaces all faults; counting begins anew.
func putFaults(c *call) error {
	var sent faultList
	if err := c.decode(&sent); err != nil {
		return err
	}
	var list []Fault
	for _, text := range sent.Faults {
		f, err := ParseFault(text)
		if err != nil {
			return errInvalid("faults", err.Error())
		}
		list = append(list, f)
	}
	if err := c.s.SetFaults(list...); err != nil {
		return errInvalid("faults", err.Error())
	}
	return getFaults(c)
}

func deleteFaults(c *call) error {
	_ = c.s.SetFaults()
	return c.noContent(http.StatusNoContent)
}

func getClock(c *call) error {
	return c.json(http.StatusOK, map[string]any{"now": timestamp(c.s.now()), "offset": c.s.ClockOffset().String()})
}

// putClock sets the offset, or moves the clock by a duration from where it is.
func putClock(c *call) error {
	var sent struct {
		Offset  string `json:"offset"`
		Advance string `json:"advance"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	text, from := sent.Offset, time.Duration(0)
	if text == "" {
		text, from = sent.Advance, c.s.ClockOffset()
	}
	d, err := time.ParseDuration(text)
	if err != nil || sent.Offset != "" && sent.Advance != "" {
		return errInvalid("clock", `clock: Send one of {"offset": "-90s"} and {"advance": "1m"}.`)
	}
	c.s.SetClockOffset(from + d)
	return getClock(c)
}

func getSettings(c *call) error { return c.json(http.StatusOK, c.s.Settings()) }

// putSettings changes what is sent and leaves the rest.
func putSettings(c *call) error {
	settings := c.s.Settings()
	if err := c.decode(&settings); err != nil {
		return err
	}
	if err := c.s.SetSettings(settings); err != nil {
		return errInvalid("rateLimit", err.Error())
	}
	return getSettings(c)
}

// getDump is the org as Server.Dump writes it, with its secrets when
// ?secrets=true.
func getDump(c *call) error {
	var text strings.Builder
	dump := c.s.Dump
	if c.query().Get("secrets") == "true" {
		dump = c.s.DumpWithSecrets
	}
	if err := dump(&text); err != nil {
		return err
	}
	return c.raw(http.StatusOK, "application/json", []byte(text.String()))
}

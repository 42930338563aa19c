package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// call is one request under way and its answer, which is sent only after the
// request's effect is in the data file. Its handler runs with Server.mu held.
type call struct {
	s         *Server
	org       *org
	r         *http.Request
	body      []byte     // the whole request body
	base      string     // scheme://host of this request, without a slash at the end
	now       time.Time  // the org's clock at the start of the request
	id        string     // X-Okta-Request-Id
	route     *route     // the route that matched
	principal *principal // who calls; nil on routes without authentication
	acting    logParty   // who acts in the System Log, where it isn't the principal

	header http.Header // of the answer
	status int         // of the answer
	answer []byte
}

// second is the time of the call as objects record it: Okta's timestamps have
// whole seconds.
func (c *call) second() time.Time { return c.now.UTC().Truncate(time.Second) }

func (c *call) path(name string) string { return c.r.PathValue(name) }

func (c *call) query() url.Values { return c.r.URL.Query() }

// url returns the absolute URL of a path of this org, as this caller sees it.
func (c *call) url(path string) string { return c.base + path }

// decode reads the JSON body into v. An empty body and null leave v as it is.
func (c *call) decode(v any) error {
	if len(bytes.TrimSpace(c.body)) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.body, v); err != nil {
		return errMalformed()
	}
	return nil
}

// object reads the JSON body as an object; an empty body and null give {}.
func (c *call) object() (map[string]any, error) {
	var doc map[string]any
	if err := c.decode(&doc); err != nil {
		return nil, err
	}
	if doc == nil {
		doc = map[string]any{}
	}
	return doc, nil
}

// json answers with a JSON body.
func (c *call) json(status int, v any) error {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	return c.raw(status, "application/json", bytes.TrimRight(buffer.Bytes(), "\n"))
}

// raw answers with any body.
func (c *call) raw(status int, contentType string, body []byte) error {
	c.header.Set("Content-Type", contentType)
	c.status, c.answer = status, body
	return nil
}

// noContent answers without a body.
func (c *call) noContent(status int) error {
	c.header.Del("Content-Type")
	c.status, c.answer = status, nil
	return nil
}

// redirect answers 302 to the location.
func (c *call) redirect(location string) error {
	c.header.Set("Location", location)
	return c.noContent(http.StatusFound)
}

// Package web is a request to the org and its answer: bodies, paging, lists and
// errors as the Management API has them.
package web

import (
	"bytes"
	"encoding/json"
	"log"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// Call is one request under way and its answer, which is sent only after the
// request's effect is in the data file. Its handler runs with Server.mu held.
type Call struct {
	Features         []state.Feature // that the org has
	ServiceAppAdmins bool            // each new service app becomes a super admin
	Lock             sync.Locker     // guards org; for handlers of routes with OwnLock
	Commit           func() error    // writes what changed to the data file, with lock held
	Org              *state.Org
	Request          *http.Request
	Body             []byte          // the whole request body
	Base             string          // scheme://host of this request, without a slash at the end
	Now              time.Time       // the org's clock at the start of the request
	ID               string          // X-Okta-Request-Id
	Route            *Route          // the route that matched
	Principal        *Principal      // who calls; nil on routes without authentication
	Acting           state.LogEntity // who acts in the System Log, where it isn't the principal

	Header http.Header // of the answer
	status int         // of the answer
	Answer []byte
}

// Second returns the time of the call as objects record it: Okta's timestamps have
// whole seconds.
func (c *Call) Second() time.Time { return c.Now.UTC().Truncate(time.Second) }

// Path returns a parameter of the path.
func (c *Call) Path(name string) string { return c.Request.PathValue(name) }

// Query returns the parameters of the query.
func (c *Call) Query() url.Values { return c.Request.URL.Query() }

// URL returns the absolute URL of a path of this org, as this caller sees it.
func (c *Call) URL(path string) string { return c.Base + path }

// Decode reads the JSON body into v. An empty body and null leave v as it is.
func (c *Call) Decode(v any) error {
	if len(bytes.TrimSpace(c.Body)) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.Body, v); err != nil {
		return Malformed()
	}
	return nil
}

// Object reads the JSON body as an object; an empty body and null give {}.
func (c *Call) Object() (map[string]any, error) {
	var doc map[string]any
	if err := c.Decode(&doc); err != nil {
		return nil, err
	}
	if doc == nil {
		doc = map[string]any{}
	}
	return doc, nil
}

// JSON answers with a JSON body.
func (c *Call) JSON(status int, v any) error {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	return c.Raw(status, "application/json", bytes.TrimRight(buffer.Bytes(), "\n"))
}

// Raw answers with any body.
func (c *Call) Raw(status int, contentType string, body []byte) error {
	c.Header.Set("Content-Type", contentType)
	c.status, c.Answer = status, body
	return nil
}

// NoContent answers without a body.
func (c *Call) NoContent(status int) error {
	c.Header.Del("Content-Type")
	c.status, c.Answer = status, nil
	return nil
}

// Redirect answers 302 to the location.
func (c *Call) Redirect(location string) error {
	c.Header.Set("Location", location)
	return c.NoContent(http.StatusFound)
}

// Principal is who makes a call: a user by API token, a user through an app,
// or a service app by itself.
type Principal struct {
	UserID   string // who owns the API token or signed in; empty for a service app
	ClientID string // the app whose access token it is; empty for an API token
	TokenID  string // id of the API token, or jti of the access token

	Roles []*state.RoleAssignment // their own and those of their groups
}

// Reads reports whether the method changes nothing.
func (c *Call) Reads() bool {
	return c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
}

// Recovered runs a part of the call. It writes a panic to the log of the
// process and returns it as an error, which answers 500 E0000009.
func (c *Call) Recovered(part func(*Call) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Printf("sandbox: %s %s: panic: %v\n%s", c.Request.Method, c.Request.URL.Path, p, debug.Stack())
			err = Internal()
		}
	}()
	return part(c)
}

// Finish turns the handler's error, if any, into the answer.
func (c *Call) Finish(err error) {
	if err == nil {
		return
	}
	if wire, ok := err.(wireError); ok {
		wire.Respond(c)
		return
	}
	Internal().Respond(c)
}

// Send writes the answer.
func (c *Call) Send(w http.ResponseWriter) {
	c.SendHeader(w)
	_, _ = w.Write(c.Answer)
}

// SendHeader writes status and header of the answer.
func (c *Call) SendHeader(w http.ResponseWriter) {
	for name, values := range c.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(c.status)
}

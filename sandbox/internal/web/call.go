// Package web is the HTTP side of the Management API: Call is a request with its answer, Route
// binds a path to a handler, and the rest are paging, lists and errors.
package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// Call is one request and its answer. The answer is sent only after the request's effect is in the
// data file. Handlers run with Server.mu held.
type Call struct {
	Features         []state.Feature // that the org has
	ServiceAppAdmins bool            // whether each new service app becomes a super admin
	Lock             sync.Locker     // guards Org; for handlers of routes with OwnLock
	Commit           func() error    // writes the changes to the data file, with Lock held
	Org              *state.Org
	Request          *http.Request
	Body             []byte          // the complete request body
	Base             string          // scheme://host of this request, without a slash at the end
	Now              time.Time       // the org's clock at the start of the request
	ID               string          // X-Okta-Request-Id
	Route            *Route          // the matching route
	Principal        *Principal      // the caller; nil on routes without authentication
	Acting           state.LogEntity // the actor in the System Log if it is not the principal
	Reason           string          // why the call was refused, for people; "" leaves that to the answer
	TrustedOrigin    bool            // whether the calling page has a trusted origin with the scope CORS

	Header http.Header // of the answer
	status int         // of the answer
	Answer []byte
}

// Has reports whether the org has a feature.
func (c *Call) Has(f state.Feature) bool { return slices.Contains(c.Features, f) }

// Second returns the time of the call in whole seconds, the resolution of timestamps in Okta's
// objects.
func (c *Call) Second() time.Time { return c.Now.UTC().Truncate(time.Second) }

// Path returns a path parameter.
func (c *Call) Path(name string) string { return c.Request.PathValue(name) }

// Query returns the query parameters.
func (c *Call) Query() url.Values { return c.Request.URL.Query() }

// URL returns the absolute URL of a path of this org, with the host that the caller used.
func (c *Call) URL(path string) string { return c.Base + path }

// Decode decodes the JSON body into v. An empty body or null leaves v unchanged.
func (c *Call) Decode(v any) error {
	if len(bytes.TrimSpace(c.Body)) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.Body, v); err != nil {
		return Malformed()
	}
	return nil
}

// Object decodes the JSON body as an object; an empty body or null gives {}.
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

// Raw answers with a body of any content type.
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

// Redirect answers with a redirect (302) to location.
func (c *Call) Redirect(location string) error {
	c.Header.Set("Location", location)
	return c.NoContent(http.StatusFound)
}

// Principal is the caller: a user with an API token, a user through an app, or a service app.
type Principal struct {
	UserID   string // owner of the API token, or signed-in user; empty for a service app
	ClientID string // app of the access token; empty for an API token
	TokenID  string // id of the API token, or jti of the access token

	Roles []*state.RoleAssignment // their own, and those of their groups
}

// Reads reports whether the method changes nothing (GET, HEAD).
func (c *Call) Reads() bool {
	return c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
}

// Recovered runs a part of the call. It logs a panic to the process's log and returns it as an
// error, which becomes 500 E0000009.
func (c *Call) Recovered(part func(*Call) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Printf("sandbox: %s %s: panic: %v\n%s", c.Request.Method, c.Request.URL.Path, p, debug.Stack())
			err = Internal()
		}
	}()
	return part(c)
}

// Finish answers with the handler's error, if there is one.
func (c *Call) Finish(err error) {
	if err == nil {
		return
	}
	var wire wireError
	if errors.As(err, &wire) {
		wire.Respond(c)
		return
	}
	Internal().Respond(c)
}

// Status returns the status of the answer.
func (c *Call) Status() int { return c.status }

// Send sends the answer.
func (c *Call) Send(w http.ResponseWriter) {
	c.SendHeader(w)
	_, _ = w.Write(c.Answer)
}

// SendHeader sends the status and header of the answer.
func (c *Call) SendHeader(w http.ResponseWriter) {
	for name, values := range c.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(c.status)
}

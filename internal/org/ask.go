package org

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// note is what the transport writes down of a call: the last request, and what
// became of it. ask reads it, because the SDK turns the cause of a failure into
// text and drops what its models don't know.
type note struct {
	request *http.Request
	status  int
	header  http.Header
	body    []byte
	err     error
	room    []byte // for the body; may be nil
	spoken  *spoken
}

type noteKey struct{}

func withNote(ctx context.Context, n *note) context.Context {
	return context.WithValue(ctx, noteKey{}, n)
}

func noteFrom(ctx context.Context) *note {
	n, _ := ctx.Value(noteKey{}).(*note)
	return n
}

func (n *note) roomForBody() []byte {
	if n == nil {
		return nil
	}
	return n.room
}

func (n *note) take(req *http.Request, resp *http.Response, body []byte, err error) {
	if n == nil {
		return
	}
	*n = note{request: req, body: body, err: err, room: n.room, spoken: n.spoken}
	if resp != nil {
		n.status, n.header = resp.StatusCode, resp.Header
	}
}

// ask makes one call, of the SDK or a raw one, and returns the org's answer as
// it was sent. That the SDK can't decode an answer is no error here.
func (c *Client) ask(ctx context.Context, call func(context.Context) error) (*note, error) {
	return c.askInto(ctx, nil, call)
}

// askInto is ask, with room for the answer.
func (c *Client) askInto(ctx context.Context, room []byte, call func(context.Context) error) (*note, error) {
	n := &note{room: room, spoken: &c.spoken}
	err := call(withNote(ctx, n))
	if n.request != nil {
		counted(ctx, n.request.Method, n.request.URL.Path)
	}
	switch {
	case n.request == nil:
		if err == nil {
			err = errors.New("nothing was sent")
		}
		return n, err
	case errors.As(n.err, new(*LostError)):
		return n, n.err
	case n.err != nil:
		return n, c.spoken.networkFailure(n.request, n.err)
	case n.status >= http.StatusBadRequest:
		return n, c.explain(c.spoken.refusal(n.request, n.status, n.header, n.body))
	case n.status >= http.StatusMultipleChoices:
		return n, c.redirected(n)
	}
	return n, nil
}

// explain adds to a refusal what the client knows of its own scopes.
func (c *Client) explain(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Scope != "" {
		e.asked = slices.ContainsFunc(strings.Fields(e.Scope), func(scope string) bool { return slices.Contains(c.scopes, scope) })
	}
	return err
}

// redirected says where the answer leads; nobody follows it.
func (c *Client) redirected(n *note) error {
	target := "elsewhere"
	if u, err := n.request.URL.Parse(n.header.Get("Location")); err == nil {
		target = u.Scheme + "://" + u.Host
	}
	return c.spoken.notOkta(n.request, n.status, n.header, "it redirects to "+c.spoken.clip(target)+", where nothing was sent")
}

// decode reads the answer. Numbers stay as they were written, since documents
// are sent back.
func (n *note) decode(into any) error {
	decoder := json.NewDecoder(bytes.NewReader(n.body))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return n.notExpected()
	}
	return nil
}

func (n *note) notExpected() error {
	return n.spoken.notOkta(n.request, n.status, n.header, "the answer is not the JSON that was expected")
}

// document makes a call that answers with one object.
func (c *Client) document(ctx context.Context, call func(context.Context) error) (map[string]any, error) {
	n, err := c.ask(ctx, call)
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := n.decode(&doc); err != nil {
		return nil, err
	}
	if len(doc) == 0 {
		return nil, c.spoken.notOkta(n.request, n.status, n.header, "the answer is empty")
	}
	scrub(doc)
	return doc, nil
}

// raw is a call that the SDK lacks, or whose document must reach the org just as
// it is, over the same transport. path begins with a slash and is escaped.
func (c *Client) raw(method, path string, body any) func(context.Context) error {
	return c.rawBy(c.api, method, path, body)
}

func (c *Client) rawBy(client *http.Client, method, path string, body any) func(context.Context) error {
	return func(ctx context.Context) error {
		var content []byte
		if body != nil {
			var err error
			if content, err = json.Marshal(body); err != nil {
				return fmt.Errorf("%s %s: %w", method, path, err)
			}
		}
		req, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(content))
		if err != nil {
			return err
		}
		req.Header.Set("Accept", "application/json")
		if body != nil {
			req.Header.Set("Content-Type", "application/json")
		}
		resp, err := client.Transport.RoundTrip(req) // there are neither redirects to follow nor cookies
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}
}

// into brings a document to a model of the SDK.
func into[T any](doc any) (T, error) {
	var model T
	content, err := json.Marshal(doc)
	if err == nil {
		err = json.Unmarshal(content, &model)
	}
	return model, err
}

package org

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
	*n = note{request: req, body: body, err: err, room: n.room}
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
	n := &note{room: room}
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
		return n, networkFailure(n.request, n.err)
	case n.status >= http.StatusBadRequest:
		return n, c.explain(refusal(n.request, n.status, n.header, n.body))
	case n.status >= http.StatusMultipleChoices:
		return n, redirected(n)
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
func redirected(n *note) error {
	target := "elsewhere"
	if u, err := n.request.URL.Parse(n.header.Get("Location")); err == nil {
		target = u.Scheme + "://" + u.Host
	}
	return notOkta(n.request, n.status, n.header, "it redirects to "+clip(target)+", where nothing was sent")
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
	return notOkta(n.request, n.status, n.header, "the answer is not the JSON that was expected")
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
		return nil, notOkta(n.request, n.status, n.header, "the answer is empty")
	}
	scrub(doc)
	return doc, nil
}

// maxPages ends a list that has no end: 5,000 pages hold a million objects.
const maxPages = 5000

// pages makes the calls of a list until the org says that there is no more.
// Only the cursor is taken from the link to the next page: links may name
// another host, and credentials go to the org's own.
func (c *Client) pages(ctx context.Context, call func(ctx context.Context, after string) error) ([]map[string]any, error) {
	var all []map[string]any
	err := c.eachPage(ctx, call, nil, func(page []map[string]any) bool {
		all = append(all, page...)
		return true
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// eachPage hands over one page of a list after the other, as long as more says
// so. Of the documents it keeps the fields; nil stands for all.
func (c *Client) eachPage(ctx context.Context, call func(ctx context.Context, after string) error, only fields, more func(page []map[string]any) bool) error {
	return eachPageOf(ctx, c, call, func(n *note) ([]map[string]any, error) {
		page, err := n.documents(only)
		for _, doc := range page {
			scrub(doc)
		}
		return page, err
	}, more)
}

// eachPageOf hands over what decode makes of the pages of a list.
func eachPageOf[T any](ctx context.Context, c *Client, call func(ctx context.Context, after string) error, decode func(*note) ([]T, error), more func(page []T) bool) error {
	seen := map[string]bool{"": true}
	room := c.bodies.take()
	defer func() { c.bodies.give(room) }()
	for after := ""; ; {
		if len(seen) > maxPages {
			return &networkError{call: "GET of a list", cause: fmt.Errorf("more than %d pages", maxPages),
				hint: "Check that this URL is an Okta org, and that no proxy answers in its place."}
		}
		n, err := c.askInto(ctx, room, func(ctx context.Context) error { return call(ctx, after) })
		if err != nil {
			return err
		}
		page, err := decode(n)
		if err != nil {
			return err
		}
		room = n.body[:0]
		next, continues := nextCursor(n.header)
		if !more(page) || !continues {
			return nil
		}
		if seen[next] {
			return notOkta(n.request, n.status, n.header, "the list's pages go round in circles: a proxy may be joining Link headers")
		}
		seen[next], after = true, next
	}
}

// nextCursor is the cursor in the Link header with the relation "next" (RFC
// 8288). Okta sends a line for each relation; proxies join them with commas.
func nextCursor(h http.Header) (cursor string, more bool) {
	for _, line := range h.Values("Link") {
		for {
			_, rest, found := strings.Cut(line, "<")
			if !found {
				break
			}
			target, params, _ := strings.Cut(rest, ">")
			own, _, _ := strings.Cut(params, "<")
			line = params
			if !strings.Contains(own, `rel="next"`) {
				continue
			}
			if u, err := url.Parse(target); err == nil {
				return u.Query().Get("after"), true
			}
		}
	}
	return "", false
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

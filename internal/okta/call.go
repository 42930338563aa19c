package okta

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Call makes one request, with the SDK or directly.
type Call func(context.Context) error

// Exchange is the last request of a call and its answer, as the transport saw them. The SDK turns
// the cause of a failure into text and drops fields that its models lack, so Client.Call reads the
// exchange instead.
type Exchange struct {
	Header  http.Header
	request *http.Request
	status  int
	body    []byte
	err     error
	secrets *sentSecrets
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *Exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

func exchangeFrom(ctx context.Context) *Exchange {
	x, _ := ctx.Value(exchangeKey{}).(*Exchange)
	return x
}

func (x *Exchange) record(req *http.Request, resp *http.Response, body []byte, err error) {
	if x == nil {
		return
	}
	*x = Exchange{request: req, body: body, err: err, secrets: x.secrets}
	if resp != nil {
		x.status, x.Header = resp.StatusCode, resp.Header
	}
}

// Call makes one call and returns the org's answer unchanged. An answer that only the SDK cannot
// decode is not an error.
func (c *Client) Call(ctx context.Context, call Call) (*Exchange, error) {
	x := &Exchange{secrets: &c.secrets}
	err := call(withExchange(ctx, x))
	if x.request != nil {
		tallyRequest(ctx, x.request.Method, x.request.URL.Path)
	}
	var refused *guardError
	switch {
	case x.request == nil:
		if err == nil {
			err = errors.New("nothing was sent")
		}
		return x, err
	case errors.As(x.err, &refused):
		return x, refused.error
	case x.err != nil:
		return x, c.explain(c.secrets.networkFailure(x.request, x.err))
	case x.status >= http.StatusBadRequest:
		return x, c.explain(c.secrets.refusal(x.request, x.status, x.Header, x.body))
	case x.status >= http.StatusMultipleChoices:
		return x, c.redirected(x)
	}
	return x, nil
}

// explain adds what the client knows about its own credential to a refusal. The refusal of a
// sign-in is that of all calls that wait for the token, so it is copied.
func (c *Client) explain(err error) error {
	var refused *Error
	if !errors.As(err, &refused) {
		return err
	}
	e := *refused
	e.profile = c.credentials.Profile
	if e.Scope != "" {
		e.scopeRequested = slices.ContainsFunc(strings.Fields(e.Scope), func(scope string) bool { return slices.Contains(c.scopes, scope) })
	}
	return &e
}

// redirected returns an error that names the target of a redirect, which is not followed.
func (c *Client) redirected(x *Exchange) error {
	target := "elsewhere"
	if u, err := x.request.URL.Parse(x.Header.Get("Location")); err == nil {
		target = u.Scheme + "://" + u.Host
	}
	return x.notOkta("it redirects to " + c.secrets.clip(target) + ", where nothing was sent")
}

func (x *Exchange) notOkta(what string) error {
	return x.secrets.notOkta(x.request, x.status, x.Header, what)
}

// Decode decodes the answer. Numbers keep their spelling, because documents are sent back. The JSON
// null is no answer of Okta's: as a list, it would be an empty one.
func (x *Exchange) Decode(into any) error {
	if err := decodeJSON(x.body, into); err != nil || string(bytes.TrimSpace(x.body)) == "null" {
		return x.notExpected()
	}
	return nil
}

func (x *Exchange) notExpected() error {
	return x.notOkta("the answer is not the JSON that was expected")
}

// decodeJSON decodes one JSON value. Only a Decoder keeps the spelling of numbers. It copies the
// text, so values of a fixed type are decoded without it.
func decodeJSON(text []byte, into any) error {
	switch into.(type) {
	case *any, *map[string]any, *[]map[string]any:
	default:
		return json.Unmarshal(text, into)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("something follows the JSON")
	}
	return nil
}

// Document makes a call whose answer is one object.
func (c *Client) Document(ctx context.Context, call Call) (map[string]any, error) {
	x, err := c.Call(ctx, call)
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := x.Decode(&doc); err != nil {
		return nil, err
	}
	if len(doc) == 0 {
		return nil, x.notOkta("the answer is empty")
	}
	scrub(doc)
	return doc, nil
}

// Do makes a call whose answer does not matter, if it is Okta's: JSON, or nothing.
func (c *Client) Do(ctx context.Context, call Call) error {
	x, err := c.Call(ctx, call)
	if err == nil && len(x.body) > 0 && !json.Valid(x.body) {
		return x.notExpected()
	}
	return err
}

// Get decodes the answer to a GET request.
func (c *Client) Get(ctx context.Context, path string, into any) error {
	x, err := c.Call(ctx, c.Request(http.MethodGet, path, nil))
	if err != nil {
		return err
	}
	return x.Decode(into)
}

// Request returns a call that the SDK lacks, or whose document must reach the org unchanged. It
// uses the same transport. path begins with a slash and is escaped.
func (c *Client) Request(method, path string, body any) Call {
	return c.requestBy(c.api, method, path, body)
}

func (c *Client) requestBy(client *http.Client, method, path string, body any) Call {
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
		resp, err := client.Transport.RoundTrip(req) // the API neither redirects nor sets cookies
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}
}

package okta

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// How lists are read, page by page.

// These limits end a list that has no end or would fill the memory.
const (
	maxPages      = 5000 // a million objects
	maxEmptyPages = 20   // in sequence
	maxListed     = maxPages * PageSize
	maxListBytes  = 1 << 30
	maxWholeBytes = 256 << 20 // if whole documents are kept
)

// listing counts what was read of a list.
type listing struct {
	cursors        map[string]bool
	pages, objects int
	empty          int // pages without an object, since the last with one
	bytes, largest int64
}

// add records a page with n objects. It fails if the list is longer than that of any org.
func (l *listing) add(page *Exchange, n int) error {
	l.pages, l.objects, l.bytes = l.pages+1, l.objects+n, l.bytes+int64(len(page.body))
	if l.empty++; n > 0 {
		l.empty = 0
	}
	var why string
	switch {
	case l.pages > maxPages:
		why = fmt.Sprintf("the list has more than %d pages", maxPages)
	case l.empty > maxEmptyPages:
		why = fmt.Sprintf("the list goes on after %d pages without an object", maxEmptyPages)
	case l.objects > maxListed:
		why = fmt.Sprintf("the list has more than %d objects", maxListed)
	case l.bytes > l.largest:
		why = fmt.Sprintf("the list is larger than %d MB", l.largest>>20)
	default:
		return nil
	}
	return page.notOkta(why)
}

// PageCall makes the request for one page of a list: the first page if after is "", else the page
// after that cursor.
type PageCall func(ctx context.Context, after string) error

// Pages reads all pages of a list. It takes only the cursor from the link to the next page, because
// links may name another host and credentials go to the org's own host only.
func (c *Client) Pages(ctx context.Context, call PageCall) ([]map[string]any, error) {
	var all []map[string]any
	err := eachPageOf(ctx, c, call, maxWholeBytes, func(page []map[string]any) bool {
		for _, doc := range page {
			scrub(doc)
		}
		all = append(all, page...)
		return true
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// EachPage passes the pages of a list to more, until more returns false. The list may be longer
// than one that Pages keeps.
func (c *Client) EachPage(ctx context.Context, call PageCall, more func(page []map[string]any) bool) error {
	return eachPageOf(ctx, c, call, maxListBytes, func(page []map[string]any) bool {
		for _, doc := range page {
			scrub(doc)
		}
		return more(page)
	})
}

// eachPageOf passes the pages of a list to more, decoded as T. largest is the maximum size of the
// list in bytes.
func eachPageOf[T any](ctx context.Context, c *Client, call PageCall, largest int64, more func(page []T) bool) error {
	read := listing{cursors: map[string]bool{"": true}, largest: largest}
	for after := ""; ; {
		x, err := c.Call(ctx, func(ctx context.Context) error { return call(ctx, after) })
		if err != nil {
			return err
		}
		var page []T
		if err = x.Decode(&page); err == nil {
			err = read.add(x, len(page))
		}
		if err != nil {
			return err
		}
		next, continues := nextCursor(x.Header)
		if !more(page) || !continues {
			return nil
		}
		if read.cursors[next] {
			return x.notOkta("the list's pages repeat: a proxy may be joining Link headers")
		}
		read.cursors[next], after = true, next
	}
}

// nextCursor returns the cursor of the Link header with the relation "next" (RFC 8288). Okta sends
// one line for each relation; proxies join them with commas.
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

// ListPage returns the call for one page of the list at a path with a query.
func (c *Client) ListPage(path, query string) PageCall {
	return func(ctx context.Context, after string) error {
		full := path
		switch {
		case after != "":
			values, err := url.ParseQuery(query)
			if err != nil {
				return err
			}
			values.Set("after", after)
			full += "?" + values.Encode()
		case query != "":
			full += "?" + query
		}
		return c.Request(http.MethodGet, full, nil)(ctx)
	}
}

// List reads all pages of the list at a path.
func (c *Client) List(ctx context.Context, path, query string) ([]map[string]any, error) {
	return c.Pages(ctx, c.ListPage(path, query))
}

// ListOf reads all pages of the list at a path and keeps the fields that T has.
func ListOf[T any](ctx context.Context, c *Client, path, query string) ([]T, error) {
	var all []T
	err := eachPageOf(ctx, c, c.ListPage(path, query), maxListBytes, func(page []T) bool {
		all = append(all, page...)
		return true
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// WrappedList reads a list of /api/v1/iam/*: an object with the list under a key, and the link to
// the next page in the body. The SDK cannot page through some of these lists, so it is used for
// none of them. WrappedList takes only the cursor from the link, which names the org's admin host.
func (c *Client) WrappedList(ctx context.Context, path, key string) ([]map[string]any, error) {
	var all []map[string]any
	seen := map[string]bool{}
	for after := ""; !seen[after]; {
		seen[after] = true
		full := path
		if after != "" {
			full += "?after=" + url.QueryEscape(after)
		}
		x, err := c.Call(ctx, c.Request(http.MethodGet, full, nil))
		if err != nil {
			return nil, err
		}
		var page map[string]any
		if err := x.Decode(&page); err != nil {
			return nil, err
		}
		list, ok := page[key].([]any)
		if !ok && page["_links"] == nil {
			return nil, x.notExpected()
		}
		for _, entry := range list {
			if doc, ok := entry.(map[string]any); ok {
				all = append(all, doc)
			}
		}
		next, err := url.Parse(Text(page, "_links", "next", "href"))
		if err != nil || next.Query().Get("after") == "" {
			return all, nil
		}
		after = next.Query().Get("after")
	}
	return nil, &networkError{call: "GET " + c.url + path, cause: errors.New("the list's pages repeat"), hint: "Check that no proxy answers in the org's place."}
}

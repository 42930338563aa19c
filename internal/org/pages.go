package org

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// How lists are read, page by page.

// A list that has no end is ended here, and one that would fill the memory.
const (
	maxPages      = 5000 // they hold a million objects
	maxEmptyPages = 20   // one after the other
	maxListed     = maxPages * pageSize
	maxListBytes  = 1 << 30
	maxWholeBytes = 256 << 20 // where whole documents are kept
)

// listing is what has come of a list.
type listing struct {
	cursors        map[string]bool
	pages, objects int
	empty          int // pages without an object, since the last with one
	bytes, largest int64
}

// add takes note of a page with n objects. It fails where the list is longer than any of
// an org.
func (l *listing) add(page *note, n int) error {
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
	return page.spoken.notOkta(page.request, page.status, page.header, why)
}

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
	largest := int64(maxListBytes)
	if only == nil {
		largest = maxWholeBytes
	}
	return eachPageOf(ctx, c, call, largest, func(n *note) ([]map[string]any, error) {
		page, err := n.documents(only)
		for _, doc := range page {
			scrub(doc)
		}
		return page, err
	}, more)
}

// eachPageOf hands over what decode makes of the pages of a list, which may have that
// many bytes in all.
func eachPageOf[T any](ctx context.Context, c *Client, call func(ctx context.Context, after string) error, largest int64, decode func(*note) ([]T, error), more func(page []T) bool) error {
	read := listing{cursors: map[string]bool{"": true}, largest: largest}
	room := c.bodies.take()
	defer func() { c.bodies.give(room) }()
	for after := ""; ; {
		n, err := c.askInto(ctx, room, func(ctx context.Context) error { return call(ctx, after) })
		if err != nil {
			return err
		}
		page, err := decode(n)
		if err == nil {
			err = read.add(n, len(page))
		}
		if err != nil {
			return err
		}
		room = n.body[:0]
		next, continues := nextCursor(n.header)
		if !more(page) || !continues {
			return nil
		}
		if read.cursors[next] {
			return c.spoken.notOkta(n.request, n.status, n.header, "the list's pages go round in circles: a proxy may be joining Link headers")
		}
		read.cursors[next], after = true, next
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

package web

import (
	"net/url"
	"strconv"
)

// PageSize is the number of items on a page of an endpoint.
type PageSize struct {
	Fallback int // if the caller gives no limit
	Max      int // higher limits are reduced to this
	// Echo repeats the effective limit in the self link even if the caller gave none, as some of
	// Okta's endpoints do.
	Echo bool
}

// Page returns the requested page of items, in their order, and sets the Link headers: self always,
// next if there is more, each on a line of its own. id returns the cursor of an item.
func Page[T any](c *Call, items []T, id func(T) string, size PageSize) ([]T, error) {
	return PageWhere(c, items, func(T) bool { return true }, id, size)
}

// PageWhere is Page for the items that match. It tests only items that may be on the page, so that
// reading a long list page by page takes no longer than reading it at once.
func PageWhere[T any](c *Call, items []T, match func(T) bool, id func(T) string, size PageSize) ([]T, error) {
	query := c.Query()
	limit, err := size.limit(query)
	if err != nil {
		return nil, err
	}
	start, err := startOf(items, id, query.Get("after"))
	if err != nil {
		return nil, err
	}
	if size.Echo || query.Has("limit") {
		query.Set("limit", strconv.Itoa(limit))
	}
	c.Link("self", query)
	found := []T{}
	for _, item := range items[start:] {
		if !match(item) {
			continue
		}
		if len(found) == limit {
			query.Set("after", id(found[limit-1]))
			query.Set("limit", strconv.Itoa(limit))
			c.Link("next", query)
			break
		}
		found = append(found, item)
	}
	return found, nil
}

// Link adds one Link header line with the path of the call.
func (c *Call) Link(relation string, query url.Values) {
	target := c.URL(c.Request.URL.EscapedPath())
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	c.Header.Add("Link", "<"+target+`>; rel="`+relation+`"`)
}

// limit returns the maximum number of items on the page.
func (size PageSize) limit(query url.Values) (int, error) {
	text := query.Get("limit")
	if text == "" {
		return size.Fallback, nil
	}
	limit, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return 0, Invalid("limit", "limit: The field must be an integer")
	case limit <= 0:
		return size.Fallback, nil
	case limit > size.Max:
		return size.Max, nil
	}
	return limit, nil
}

// startOf returns the index of the first item after the cursor. The cursor's item may have been
// deleted meanwhile; ids grow with time, so the items after it are still known.
func startOf[T any](items []T, id func(T) string, cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	for i, item := range items {
		if id(item) == cursor {
			return i + 1, nil
		}
	}
	if len(cursor) != 20 {
		return 0, InvalidPaging()
	}
	for i, item := range items {
		if id(item) > cursor {
			return i, nil
		}
	}
	return len(items), nil
}

// PageInBody is Page for the lists of /api/v1/iam, which give the next page's URL in the body. next
// is empty on the last page.
func PageInBody[T any](c *Call, items []T, id func(T) string) (list []T, next string, err error) {
	query := c.Query()
	limit, err := PageSize{Fallback: 100, Max: 100}.limit(query)
	if err != nil {
		return nil, "", err
	}
	start, err := startOf(items, id, query.Get("after"))
	if err != nil {
		return nil, "", err
	}
	rest := items[start:]
	if len(rest) <= limit {
		return rest, "", nil
	}
	query.Set("after", id(rest[limit-1]))
	return rest[:limit], c.URL(c.Request.URL.EscapedPath()) + "?" + query.Encode(), nil
}

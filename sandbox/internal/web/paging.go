package web

import (
	"net/url"
	"strconv"
)

// PageSize is the number of items on a page of an endpoint.
type PageSize struct {
	Fallback int // when the caller asks for none
	Max      int // more is cut down to this
	// Echo repeats the effective limit in the self link even when the caller
	// sent none, as Okta does on some endpoints.
	Echo bool
}

// Page cuts the caller's page out of the items, in their order, and sets the
// Link headers: self always, next while there is more, each on its own line.
// id gives the cursor of an item.
func Page[T any](c *Call, items []T, id func(T) string, size PageSize) ([]T, error) {
	return PageWhere(c, items, func(T) bool { return true }, id, size)
}

// PageWhere is Page of the items that match. It asks that only of those which may
// be on the page, so that a long list takes no longer page by page than at once.
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

// limit is the number of items the caller gets at most.
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

// startOf returns the index of the first item after the cursor. The cursor's
// own item may have gone meanwhile; ids grow with time, so what came after it
// is still known.
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

// PageInBody is Page for the lists of /api/v1/iam, which give the next page's
// URL in the body; it is empty on the last page.
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

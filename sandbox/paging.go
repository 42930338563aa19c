package sandbox

import (
	"net/url"
	"strconv"
)

// pageSize is the number of items on a page of an endpoint.
type pageSize struct {
	fallback int // when the caller asks for none
	max      int // more is cut down to this
	// echo repeats the effective limit in the self link even when the caller
	// sent none, as Okta does on some endpoints.
	echo bool
}

// page cuts the caller's page out of the items, in their order, and sets the
// Link headers: self always, next while there is more, each on its own line.
// id gives the cursor of an item.
func page[T any](c *call, items []T, id func(T) string, size pageSize) ([]T, error) {
	return pageWhere(c, items, func(T) bool { return true }, id, size)
}

// pageWhere is page of the items that match. It asks that only of those which may
// be on the page, so that a long list takes no longer page by page than at once.
func pageWhere[T any](c *call, items []T, match func(T) bool, id func(T) string, size pageSize) ([]T, error) {
	query := c.query()
	limit, err := size.limit(query)
	if err != nil {
		return nil, err
	}
	start, err := startOf(items, id, query.Get("after"))
	if err != nil {
		return nil, err
	}
	if size.echo || query.Has("limit") {
		query.Set("limit", strconv.Itoa(limit))
	}
	c.link("self", query)
	found := []T{}
	for _, item := range items[start:] {
		if !match(item) {
			continue
		}
		if len(found) == limit {
			query.Set("after", id(found[limit-1]))
			query.Set("limit", strconv.Itoa(limit))
			c.link("next", query)
			break
		}
		found = append(found, item)
	}
	return found, nil
}

// link adds one Link header line with the path of the call.
func (c *call) link(relation string, query url.Values) {
	target := c.url(c.r.URL.EscapedPath())
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	c.header.Add("Link", "<"+target+`>; rel="`+relation+`"`)
}

// limit is the number of items the caller gets at most.
func (size pageSize) limit(query url.Values) (int, error) {
	text := query.Get("limit")
	if text == "" {
		return size.fallback, nil
	}
	limit, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return 0, errInvalid("limit", "limit: The field must be an integer")
	case limit <= 0:
		return size.fallback, nil
	case limit > size.max:
		return size.max, nil
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
		return 0, errPaging()
	}
	for i, item := range items {
		if id(item) > cursor {
			return i, nil
		}
	}
	return len(items), nil
}

// bodyPage is page for the lists of /api/v1/iam, which give the next page's
// URL in the body; it is empty on the last page.
func bodyPage[T any](c *call, items []T, id func(T) string) (list []T, next string, err error) {
	query := c.query()
	limit, err := pageSize{fallback: 100, max: 100}.limit(query)
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
	return rest[:limit], c.url(c.r.URL.EscapedPath()) + "?" + query.Encode(), nil
}

package sandbox

import (
	"cmp"
	"slices"
	"strings"
)

// listing is a list endpoint with search, filter and q, as groups and users
// have it.
type listing[T any] struct {
	search     func(attribute string) bool // attributes of ?search=
	filter     func(attribute string) bool // attributes of ?filter=
	startsWith func(row *T, q string) bool // ?q=, in lower case
	id         func(*T) string
	size       pageSize
	qLimit     int // of a list by q, which has no pages
	// plain leaves rows out of a list that is asked for without search and
	// filter; nil shows all.
	plain func(*T) bool
}

// find returns the caller's page and sets the Link headers.
func (l listing[T]) find(c *call, rows []*T, view func(*T) map[string]any) ([]*T, error) {
	query := c.query()
	search, filter, q := query.Get("search"), query.Get("filter"), strings.ToLower(query.Get("q"))
	if search != "" && filter != "" {
		return nil, &apiError{status: 400, code: "E0000033", summary: "Can't specify a search query and filter in the same request."}
	}
	for _, expression := range []struct {
		text  string
		known func(string) bool
	}{{search, l.search}, {filter, l.filter}} {
		if expression.text == "" {
			continue
		}
		matches, err := parseFilter(expression.text, expression.known)
		if err != nil {
			return nil, err
		}
		rows = slices.DeleteFunc(slices.Clone(rows), func(row *T) bool { return !matches(view(row)) })
	}
	if search == "" && filter == "" && l.plain != nil {
		rows = slices.DeleteFunc(slices.Clone(rows), func(row *T) bool { return !l.plain(row) })
	}
	if q != "" {
		rows = slices.DeleteFunc(slices.Clone(rows), func(row *T) bool { return !l.startsWith(row, q) })
		limit, err := pageSize{fallback: l.qLimit, max: l.size.max}.limit(query)
		return rows[:min(limit, len(rows))], err
	}
	if search != "" {
		rows = l.sorted(rows, query.Get("sortBy"), query.Get("sortOrder"), view)
	}
	return page(c, rows, l.id, l.size)
}

// sorted applies sortBy and sortOrder, which count with search alone.
func (l listing[T]) sorted(rows []*T, by, direction string, view func(*T) map[string]any) []*T {
	if by == "" {
		return rows
	}
	path := strings.Split(by, ".")
	key := func(row *T) string {
		doc := view(row)
		return strings.ToLower(text(object(doc, path[:len(path)-1]...), path[len(path)-1]))
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(x, y *T) int {
		n := cmp.Compare(key(x), key(y))
		if strings.EqualFold(direction, "desc") || strings.EqualFold(direction, "descending") {
			return -n
		}
		return n
	})
	return rows
}

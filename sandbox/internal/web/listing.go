package web

import (
	"cmp"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
)

// Listing is a list endpoint with search, filter and q, such as those of groups and users.
type Listing[T any] struct {
	Search     func(attribute string) bool // attributes of ?search=
	Filter     func(attribute string) bool // attributes of ?filter=
	StartsWith func(row *T, q string) bool // ?q=, in lower case
	ID         func(*T) string
	Size       PageSize
	QLimit     int // for a list by q, which has no pages
	// ByDefault reports whether a list without search and filter shows the row; nil shows all.
	ByDefault func(*T) bool
}

// Find returns the requested page and sets the Link headers.
func (l Listing[T]) Find(c *Call, rows []*T, view func(*T) map[string]any) ([]*T, error) {
	query := c.Query()
	search, filter, q := query.Get("search"), query.Get("filter"), strings.ToLower(query.Get("q"))
	if search != "" && filter != "" {
		return nil, &APIError{Status: 400, Code: "E0000033", Summary: "Can't specify a search query and filter in the same request."}
	}
	for _, expression := range []struct {
		text  string
		known func(string) bool
	}{{search, l.Search}, {filter, l.Filter}} {
		if expression.text == "" {
			continue
		}
		matches, err := ParseFilter(expression.text, expression.known)
		if err != nil {
			return nil, err
		}
		rows = slices.DeleteFunc(slices.Clone(rows), func(row *T) bool { return !matches(view(row)) })
	}
	if search == "" && filter == "" && l.ByDefault != nil {
		rows = slices.DeleteFunc(slices.Clone(rows), func(row *T) bool { return !l.ByDefault(row) })
	}
	if q != "" {
		rows = slices.DeleteFunc(slices.Clone(rows), func(row *T) bool { return !l.StartsWith(row, q) })
		limit, err := PageSize{Fallback: l.QLimit, Max: l.Size.Max}.limit(query)
		return rows[:min(limit, len(rows))], err
	}
	if search != "" {
		rows = l.sorted(rows, query.Get("sortBy"), query.Get("sortOrder"), view)
	}
	return Page(c, rows, l.ID, l.Size)
}

// sorted applies sortBy and sortOrder, which take effect only with search.
func (l Listing[T]) sorted(rows []*T, by, direction string, view func(*T) map[string]any) []*T {
	if by == "" {
		return rows
	}
	path := strings.Split(by, ".")
	key := func(row *T) string {
		doc := view(row)
		return strings.ToLower(jsondoc.Text(jsondoc.Object(doc, path[:len(path)-1]...), path[len(path)-1]))
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

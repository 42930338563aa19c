package kind

import (
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// RowInPath returns the row of a table that a parameter of the path names; kind is what Okta's
// error calls it.
func RowInPath[T any](c *web.Call, table *state.Table[T], parameter, kind string) (*T, error) {
	id := c.Path(parameter)
	if row := table.Get(id); row != nil {
		return row, nil
	}
	return nil, web.NotFound(id, kind)
}

// GetRow returns the handler that answers with the row in the path.
func GetRow[T any](find func(*web.Call) (*T, error), view func(*web.Call, *T) map[string]any) func(*web.Call) error {
	return func(c *web.Call) error {
		row, err := find(c)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, view(c, row))
	}
}

// SendRows answers with a list of rows.
func SendRows[T any](c *web.Call, rows []*T, view func(*web.Call, *T) map[string]any) error {
	list := []any{}
	for _, row := range rows {
		list = append(list, view(c, row))
	}
	return c.JSON(http.StatusOK, list)
}

// NextLink returns the _links of a list that pages in its body.
func NextLink(next string) map[string]any {
	if next == "" {
		return map[string]any{}
	}
	return map[string]any{"next": map[string]any{"href": next}}
}

package org

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

const iamPath = "/api/v1/iam"

// wrapped lists what /api/v1/iam/* answers: an object that holds the list under
// a key, and the link to the next page in the body. The SDK can't page through
// some of these lists, so all are read raw. Only the cursor is taken from the
// link, which names the org's admin host.
func (c *Client) wrapped(ctx context.Context, path, key string) ([]map[string]any, error) {
	var all []map[string]any
	seen := map[string]bool{}
	for after := ""; !seen[after]; {
		seen[after] = true
		full := path
		if after != "" {
			full += "?after=" + url.QueryEscape(after)
		}
		n, err := c.ask(ctx, c.raw(http.MethodGet, full, nil))
		if err != nil {
			return nil, err
		}
		var page map[string]any
		if err := n.decode(&page); err != nil {
			return nil, err
		}
		list, _ := page[key].([]any)
		for _, entry := range list {
			if doc, ok := entry.(map[string]any); ok {
				all = append(all, doc)
			}
		}
		next, err := url.Parse(str(page, "_links", "next", "href"))
		if err != nil || next.Query().Get("after") == "" {
			return all, nil
		}
		after = next.Query().Get("after")
	}
	return nil, &networkError{call: "GET " + c.url + path, cause: errors.New("the list's pages go round in circles"), hint: "Check that no proxy answers in the org's place."}
}

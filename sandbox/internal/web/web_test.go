package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// newCall returns a call with a request, as the server makes it.
func newCall(method, target, body string) *Call {
	request := httptest.NewRequest(method, target, nil)
	return &Call{Request: request, Body: []byte(body), Base: "https://example.okta.com", Header: http.Header{}}
}

// TestPage shows the pages of a list, with the Link headers that lead from one to the next.
func TestPage(t *testing.T) {
	// Ids have 20 characters and grow with time.
	items := []string{"00g00000000000000001", "00g00000000000000002", "00g00000000000000004"}
	const self, next = `<https://example.okta.com/api/v1/groups%s>; rel="self"`, `<https://example.okta.com/api/v1/groups%s>; rel="next"`
	for _, tt := range []struct {
		name, query string
		want        []string
		links       []string
		failure     string
	}{
		{name: "without a limit", query: "", want: items[:2],
			links: []string{strings.Replace(self, "%s", "", 1), strings.Replace(next, "%s", "?after=00g00000000000000002&limit=2", 1)}},
		{name: "the last page", query: "?after=00g00000000000000002", want: items[2:],
			links: []string{strings.Replace(self, "%s", "?after=00g00000000000000002", 1)}},
		{name: "a limit above the maximum", query: "?limit=1000", want: items,
			links: []string{strings.Replace(self, "%s", "?limit=3", 1)}},
		{name: "a cursor whose item was deleted", query: "?after=00g00000000000000003", want: items[2:],
			links: []string{strings.Replace(self, "%s", "?after=00g00000000000000003", 1)}},
		{name: "an unknown cursor", query: "?after=x", failure: "E0000029"},
		{name: "a limit that is no number", query: "?limit=x", failure: "E0000001"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newCall("GET", "/api/v1/groups"+tt.query, "")
			got, err := Page(c, items, func(id string) string { return id }, PageSize{Fallback: 2, Max: 3})
			if tt.failure != "" {
				var refused *APIError
				if !errors.As(err, &refused) || refused.Code != tt.failure {
					t.Fatalf("got %v, want the error %s", err, tt.failure)
				}
				return
			}
			if err != nil || !slices.Equal(got, tt.want) || !slices.Equal(c.Header["Link"], tt.links) {
				t.Errorf("got %v, links %v, error %v; want %v, links %v", got, c.Header["Link"], err, tt.want, tt.links)
			}
		})
	}
}

// TestViolations shows that one error lists everything that is wrong with a request.
func TestViolations(t *testing.T) {
	var bad Violations
	if err := bad.Err(); err != nil {
		t.Fatalf("got %v without violations", err)
	}
	bad.Label(map[string]any{"label": ""})
	bad.Add("settings", "The field is required")
	var refused *APIError
	if !errors.As(bad.Err(), &refused) {
		t.Fatalf("got %v, want an APIError", bad.Err())
	}
	if refused.Code != "E0000001" || !strings.Contains(refused.Summary, "label") || len(refused.Causes) != 2 {
		t.Errorf("got %+v", refused)
	}
}

func TestObject(t *testing.T) {
	for body, valid := range map[string]bool{
		``: true, `null`: true, `{"label": "Portal"}`: true,
		`[]`: false, `{`: false, `"Portal"`: false,
	} {
		doc, err := newCall("POST", "/api/v1/apps", body).Object()
		if valid != (err == nil) || valid && doc == nil {
			t.Errorf("body %q: got %v, %v", body, doc, err)
		}
	}
}

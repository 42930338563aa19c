package org

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// TestSeesAll: only who is a super admin by itself is one for sure: a role of a group is
// had as long as one is in it.
func TestSeesAll(t *testing.T) {
	for roles, want := range map[string]bool{
		`[]`: false,
		`[{"type":"READ_ONLY_ADMIN","assignmentType":"USER","status":"ACTIVE"},{"type":"SUPER_ADMIN","assignmentType":"USER","status":"ACTIVE"}]`: true,
		`[{"type":"SUPER_ADMIN","assignmentType":"CLIENT","status":"ACTIVE"}]`:                                                                    true,
		`[{"type":"SUPER_ADMIN","assignmentType":"GROUP","status":"ACTIVE"}]`:                                                                     false,
		`[{"type":"SUPER_ADMIN","assignmentType":"USER","status":"INACTIVE"}]`:                                                                    false,
		`{"errorCode":"E0000006"}`: false,
	} {
		c, err := Connect(okta.Credentials{Mode: okta.SSWS, URL: "https://example.okta.com", Token: schema.NewSecret("t")}, okta.Options{Transport: &pagesOf{roles}})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.SeesAll(t.Context(), "00u00000000000000001"); got != want {
			t.Errorf("%v with %s", got, roles)
		}
	}
}

// pagesOf answers each request with the next page.
type pagesOf []string

func (p *pagesOf) RoundTrip(req *http.Request) (*http.Response, error) {
	page := (*p)[0]
	*p = (*p)[1:]
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(page)), Request: req}, nil
}

package org

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// TestSight: which events may change what the principal sees, and whom they don't
// concern.
func TestSight(t *testing.T) {
	const user, app = "00u00000000000000001", "0oa00000000000000001"
	for _, test := range []struct {
		event, principal string
		sight            bool // it may
		gap              bool // it does
	}{
		{`{"eventType":"iam.role.permissions.add","target":[{"type":"CUSTOM_ROLE","id":"cr0"}]}`, app, true, false},
		{`{"eventType":"iam.role.create","target":[{"type":"CUSTOM_ROLE","id":"cr0"}]}`, app, false, false},
		{`{"eventType":"iam.resourceset.delete","target":[{"type":"RESOURCE_SET","id":"iam0"}]}`, user, true, false},
		{`{"eventType":"group.user_membership.add","target":[{"type":"User","id":"` + user + `"},{"type":"UserGroup","id":"00g0"}]}`, user, true, false},
		{`{"eventType":"group.user_membership.add","target":[{"type":"User","id":"00u0"},{"type":"UserGroup","id":"00g0"}]}`, user, false, false},
		{`{"eventType":"group.privilege.grant","target":[{"type":"UserGroup","id":"00g0"}]}`, user, true, false},
		{`{"eventType":"group.privilege.grant","target":[{"type":"UserGroup","id":"00g0"}]}`, app, false, false},
		{`{"eventType":"iam.resourceset.bindings.add","target":[{"type":"UserGroup","id":"00g0"}]}`, user, true, false},
		{`{"eventType":"iam.resourceset.bindings.add","target":[{"type":"PublicClientApp","id":"0oa0"}]}`, app, false, false},
		{`{"eventType":"iam.resourceset.bindings.add","target":[{"type":"PublicClientApp","id":"` + app + `"}]}`, app, false, true},
		{`{"eventType":"user.account.privilege.grant","target":[{"type":"User","id":"` + user + `"}]}`, user, false, true},
		{`{"eventType":"app.oauth2.token.grant","target":[{"type":"User","id":"` + user + `"}]}`, user, false, false},
	} {
		var e okta.Event
		if err := json.Unmarshal([]byte(test.event), &e); err != nil {
			t.Fatal(err)
		}
		touched, err := touch([]okta.Event{e}, test.principal)
		var gap *okta.LogGap
		if errors.As(err, &gap) != test.gap || !test.gap && (err != nil || (touched.sight != "") != test.sight) {
			t.Errorf("%s by %s: %+v %v", test.event, test.principal, touched, err)
		}
	}
}

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
		if got := c.seesAll(t.Context(), "00u00000000000000001"); got != want {
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

package readcache

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/oktaform/oktaform/internal/okta"
)

// TestReadCacheSeesRoleChange: which events may change what the principal sees, and whom they don't
// concern.
func TestReadCacheSeesRoleChange(t *testing.T) {
	const user, app = "00u00000000000000001", "0oa00000000000000001"
	for _, test := range []struct {
		event, principal string
		visibility       bool // it may
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
		changed, err := changesOf([]okta.Event{e}, test.principal)
		var gap *okta.LogGap
		if errors.As(err, &gap) != test.gap || !test.gap && (err != nil || (changed.visibility != "") != test.visibility) {
			t.Errorf("%s by %s: %+v %v", test.event, test.principal, changed, err)
		}
	}
}

package org_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// An app that is to be inactive is never active, not for a moment.
func TestCreateInactive(t *testing.T) {
	l := connect(t, sandbox.Options{})
	d := with(reporter(t), map[string]cty.Value{"status": s("INACTIVE")})
	matches(t, create(t, l, d), d)
	for _, call := range l.tape.take() {
		if strings.Contains(call, "/lifecycle/") {
			t.Errorf("the app was made active first: %s", call)
		}
	}
}

// A key changes its status and stays the same key.
func TestUpdateKeyStatus(t *testing.T) {
	l := connect(t, sandbox.Options{})
	_, one := newKey(t, "one")
	_, two := newKey(t, "two")
	d := with(reporter(t), map[string]cty.Value{"public_key": cty.ListVal([]cty.Value{one, two})})
	o := create(t, l, d)
	attrs := two.AsValueMap()
	attrs["status"] = s("INACTIVE")
	off := with(d, map[string]cty.Value{"public_key": cty.ListVal([]cty.Value{one, cty.ObjectVal(attrs)})})
	after, err := l.Update(t.Context(), o, off)
	if err != nil {
		t.Fatal(err)
	}
	matches(t, after, off)
}

// A list that is no longer declared is left as it is.
func TestUpdateLeavesUnmanagedAlone(t *testing.T) {
	l := connect(t, sandbox.Options{})
	user := create(t, l, desired("user", "u", map[string]cty.Value{"login": s("u@example.com"), "first_name": s("U"), "last_name": s("V")}))
	d := group("g")
	o := create(t, l, with(d, map[string]cty.Value{"members": refTo(user)}))
	after, err := l.Update(t.Context(), o, with(d, map[string]cty.Value{"description": s("New.")}))
	if err != nil || !after.Value.GetAttr("members").IsNull() {
		t.Fatalf("%v, members %#v", err, after.Value.GetAttr("members"))
	}
	if members := l.call(t, "GET", "/api/v1/groups/"+o.ID+"/users", ""); !strings.Contains(members, user.ID) {
		t.Errorf("the member is gone: %s", members)
	}
}

// What users consented to, and what is revoked, is not what the app was granted.
func TestReadGrants(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/api/v1/apps":
			answer(w, 200, `[{"id":"0oa1","name":"oidc_client","label":"w","status":"ACTIVE","signOnMode":"OPENID_CONNECT",
				"profile":{"oktaform_owner":"team/iam","oktaform_address":"web_app.w"},"settings":{"oauthClient":{"application_type":"web"}}},
				{"id":"0oa2","name":"oidc_client","settings":{"oauthClient":null}},{"signOnMode":"MFA_AS_SERVICE"}]`)
		case strings.HasSuffix(r.URL.Path, "/grants"):
			answer(w, 200, `[{"id":"oag1","status":"ACTIVE","issuer":"https://x.okta.com","scopeId":"okta.users.read","source":"ADMIN"},
				{"id":"oag2","status":"ACTIVE","issuer":"https://x.okta.com","scopeId":"okta.apps.read","source":"END_USER","userId":"00u1"},
				{"id":"oag3","status":"REVOKED","issuer":"https://x.okta.com","scopeId":"okta.logs.read"},
				{"id":"oag4","status":"ACTIVE","issuer":"https://x.okta.com/oauth2/aus1","scopeId":"okta.roles.read"},
				{"id":"oag5","status":"ACTIVE","issuer":"https://x.okta.com","scopeId":"profile"}]`)
		case r.URL.Path == "/.well-known/okta-organization":
			answer(w, 200, `{"id":"00o1"}`)
		case r.URL.Path == "/api/v1/groups":
			answer(w, 200, `[]`)
		default:
			answer(w, 404, `{"errorCode":"E0000007"}`)
		}
	})
	snapshot, err := client.Read(t.Context(), schema.Query{Owner: owner})
	if err != nil || len(snapshot.Objects) != 1 {
		t.Fatalf("%v, %v", snapshot, err)
	}
	if got := snapshot.Objects[0].Value.GetAttr("okta_api_scopes"); !got.RawEquals(list("okta.users.read")) {
		t.Errorf("scopes %#v", got)
	}
}

// A role whose first target can't be set is taken away again: without one it is
// a role over everything.
func TestRoleWithoutItsTargetIsTakenBack(t *testing.T) {
	var removed atomic.Bool
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "/targets/"):
			answer(w, 404, `{"errorCode":"E0000007","errorSummary":"Not found"}`)
		case r.Method == http.MethodDelete:
			removed.Store(strings.HasSuffix(r.URL.Path, "/roles/JBCU"))
			w.WriteHeader(204)
		case r.URL.Path == "/api/v1/groups":
			answer(w, 200, `{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"g"}}`)
		default:
			answer(w, 201, `{"id":"JBCU","type":"HELP_DESK_ADMIN"}`)
		}
	})
	d := with(group("g"), map[string]cty.Value{"admin_role": roles(role{kind: "HELP_DESK_ADMIN", groups: []schema.Object{{ID: "00g2"}}})})
	made, err := client.Create(t.Context(), d)
	if err == nil || !removed.Load() {
		t.Errorf("role removed: %v, %v", removed.Load(), err)
	}
	if made.ID != "00g1" {
		t.Errorf("the group that was made isn't returned: %+v", made)
	}
}

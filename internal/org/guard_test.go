package org_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestRightsComeLast plants in an app what could act in its name: keys, a redirect
// URI, a second secret, an assignment. All of that goes before the first right
// comes, request by request.
func TestRightsComeLast(t *testing.T) {
	l := connect(t, sandbox.Options{})
	mark := `"profile":{"oktaform_owner":"team/iam","oktaform_address":"web_app.portal"}`
	var app struct{ ID string }
	decode(t, l.call(t, "POST", "/api/v1/apps", `{"name":"oidc_client","label":"Portal","signOnMode":"OPENID_CONNECT",`+
		`"credentials":{"oauthClient":{"client_secret":"planted-secret-0001","token_endpoint_auth_method":"client_secret_basic"}},`+
		`"settings":{"oauthClient":{"application_type":"web","grant_types":["authorization_code"],"response_types":["code"],`+
		`"redirect_uris":["https://planted.example.com/cb"],"jwks_uri":"https://planted.example.com/jwks"}},`+mark+`}`), &app)
	l.call(t, "POST", "/api/v1/apps/"+app.ID+"/credentials/secrets", `{"client_secret":"planted-secret-0002"}`)
	var user struct{ ID string }
	decode(t, l.call(t, "POST", "/api/v1/users", `{"profile":{"login":"mallory@example.com","email":"mallory@example.com","firstName":"M","lastName":"M"}}`), &user)
	l.call(t, "POST", "/api/v1/apps/"+app.ID+"/users", `{"id":"`+user.ID+`","scope":"USER"}`)

	kind := kinds.Named("web_app")
	values := schema.Values{}
	values["label"] = s("Portal")
	values["client_id"] = s(app.ID)
	values["redirect_uris"] = cty.ListVal([]cty.Value{s("https://portal.example.com/cb")})
	values["okta_api_scopes"] = cty.ListVal([]cty.Value{s("okta.users.read")})
	values["assigned_users"] = cty.ListValEmpty(schema.Ref)
	d := schema.Desired{Addr: schema.Addr{Kind: "web_app", Name: "portal"}, Kind: kind, Value: kind.Object(values),
		Owner: schema.Owner{Owner: "team/iam", Addr: "web_app.portal"}}
	snapshot, err := l.Read(t.Context(), schema.Query{Owner: "team/iam", Objects: []schema.ObjectQuery{{Addr: d.Addr, Name: "Portal", SideData: kind.SideData(d.Value), Rights: schema.RightsOf(d.Value)}}})
	if err != nil || len(snapshot.Objects) != 1 {
		t.Fatal(snapshot, err)
	}
	prior := snapshot.Objects[0]
	if n := prior.Value.GetAttr("client_secret").LengthInt(); n != 2 {
		t.Fatalf("%d secrets were read", n)
	}
	l.tape.take()
	after, err := l.Update(t.Context(), prior, d)
	if err != nil {
		t.Fatal(err)
	}
	sent := writes(l.tape.take())
	grant := slices.Index(sent, "POST /api/v1/apps/"+app.ID+"/grants")
	if grant != len(sent)-1 {
		t.Errorf("the grant isn't the last request:\n%s", strings.Join(sent, "\n"))
	}
	for _, must := range []string{"PUT /api/v1/apps/" + app.ID, "DELETE /api/v1/apps/" + app.ID + "/credentials/secrets/", "DELETE /api/v1/apps/" + app.ID + "/users/" + user.ID} {
		if i := slices.IndexFunc(sent, func(call string) bool { return strings.HasPrefix(call, must) }); i < 0 || i > grant {
			t.Errorf("%s is missing, or comes after the grant:\n%s", must, strings.Join(sent, "\n"))
		}
	}
	for _, o := range []schema.Object{prior, after} {
		if strings.Contains(o.Value.GoString(), "planted-secret") {
			t.Error("a secret in what was read")
		}
	}
	if n := after.Value.GetAttr("client_secret").LengthInt(); n != 1 {
		t.Errorf("%d secrets are left", n)
	}
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}

package org_test

import (
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestOrgWithoutFeatures makes each kind of app in an org that shows none of the
// fields by which orgs differ. What isn't shown is no change.
func TestOrgWithoutFeatures(t *testing.T) {
	l := connect(t, sandbox.Options{Features: []sandbox.Feature{sandbox.GroupOwners}})
	for _, name := range []string{"web_app", "browser_app", "native_app", "service_app"} {
		kind := kinds.Named(name)
		values := schema.Values{}
		values["label"] = s(name)
		values["client_id"] = cty.UnknownVal(cty.String)
		if name == "service_app" {
			values["token_endpoint_auth_method"] = s("client_secret_basic")
		} else {
			values["redirect_uris"] = cty.ListVal([]cty.Value{s("https://example.com/cb")})
		}
		d := schema.Desired{Addr: schema.Addr{Kind: name, Name: "a"}, Kind: kind, Value: kind.Object(values),
			Owner: schema.Owner{Owner: "team/iam", Addr: name + ".a"}}
		o := create(t, l, d)
		for _, attr := range kind.Changed(o.Value, kind.WithUnmanaged(d.Value, o.Value)) {
			if attr != "client_id" {
				t.Errorf("%s: %s is a change: %#v", name, attr, o.Value.GetAttr(attr))
			}
		}
	}
}

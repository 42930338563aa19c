package org_test

import (
	"slices"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestOneLookForAll: before and after a run all of its objects are looked for in
// one list, however many there are and of however many kinds of app.
func TestOneLookForAll(t *testing.T) {
	l := connect(t, sandbox.Options{})
	var all []schema.Desired
	for _, addr := range []schema.Addr{{Kind: "web_app", Name: "a"}, {Kind: "web_app", Name: "b"}, {Kind: "browser_app", Name: "c"}} {
		kind := kinds.Named(addr.Kind)
		values := schema.Values{}
		values["label"], values["client_id"] = s(addr.Name), cty.UnknownVal(cty.String)
		values["redirect_uris"] = cty.ListVal([]cty.Value{s("https://example.com/cb")})
		all = append(all, schema.Desired{Addr: addr, Kind: kind, Value: kind.Object(values),
			Owner: schema.Owner{Owner: "team/iam", Addr: addr.String()}})
	}
	made := map[string][]string{}
	for _, d := range all[1:] {
		made[d.Addr.Kind] = append(made[d.Addr.Kind], create(t, l, d).ID)
	}
	once := []string{"GET /api/v1/apps"}
	l.tape.take()
	there, err := l.Appeared(t.Context(), all)
	if err != nil || !slices.Equal(there, []schema.Addr{all[1].Addr, all[2].Addr}) {
		t.Errorf("there are %v (%v)", there, err)
	}
	if calls := l.tape.take(); !slices.Equal(calls, once) {
		t.Errorf("looking for them: %q", calls)
	}
	if err := l.AwaitListed(t.Context(), made); err != nil {
		t.Error(err)
	}
	if calls := l.tape.take(); !slices.Equal(calls, once) {
		t.Errorf("seeing that they are there: %q", calls)
	}
}

package org_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// The groups of many apps are read from the groups' side, and so is what somebody
// assigned by hand; an inactive app is asked itself.
func TestGroupsOfManyApps(t *testing.T) {
	l := connect(t, sandbox.Options{})
	declared, other := create(t, l, group("declared")), create(t, l, group("other"))
	q := schema.Query{Owner: owner}
	var last schema.Object
	for i := range 12 {
		name := fmt.Sprintf("w%d", i)
		d := desired("web_app", name, map[string]cty.Value{
			"label": s(name), "redirect_uris": list("https://" + name + ".example.com/callback"), "assigned_groups": refTo(declared),
		})
		last = create(t, l, d)
		q.Objects = append(q.Objects, schema.ObjectQuery{Addr: d.Addr, Name: name, SideData: []string{"assigned_groups"}})
	}
	l.call(t, "PUT", "/api/v1/apps/"+last.ID+"/groups/"+other.ID, `{}`)
	inactive := create(t, l, desired("web_app", "off", map[string]cty.Value{
		"label": s("off"), "redirect_uris": list("https://off.example.com/callback"), "assigned_groups": refTo(other),
	}))
	l.call(t, "POST", "/api/v1/apps/"+inactive.ID+"/lifecycle/deactivate", "") // a group can be assigned to an active app alone
	q.Objects = append(q.Objects, schema.ObjectQuery{Addr: schema.Addr{Kind: "web_app", Name: "off"}, Name: "off", SideData: []string{"assigned_groups"}})
	for _, gone := range []bool{false, true} {
		if gone {
			l.call(t, "DELETE", "/api/v1/groups/"+other.ID, "")
		}
		l.tape.take()
		snapshot, err := l.Read(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		byApp := 0
		for _, call := range l.tape.take() {
			if strings.HasPrefix(call, "GET /api/v1/apps/") && strings.HasSuffix(call, "/groups") {
				byApp++
			}
		}
		if byApp != 1 {
			t.Errorf("%d apps were asked for their groups, want the inactive one alone", byApp)
		}
		for _, o := range snapshot.Objects {
			if o.Kind != "web_app" {
				continue
			}
			want := []string{declared.ID}
			switch o.ID {
			case last.ID:
				want = append(want, other.ID)
			case inactive.ID:
				want = []string{other.ID}
			}
			if gone {
				want = slices.DeleteFunc(want, func(id string) bool { return id == other.ID })
			}
			var got []string
			for it := o.Value.GetAttr("assigned_groups").ElementIterator(); it.Next(); {
				_, ref := it.Element()
				got = append(got, ref.GetAttr("id").AsString())
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s has groups %v, want %v", o.ID, got, want)
			}
		}
	}
}

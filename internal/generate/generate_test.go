package generate

import (
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// refs are references to objects by id.
func refs(ids ...string) cty.Value {
	if len(ids) == 0 {
		return cty.ListValEmpty(schema.Ref)
	}
	var list []cty.Value
	for _, id := range ids {
		list = append(list, cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal(id), "addr": cty.StringVal(""), "name": cty.StringVal(id)}))
	}
	return cty.ListVal(list)
}

func object(kind, id, label string, more schema.Values) schema.Object {
	k := kinds.Named(kind)
	attrs := schema.Values{k.Label: cty.StringVal(label)}
	for name, v := range more {
		attrs[name] = v
	}
	return schema.Object{Kind: kind, ID: id, Complete: true, Value: k.Normal(k.New(attrs))}
}

func written(t *testing.T, inv *schema.Inventory, o Options) (text string, r *Result) {
	t.Helper()
	r, err := Configuration(inv, Select(inv, nil, nil), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"groups.hcl", "roles.hcl", "apps.hcl", "admins.hcl", "lookups.hcl"} {
		text += string(r.Files[name])
	}
	return text, r
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s\nlacks\n%s", text, part)
		}
	}
}

// A list of which a member can't be seen is left to the org as a whole: the next apply would take
// the member away.
func TestUnseenMembers(t *testing.T) {
	inv := &schema.Inventory{Snapshot: schema.Snapshot{Objects: []schema.Object{object("group", "00g1", "Staff", nil),
		object("web_app", "0oa1", "Portal", schema.Values{"status": cty.StringVal("ACTIVE"), "redirect_uris": cty.ListVal([]cty.Value{cty.StringVal("https://p.example.com/cb")}), "assigned_groups": refs("00g1", "00gunseen")})}}}
	text, r := written(t, inv, Options{Owner: "o"})
	contains(t, text, "# assigned_groups isn't managed: it names 00gunseen", `web_app "portal"`)
	if strings.Contains(text, "assigned_groups =") || len(r.LeftOut) != 1 || r.LeftOut[0].Part != "assigned_groups" {
		t.Errorf("%s%v", text, r.LeftOut)
	}
}

// A resource set takes by its path what no block can refer to.
func TestUnseenResources(t *testing.T) {
	inv := &schema.Inventory{Snapshot: schema.Snapshot{Objects: []schema.Object{object("group", "00g1", "Staff", nil),
		object("resource_set", "iam1", "Set", schema.Values{"groups": refs("00g1", "00ggone"), "users_of": refs("00ggone"), "resources": cty.ListVal([]cty.Value{cty.StringVal("orn:okta:idp::policies:rst1")})})}},
		Gaps: []schema.Gap{{Kind: "resource_set", ID: "iam1", Part: "the condition of a resource", Cause: "the language has none", Stays: true}}}
	text, r := written(t, inv, Options{Owner: "o"})
	contains(t, text, `groups = [group.staff]`, `"orn:okta:idp::policies:rst1",`, `"/api/v1/groups/00ggone",`, `"/api/v1/groups/00ggone/users",`,
		"# the condition of a resource isn't managed: the language has none.", "# 00ggone is in resources")
	if len(r.LeftOut) != 0 || len(r.Written) != 2 {
		t.Errorf("%v", r.LeftOut)
	}
}

// What an object can't be without leaves it out.
func TestUnseenTargets(t *testing.T) {
	role := kinds.Named("group").Block("admin_role")
	attrs := map[string]cty.Value{}
	for name, typ := range role.ValueType().AttributeTypes() {
		attrs[name] = cty.NullVal(typ)
	}
	attrs["type"], attrs["target_groups"], attrs["target_apps"] = cty.StringVal("HELP_DESK_ADMIN"), refs("00gunseen"), refs()
	inv := &schema.Inventory{Snapshot: schema.Snapshot{Objects: []schema.Object{
		object("group", "00g1", "Desk", schema.Values{"admin_role": cty.ListVal([]cty.Value{cty.ObjectVal(attrs)})})}}}
	text, r := written(t, inv, Options{Owner: "o", Header: true})
	contains(t, text, `# Not written: group "Desk" (00g1). Target_groups of its admin_role names 00gunseen`)
	if len(r.Written) != 0 {
		t.Error(text)
	}
}

// Blocks that would refer to each other in a circle look one of them up.
func TestCycles(t *testing.T) {
	inv := &schema.Inventory{Snapshot: schema.Snapshot{Objects: []schema.Object{
		object("group", "00g1", "One", nil), object("resource_set", "iam1", "Set", schema.Values{"groups": refs("00g1")})}}}
	text, _ := written(t, inv, Options{Owner: "o"})
	contains(t, text, "groups = [group.one]")
	if leads(map[*target][]*target{}, &target{}, &target{}, map[*target]bool{}) {
		t.Error("nothing leads nowhere")
	}
	a, b := &target{}, &target{}
	if !leads(map[*target][]*target{a: {b}, b: {a}}, a, b, map[*target]bool{}) {
		t.Error("a leads to b")
	}
}

// Objects keep the addresses of their marks; what another owner has is named and not written.
func TestMarks(t *testing.T) {
	own, moved, others := object("group", "00g1", "One", nil), object("group", "00g2", "Two", nil), object("group", "00g3", "Three", nil)
	own.Owner = schema.Owner{Owner: "o", Addr: "group.first", Protect: true}
	moved.Owner = schema.Owner{Owner: "o", Addr: `module.team["a"].group.second`}
	others.Owner = schema.Owner{Owner: "others", Addr: "group.x"}
	text, r := written(t, &schema.Inventory{Snapshot: schema.Snapshot{Objects: []schema.Object{own, moved, others}}}, Options{Owner: "o"})
	contains(t, text, `group "first" {`, "prevent_destroy = true", `group "second" {`, "moved {\n  from = module.team[\"a\"].group.second\n  to   = group.second\n}")
	if strings.Contains(text, "import {") || strings.Contains(text, "three") || len(r.LeftOut) != 1 || !r.LeftOut[0].Others {
		t.Errorf("%s%v", text, r.LeftOut)
	}
}

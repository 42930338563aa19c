package plan_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// failer is a test, or a property's.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

var _ failer = (*rapid.T)(nil)

var moment = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// written holds what a plan's document promises: Terraform's own reader takes it,
// a saved plan tells the same plan, and approves it.
func written(t failer, p *plan.Plan, o plan.Options) {
	t.Helper()
	d := p.Document(o, moment)
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatalf("%v", err)
	}
	var theirs tfjson.Plan
	if err := json.Unmarshal(data, &theirs); err != nil {
		t.Fatalf("Terraform's reader: %v\n%s", err, data)
	}
	if len(theirs.ResourceChanges) != len(p.Changes) {
		t.Fatalf("%d changes in\n%s", len(theirs.ResourceChanges), data)
	}
	for i, r := range theirs.ResourceChanges {
		a := r.Change.Actions
		want := map[plan.Action]bool{plan.NoOp: a.NoOp(), plan.Create: a.Create(), plan.Update: a.Update() || a.NoOp() && p.Changes[i].OnlyMoved(), plan.Delete: a.Delete(),
			plan.Replace: a.CreateBeforeDestroy(), plan.Import: a.Update() && r.Change.Importing != nil, plan.Forget: a.Forget()}
		if !want[p.Changes[i].Action] {
			t.Fatalf("%s: %q is %v", r.Address, p.Changes[i].Action, a)
		}
	}
	saved, err := plan.Parse(data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	again := saved.Plan.Document(o, moment)
	if diff := cmp.Diff(generic(t, d), generic(t, again)); diff != "" {
		t.Fatalf("read back it is another plan:\n%s", diff)
	}
	if diags := saved.Approves(d); diags.HasErrors() {
		t.Fatalf("it doesn't approve itself: %v", diags)
	}
}

// generic is a document without what only the org's reading knows.
func generic(t failer, d *plan.Document) any {
	clone := *d
	clone.ResourceChanges = slices.Clone(d.ResourceChanges)
	for i := range clone.ResourceChanges {
		clone.ResourceChanges[i].Own.Content = nil
	}
	data, err := json.Marshal(clone)
	var out any
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

// Whoever reads the file learns no secret, and sees that one changes.
func TestDocumentHoldsNoSecret(t *testing.T) {
	k := kinds.Named("group")
	value := func(description cty.Value) schema.Value {
		attrs := schema.Values{}
		attrs["name"], attrs["description"] = cty.StringVal("G"), description
		return k.Object(attrs)
	}
	before := value(cty.StringVal("hunter1").Mark(schema.Sensitive))
	p := &plan.Plan{Changes: []plan.Change{{Addr: schema.Addr{Kind: "group", Name: "g"}, Kind: k, Action: plan.Update, ID: "00g1",
		Before: before, After: value(cty.StringVal("hunter2").Mark(schema.Sensitive)),
		Prior: &schema.Object{Kind: "group", ID: "00g1", Value: value(cty.StringVal("hunter1"))}}}}
	d := p.Document(plan.Options{}, moment)
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte("hunter")) {
		t.Errorf("a secret in\n%s", data)
	}
	own := d.ResourceChanges[0].Own
	if _, hashed := own.Content["description"]; hashed || own.Content["name"] == "" {
		t.Errorf("fingerprints: %v", own.Content)
	}
	saved, err := plan.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if c := saved.Plan.Changes[0]; !slices.Equal(c.Kind.Changed(c.Before, c.After), []string{"description"}) {
		t.Errorf("it no longer changes: %#v", c)
	}
}

// Each way in which a plan can be another one is refused, and named.
func TestApproves(t *testing.T) {
	c := load(t, "org {\n  owner = \"me\"\n}\ngroup \"g\" {\n  name = \"G\"\n  members = []\n}\ngroup \"h\" {\n  name = \"H\"\n}\n")
	org := func() *schema.Snapshot {
		return &schema.Snapshot{OrgID: "00o1", Objects: held(t, "me.hcl", load(t, "org {\n  owner = \"me\"\n}\ngroup \"g\" {\n  name = \"G\"\n  description = \"old\"\n  members = []\n}\n"))}
	}
	document := func(s *schema.Snapshot, o plan.Options) *plan.Document {
		p, diags := plan.Make(c, s, o)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		return p.Document(o, moment)
	}
	me := plan.Options{Owner: "me"}
	for _, test := range []struct {
		name  string
		now   func(s *schema.Snapshot, o *plan.Options)
		forge func(d *plan.Document)
		want  string // "" is approved
	}{
		{name: "nothing moved"},
		{name: "a key of the org is hidden", forge: func(d *plan.Document) { d.ResourceChanges[0].Own.Content = nil }},
		{name: "another org", now: func(s *schema.Snapshot, _ *plan.Options) { s.OrgID = "00o2" }, want: "another org"},
		{name: "drift", now: func(s *schema.Snapshot, _ *plan.Options) {
			s.Objects[0].Value = s.Objects[0].Value.With(schema.Values{"description": cty.StringVal("new")})
		}, want: "stale"},
		{name: "the mark", now: func(s *schema.Snapshot, _ *plan.Options) { s.Objects[0].Owner.Protect = true }, want: "stale"},
		{name: "gone", now: func(s *schema.Snapshot, _ *plan.Options) { s.Objects = nil }, want: "no longer exists"},
		{name: "flags", now: func(_ *schema.Snapshot, o *plan.Options) { o.TrustKeys = true }, want: "--trust-keys"},
		{name: "forged flags", forge: func(d *plan.Document) { d.Origin.Flags = []string{"import"} }, want: "--import"},
		{name: "forged destroy", forge: func(d *plan.Document) { d.Origin.Destroy = true }, want: "destroy FILE"},
		{name: "forged value", forge: func(d *plan.Document) { d.ResourceChanges[1].Change.After.(map[string]any)["name"] = "Admins" }, want: "after.name"},
		{name: "forged action", forge: func(d *plan.Document) { d.ResourceChanges[0].Own.Action = "no-op" }, want: "no-op in the saved plan, update now"},
		{name: "forged actions", forge: func(d *plan.Document) { d.ResourceChanges[0].Change.Actions = tfjson.Actions{"no-op"} }, want: "actions"},
		{name: "a change left out", forge: func(d *plan.Document) { d.ResourceChanges = d.ResourceChanges[:1] }, want: "group.h: create now"},
		{name: "a change added", forge: func(d *plan.Document) {
			extra := d.ResourceChanges[1]
			extra.Address = "group.x"
			d.ResourceChanges = append(d.ResourceChanges, extra)
		}, want: "group.x: create in the saved plan"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := document(org(), me)
			if test.forge != nil {
				test.forge(d)
			}
			data, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			saved, err := plan.Parse(data)
			if err != nil {
				t.Fatal(err)
			}
			s, o := org(), me
			if test.now != nil {
				test.now(s, &o)
			}
			diags := saved.Approves(document(s, o))
			text := ""
			for _, d := range diags {
				text += d.Summary + ": " + d.Detail
			}
			if (text == "") != (test.want == "") || !strings.Contains(text, test.want) {
				t.Errorf("want %q, got %q", test.want, text)
			}
		})
	}
}

package view_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

func list(texts ...string) cty.Value {
	var elems []cty.Value
	for _, s := range texts {
		elems = append(elems, cty.StringVal(s))
	}
	return cty.ListVal(elems)
}

// webApp is an app with these sign-in redirect URIs.
func webApp(uris cty.Value) schema.Value {
	k := kinds.Named("web_app")
	attrs := schema.Values{}
	attrs["label"], attrs["redirect_uris"] = cty.StringVal("W"), uris
	return k.Object(attrs)
}

// TestLists holds the lines of one list's diff against what they shall be.
func TestLists(t *testing.T) {
	for _, test := range []struct {
		name          string
		before, after cty.Value
		want          string
	}{
		{"one more", list("a"), list("a", "b"), `~ redirect_uris = [ + "b", # (1 unchanged element hidden) ]`},
		{"another", list("a"), list("b"), `~ redirect_uris = [ - "a", + "b", ]`},
		{"only the order", list("a", "b"), list("b", "a"), `~ redirect_uris = [ - "a", - "b", + "b", + "a", ]`},
		{"the order and one more", list("a", "b"), list("b", "a", "c"), `~ redirect_uris = [ - "a", - "b", + "b", + "a", + "c", ]`},
		{"one of two equal ones", list("a", "a"), list("a"), `~ redirect_uris = [ - "a", - "a", + "a", ]`},
		{"unknown as a whole", list("a"), cty.UnknownVal(cty.List(cty.String)), `~ redirect_uris = [ - "a", ] -> (known after apply)`},
		{"an unknown element", list("a"), cty.ListVal([]cty.Value{cty.StringVal("a"), cty.UnknownVal(cty.String)}), `~ redirect_uris = [ - "a", ] -> [ + "a", + (known after apply), ]`},
		{"sensitive as a whole", list("hunter2"), list("hunter3").Mark(schema.Sensitive), `~ redirect_uris = (sensitive value)`},
		{"a sensitive element", list("a"), cty.ListVal([]cty.Value{cty.StringVal("hunter2").Mark(schema.Sensitive)}), `~ redirect_uris = (sensitive value)`},
		{"sensitive before", list("hunter2").Mark(schema.Sensitive), list("b"), `~ redirect_uris = (sensitive value)`},
		{"hostile", list("a"), list("a\n  + b\u202e\x1b[2J${x}"), `~ redirect_uris = [ - "a", + "a\n + b\u202e\u001b[2J$${x}", ]`},
	} {
		k := kinds.Named("web_app")
		p := &plan.Plan{Changes: []plan.Change{{Addr: schema.Addr{Kind: "web_app", Name: "w"}, Kind: k, Action: plan.Update, ID: "0oa1",
			Prior: &schema.Object{}, Before: webApp(test.before), After: webApp(test.after)}}}
		text := view.Plan(p, view.Style{})
		noSurprises(t, text)
		if got := oneLine(text); !strings.Contains(got, test.want) || strings.Contains(got, "hunter") {
			t.Errorf("%s: want %s in\n%s", test.name, test.want, text)
		}
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func TestDeletedList(t *testing.T) {
	k := kinds.Named("web_app")
	p := &plan.Plan{Changes: []plan.Change{{Addr: schema.Addr{Kind: "web_app", Name: "w"}, Kind: k, Action: plan.Delete, ID: "0oa1",
		Prior: &schema.Object{}, Before: webApp(list("a"))}}}
	if text := view.Plan(p, view.Style{}); !strings.Contains(oneLine(text), `- redirect_uris = [ - "a", ] -> null`) || strings.Contains(text, "+") {
		t.Error(text)
	}
}

// A hostile file can't write to the terminal through the snippet that a
// diagnostic shows of it, and the mark stays under the right characters.
func TestHostileSource(t *testing.T) {
	source := "name = \"\x1b[2J\u202eä\xff\" + nonsense\n"
	at := strings.Index(source, "nonsense")
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "S", Detail: "D", Subject: &hcl.Range{Filename: "main.hcl",
		Start: hcl.Pos{Line: 1, Column: 1, Byte: at}, End: hcl.Pos{Line: 1, Column: 9, Byte: at + len("nonsense")}}}
	var b strings.Builder
	if err := view.Diagnostics(&b, hcl.Diagnostics{d}, map[string]*hcl.File{"main.hcl": {Bytes: []byte(source)}}, view.Style{}, 0); err != nil {
		t.Fatal(err)
	}
	noSurprises(t, b.String())
	if want := `name = "?[2J???ä?" + nonsense`; !strings.Contains(b.String(), want) {
		t.Errorf("want %s in\n%s", want, b.String())
	}
}

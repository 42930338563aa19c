package fileedit

import (
	"errors"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestAccept is one edit of each kind, in the forms in which people write: all other bytes stay.
func TestAccept(t *testing.T) {
	texts := func(list ...string) cty.Value {
		if len(list) == 0 {
			return cty.ListValEmpty(cty.String)
		}
		var out []cty.Value
		for _, s := range list {
			out = append(out, cty.StringVal(s))
		}
		return cty.ListVal(out)
	}
	for name, row := range map[string]struct {
		attr          string
		was, is       cty.Value
		before, after string // the lines of the block
	}{
		"text": {"label", cty.StringVal("A"), cty.StringVal(`B "${x}`),
			"  label = \"A\" # why\n", "  label = \"B \\\"$${x}\" # why\n"},
		"text in a heredoc": {"label", cty.StringVal("A\n"), cty.StringVal("B"),
			"  label = <<EOT\nA\nEOT\n  # below\n", "  label = \"B\"\n  # below\n"},
		"new text": {"logo_uri", cty.NullVal(cty.String), cty.StringVal("https://x.example/l"),
			"  label = \"A\"\n  # the end\n", "  label = \"A\"\n  # the end\n  logo_uri = \"https://x.example/l\"\n"},
		"text goes": {"logo_uri", cty.StringVal("x"), cty.NullVal(cty.String),
			"  # head\n  logo_uri = \"x\" # its\n  label = \"A\"\n", "  # head\n  label = \"A\"\n"},
		"list on one line": {"redirect_uris", texts("a", "b", "c"), texts("a", "c", "d"),
			"  redirect_uris = [\"a\", \"b\", \"c\"] # why\n", "  redirect_uris = [\"a\", \"c\", \"d\"] # why\n"},
		"list of lines": {"redirect_uris", texts("a", "b", "c"), texts("a", "c", "d"),
			"  redirect_uris = [\n    \"a\", # one\n    \"b\", # two\n    \"c\" # three\n  ]\n", "  redirect_uris = [\n    \"a\", # one\n    \"c\", # three\n    \"d\",\n  ]\n"},
		"list becomes empty": {"redirect_uris", texts("a"), texts(),
			"  redirect_uris = [\n    \"a\",\n  ]\n", "  redirect_uris = []\n"},
		"empty list": {"redirect_uris", texts(), texts("a", "b"),
			"  redirect_uris = []\n", "  redirect_uris = [\"a\", \"b\"]\n"},
		"list in another order": {"redirect_uris", texts("a", "b"), texts("b", "a"),
			"  redirect_uris = [\"a\", \"b\"]\n", "  redirect_uris = [\"b\", \"a\"]\n"},
		"property": {"profile", cty.StringVal(`{"a":"1","b":{"c":[1]},"d":true}`), cty.StringVal(`{"a":"2","b":{"c":[1],"e":"x"},"d":null}`),
			"  profile = {\n    a = \"1\" # one\n    b = { c = [1] }\n    d = true\n  }\n", "  profile = {\n    a = \"2\" # one\n    b = { c = [1], e = \"x\" }\n  }\n"},
		"properties on one line": {"profile", cty.StringVal(`{"a":"1","b":"2"}`), cty.StringVal(`{"a":"1","b":null}`),
			"  profile = { a = \"1\", b = \"2\" }\n", "  profile = { a = \"1\" }\n"},
		"part of a list that is a variable's stays": {"redirect_uris", texts("a", "b"), texts("b", "c"),
			"  redirect_uris = [\"a\", var.b]\n", "  redirect_uris = [var.b, \"c\"]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			kind := kinds.Named("web_app")
			got, err := edit(kind, row.attr, row.was, row.is, row.before)
			if want := "web_app \"x\" {\n" + row.after + "}\n"; err != nil || got != want {
				t.Errorf("%v, got\n%s\nwant\n%s", err, got, want)
			}
		})
	}
}

// TestRefuses: what a file doesn't say itself is not edited.
func TestRefuses(t *testing.T) {
	for name, row := range map[string]struct{ attr, line string }{
		"a variable":         {"label", "label = var.x"},
		"a function":         {"label", "label = upper(\"x\")"},
		"a template":         {"label", "label = \"${var.x} y\""},
		"a condition":        {"label", "label = true ? \"x\" : \"y\""},
		"a local":            {"logo_uri", "logo_uri = local.x"},
		"a list that is one": {"redirect_uris", "redirect_uris = concat([\"x\"], var.more)"},
		"an element":         {"redirect_uris", "redirect_uris = [var.x]"},
		"a for expression":   {"redirect_uris", "redirect_uris = [for x in [\"x\"] : x]"},
		"properties":         {"profile", "profile = merge({}, var.x)"},
		"a property":         {"profile", "profile = { x = var.x }"},
	} {
		t.Run(name, func(t *testing.T) {
			was, is := cty.StringVal("x"), cty.StringVal("z")
			switch row.attr {
			case "redirect_uris":
				was, is = cty.ListVal([]cty.Value{was}), cty.ListVal([]cty.Value{is})
			case "profile":
				was, is = cty.StringVal(`{"x":"x"}`), cty.StringVal(`{"x":"z"}`)
			}
			_, err := edit(kinds.Named("web_app"), row.attr, was, is, "  "+row.line+"\n")
			var refused *Refused
			if !errors.As(err, &refused) {
				t.Errorf("%v", err)
			}
		})
	}
}

func edit(kind *schema.Kind, attr string, was, is cty.Value, lines string) (string, error) {
	src := []byte(kind.Name + " \"x\" {\n" + lines + "}\n")
	file, diags := hclsyntax.ParseConfig(src, "main.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		return "", diags
	}
	file.Bytes = src
	addr := schema.Addr{Kind: kind.Name, Name: "x"}
	o, err := Find(map[string]*hcl.File{"main.hcl": file}, kind, addr, hcl.Range{Filename: "main.hcl"})
	if err != nil {
		return "", err
	}
	if err := o.Accept(attr, kind.New(schema.Values{attr: was}), kind.New(schema.Values{attr: is})); err != nil {
		return "", err
	}
	out, err := o.Bytes()
	return string(out), err
}

// TestKeys: a key of the org is written as the block's own; one under the id of a key in a file is
// refused.
func TestKeys(t *testing.T) {
	kind := kinds.Named("service_app")
	block := kind.Block("public_key")
	key := func(kid, x string) cty.Value {
		return block.New(schema.Values{"kid": cty.StringVal(kid), "status": cty.StringVal("ACTIVE"), "use": cty.StringVal("sig"), "kty": cty.StringVal("EC"),
			"thumbprint": cty.StringVal("T" + x), "public_jwk": cty.StringVal(`{"crv":"P-256","kty":"EC","x":"` + x + `","y":"Y"}`)})
	}
	list := func(keys ...cty.Value) cty.Value { return cty.ListVal(keys) }
	ours := "  public_key \"k\" {\n    private_key_file = \"k.pem\" # ours\n  }\n"
	jwk := func(x string) string {
		return "  public_key \"k\" {\n    jwk = { kty = \"EC\", crv = \"P-256\", x = \"" + x + "\", y = \"Y\" } # ours\n  }\n"
	}
	for name, row := range map[string]struct {
		was, is       cty.Value
		before, after string
	}{
		"another key":              {list(key("k", "A")), list(key("k", "A"), key("other", "B")), ours, ours + "\n  public_key \"other\" {\n    jwk = {\n      kty = \"EC\"\n      crv = \"P-256\"\n      x   = \"B\"\n      y   = \"Y\"\n    }\n  }\n"},
		"a key goes":               {list(key("k", "A"), key("l", "B")), list(key("l", "B")), "  label = \"x\"\n\n  # its key\n" + ours, "  label = \"x\"\n"},
		"another under its id":     {list(key("k", "A")), list(key("k", "B")), ours, ""},
		"another, in place of JWK": {list(key("k", "A")), list(key("k", "B")), jwk("A"), "  public_key \"k\" {\n    jwk = {\n      kty = \"EC\"\n      crv = \"P-256\"\n      x   = \"B\"\n      y   = \"Y\"\n    } # ours\n  }\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := edit(kind, "public_key", row.was, row.is, row.before)
			var refused *Refused
			if row.after == "" && errors.As(err, &refused) {
				return
			}
			if want := "service_app \"x\" {\n" + row.after + "}\n"; err != nil || got != want {
				t.Errorf("%v, got\n%s\nwant\n%s", err, got, want)
			}
		})
	}
}

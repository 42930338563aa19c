package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// secretUses are expressions of each form that depend on the sensitive var.s.
const secretUses = `
can(regex("^a", var.s))
can(regex("^a", substr(var.s, 0, 1)))
[for i in range(3) : [for c in ["a", "b", "c", "z"] : c if can(regex("^${c}", substr(var.s, i, 1)))]]
[for c in ["a", "b", "z"] : can(regex("^${c}", var.s)) ? c : ""]
can(tonumber(var.s))
can([tonumber(var.s), 1][1])
try(tonumber(var.s), "no")
try([tonumber(var.s), 1][1], "no")
try({ abc = 1 }[var.s], 2)
can({ abc = 1 }[var.s])
can(tobool(local.o.secret))
try(local.o[var.s], "none")
can(var.list[length(var.s)])
can(file(var.s))
can(regex("^abc", sensitive(nonsensitive("x") == var.s ? "abc" : "x")))
length(var.s)
length([for c in ["a", "b"] : c if strcontains(var.s, c)])
contains(["abc"], var.s)
contains([var.s], "abc")
lookup({ abc = 1 }, var.s, 0)
keys({ (var.s) = 1 })
values({ (var.s) = 1 })
zipmap([var.s], [1])
var.s == "abc"
var.s != "abc"
var.s == "abc" ? "yes" : "no"
var.s == "abc" && true
var.s == "abc" || false
!(var.s == "abc")
length(var.s) > 3
length(var.s) + 1
-length(var.s)
"${var.s}"
"x%{ if var.s == "abc" }y%{ endif }"
"%{ for c in [var.s] }${c}%{ endfor }"
[var.s][0]
["a", "b", "c", "d"][length(var.s) - 3]
{ a = var.s }.a
[{ a = var.s }][*].a
[for k, v in { (var.s) = 1 } : k]
{ for c in ["a"] : "${c}${var.s}" => 1 }
{ for c in [var.s] : "k" => c... }
[for c in split("", var.s) : c]
[for c in ["a", "x"] : c if c == substr(var.s, 0, 1)]
split("", var.s)
regexall(".", var.s)
regex("(.)", var.s)
replace("abcabc", var.s, "x")
format("%s", var.s)
formatlist("%s", [var.s])
join(",", [var.s])
sort([var.s, "b"])
distinct([var.s, "abc"])
toset([var.s, "abc"])
setunion([var.s], ["abc"])
setsubtract(["abc"], [var.s])
coalesce(var.s, "x")
compact([var.s == "abc" ? "" : "x"])
element(["a", "b", "c", "d"], length(var.s))
index(["abc", "xyz"], var.s == "abc" ? "abc" : "xyz")
merge({ (var.s) = 1 }, {})
sum([length(var.s)])
max(length(var.s), 1)
range(length(var.s))
slice(["a", "b", "c", "d"], 0, length(var.s) - 2)
one(var.s == "abc" ? [1] : [])
alltrue([var.s == "abc"])
anytrue([var.s == "abc"])
jsonencode({ a = var.s })
yamlencode({ a = var.s })
base64encode(var.s)
sha256(var.s)
startswith(var.s, "a")
matchkeys(["x"], [var.s], ["abc"])
transpose({ a = [var.s] })
templatestring("$${can(regex(\"^a\", s))}", { s = var.s })
cidrhost("10.0.0.0/8", length(var.s))
timeadd("2026-11-24T00:00:00Z", "${length(var.s)}h")
fileexists(var.s)
can(local.o.secret) && can(regex("a", local.o.secret))
try(regex("z", var.s), regex("a", var.s), "none")
[for x in [1, 2] : x if try(regex("^a", var.s), "") != ""]
`

// Whatever an expression makes of a sensitive value is sensitive: what a plan shows of it
// is the same for another secret. And no error quotes the secret.
func TestExpressionsKeepMarks(t *testing.T) {
	for expr := range strings.Lines(strings.TrimSpace(secretUses)) {
		expr = strings.TrimSpace(expr)
		shown := map[string]cty.Value{}
		for _, secret := range []string{"abc", "xyzzy"} {
			v := localX(t, expr, secret)
			shown[secret] = shownOf(v)
		}
		if a, b := shown["abc"], shown["xyzzy"]; !a.RawEquals(b) {
			t.Errorf("%s shows the secret: %#v and %#v", expr, a, b)
		}
	}
}

// localX is the value of the expression in a configuration with a secret.
func localX(t *testing.T, expr, secret string) cty.Value {
	t.Helper()
	dir := t.TempDir()
	text := fmt.Sprintf("org {\n  owner = \"o\"\n}\nvariable \"s\" {\n  type = string\n  sensitive = true\n}\nvariable \"list\" {\n  default = [1, 2, 3]\n}\nlocals {\n  o = { plain = \"p\", secret = var.s }\n  x = %s\n}\n", expr)
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, diags := Load(dir, Options{Inputs: []Input{Var("s=" + secret)}})
	defer c.Close()
	diags = append(diags, c.Validate()...)
	for _, d := range diags {
		if strings.Contains(d.Summary+d.Detail, "xyzzy") {
			t.Errorf("%s: an error quotes the secret: %s", expr, d.Detail)
		}
	}
	n := c.main.nodes["local.x"]
	if n == nil {
		t.Fatalf("%s: %s", expr, diags)
	}
	return c.withoutOrg.plainValue(c.withoutOrg.only(c.withoutOrg.main, n))
}

// shownOf is what a plan shows of a value.
func shownOf(v cty.Value) cty.Value {
	if v.HasMark(schema.Sensitive) || !v.IsKnown() {
		return cty.StringVal("(sensitive)")
	}
	shown, err := cty.Transform(v, func(_ cty.Path, part cty.Value) (cty.Value, error) {
		if part.IsMarked() {
			if t := part.Type(); t.IsObjectType() || t.IsTupleType() {
				return cty.StringVal("(sensitive)"), nil // its type isn't shown either
			}
			return cty.UnknownVal(part.Type()), nil
		}
		return part, nil
	})
	if err != nil {
		return v
	}
	return shown
}

// What isn't sensitive beside a secret isn't marked, or nothing could be named by it.
func TestMarksStayWhereTheyBelong(t *testing.T) {
	for expr := range strings.Lines(strings.TrimSpace(`
try(local.o.plain, "")
try(local.o.missing, "m")
can(local.o.missing)
length([var.s])
[for k, v in { z = local.o } : try(v.missing, k)]
merge(local.o, { plain = "q" }).plain
lookup(local.o, "plain", "")
try(local.o, {}).plain
`)) {
		if v := localX(t, strings.TrimSpace(expr), "xyzzy"); v.ContainsMarked() || !v.IsWhollyKnown() {
			t.Errorf("%s: %#v", expr, v)
		}
	}
}

// Functions in a template may do no more than those outside of it.
func TestTemplatesAreGuarded(t *testing.T) {
	dir := t.TempDir()
	key := "-----BEGIN " + "PRIVATE KEY-----\nx\n"
	for name, text := range map[string]string{
		"main.hcl": "org {\n  owner = \"o\"\n}\nvariable \"s\" {\n  sensitive = true\n}\nlocals {\n  x = templatestring(\"$${file(\\\"key.pem\\\")}\", {})\n  y = templatestring(\"$${nonsensitive(s)}\", { s = var.s })\n}\n",
		"key.pem":  key,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, diags := Load(dir, Options{Inputs: []Input{Var("s=abc")}})
	defer c.Close()
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	of := func(name string) *instance { return c.withoutOrg.only(c.withoutOrg.main, c.main.nodes[name]) }
	if v := c.withoutOrg.plainValue(of("local.x")); !v.HasMark(schema.Sensitive) {
		t.Errorf("a key from a template's file: %#v", v)
	}
	y := of("local.y")
	if c.withoutOrg.plainValue(y); !strings.Contains(y.diags.Error(), "cannot call nonsensitive from inside a template") {
		t.Errorf("nonsensitive in a template: %v", y.diags)
	}
}

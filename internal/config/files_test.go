package config_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/schema"
)

func TestFunctions(t *testing.T) {
	for expr, want := range map[string]cty.Value{
		`join(", ", sort(["b", "a"]))`:                   cty.StringVal("a, b"),
		`upper("ä")`:                                     cty.StringVal("Ä"),
		`try(tonumber("x"), 7)`:                          cty.NumberIntVal(7),
		`can(tonumber("x"))`:                             cty.False,
		`file("text/hello.txt")`:                         cty.StringVal("hello\n"),
		`file("text/../text/hello.txt")`:                 cty.StringVal("hello\n"),
		`length(tolist(["a"]))`:                          cty.NumberIntVal(1),
		`jsonencode({ a = [1, true, null] })`:            cty.StringVal(`{"a":[1,true,null]}`),
		`local.names["x"]`:                               cty.StringVal("hello x"),
		`[for n in keys(local.names) : upper(n)][0]`:     cty.StringVal("X"),
		`org.owner`:                                      cty.StringVal("team/iam"),
		`lookup(local.names, "no", "else")`:              cty.StringVal("else"),
		`"${local.hello} and ${file("text/hello.txt")}"`: cty.StringVal("hello and hello\n"),
	} {
		got, diags := value(t, "-- text/hello.txt --\nhello\n-- locals.hcl --\nlocals {\n  hello = trimspace(file(\"text/hello.txt\"))\n}\nlocals {\n  names = { x = \"${local.hello} x\" }\n}\n-- main.hcl --\noutput \"o\" {\n  value = "+expr+"\n}\n", config.Options{})
		if diags != "" || !got.RawEquals(want) {
			t.Errorf("%s: %#v\n%s", expr, got, diags)
		}
	}
}

func TestFileStaysBelowTheFolder(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside.txt")
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(outside, "hunter2")
	write(filepath.Join(dir, "binary"), "\xff\xfe")
	for link, to := range map[string]string{"link": outside, "folder": filepath.Dir(outside)} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"../outside.txt", outside, "link", "folder/outside.txt", "a/../../outside.txt", ".", "", "binary", "no such"} {
		write(filepath.Join(dir, "main.hcl"), "org {\n  owner = \"team/iam\"\n}\noutput \"o\" {\n  value = file("+quoted(path)+")\n}\n")
		c, diags := config.Load(dir, config.Options{})
		diags = append(diags, c.Validate()...)
		if got := render(t, c, diags); !diags.HasErrors() || strings.Contains(got, "hunter2") {
			t.Errorf("%q: %s", path, got)
		}
		_ = c.Close()
	}
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `\`, `\\`) + `"` }

func TestJSONSyntaxAndSeveralFiles(t *testing.T) {
	c, diags := load(t, `
-- a.hcl.json --
{
  "org": {"owner": "team/iam"},
  "locals": {"suffix": "testers"},
  "group": {"g": {"name": "API ${local.suffix}", "members": ["${user.u}"]}},
  "service_app": {"s": {"label": "S", "jwks_uri": "https://example.com/jwks",
    "admin_role": [{"READ_ONLY_ADMIN": {}}, {"HELP_DESK_ADMIN": {"target_groups": ["${group.g}"]}}]}}
}
-- b.hcl --
user "u" {
  login      = "u@example.com"
  first_name = local.suffix
  last_name  = "U"
}
-- .hidden.hcl --
nonsense
-- notes.txt --
nonsense
`, config.Options{})
	all, more := c.Evaluate(nil).All()
	if diags = append(diags, more...); len(diags) > 0 {
		t.Fatal(render(t, c, diags))
	}
	got := map[string]schema.Desired{}
	for _, d := range all {
		got[d.Addr.String()] = d
	}
	if v := got["group.g"].Value.GetAttr("name"); !v.RawEquals(cty.StringVal("API testers")) {
		t.Errorf("name %#v", v)
	}
	members := got["group.g"].Value.GetAttr("members").AsValueSlice()
	if len(members) != 1 || members[0].GetAttr("addr").AsString() != "user.u" || members[0].GetAttr("id").IsKnown() {
		t.Errorf("members %#v", members)
	}
	if roles := got["service_app.s"].Value.GetAttr("admin_role").AsValueSlice(); len(roles) != 2 || roles[0].GetAttr("type").AsString() != "HELP_DESK_ADMIN" {
		t.Errorf("roles %#v", roles)
	}
	if deps := got["service_app.s"].DependsOn; len(deps) != 1 || deps[0].String() != "group.g" {
		t.Errorf("depends on %v", deps)
	}
}

// TestReferencesBecomeKnown evaluates a reference before and after its target
// exists.
func TestReferencesBecomeKnown(t *testing.T) {
	c, diags := load(t, preamble+`-- main.hcl --
group "g" {
  name        = "G"
  description = "made for ${service_app.s.client_id}"
}
service_app "s" {
  label    = "S"
  jwks_uri = "https://example.com/jwks"
}
output "o" {
  value = { id = service_app.s.id, addr = service_app.s.addr, known = service_app.s.client_id != null }
}
`, config.Options{})
	if diags.HasErrors() {
		t.Fatal(render(t, c, diags))
	}
	made := map[string]*schema.Object{}
	eval := c.Evaluate(func(addr schema.Addr) *schema.Object { return made[addr.String()] })
	app, _ := eval.Object(schema.Addr{Kind: "service_app", Name: "s"})
	if before, _ := c.Evaluate(nil).Object(schema.Addr{Kind: "group", Name: "g"}); before.Value.GetAttr("description").IsKnown() {
		t.Error("the description is known too early")
	}
	made["service_app.s"] = &schema.Object{Kind: "service_app", ID: "0oa1", Value: app.Value.With(schema.Values{"client_id": cty.StringVal("0oa1")})}
	group, diags := eval.Object(schema.Addr{Kind: "group", Name: "g"})
	if got := group.Value.GetAttr("description"); diags.HasErrors() || !got.RawEquals(cty.StringVal("made for 0oa1")) {
		t.Errorf("%#v %v", got, diags)
	}
	outputs, _ := eval.Outputs()
	want := cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal("0oa1"), "addr": cty.StringVal("service_app.s"), "known": cty.True})
	if !outputs[0].Value.RawEquals(want) {
		t.Errorf("%#v", outputs[0].Value)
	}
}

func TestGenerateKey(t *testing.T) {
	c, diags := load(t, preamble, config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(c.Dir, "linked")); err != nil {
		t.Fatal(err)
	}
	key := schema.PrivateKey{KID: "k", File: filepath.Join(c.Dir, "keys", "deep", "k.pem"), Generate: true, Absent: true}
	if err := c.GenerateKey(key); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(key.File)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jwk.ParsePrivate(first); err != nil {
		t.Error(err)
	}
	if info, _ := os.Stat(key.File); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if err := c.GenerateKey(key); err != nil {
		t.Error("a file that is there already stays, without an error:", err)
	}
	if again, _ := os.ReadFile(key.File); string(again) != string(first) {
		t.Error("the key was replaced")
	}
	if left, _ := os.ReadDir(filepath.Dir(key.File)); len(left) != 2 {
		t.Errorf("beside the key and its .gitignore: %v", left)
	}
	if ignored, err := os.ReadFile(filepath.Join(filepath.Dir(key.File), ".gitignore")); string(ignored) != "/k.pem\n/.k.pem.*.tmp\n" {
		t.Errorf("the .gitignore beside the key holds %q (%v)", ignored, err)
	}
	for _, file := range []string{filepath.Join(c.Dir, "linked", "k.pem"), filepath.Join(c.Dir, "..", "k.pem"), filepath.Join(outside, "k.pem")} {
		if err := c.GenerateKey(schema.PrivateKey{KID: "k", File: file}); err == nil {
			t.Errorf("%s: a key outside the folder", file)
		} else if strings.Contains(err.Error(), "PRIVATE KEY") {
			t.Error(err)
		}
	}
	if left, _ := os.ReadDir(outside); len(left) != 0 {
		t.Errorf("files outside: %v", left)
	}
}

func TestKeyHalves(t *testing.T) {
	pem, err := jwk.NewPEM()
	if err != nil {
		t.Fatal(err)
	}
	mine, _ := jwk.ParsePrivate(pem)
	public, _ := mine.Public()
	const archive = preamble + "-- main.hcl --\nservice_app \"s\" {\n  label = \"S\"\n  public_key \"k\" {\n    private_key_file = \"k.pem\"\n    jwk = file(\"k.jwk\")\n  }\n}\n-- k.jwk --\n"
	for name, test := range map[string]struct{ pem, want string }{
		"two halves":         {string(pem), ""},
		"only the public":    {"", ""},
		"of different pairs": {otherPEM(t), "Keys that don't belong together"},
	} {
		text := archive + public.Canonical + "\n"
		if test.pem != "" {
			text += "-- k.pem --\n" + test.pem
		}
		c, diags := load(t, text, config.Options{})
		diags = append(diags, c.Validate()...)
		if got := render(t, c, diags); test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	_, diags := value(t, strings.Replace(archive, "k.pem\"", "\"", 1)+public.Canonical+"\n-- o.hcl --\noutput \"o\" {\n  value = 1\n}\n", config.Options{})
	if !strings.Contains(diags, "private_key_file must not be empty") {
		t.Error(diags)
	}
}

func otherPEM(t *testing.T) string {
	pem, err := jwk.NewPEM()
	if err != nil {
		t.Fatal(err)
	}
	return string(pem)
}

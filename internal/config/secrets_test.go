package config_test

import (
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
)

const secretVariable = `
-- vars.hcl --
variable "secret" {
  type      = string
  sensitive = true
}
`

// TestSecretsStayOutOfDiagnostics makes every kind of mistake with a sensitive
// value. It must be an error, and must not quote the value.
func TestSecretsStayOutOfDiagnostics(t *testing.T) {
	const app = "label = \"L\"\n  redirect_uris = [\"https://example.com/cb\"]\n  "
	for name, block := range map[string]string{
		"not one of":         `web_app "w" { ` + "\n" + app + "status = var.secret\n}",
		"label":              `group "g" { ` + "\n" + "name = var.secret\n}",
		"URI":                `web_app "w" { ` + "\n" + "label = \"L\"\n  redirect_uris = [var.secret]\n}",
		"URIs":               `web_app "w" { ` + "\n" + "label = \"L\"\n  redirect_uris = sensitive([nonsecret.x, \"hunter2 x\"])\n}",
		"scope":              `web_app "w" { ` + "\n" + app + "okta_api_scopes = sensitive([\"okta.users.read\", var.secret])\n}",
		"email":              "user \"u\" {\n  login = \"u@example.com\"\n  first_name = \"U\"\n  last_name = \"U\"\n  email = var.secret\n}",
		"moment":             "user \"u\" {\n  login = \"u@example.com\"\n  first_name = \"U\"\n  last_name = \"U\"\n  password_version = var.secret\n}",
		"parseint":           "output \"o\" {\n  value     = parseint(var.secret, 10)\n  sensitive = true\n}",
		"formatdate":         "output \"o\" {\n  value     = formatdate(\"YYYY\", var.secret)\n  sensitive = true\n}",
		"jsondecode":         "output \"o\" {\n  value     = jsondecode(var.secret)\n  sensitive = true\n}",
		"file":               "output \"o\" {\n  value     = file(var.secret)\n  sensitive = true\n}",
		"lookup":             "output \"o\" {\n  value     = lookup({ a = 1 }, var.secret)\n  sensitive = true\n}",
		"index":              "output \"o\" {\n  value     = { a = 1 }[var.secret]\n  sensitive = true\n}",
		"try":                "output \"o\" {\n  value     = try(parseint(var.secret, 10), tonumber(var.secret))\n  sensitive = true\n}",
		"tonumber":           "output \"o\" {\n  value     = tonumber(var.secret)\n  sensitive = true\n}",
		"arithmetic":         "output \"o\" {\n  value     = var.secret + 1\n  sensitive = true\n}",
		"output":             "output \"o\" {\n  value = \"x ${var.secret}\"\n}",
		"object as output":   "user \"u\" {\n  login = \"u@example.com\"\n  first_name = \"U\"\n  last_name = \"U\"\n  password = var.secret\n}\noutput \"o\" {\n  value = user.u\n}",
		"through a local":    "locals {\n  l = { deep = [var.secret] }\n}\noutput \"o\" {\n  value = local.l\n}",
		"path of a request":  "smoke_test \"t\" {\n  app = var.secret\n  scopes = [\"a\"]\n}",
		"jwk":                `service_app "s" { ` + "\n  label = \"S\"\n  public_key \"k\" {\n    jwk = var.secret\n  }\n}",
		"key that generates": `service_app "s" { ` + "\n  label = \"S\"\n  public_key \"k\" {\n    generate = sensitive(true)\n    file = var.secret\n  }\n}",
		"owner":              "",
	} {
		archive := preamble + secretVariable + "-- main.hcl --\n" + block + "\n"
		if name == "owner" {
			archive = secretVariable + "-- main.hcl --\norg {\n  owner = var.secret\n}\n"
		}
		c, diags := load(t, archive, config.Options{Inputs: inputs([]string{"secret=hunter2 x"})})
		diags = append(diags, c.Validate()...)
		got := render(t, c, diags)
		if name == "URIs" { // the literal in the file is shown with its line
			got = strings.ReplaceAll(got, `"hunter2 x"])`, "")
		}
		if name == "path of a request" && strings.Contains(got, "Not a reference") {
			continue
		}
		if !diags.HasErrors() || name != "key that generates" && strings.Contains(got, "hunter2") {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

func TestMarksSurvive(t *testing.T) {
	c, diags := load(t, preamble+secretVariable+`-- main.hcl --
user "u" {
  login      = "u@example.com"
  first_name = "U"
  last_name  = "U"
  password   = "written down"
}
web_app "w" {
  label         = "L"
  redirect_uris = ["https://example.com/${var.secret}"]
  client_uri    = "https://example.com/${var.secret}"
  pkce_required = sensitive(true)
}
smoke_test "t" {
  app    = web_app.w
  scopes = ["openid"]
  sign_in {
    user     = user.u
    password = var.secret
  }
  request {
    path   = "/api/v1/users"
    status = sensitive(200)
  }
}
`, config.Options{Inputs: inputs([]string{"secret=hunter2"})})
	all, more := c.Evaluate(nil).All()
	tests, evenMore := c.Evaluate(nil).SmokeTests()
	if diags = append(append(diags, more...), evenMore...); diags.HasErrors() {
		t.Fatal(render(t, c, diags))
	}
	for _, d := range all {
		for _, name := range map[string][]string{"user": {"password"}, "web_app": {"redirect_uris", "client_uri", "pkce_required"}}[d.Kind.Name] {
			if v := d.Value.GetAttr(name); !v.ContainsMarked() {
				t.Errorf("%s.%s is not sensitive", d.Addr, name)
			}
		}
		if label := d.Value.GetAttr(d.Kind.Label); label.ContainsMarked() {
			t.Errorf("%s: its label is", d.Addr)
		}
		if bare, marks := d.Value.Cty().UnmarkDeep(); len(marks) != 1 || bare.ContainsMarked() {
			t.Errorf("%s: marks %v; only %v is known", d.Addr, marks, schema.Sensitive)
		}
	}
	if test := tests[0]; test.App.RedirectURI == "" || test.Requests[0].Status[0] != 200 || test.SignIn.Password.Reveal() != "hunter2" {
		t.Errorf("%+v", test)
	}
}

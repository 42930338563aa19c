package review_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
)

// versionIn is a version of a configuration of several files.
func versionIn(t *testing.T, files map[string]string) (versions.Version, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return versions.Of(loadDir(t, dir, config.Options{Incomplete: true, Elsewhere: true})), dir
}

// A file that a review doesn't read, because its path isn't known here, may be the one that apply
// reads.
func TestFilesOfUnknownPaths(t *testing.T) {
	const read, manage = `["okta.users.read"]`, `["okta.users.manage", "okta.roles.manage"]`
	app := func(scopes string) string {
		return `
org {
  owner = "team/iam"
}
variable "env" {
  type    = string
  DEFAULT
}
service_app "bot" {
  label           = "Bot"
  jwks_uri        = "https://bot.example.com/keys"
  okta_api_scopes = ` + scopes + `
  admin_role "SUPER_ADMIN" {}
}
`
	}
	inModule := map[string]string{
		"main.hcl":          strings.Split(app(""), "service_app")[0] + "module \"bot\" {\n  source = \"./bot\"\n  env    = var.env\n}\n",
		"bot/main.hcl":      "variable \"env\" {\n}\nservice_app" + strings.Split(app(`jsondecode(file("${path.module}/${var.env}.json"))`), "service_app")[1],
		"bot/dev.json":      read,
		"bot/prod.json":     read,
		"other/dev.json":    read,
		"bot/sub/prod.json": read,
	}
	named := func(scopes string) map[string]string {
		return map[string]string{"main.hcl": app(scopes), "dev.json": read, "prod.json": read, "prod.yaml": "- okta.users.read", "dev.yaml": "- okta.users.read",
			"teams/dev/scopes.json": read, "teams/prod/scopes.json": read, "dev.tftpl": "okta.users.read", "prod.tftpl": "okta.users.read",
			"all.tftpl": "${file(\"${env}.tftpl\")}", "other.json": read, "dev": "okta.users.read", "prod": "okta.users.read"}
	}
	private := func() string {
		pem, err := jwk.NewPEM()
		if err != nil {
			t.Fatal(err)
		}
		return string(pem)
	}
	public := func() string {
		key, err := jwk.ParsePrivate([]byte(private()))
		if err != nil {
			t.Fatal(err)
		}
		text, err := key.PublicJWK("k")
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	key := public()
	// keyed declares the blocks in an app with rights.
	keyed := func(blocks string) map[string]string {
		source := strings.Replace(strings.Replace(app(manage), "  jwks_uri        = \"https://bot.example.com/keys\"\n", "", 1), "  admin_role", blocks+"  admin_role", 1)
		return map[string]string{"main.hcl": source, "keys/dev.pub": key, "keys/prod.pub": key, "keys/z.pub": key, "keys/notes.txt": "notes"}
	}
	for name, row := range map[string]struct {
		files                 map[string]string
		file, text, unrelated string
	}{
		"public key":              {keyed("public_key \"k\" {\n  file = \"keys/${var.env}.pub\"\n}\n"), "keys/prod.pub", public(), "keys/notes.txt"},
		"public key by local":     {keyed("public_key \"k\" {\n  file = local.f\n}\nadmin_role \"SUPER_ADMIN\" {}\n}\nlocals {\n  f = \"keys/${var.env}.pub\"\n}\nservice_app \"x\" {\n  label = \"X\"\n  jwks_uri = \"https://bot.example.com/keys\"\n"), "keys/prod.pub", public(), ""},
		"public key by choice":    {keyed("public_key \"k\" {\n  file = var.env == \"dev\" ? \"keys/dev.pub\" : \"keys/prod.pub\"\n}\n"), "keys/prod.pub", public(), ""},
		"private key":             {keyed("public_key \"k\" {\n  private_key_file = \"keys/${var.env}.pem\"\n  generate = true\n}\n"), "keys/prod.pem", private(), "keys/notes.txt"},
		"key of no instance":      {keyed("public_key \"k\" {\n  file = \"keys/z.pub\"\n}\ncount = var.env == \"dev\" ? 0 : 1\n"), "keys/z.pub", public(), "keys/notes.txt"},
		"key of a dynamic block":  {keyed("public_key \"always\" {\n  file = \"keys/dev.pub\"\n}\ndynamic \"public_key\" {\n  for_each = var.env == \"dev\" ? [] : [\"a\"]\n  labels = [\"k\"]\n  content {\n    file = \"keys/z.pub\"\n  }\n}\n"), "keys/z.pub", public(), "keys/notes.txt"},
		"file":                    {named(`jsondecode(file("${var.env}.json"))`), "prod.json", manage, "prod.yaml"},
		"file by local":           {named("jsondecode(file(local.path))\n}\nlocals {\n  path = \"${var.env}.json\"\n}\ngroup \"x\" {\n  name = \"x\""), "prod.json", manage, ""},
		"file, whole path":        {named("[file(var.env)]"), "prod", "okta.users.manage", ""},
		"yamldecode":              {named(`yamldecode(file("${var.env}.yaml"))`), "prod.yaml", "- okta.users.manage", "prod.json"},
		"filebase64":              {named(`jsondecode(base64decode(filebase64("${var.env}.json")))`), "prod.json", manage, "prod.yaml"},
		"folder":                  {named(`jsondecode(file("teams/${var.env}/scopes.json"))`), "teams/prod/scopes.json", manage, "prod.json"},
		"templatefile":            {named(`[templatefile("${var.env}.tftpl", {})]`), "prod.tftpl", "okta.users.manage", "prod.json"},
		"template that reads":     {named(`[templatefile("all.tftpl", { env = var.env })]`), "prod.tftpl", "okta.users.manage", ""},
		"template itself":         {named(`[templatefile("all.tftpl", { env = var.env })]`), "all.tftpl", "%{ if env == \"dev\" }okta.users.read%{ else }okta.users.manage%{ endif }", ""},
		"hash":                    {named(`filesha256("${var.env}.json") == "x" ? ["okta.users.read"] : ["okta.groups.read"]`), "prod.json", manage, "prod.yaml"},
		"fileexists":              {named(`fileexists("${var.env}.txt") ? ["okta.users.read"] : ["okta.users.manage"]`), "more.txt", "", ""},
		"fileset":                 {named(`[for f in fileset("teams/${var.env}", "*.json") : "okta.users.read"]`), "teams/prod/more.json", manage, ""},
		"fileset, then file":      {named(`flatten([for f in fileset("teams/${var.env}", "*.json") : jsondecode(file("teams/${var.env}/${f}"))])`), "teams/prod/scopes.json", manage, "prod.json"},
		"in a for expression":     {named(`flatten([for e in [var.env] : jsondecode(file("${e}.json"))])`), "prod.json", manage, "prod.yaml"},
		"in try":                  {named(`try(jsondecode(file("${var.env}.json")), [])`), "prod.json", manage, "prod.yaml"},
		"map of files":            {named(`{ dev = jsondecode(file("dev.json")), prod = jsondecode(file("prod.json")) }[var.env]`), "prod.json", manage, "other.json"},
		"in a module":             {inModule, "bot/prod.json", manage, "other/dev.json"},
		"in a module, elsewhere":  {inModule, "bot/sub/prod.json", manage, ""},
		"block without instances": {named("jsondecode(file(\"prod.json\"))\n  count = var.env == \"dev\" ? 0 : 1"), "prod.json", manage, "other.json"},
		"unknown repetition":      {named("jsondecode(file(\"${var.env}.json\"))\n  for_each = toset(var.env == \"\" ? [] : [var.env])"), "prod.json", manage, "prod.yaml"},
	} {
		for kind, declared := range map[string]string{"default": `default = "dev"`, "unknown": ""} {
			t.Run(name+", "+kind, func(t *testing.T) {
				judge := func(changes map[string]string) string {
					before, after := maps.Clone(row.files), maps.Clone(row.files)
					maps.Copy(after, changes)
					for _, files := range []map[string]string{before, after} {
						files["main.hcl"] = strings.Replace(files["main.hcl"], "DEFAULT", declared, 1)
					}
					was, dir := versionIn(t, before)
					is, _ := versionIn(t, after)
					in := versions.Compare(was, is)
					in.Relocate(dir, "before")
					return told(review.Assess(in, review.Options{}))
				}
				got := judge(map[string]string{row.file: row.text})
				if !strings.Contains(got, "high G51") && !strings.Contains(got, "high G52") && !strings.Contains(got, "high G34") {
					t.Errorf("a change of %s alone:\n%s", row.file, got)
				}
				if row.unrelated != "" {
					if got := judge(map[string]string{row.unrelated: "[\"x\"]"}); !strings.Contains(got, "\nrisk: none") {
						t.Errorf("a change of %s, which nothing reads:\n%s", row.unrelated, got)
					}
				}
			})
		}
	}
}

package terraform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/files"
)

func translated(t *testing.T, sources map[string]string) (*Translation, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range sources {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, err := files.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	return Translate(root)
}

// TestLabelsAreNames: a label may hold any text, also blocks that Terraform would run.
func TestLabelsAreNames(t *testing.T) {
	for _, label := range []string{`x\n}\nresource \"terraform_data\" \"y\" {\n}\n`, `a.b`, `a b`, "a\u202eb", ``} {
		for _, block := range []string{`resource "okta_group" "LABEL"`, `resource "LABEL" "x"`, `data "okta_group" "LABEL"`, `module "LABEL"`, `variable "LABEL"`, `output "LABEL"`} {
			_, err := translated(t, map[string]string{"main.tf": strings.Replace(block, "LABEL", label, 1) + " {\n  name = \"X\"\n}\n"})
			if err == nil || !strings.Contains(err.Error(), "main.tf:1: ") || !strings.Contains(err.Error(), "is no name") {
				t.Errorf("%s with %q: %v", block, label, err)
			}
		}
	}
}

// TestFilesOfOneName: no translated file replaces another.
func TestFilesOfOneName(t *testing.T) {
	group := func(name string) string {
		return "resource \"okta_group\" \"" + name + "\" {\n  name = \"" + name + "\"\n}\n"
	}
	got, err := translated(t, map[string]string{"org.tf": group("a"), "org_2.tf": group("b"), "main.tf": group("c"), "main.tofu": group("d"),
		"terraform_lookups.tf": group("e"), "app.tf": "resource \"okta_group_role\" \"r\" {\n  group_id = \"00g1234567890abcdefg\"\n  role_type = \"READ_ONLY_ADMIN\"\n}\n"})
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, text := range got.Files {
		all.Write(text)
	}
	if got.Files[OrgFile] != nil {
		t.Errorf("%s is the org block's", OrgFile)
	}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		if !strings.Contains(all.String(), `name = "`+name+`"`) {
			t.Errorf("group %s is lost: %s", name, all.String())
		}
	}
}

// TestSecretLocals: what a password uses, and what stands under a telling name, isn't copied.
func TestSecretLocals(t *testing.T) {
	got, err := translated(t, map[string]string{"main.tf": `
locals {
  plain  = "engineering"
  creds  = { client_secret = "SECRET-1", id = "x" }
  list   = [{ password = "SECRET-2" }, { name = "y" }]
  pw     = "SECRET-3"
  base   = "SECRET-4"
  joined = "${local.base}-2"
  nested = { a = { apiToken = "${"SECRET-5"}" } }
}

variable "client_secret" {
  default = "SECRET-6"
}

resource "okta_user" "u" {
  first_name = local.plain
  last_name  = local.nested.a.x
  login      = "u@example.com"
  email      = "u@example.com"
  password   = local.pw
}

resource "okta_user" "v" {
  first_name = local.list[1].name
  last_name  = local.creds.id
  login      = "v@example.com"
  email      = var.client_secret
  password   = local.joined
}
`})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range got.Files {
		if strings.Contains(string(text), "SECRET-") {
			t.Errorf("%s holds a secret:\n%s", name, text)
		}
	}
	if !strings.Contains(string(got.Files["main.hcl"]), `"engineering"`) {
		t.Errorf("what isn't secret is lost:\n%s", got.Files["main.hcl"])
	}
}

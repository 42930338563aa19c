package terraform

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/files"
)

// TestReadFiles: of the files that .tf files read, those come along that are below the folder, can
// be no part of a configuration, and hold no secret. The others are named with the line.
func TestReadFiles(t *testing.T) {
	outside := t.TempDir()
	write(t, outside, "secret.csv", "name\nada\n")
	dir := t.TempDir()
	pem := "-----BEGIN " + "PRIVATE KEY-----\nAAAA\n"
	for name, text := range map[string]string{
		"names.csv": "key,label\na,A\n", "sub/list.json": `["a"]`, "note.txt": "Hello.\n", "people.yaml": "people:\n  - name: ada\n",
		"passwords.csv": "login;Password\na;b\n", "token.json": `{"apiToken": "x"}`, "conf.yaml": "okta:\n  client-secret: x\n", "env.txt": "API_TOKEN=x\n", "key.txt": pem,
		"part.hcl": "group \"x\" {}\n", "PART.HCL": "x", "more.auto.tfvars": "a = 1\n", ".env": "A=1\n", "k.pem": "x", "old.tfstate": "{}",
		"big.txt": strings.Repeat("x", files.TextLimit+1),
	} {
		write(t, dir, name, text)
	}
	if err := os.Symlink(filepath.Join(outside, "secret.csv"), filepath.Join(dir, "link.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "away")); err != nil {
		t.Fatal(err)
	}
	reads := map[string]string{ // call: what is said; "" for a file that is copied
		`file("names.csv")`: "", `file("${path.module}/sub/list.json")`: "", `templatefile("./note.txt", {})`: "", `file("people.yaml")`: "",
		`file("passwords.csv")`: "may be a secret", `file("token.json")`: "may be a secret", `file("conf.yaml")`: "may be a secret", `file("env.txt")`: "may be a secret", `file("key.txt")`: "may be a secret",
		`file("part.hcl")`: "never are", `file("PART.HCL")`: "never are", `file("more.auto.tfvars")`: "never are", `file("k.pem")`: "never are", `file("old.tfstate")`: "never are", `file(".env")`: "hidden",
		`file("/etc/passwd")`: "outside", `file("../x")`: "outside", `file("sub/../../x")`: "outside", `file("link.csv")`: "not copied", `file("away/secret.csv")`: "not copied",
		`file("missing.txt")`: "not copied", `file("big.txt")`: "not copied", `file(var.name)`: "copy them into the new folder", `join("", fileset(".", "*.csv"))`: "copy them into the new folder",
	}
	var calls []string
	for call := range reads {
		calls = append(calls, call)
	}
	slices.Sort(calls)
	text := "variable \"name\" {\n  default = \"x\"\n}\n"
	for _, call := range calls {
		text += "output \"o\" {\n  value = " + call + "\n}\n"
	}
	write(t, dir, "main.tf", text+"module \"up\" {\n  source = \"../..\"\n}\nmodule \"away\" {\n  source = \"./away\"\n}\n"+
		"data \"external\" \"x\" {\n  program = [\"sh\", \"-c\", \"touch /tmp/x\"]\n}\nresource \"terraform_data\" \"x\" {\n  provisioner \"local-exec\" {\n    command = \"id\"\n  }\n}\n")
	root, err := files.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	got, err := Translate(root)
	if err != nil {
		t.Fatal(err)
	}
	for i, call := range calls {
		line, want := 5+3*i, reads[call]
		at := slices.IndexFunc(got.Remarks, func(r Remark) bool { return r.Line == line })
		switch {
		case want == "" && at >= 0:
			t.Errorf("%s: %s", call, got.Remarks[at].Text)
		case want != "" && (at < 0 || !strings.Contains(got.Remarks[at].Text, want)):
			t.Errorf("%s: %v, not %q", call, got.Remarks, want)
		}
	}
	var names []string
	for name := range got.Files {
		if !strings.HasSuffix(name, "main.hcl") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if want := []string{"names.csv", "note.txt", "people.yaml", "sub/list.json"}; !slices.Equal(names, want) {
		t.Errorf("copied are %q, not %q", names, want)
	}
	for _, want := range []string{"module up:", "module away:", "external.x: a resource of another provider", "terraform_data.x: a resource of another provider"} {
		if !slices.ContainsFunc(got.Remarks, func(r Remark) bool { return strings.Contains(r.Text, want) }) {
			t.Errorf("nothing is said about %q", want)
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

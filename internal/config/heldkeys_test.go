package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/oktaform/oktaform/schema"
)

// A rehearsal's keys stand in no file: another run could take one for the key of an app.
func TestHeldKeys(t *testing.T) {
	dir := t.TempDir()
	source := "org {\n  owner = \"o\"\n}\nservice_app \"s\" {\n  label = \"S\"\n  public_key \"k\" {\n    private_key_file = \"keys/k.pem\"\n    generate         = true\n  }\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	c, diags := Load(dir, Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	key := schema.PrivateKey{KID: "k", File: filepath.Join(absolute(dir), "keys", "k.pem")}
	forget := c.HoldKeys()
	if err := c.GenerateKey(key); err != nil {
		t.Fatal(err)
	}
	held, ok := c.HeldKey(key.File)
	if !ok || len(held) == 0 {
		t.Fatal("the key isn't held")
	}
	if err := c.GenerateKey(key); err != nil {
		t.Fatal(err)
	}
	if again, _ := c.HeldKey(key.File); string(again) != string(held) {
		t.Error("a second run of the rehearsal has another key")
	}
	if _, absent, err := c.readPrivate("keys/k.pem"); absent || err != nil {
		t.Errorf("the held key isn't read: absent %v, %v", absent, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "keys")); err == nil {
		t.Error("the rehearsal wrote a folder for keys")
	}
	forget()
	if _, ok := c.HeldKey(key.File); ok {
		t.Error("the key is still held")
	}
	if err := c.GenerateKey(key); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(key.File); err != nil || string(data) == string(held) {
		t.Errorf("the key of the apply: %v, the same as in the rehearsal: %v", err, string(data) == string(held))
	}
}

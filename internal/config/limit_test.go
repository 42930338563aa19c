package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A typing error fills no memory, not even by modules that call modules.
func TestInstancesHaveALimitInAll(t *testing.T) {
	dir := t.TempDir()
	text := "org {\n  owner = \"o\"\n}\ngroup \"g\" {\n  count = 2\n  name  = \"G ${count.index}\"\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, diags := Load(dir, Options{})
	defer c.Close()
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, before := range []int{maxInstances - 2, maxInstances - 1} {
		e := c.newEvaluation(nil)
		*e.expanded = before
		_, diags := e.All()
		if want := before+2 > maxInstances; diags.HasErrors() != want || want && !strings.Contains(diags.Error(), "instances in all") {
			t.Errorf("after %d: %v", before, diags)
		}
	}
}

// A file that isn't text, or has other line ends, is told of in a few words.
func TestSyntaxErrorsAreFew(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte("org {"+strings.Repeat("\r", 5000)+"}"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, diags := Load(dir, Options{})
	defer c.Close()
	if len(diags) != maxSyntaxErrors+1 || !strings.Contains(diags[maxSyntaxErrors].Detail, "4981 more syntax errors") {
		t.Errorf("%d errors: %v", len(diags), diags[len(diags)-1])
	}
}

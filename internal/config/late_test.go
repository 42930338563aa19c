package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A tree that was let go of and parsed again is the same tree, with the same places.
func TestLetGo(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/*.hcl")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	sources := map[string]string{
		"lines.hcl":   "group \"a\" {\n}\n\n  web_app \"ä😀\" {\n  label = <<E\nü}\nE\n  lifecycle {\n    prevent_destroy = true\n  }\n} # after\n",
		"crlf.hcl":    "group \"a\" {\r\n  name = \"x\"\r\n}\r\n",
		"one.hcl":     "group \"a\" { name = \"x\" }\ngroup \"b\" {}\n",
		"at end.hcl":  "group \"a\" {\n  name = \"x\"\n}",
		"comment.hcl": "/* group \"a\" { */ group \"b\" /* { */ {\n  name = \"x\"\n}\n",
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources[name] = string(text)
	}
	for name, text := range sources {
		file, diags := hclsyntax.ParseConfig([]byte(text), name, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, native := range file.Body.(*hclsyntax.Body).Blocks {
			block := native.AsHCLBlock()
			late(block, file.Bytes, nil)
			body, ok := block.Body.(*lateBody)
			if !ok {
				if strings.Contains(text[native.OpenBraceRange.Start.Byte:native.CloseBraceRange.End.Byte], "\n") {
					t.Errorf("%s: the tree of the block at %s is kept", name, native.DefRange())
				}
				continue
			}
			body.letGo()
			if again := body.whole(); again == native.Body || !reflect.DeepEqual(again, native.Body) {
				t.Errorf("%s: the block at %s parses to something else", name, native.DefRange())
			}
		}
	}
}

// A diagnostic says in which block it is, also when the file's tree is gone.
func TestLetGoContext(t *testing.T) {
	text := "org {\n  owner = \"team/x\"\n}\n\ngroup \"a\" {\n  name = \"x\"\n}\n"
	nav := newLateNav("main.hcl", []byte(text))
	if got := nav.ContextString(strings.Index(text, "name")); got != `group "a"` {
		t.Errorf("%q", got)
	}
}

package functions

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/schema"
)

// row is an expression and what it gives: a value in HCL's own writing, where
// sensitive(...) is around what is marked and (unknown) stands for unknowns, or
// "error: " and a part of the message.
type row struct{ expr, want string }

// TestFunctions is the reference of what each function does. In it, secret is
// the sensitive string "s3cret", later an unknown string.
func TestFunctions(t *testing.T) {
	folder := testFolder(t)
	ctx := &hcl.EvalContext{
		Functions: Table(Options{Folders: Folders{folder}}),
		Variables: map[string]cty.Value{
			"secret": cty.StringVal("s3cret").Mark(schema.Sensitive),
			"later":  cty.UnknownVal(cty.String),
			"folder": cty.StringVal(folder.Name()),
		},
	}
	called := map[string]int{}
	for _, rows := range [][]row{numericRows, textRows, collectionRows, encodingRows, fileRows, dateRows, hashRows, networkRows, conversionRows} {
		for _, r := range rows {
			name, _, _ := strings.Cut(r.expr, "(")
			called[name]++
			expr, diags := hclsyntax.ParseExpression([]byte(r.expr), "row", hcl.InitialPos)
			if diags.HasErrors() {
				t.Errorf("%s: %s", r.expr, diags)
				continue
			}
			v, diags := expr.Value(ctx)
			got := ""
			switch wantError, isError := strings.CutPrefix(r.want, "error: "); {
			case diags.HasErrors() && isError && strings.Contains(diags[0].Detail, wantError):
				continue
			case diags.HasErrors():
				got = "error: " + diags[0].Detail
			default:
				got = strings.ReplaceAll(show(v), folder.Name(), "FOLDER")
			}
			if got != r.want {
				t.Errorf("%s\n got %s\nwant %s", r.expr, got, r.want)
			}
		}
	}
	for name := range ctx.Functions {
		if called[name] < 2 {
			t.Errorf("%s has %d rows, and needs two", name, called[name])
		}
	}
}

// testFolder has the files that the rows read, and a way out that they must not
// find.
func testFolder(t *testing.T) *files.Root {
	t.Helper()
	top := t.TempDir()
	for name, content := range map[string]string{
		"config/hello.txt":         "hello\n",
		"config/greet.tmpl":        "Hello, ${upper(name)}!",
		"config/list.tmpl":         "${names}",
		"config/circle.tmpl":       `${templatefile("circle.tmpl", {})}`,
		"config/binary":            "\xff\xfe",
		"config/users/a.json":      "{}",
		"config/users/b.yaml":      "{}",
		"config/users/eu/c.json":   "{}",
		"config/users/eu/.d.json":  "{}",
		"outside.txt":              "not for you",
		"elsewhere/also-outside.x": "not for you",
	} {
		file := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"link.txt": "../outside.txt", "way-out": "../elsewhere", "inside.txt": "hello.txt"} {
		if err := os.Symlink(to, filepath.Join(top, "config", link)); err != nil {
			skip.Test(t, skip.NoLinks)
		}
	}
	root, err := files.Open(filepath.Join(top, "config"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

// show writes a value on one line of HCL.
func show(v cty.Value) string {
	if bare, marks := v.Unmark(); len(marks) > 0 {
		return "sensitive(" + show(bare) + ")"
	}
	switch t := v.Type(); {
	case !v.IsKnown():
		return "(unknown)"
	case v.IsNull():
		return "null"
	case t.IsPrimitiveType():
		return string(hclwrite.TokensForValue(v).Bytes())
	case t.IsObjectType(), t.IsMapType():
		var parts []string
		for k, part := range v.Elements() {
			parts = append(parts, k.AsString()+" = "+show(part))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	var parts []string
	for _, part := range v.Elements() {
		parts = append(parts, show(part))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// TestLeftOut sees to it that no function is both there and left out, and that
// each one left out says why in a sentence.
func TestLeftOut(t *testing.T) {
	table := Table(Options{Folders: Folders{testFolder(t)}})
	for name, why := range LeftOut() {
		if _, ok := table[name]; ok {
			t.Errorf("%s is left out, and in the table", name)
		}
		if !strings.HasSuffix(why, ".") || !strings.Contains(why, ";") {
			t.Errorf("%s: %q says no reason and what to do", name, why)
		}
	}
}

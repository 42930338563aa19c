package functions

import (
	"slices"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
)

// TestMissingElsewhere asks every function that takes a path for a file that is missing
// here: where the result is about another machine, none knows it.
func TestMissingElsewhere(t *testing.T) {
	textual := []string{"basename", "dirname"} // look at the path alone
	asked := 0
	for _, f := range list(Options{Folders: Folders{testFolder(t)}, Elsewhere: true, Meter: new(budget.Meter)}) {
		if params := f.Function.Params(); len(params) == 0 || params[0].Name != "path" || slices.Contains(textual, f.Name) {
			continue
		}
		args := []cty.Value{cty.StringVal("keys/missing.pem"), cty.EmptyObjectVal}
		if f.Name == "fileset" {
			args = []cty.Value{cty.StringVal("."), cty.StringVal("*.missing")}
		}
		v, err := f.Function.Call(args[:len(f.Function.Params())])
		if err != nil || v.IsKnown() {
			t.Errorf("%s of a missing file: %#v, %v; want an unknown value", f.Name, v, err)
		}
		asked++
	}
	if asked < 12 {
		t.Errorf("%d functions take a path, want 12 at least", asked)
	}
}

// TestFilesetElsewhere: what is made on the machine that applies, as keys are, may match.
func TestFilesetElsewhere(t *testing.T) {
	o := Options{Folders: Folders{testFolder(t)}, Elsewhere: true, Meter: new(budget.Meter)}
	for pattern, known := range map[string]bool{
		"**": false, "*": false, "**/*": false, "*.*": false, "*.t?t": false, "*.[tp]*": false, "*.txt*": false, "{*.txt,*.pem}": false,
		"*.txt": true, "**/*.txt": true, "*.{txt,yaml}": true, "*.pem": false,
	} {
		v, err := fileset(o).Call([]cty.Value{cty.StringVal("."), cty.StringVal(pattern)})
		if err != nil || v.IsKnown() != known {
			t.Errorf("fileset of %q: %#v, %v; want known %v", pattern, v, err, known)
		}
	}
}

package review

import (
	"maps"
	"slices"
	"testing"

	"github.com/oktaform/oktaform/schema"
)

// TestGuardsNameAttributes finds names that no kind has: a renamed attribute would
// be judged as if it were another one.
func TestGuardsNameAttributes(t *testing.T) {
	names := map[string]bool{}
	for _, k := range schema.Kinds() {
		for _, a := range k.Attrs {
			names[a.Name] = true
		}
		for _, b := range k.Blocks {
			names[b.Type] = true
		}
	}
	for _, name := range slices.Concat(harmless, judgedElsewhere, releasable, slices.Collect(maps.Keys(loosens))) {
		if !names[name] {
			t.Errorf("no kind has an attribute or block %q", name)
		}
	}
}

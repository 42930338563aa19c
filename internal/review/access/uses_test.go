package access

import (
	"slices"
	"testing"

	"github.com/oktaform/oktaform/internal/catalog"
)

// TestUsesAreOfTheCatalog: each operation and scope that has words is one of the catalog.
func TestUsesAreOfTheCatalog(t *testing.T) {
	for _, u := range append(slices.Clone(uses), reads...) {
		for _, term := range u.operations {
			known := slices.ContainsFunc(catalog.All(), func(o catalog.Operation) bool {
				return o.String() == term || slices.Contains(o.Scopes, term)
			})
			if !known {
				t.Errorf("%q, of the use %q, is no operation or scope of the catalog", term, u.anywhere)
			}
		}
	}
	for _, way := range Ways {
		for _, name := range []string{way.Operation, way.guard} {
			if name != "" && wayOperations()[name].Path == "" {
				t.Errorf("%s is no operation of the catalog", name)
			}
		}
	}
}

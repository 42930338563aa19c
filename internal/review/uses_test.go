package review

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
	if len(stepOperations()) != 12 {
		t.Errorf("%d operations lead to further rights", len(stepOperations()))
	}
	for name := range stepOperations() {
		if _, found := catalog.Find(name.method, name.path); !found {
			t.Errorf("%s %s is no operation of the catalog", name.method, name.path)
		}
	}
}

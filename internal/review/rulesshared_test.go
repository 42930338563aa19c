package review

import (
	"testing"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestPartsOfAssignmentsCanGrow: of each kind that is part of role assignments, the review knows
// how an object grows.
func TestPartsOfAssignmentsCanGrow(t *testing.T) {
	for _, k := range kinds.All() {
		if known := access.KindOf(k); (known.Part == nil) != (growth[known] == nil) {
			t.Errorf("%s: one of part and growth is missing", k.Name)
		}
	}
}

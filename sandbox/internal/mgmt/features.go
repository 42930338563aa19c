package mgmt

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// FeatureFields returns the feature fields of all kinds.
func FeatureFields() []kind.FeatureField {
	var all []kind.FeatureField
	for _, k := range Kinds() {
		all = append(all, k.Features...)
	}
	return all
}

// CheckFeatures returns an error for a feature that does not exist.
func CheckFeatures(list []state.Feature) error {
	for _, f := range list {
		if !slices.Contains(state.Features(), f) {
			return fmt.Errorf("there is no feature %q of an org. Features are %s", f, strings.Trim(fmt.Sprint(state.Features()), "[]"))
		}
	}
	return nil
}

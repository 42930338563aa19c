package mgmt

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// FeatureField is a member that objects have only in orgs with a feature.
type FeatureField struct {
	Feature state.Feature
	Path    string
	// value returns the member's value; nil if the object itself holds it.
	value func(c *web.Call, id string) any
}

// FeatureFields returns the feature fields of all kinds.
func FeatureFields() []FeatureField {
	var all []FeatureField
	for _, k := range Kinds() {
		all = append(all, k.Features...)
	}
	return all
}

// CheckFeatures returns an error for a feature that does not exist.
func CheckFeatures(list []state.Feature) error {
	fields := FeatureFields()
	for _, f := range list {
		if f != state.EscapedLabels && !slices.ContainsFunc(fields, func(field FeatureField) bool { return field.Feature == f }) {
			return fmt.Errorf("there is no feature %q of an org", f)
		}
	}
	return nil
}

// withFeatures shows an object with these fields as an org with the call's features does.
func withFeatures(c *web.Call, fields []FeatureField, id string, doc map[string]any) map[string]any {
	for _, field := range fields {
		has := slices.Contains(c.Features, field.Feature)
		switch {
		case !has:
			doc = jsondoc.Without(doc, strings.Split(field.Path, "."))
		case field.value != nil:
			doc = jsondoc.With(doc, strings.Split(field.Path, "."), field.value(c, id))
		}
	}
	return doc
}

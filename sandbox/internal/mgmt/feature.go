package mgmt

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// FeatureField is a field that shows a feature.
type FeatureField struct {
	Feature state.Feature
	Path    string
	// value returns the field where the object doesn't hold it by itself. Nil: it does.
	value func(c *web.Call, id string) any
}

// FeatureFields are the fields of all kinds.
func FeatureFields() []FeatureField {
	var all []FeatureField
	for _, k := range Kinds() {
		all = append(all, k.Features...)
	}
	return all
}

// CheckFeatures fails for a feature that no org has.
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

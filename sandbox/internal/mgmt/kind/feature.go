package kind

import (
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// FeatureField is a member that objects have only in orgs with a feature.
type FeatureField struct {
	Feature state.Feature
	Path    string
	// Value returns the member's value; nil if the object itself holds it.
	Value func(c *web.Call, id string) any
}

// WithFeatures shows an object with these fields as an org with the call's features does.
func WithFeatures(c *web.Call, fields []FeatureField, id string, doc map[string]any) map[string]any {
	for _, field := range fields {
		switch {
		case !c.Has(field.Feature):
			doc = jsondoc.Without(doc, strings.Split(field.Path, "."))
		case field.Value != nil:
			doc = jsondoc.With(doc, strings.Split(field.Path, "."), field.Value(c, id))
		}
	}
	return doc
}

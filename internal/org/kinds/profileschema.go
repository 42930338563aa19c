package kinds

import (
	"context"
	"net/http"
	"path"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// ProfileSchemas reads the schemas of the kinds whose declared objects have custom attributes,
// with one request each. found are the objects that were read. It omits a schema
// that the credential may not read: the org then refuses unknown attributes during the apply.
func (o *Org) ProfileSchemas(ctx context.Context, q schema.Query, found []*Remote) (schemas []schema.ProfileSchema, err error) {
	for _, k := range All() {
		declared := slices.ContainsFunc(q.Objects, func(w schema.ObjectQuery) bool {
			return k.Kind != nil && w.Addr.Kind == k.Name && len(w.Custom) > 0
		})
		if k.ProfileSchema == "" || !declared {
			continue
		}
		doc, err := o.Document(ctx, o.Request(http.MethodGet, k.ProfileSchema, nil))
		switch {
		case okta.Denied(err) || okta.NotFound(err):
			continue
		case err != nil:
			return nil, err
		}
		s := schema.ProfileSchema{Kind: k.Name, Attributes: map[string]string{}}
		for _, part := range []string{"base", "custom"} {
			for name, property := range okta.Object(doc, "definitions", part, "properties") {
				s.Attributes[name] = attributeType(property)
			}
		}
		for _, r := range found {
			if typ := okta.Text(r.Doc, "type", "id"); r.Kind == k && typ != "" && typ != path.Base(okta.Text(doc, "_links", "type", "href")) {
				s.Others = append(s.Others, r.ID())
			}
		}
		schemas = append(schemas, s)
	}
	return schemas, nil
}

func attributeType(property any) string {
	doc, _ := property.(map[string]any)
	if typ := okta.Text(doc, "type"); typ != "array" {
		return typ
	}
	return "array of " + okta.Text(doc, "items", "type")
}

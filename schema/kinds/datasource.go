package kinds

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// dataSource describes a data block, which finds an object by its label or id and shows some of its
// attributes.
func dataSource(name, title, label, labelPath, labelDoc string, more ...schema.Attr) *schema.Kind {
	key := computedAttr(label, labelPath, labelDoc)
	key.Settable = true
	id := computedAttr("id", "id", "The id. Either this or "+label+".")
	id.Settable = true
	return &schema.Kind{Name: schema.DataPrefix + name, Title: title, Label: label, Mark: schema.MarkNone, Doc: "Looks up a " + title + " that this configuration doesn't own.",
		Attrs: append([]schema.Attr{key, id}, more...)}
}

// computedAttr describes an attribute that a data block shows.
func computedAttr(name, path, doc string) schema.Attr {
	return schema.Attr{Name: name, Type: cty.String, Path: path, Computed: true, Doc: doc}
}

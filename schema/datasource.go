package schema

import "github.com/zclconf/go-cty/cty"

// dataSource describes a data block, which finds an object by its label or id and shows some of its
// attributes.
func dataSource(name, title, label, labelPath, labelDoc string, more ...Attr) *Kind {
	key := computedAttr(label, labelPath, labelDoc)
	key.Settable = true
	id := computedAttr("id", "id", "The id. Either this or "+label+".")
	id.Settable = true
	return &Kind{Name: DataPrefix + name, Title: title, Label: label, Mark: MarkNone, Doc: "Looks up a " + title + " that this configuration doesn't own.",
		Attrs: append([]Attr{key, id}, more...)}
}

// computedAttr describes an attribute that a data block shows.
func computedAttr(name, path, doc string) Attr {
	return Attr{Name: name, Type: cty.String, Path: path, Computed: true, Doc: doc}
}

package schema

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// dataPrefix begins the names of the kinds of data blocks.
const dataPrefix = "data."

// dataSource describes a data block, which finds an object by its label or id and shows some of its
// attributes.
func dataSource(name, title, label, labelPath, labelDoc string, more ...Attr) *Kind {
	key := computedAttr(label, labelPath, labelDoc)
	key.Settable = true
	id := computedAttr("id", "id", "The id. Either this or "+label+".")
	id.Settable = true
	return &Kind{Name: dataPrefix + name, Title: title, Label: label, Mark: MarkNone, Doc: "Looks up a " + title + " that this configuration doesn't own.",
		Attrs: append([]Attr{key, id}, more...)}
}

// computedAttr describes an attribute that a data block shows.
func computedAttr(name, path, doc string) Attr {
	return Attr{Name: name, Type: cty.String, Path: path, Computed: true, Doc: doc}
}

// DataKind returns the kind that data "NAME" looks up, or nil.
func DataKind(name string) *Kind {
	for _, k := range DataKinds() {
		if k.Name == dataPrefix+name {
			return k
		}
	}
	return nil
}

// Source returns the type of the data block that looks up objects of the kind; "" for kinds that
// are declared.
func (k *Kind) Source() string {
	name, ok := strings.CutPrefix(k.Name, dataPrefix)
	if !ok {
		return ""
	}
	return name
}

// TakesData reports whether the attribute can refer to a data "NAME" block.
func (a *Attr) TakesData(name string) bool {
	for _, kind := range a.Refs {
		if sourceOf(kind) == name {
			return true
		}
	}
	return false
}

// Example returns examples of references in this attribute.
func (a *Attr) Example() (declared, data string) {
	return a.Refs[0] + ".NAME", dataPrefix + sourceOf(a.Refs[0]) + ".NAME"
}

// sourceOf returns the data block that finds objects of a declared kind.
func sourceOf(kind string) string {
	for _, app := range appKinds() {
		if kind == app {
			return sourceApp
		}
	}
	return kind
}

// Lookup is one evaluated data block: what to find in the org.
type Lookup struct {
	Addr  Addr
	Kind  *Kind
	By    string // the attribute to find it by: the kind's label, or id
	Value string
	// Print is a key for an unknown value: it is the same in two versions if the value is computed
	// in the same way.
	Print string
	Range hcl.Range // of that attribute
}

// LookupResult is the result of a lookup: exactly one object, unless there is an error.
type LookupResult struct {
	Lookup  Lookup
	Objects []Object
	// Similar are the names of other objects, if there is none with that name.
	Similar []string
}

// DataSource returns the type of the data block that finds objects of a declared kind.
func (k *Kind) DataSource() string { return sourceOf(k.Name) }

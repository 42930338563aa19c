package schema

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// dataPrefix begins the names of what is only looked up.
const dataPrefix = "data."

// dataSource describes a data block: it finds an object by its label or its id, and shows more.
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

// DataKind returns what data "NAME" looks up, or nil.
func DataKind(name string) *Kind {
	for _, k := range DataKinds() {
		if k.Name == dataPrefix+name {
			return k
		}
	}
	return nil
}

// Source is the type of the data block that looks up objects of the kind; "" for
// kinds that are declared.
func (k *Kind) Source() string {
	name, ok := strings.CutPrefix(k.Name, dataPrefix)
	if !ok {
		return ""
	}
	return name
}

// TakesData reports whether a reference may be to what data "NAME" has found.
func (a *Attr) TakesData(name string) bool {
	for _, kind := range a.Refs {
		if sourceOf(kind) == name {
			return true
		}
	}
	return false
}

// Example is what a reference in this attribute may look like.
func (a *Attr) Example() (declared, data string) {
	return a.Refs[0] + ".NAME", dataPrefix + sourceOf(a.Refs[0]) + ".NAME"
}

// sourceOf is the data block that finds objects of a declared kind.
func sourceOf(kind string) string {
	for _, app := range appKinds() {
		if kind == app {
			return sourceApp
		}
	}
	return kind
}

// Lookup is one data block, evaluated: what to find in the org.
type Lookup struct {
	Addr  Addr
	Kind  *Kind
	By    string // the attribute that says which: the kind's label, or id
	Value string
	// Print stands for a value that isn't known: it is the same in two versions if the value
	// is made in the same way.
	Print string
	Range hcl.Range // of that attribute
}

// LookupResult is what a lookup came to: one object, if all is well.
type LookupResult struct {
	Lookup  Lookup
	Objects []Object
	// Similar are the names of others, where there is none of that name.
	Similar []string
}

// FoundAs is the type of the data block that finds objects of a declared kind.
func (k *Kind) FoundAs() string { return sourceOf(k.Name) }

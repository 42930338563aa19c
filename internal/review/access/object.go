package access

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Object is one declared object in one version.
type Object struct {
	Addr  schema.Addr
	Kind  *schema.Kind
	Facts *Kind
	ID    string // in the org; "" if unknown
	// Value has no marks: sensitive values are unknown here, so that nothing can quote them.
	Value     schema.Value
	Range     hcl.Range // of the block
	Positions schema.Positions
	// Additive names the sets that may contain more in the org than is declared.
	Additive []string
	// Undeclared are rights that stay in the org although they are no longer declared, in words, by
	// the attribute or block that held them.
	Undeclared map[string][]string
	// Gone means that the object is no longer declared and stays in the org.
	Gone bool
	// Released names the sets that only the first version managed.
	Released []string
	// Exposed names attributes that are computed from sensitive values although readers of the org
	// see them.
	Exposed []string
	// Person identifies an object without a mark: a user's login, or the principal of an admin
	// block.
	Person string
	// alias is the name of that person if the block names a data source, in the form of
	// kinds.Principal.
	alias string
	// Impersonal is a key for a person who is unknown: it is the same in two versions if the block
	// names the person in the same way.
	Impersonal string
	// Nameless marks an admin block about a group with an unknown name: it may be Everyone.
	Nameless bool
	// roles are the roles of the object, if they have been read.
	roles     []Role
	rolesRead bool
	// KeyFiles are the files with the private halves of an app's keys.
	KeyFiles []schema.PrivateKey
	// Lifecycle and OnDestroy say how the object is treated.
	Lifecycle schema.Lifecycle
	OnDestroy string
}

// FromDesired returns the object for a declared one. known are the data sources of the version.
func FromDesired(d schema.Desired, known Lookups) Object {
	o := Object{Addr: d.Addr, Kind: d.Kind, Facts: KindOf(d.Kind), Value: WithoutSecrets(d.Value, d.Kind), Range: d.Range, Positions: d.Positions, Additive: d.Additive, Lifecycle: d.Lifecycle, KeyFiles: d.Keys}
	if v, local := d.Local[AttrOnDestroy]; local {
		o.OnDestroy = Text(v)
	}
	o.Exposed = exposed(d)
	o.Value = known.name(o.Kind, o.Value)
	if d.Kind.Mark == schema.MarkNone {
		known.namePerson(&o, d.Local)
	}
	return o
}

// exposed returns the attributes and blocks that are computed from sensitive values although
// everybody who reads the org sees them.
func exposed(d schema.Desired) (names []string) {
	if !d.Value.IsKnown() || d.Value.IsNull() || !d.Value.Marked() {
		return nil
	}
	for i := range d.Kind.Attrs {
		if a := &d.Kind.Attrs[i]; !a.Sensitive && d.Value.Has(a.Name) && d.Value.GetAttr(a.Name).ContainsMarked() {
			names = append(names, a.Name)
		}
	}
	for i := range d.Kind.Blocks {
		b := &d.Kind.Blocks[i]
		if !d.Value.Has(b.Type) {
			continue
		}
		list := d.Value.GetAttr(b.Type)
		if !list.ContainsMarked() {
			continue
		}
		list, _ = list.Unmark()
		if list.IsNull() || !list.IsKnown() || slices.ContainsFunc(list.AsValueSlice(), func(block cty.Value) bool { return exposes(block, b) }) {
			names = append(names, b.Type)
		}
	}
	return names
}

// exposes reports whether a nested block contains a sensitive value that others can read.
func exposes(block cty.Value, b *schema.Block) bool {
	block, marks := block.Unmark()
	return len(marks) > 0 || !block.IsKnown() || slices.ContainsFunc(b.Attrs, func(a schema.Attr) bool {
		return !a.Sensitive && block.Type().HasAttribute(a.Name) && block.GetAttr(a.Name).ContainsMarked()
	})
}

// WithoutSecrets replaces sensitive values by unknown ones, so that the value can be judged and
// quoted.
func WithoutSecrets(v schema.Value, kind *schema.Kind) schema.Value {
	if v.IsNull() || !v.IsKnown() {
		return kind.Unknown()
	}
	return v.Map(func(_ string, held cty.Value) cty.Value {
		if !held.ContainsMarked() {
			return held
		}
		out, err := cty.Transform(held, func(_ cty.Path, v cty.Value) (cty.Value, error) {
			if v.HasMark(schema.Sensitive) {
				return cty.UnknownVal(v.Type()), nil
			}
			v, _ = v.Unmark()
			return v, nil
		})
		if err != nil {
			return cty.UnknownVal(held.Type())
		}
		return out
	})
}

// Name returns the object's name for people, or its address.
func (o *Object) Name() string {
	if name := o.Text(o.Kind.Label); name != "" {
		return name
	}
	return o.Addr.String()
}

// Get returns the value of an attribute or the list of nested blocks; null if the kind does not
// have it.
func (o *Object) Get(name string) cty.Value {
	if !o.Value.Has(name) {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return o.Value.GetAttr(name)
}

// Text returns the value of a string; "" if it is not set or not known.
func (o *Object) Text(name string) string { return Text(o.Get(name)) }

// At returns the position of the attribute or, without one, of the block.
func (o *Object) At(name string) hcl.Range {
	if r, found := o.Positions.At(name); found {
		return r
	}
	return o.Range
}

// Active reports whether the object is not deactivated.
func (o *Object) Active() bool {
	status := o.Text(AttrStatus)
	return status == "" || status == "ACTIVE"
}

// List holds the known elements of a list.
type List struct {
	Texts   []string
	Refs    []Ref
	null    bool // not managed
	Unknown bool // there are more, which are unknown
}

// Ref is a reference, as in schema.Ref.
type Ref struct{ ID, Addr, Name string }

// String names the object for people: by its address, or else by what is known.
func (r Ref) String() string {
	for _, s := range []string{r.Addr, r.Name, r.ID} {
		if s != "" {
			return s
		}
	}
	return "(not known)"
}

// List returns the elements of a list.
func (o *Object) List(name string) List { return listOf(o.Get(name)) }

func listOf(v cty.Value) (l List) {
	if v.IsNull() {
		l.null = true
		return l
	}
	if !v.IsKnown() {
		l.Unknown = true
		return l
	}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		switch {
		case e.Type().Equals(schema.Ref):
			if !e.IsKnown() {
				l.Unknown = true
				continue
			}
			l.Refs = append(l.Refs, RefOf(e))
		case !e.IsKnown():
			l.Unknown = true
		default:
			l.Texts = append(l.Texts, Text(e))
		}
	}
	return l
}

// RefOf returns a reference from its value.
func RefOf(v cty.Value) Ref {
	if v.IsNull() || !v.IsKnown() {
		return Ref{}
	}
	return Ref{ID: Text(v.GetAttr("id")), Addr: Text(v.GetAttr("addr")), Name: Text(v.GetAttr("name"))}
}

// Has reports whether the text is a known element.
func (l List) Has(s string) bool { return slices.Contains(l.Texts, s) }

// names returns the references in words.
func (l List) names() []string {
	var names []string
	for _, r := range l.Refs {
		names = append(names, r.String())
	}
	return names
}

// Blocks returns the nested blocks of a type, and whether all of them are known.
func (o *Object) Blocks(typ string) ([]cty.Value, bool) {
	v := o.Get(typ)
	if v.IsNull() {
		return nil, true
	}
	if !v.IsKnown() {
		return nil, false
	}
	return v.AsValueSlice(), true
}

// Text returns a string from its value; "" if it is not set or not known.
func Text(v cty.Value) string {
	if v == cty.NilVal || v.IsMarked() || v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

// IsTrue reports whether the value is known to be true.
func IsTrue(v cty.Value) bool {
	return v != cty.NilVal && v.Type() == cty.Bool && v.IsKnown() && !v.IsNull() && v.True()
}

// IsFalse reports whether the value is known to be false.
func IsFalse(v cty.Value) bool {
	return v != cty.NilVal && v.Type() == cty.Bool && v.IsKnown() && !v.IsNull() && v.False()
}

// Without returns the elements of list that taken does not contain.
func Without(list, taken []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(taken, s) })
}

// Number returns a whole number from its value; false if it is not set or not known.
func Number(v cty.Value) (int, bool) {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() || v.Type() != cty.Number {
		return 0, false
	}
	n, _ := v.AsBigFloat().Int64()
	return int(n), true
}

package review

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Object is one declared object in one of the versions.
type Object struct {
	Addr schema.Addr
	Kind *schema.Kind
	kind *kind
	ID   string // in the org; empty where that isn't known
	// Value has no marks: what is sensitive is unknown here, so that nothing can
	// quote it.
	Value     schema.Value
	Range     hcl.Range // of the block
	Positions schema.Positions
	// Additive names the sets that may hold more in the org than is declared.
	Additive []string
	// Undeclared are rights that stay in the org although no file declares them any
	// longer: by the attribute or block that held them, in words.
	Undeclared map[string][]string
	// Gone says that no file declares the object any longer and that it stays
	// in the org all the same.
	Gone bool
	// released names the sets that the first version managed and this one doesn't.
	released []string
	// exposed names what is made from sensitive values, though whoever reads the org sees it.
	exposed []string
	// person is who the object is, where no mark in the org says so: a user's
	// login, or whom an admin block names.
	person string
	// alias is the name of that person, where the block names a data source: in words
	// that schema.Principal makes.
	alias string
	// impersonal stands for a person who isn't known: it is the same in two versions if the block
	// says in the same way who it is.
	impersonal string
	// nameless is an admin block about a group whose name isn't known here: it may be Everyone.
	nameless bool
	// Lifecycle and OnDestroy say how the object is treated.
	Lifecycle schema.Lifecycle
	OnDestroy string
}

// fromDesired makes an object of a version that has these data sources.
func fromDesired(d schema.Desired, known lookups) Object {
	o := Object{Addr: d.Addr, Kind: d.Kind, kind: kindOf(d.Kind), Value: discreet(d.Value, d.Kind), Range: d.Range, Positions: d.Positions, Additive: d.Additive, Lifecycle: d.Lifecycle}
	if v, local := d.Local[attrOnDestroy]; local {
		o.OnDestroy = text(v)
	}
	o.exposed = exposed(d)
	o.Value = known.name(o.Kind, o.Value)
	if d.Kind.Mark == schema.MarkNone {
		known.namePerson(&o, d.Local)
	}
	return o
}

// exposed are the attributes and blocks that are made from sensitive values, though
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

// exposes reports whether a nested block holds a sensitive value where others read it.
func exposes(block cty.Value, b *schema.Block) bool {
	block, marks := block.Unmark()
	return len(marks) > 0 || !block.IsKnown() || slices.ContainsFunc(b.Attrs, func(a schema.Attr) bool {
		return !a.Sensitive && block.Type().HasAttribute(a.Name) && block.GetAttr(a.Name).ContainsMarked()
	})
}

// discreet makes a value fit to be judged and quoted: unknown where it is
// sensitive.
func discreet(v schema.Value, kind *schema.Kind) schema.Value {
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

// name is what people call the object, or its address.
func (o *Object) name() string {
	if name := o.text(o.Kind.Label); name != "" {
		return name
	}
	return o.Addr.String()
}

// get is the value of an attribute, or list of nested blocks; null where the
// kind has none of that name.
func (o *Object) get(name string) cty.Value {
	if !o.Value.Has(name) {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return o.Value.GetAttr(name)
}

func (o *Object) text(name string) string { return text(o.get(name)) }

// at is where the attribute stands, or else the block.
func (o *Object) at(name string) hcl.Range {
	if r, found := o.Positions.At(name); found {
		return r
	}
	return o.Range
}

func (o *Object) active() bool {
	status := o.text(attrStatus)
	return status == "" || status == "ACTIVE"
}

// list is what a list holds, as far as it is known.
type list struct {
	texts   []string
	refs    []ref
	null    bool // not managed
	unknown bool // there is more that isn't known
}

// ref is a reference as schema.Ref has it.
type ref struct{ id, addr, name string }

// String names the object for people: by its address, or else what is known.
func (r ref) String() string {
	for _, s := range []string{r.addr, r.name, r.id} {
		if s != "" {
			return s
		}
	}
	return "(not known)"
}

func (o *Object) list(name string) list { return listOf(o.get(name)) }

func listOf(v cty.Value) (l list) {
	if v.IsNull() {
		l.null = true
		return l
	}
	if !v.IsKnown() {
		l.unknown = true
		return l
	}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		switch {
		case e.Type().Equals(schema.Ref):
			if !e.IsKnown() {
				l.unknown = true
				continue
			}
			l.refs = append(l.refs, refOf(e))
		case !e.IsKnown():
			l.unknown = true
		default:
			l.texts = append(l.texts, text(e))
		}
	}
	return l
}

func refOf(v cty.Value) ref {
	if v.IsNull() || !v.IsKnown() {
		return ref{}
	}
	return ref{id: text(v.GetAttr("id")), addr: text(v.GetAttr("addr")), name: text(v.GetAttr("name"))}
}

func (l list) has(s string) bool { return slices.Contains(l.texts, s) }

// names are the references in words.
func (l list) names() []string {
	var names []string
	for _, r := range l.refs {
		names = append(names, r.String())
	}
	return names
}

// blocks are the nested blocks of a type, and whether all of them are known.
func (o *Object) blocks(typ string) ([]cty.Value, bool) {
	v := o.get(typ)
	if v.IsNull() {
		return nil, true
	}
	if !v.IsKnown() {
		return nil, false
	}
	return v.AsValueSlice(), true
}

func text(v cty.Value) string {
	if v == cty.NilVal || v.IsMarked() || v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

func isTrue(v cty.Value) bool {
	return v != cty.NilVal && v.Type() == cty.Bool && v.IsKnown() && !v.IsNull() && v.True()
}

func isFalse(v cty.Value) bool {
	return v != cty.NilVal && v.Type() == cty.Bool && v.IsKnown() && !v.IsNull() && v.False()
}

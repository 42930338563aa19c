package review

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
	facts *kind
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
	// released names the sets that only the first version managed.
	released []string
	// exposed names attributes that are computed from sensitive values although readers of the org
	// see them.
	exposed []string
	// person identifies an object without a mark: a user's login, or the principal of an admin
	// block.
	person string
	// alias is the name of that person if the block names a data source, in the form of
	// schema.Principal.
	alias string
	// impersonal is a key for a person who is unknown: it is the same in two versions if the block
	// names the person in the same way.
	impersonal string
	// nameless marks an admin block about a group with an unknown name: it may be Everyone.
	nameless bool
	// roles are the roles of the object, if they have been read.
	roles     []role
	rolesRead bool
	// keyFiles are the files with the private halves of an app's keys.
	keyFiles []schema.PrivateKey
	// Lifecycle and OnDestroy say how the object is treated.
	Lifecycle schema.Lifecycle
	OnDestroy string
}

// fromDesired returns the object for a declared one. known are the data sources of the version.
func fromDesired(d schema.Desired, known Lookups) Object {
	o := Object{Addr: d.Addr, Kind: d.Kind, facts: kindOf(d.Kind), Value: discreet(d.Value, d.Kind), Range: d.Range, Positions: d.Positions, Additive: d.Additive, Lifecycle: d.Lifecycle, keyFiles: d.Keys}
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

// discreet replaces sensitive values by unknown ones, so that the value can be judged and quoted.
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

// name returns the object's name for people, or its address.
func (o *Object) name() string {
	if name := o.text(o.Kind.Label); name != "" {
		return name
	}
	return o.Addr.String()
}

// get returns the value of an attribute or the list of nested blocks; null if the kind does not
// have it.
func (o *Object) get(name string) cty.Value {
	if !o.Value.Has(name) {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return o.Value.GetAttr(name)
}

func (o *Object) text(name string) string { return text(o.get(name)) }

// at returns the position of the attribute or, without one, of the block.
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

// list holds the known elements of a list.
type list struct {
	texts   []string
	refs    []ref
	null    bool // not managed
	unknown bool // there are more, which are unknown
}

// ref is a reference, as in schema.Ref.
type ref struct{ id, addr, name string }

// String names the object for people: by its address, or else by what is known.
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

// names returns the references in words.
func (l list) names() []string {
	var names []string
	for _, r := range l.refs {
		names = append(names, r.String())
	}
	return names
}

// blocks returns the nested blocks of a type, and whether all of them are known.
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

func without(list, taken []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(taken, s) })
}

func number(v cty.Value) (int, bool) {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() || v.Type() != cty.Number {
		return 0, false
	}
	n, _ := v.AsBigFloat().Int64()
	return int(n), true
}

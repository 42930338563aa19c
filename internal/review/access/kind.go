package access

import (
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Kind describes one kind of object for a review. Each kind has a file, the kinds
// of apps share one. No other file names a kind or an attribute in a string.
type Kind struct {
	name string
	// Source is the type of the data block that finds objects of the kind.
	Source string
	// names returns the names by which Okta finds an object: its label and others.
	names func(*Object) []string
	// acts says as whom the objects act; "" if they have no rights.
	acts Actor
	// ServerSide means that an app's program does not run on the user's machine.
	ServerSide bool
	// Limits means that the guards among the attributes limit the rights of others.
	Limits bool
	// Part returns the part of a role assignment that is an object of the kind; nil for kinds that
	// are not part of role assignments.
	Part func(Role) Ref
	// Attributes are all attributes and nested blocks.
	Attributes []Attribute
}

// allKinds lists every kind. It is never modified.
var allKinds = []*Kind{
	webAppKind, serviceAppKind, browserAppKind, NativeAppKind,
	groupKind, UserKind, adminKind, CustomRoleKind, ResourceSetKind,
	NetworkZoneKind, TrustedOriginKind,
}

// KindOf returns what a review knows about a declared kind. It panics if there is nothing.
func KindOf(of *schema.Kind) *Kind {
	at := slices.IndexFunc(allKinds, func(k *Kind) bool { return k.name == of.Name })
	if at < 0 {
		panic("review: unknown kind " + of.Name)
	}
	return allKinds[at]
}

// Attribute says what an attribute or a type of nested block means for access. An attribute of a
// nested block, such as "public_key.generate", is listed only if its change alone does not matter.
type Attribute struct {
	Name    string
	Meaning Meaning
	// Immaterial says why a change of the attribute alone cannot affect access.
	Immaterial string
	// Weakens reports whether the change of a guard can weaken anything; nil: every change can.
	Weakens func(was, is *Object, name string) bool
	// Held means that the elements are rights, which stay in the org with an object that is no
	// longer declared.
	Held bool
	// Released means that the elements stay in the org if the attribute is omitted.
	Released bool
	// words returns an element in words; nil for strings and references.
	words func(cty.Value) string
}

// Meaning is how an attribute affects access.
type Meaning int

const (
	// MeansGuard is for attributes that protect the object or limit a right. It is the default of
	// attributes that are not listed.
	MeansGuard Meaning = iota
	// DisplayOnly is for what only people see.
	DisplayOnly
	// MeansRights is for attributes that give rights, or decide who has them.
	MeansRights
	// MeansClaims is for what claims of authorization servers may use. A rule of its own reports
	// each change.
	MeansClaims
	// meansControl is for keys, passwords and addresses that decide who can act as the object.
	// Rules of their own report each change.
	meansControl
)

func harmless(name, why string) Attribute {
	return Attribute{Name: name, Meaning: DisplayOnly, Immaterial: why}
}

func right(name string) Attribute { return Attribute{Name: name, Meaning: MeansRights} }

func controls(name string) Attribute { return Attribute{Name: name, Meaning: meansControl} }

func guard(name string) Attribute { return Attribute{Name: name} }

func guardIf(name string, weakens func(was, is *Object, name string) bool) Attribute {
	return Attribute{Name: name, Weakens: weakens}
}

// ConcernsAccess reports whether a change of the attribute or type of nested block may matter for
// who may do what.
func ConcernsAccess(of *schema.Kind, name string) bool {
	return KindOf(of).Attribute(name).Meaning != DisplayOnly
}

// GivesRights reports whether the attribute or type of nested block gives rights, or says who has
// them.
func GivesRights(of *schema.Kind, name string) bool {
	return KindOf(of).Attribute(name).Meaning == MeansRights
}

// DecidesWhoActs reports whether the attribute is a credential, or an address, that decides who can
// act as the object.
func DecidesWhoActs(of *schema.Kind, name string) bool {
	return KindOf(of).Attribute(name).Meaning == meansControl
}

// Attribute returns what an attribute means. An attribute that is not listed, such as an argument
// of every block, counts as a guard.
func (k *Kind) Attribute(name string) Attribute {
	if at := slices.IndexFunc(k.Attributes, func(a Attribute) bool { return a.Name == name }); at >= 0 {
		return k.Attributes[at]
	}
	return Attribute{Name: name}
}

// Has reports whether objects of the kind have the attribute or type of nested block.
func (k *Kind) Has(name string) bool {
	return slices.ContainsFunc(k.Attributes, func(a Attribute) bool { return a.Name == name })
}

// InWords returns an element of an attribute in words.
func (a *Attribute) InWords(v cty.Value) string {
	switch {
	case a.words != nil:
		return a.words(v)
	case v.Type().Equals(schema.Ref):
		return RefOf(v).String()
	}
	return Text(v)
}

// byLabel returns the names of objects that Okta finds by their label.
func byLabel(o *Object) []string { return []string{o.Text(o.Kind.Label)} }

// These functions report whether a change weakens a guard.

func turnedOff(_, is *Object, name string) bool { return !IsTrue(is.Get(name)) }

func turnedOn(_, is *Object, name string) bool { return !IsFalse(is.Get(name)) }

func longer(was, is *Object, name string) bool {
	now := is.List(name)
	return now.Unknown || len(Without(now.Texts, was.List(name).Texts)) > 0
}

func given(_, is *Object, name string) bool { return !is.Get(name).IsNull() }

func grown(was, is *Object, name string) bool {
	before, _ := Number(was.Get(name))
	now, known := Number(is.Get(name))
	return known && now > before || !is.Get(name).IsKnown()
}

func otherThan(value string) func(was, is *Object, name string) bool {
	return func(_, is *Object, name string) bool { return is.Text(name) != value }
}

// HeldRights returns what an object gives, in words, by attribute or block.
func HeldRights(o *Object) map[string][]string {
	out := map[string][]string{}
	for _, a := range o.Facts.Attributes {
		if !a.Held {
			continue
		}
		if held := o.elements(&a); len(held) > 0 {
			out[a.Name] = held
		}
	}
	return out
}

// elements returns the known elements of a list in words.
func (o *Object) elements(a *Attribute) (list []string) {
	if v := o.Get(a.Name); !v.IsNull() && v.IsKnown() && v.CanIterateElements() {
		for _, e := range v.AsValueSlice() {
			if e.IsKnown() {
				list = append(list, a.InWords(e))
			}
		}
	}
	return list
}

// Material returns nested blocks without the attributes that cannot affect access.
func (k *Kind) Material(block string, v cty.Value) cty.Value {
	if v.IsNull() || !v.IsKnown() || v.LengthInt() == 0 {
		return v
	}
	var out []cty.Value
	for _, b := range v.AsValueSlice() {
		attrs := b.AsValueMap()
		maps.DeleteFunc(attrs, func(name string, _ cty.Value) bool {
			return k.Attribute(block+"."+name).Meaning == DisplayOnly
		})
		out = append(out, cty.ObjectVal(attrs))
	}
	return cty.TupleVal(out)
}

package review

import (
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// kind describes one kind of object for a review. Each kind has a file, the kinds
// of apps share one. No other file names a kind or an attribute in a string.
type kind struct {
	name string
	// source is the type of the data block that finds objects of the kind.
	source string
	// names returns the names by which Okta finds an object: its label and others.
	names func(*Object) []string
	// acts says as whom the objects act; "" if they have no rights.
	acts Actor
	// serverSide means that an app's program does not run on the user's machine.
	serverSide bool
	// limits means that the guards among the attributes limit the rights of others.
	limits bool
	// part returns the part of a role assignment that is an object of the kind; nil for kinds that
	// are not part of role assignments.
	part func(role) ref
	// attributes are all attributes and nested blocks.
	attributes []attribute
}

// kinds lists every kind. It is never modified.
var kinds = []*kind{
	webAppKind, serviceAppKind, browserAppKind, nativeAppKind,
	groupKind, userKind, adminKind, customRoleKind, resourceSetKind,
	networkZoneKind, trustedOriginKind,
}

// kindOf returns what a review knows about a declared kind. It panics if there is nothing.
func kindOf(of *schema.Kind) *kind {
	at := slices.IndexFunc(kinds, func(k *kind) bool { return k.name == of.Name })
	if at < 0 {
		panic("review: unknown kind " + of.Name)
	}
	return kinds[at]
}

// attribute says what an attribute or a type of nested block means for access. An attribute of a
// nested block, such as "public_key.generate", is listed only if its change alone does not matter.
type attribute struct {
	name    string
	meaning Meaning
	// immaterial says why a change of the attribute alone cannot affect access.
	immaterial string
	// weakens reports whether the change of a guard can weaken anything; nil: every change can.
	weakens func(was, is *Object, name string) bool
	// held means that the elements are rights, which stay in the org with an object that is no
	// longer declared.
	held bool
	// released means that the elements stay in the org if the attribute is omitted.
	released bool
	// words returns an element in words; nil for strings and references.
	words func(cty.Value) string
}

// Meaning is how an attribute affects access.
type Meaning int

const (
	// meansGuard is for attributes that protect the object or limit a right. It is the default of
	// attributes that are not listed.
	meansGuard Meaning = iota
	// displayOnly is for what only people see.
	displayOnly
	// meansRights is for attributes that give rights, or decide who has them.
	meansRights
	// meansControl is for keys, passwords and addresses that decide who can act as the object.
	// Rules of their own report each change.
	meansControl
)

func harmless(name, why string) attribute {
	return attribute{name: name, meaning: displayOnly, immaterial: why}
}

func right(name string) attribute { return attribute{name: name, meaning: meansRights} }

func controls(name string) attribute { return attribute{name: name, meaning: meansControl} }

func guard(name string) attribute { return attribute{name: name} }

func guardIf(name string, weakens func(was, is *Object, name string) bool) attribute {
	return attribute{name: name, weakens: weakens}
}

// ConcernsAccess reports whether a change of the attribute or type of nested block may matter for
// who may do what.
func ConcernsAccess(of *schema.Kind, name string) bool {
	return kindOf(of).attribute(name).meaning != displayOnly
}

// GivesRights reports whether the attribute or type of nested block gives rights, or says who has
// them.
func GivesRights(of *schema.Kind, name string) bool {
	return kindOf(of).attribute(name).meaning == meansRights
}

// DecidesWhoActs reports whether the attribute is a credential, or an address, that decides who can
// act as the object.
func DecidesWhoActs(of *schema.Kind, name string) bool {
	return kindOf(of).attribute(name).meaning == meansControl
}

// attribute returns what an attribute means. An attribute that is not listed, such as an argument
// of every block, counts as a guard.
func (k *kind) attribute(name string) attribute {
	if at := slices.IndexFunc(k.attributes, func(a attribute) bool { return a.name == name }); at >= 0 {
		return k.attributes[at]
	}
	return attribute{name: name}
}

// has reports whether objects of the kind have the attribute or type of nested block.
func (k *kind) has(name string) bool {
	return slices.ContainsFunc(k.attributes, func(a attribute) bool { return a.name == name })
}

// inWords returns an element of an attribute in words.
func (a *attribute) inWords(v cty.Value) string {
	switch {
	case a.words != nil:
		return a.words(v)
	case v.Type().Equals(schema.Ref):
		return refOf(v).String()
	}
	return text(v)
}

// byLabel returns the names of objects that Okta finds by their label.
func byLabel(o *Object) []string { return []string{o.text(o.Kind.Label)} }

// These functions report whether a change weakens a guard.

func turnedOff(_, is *Object, name string) bool { return !isTrue(is.get(name)) }

func turnedOn(_, is *Object, name string) bool { return !isFalse(is.get(name)) }

func longer(was, is *Object, name string) bool {
	now := is.list(name)
	return now.unknown || len(without(now.texts, was.list(name).texts)) > 0
}

func given(_, is *Object, name string) bool { return !is.get(name).IsNull() }

func grown(was, is *Object, name string) bool {
	before, _ := number(was.get(name))
	now, known := number(is.get(name))
	return known && now > before || !is.get(name).IsKnown()
}

func otherThan(value string) func(was, is *Object, name string) bool {
	return func(_, is *Object, name string) bool { return is.text(name) != value }
}

// rightsOf returns what an object gives, in words, by attribute or block.
func rightsOf(o *Object) map[string][]string {
	out := map[string][]string{}
	for _, a := range o.facts.attributes {
		if !a.held {
			continue
		}
		if held := o.elements(&a); len(held) > 0 {
			out[a.name] = held
		}
	}
	return out
}

// elements returns the known elements of a list in words.
func (o *Object) elements(a *attribute) (list []string) {
	if v := o.get(a.name); !v.IsNull() && v.IsKnown() && v.CanIterateElements() {
		for _, e := range v.AsValueSlice() {
			if e.IsKnown() {
				list = append(list, a.inWords(e))
			}
		}
	}
	return list
}

// material returns nested blocks without the attributes that cannot affect access.
func (k *kind) material(block string, v cty.Value) cty.Value {
	if v.IsNull() || !v.IsKnown() || v.LengthInt() == 0 {
		return v
	}
	var out []cty.Value
	for _, b := range v.AsValueSlice() {
		attrs := b.AsValueMap()
		maps.DeleteFunc(attrs, func(name string, _ cty.Value) bool {
			return k.attribute(block+"."+name).meaning == displayOnly
		})
		out = append(out, cty.ObjectVal(attrs))
	}
	return cty.TupleVal(out)
}

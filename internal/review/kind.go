package review

import (
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// kind is all that a review knows of one kind of object. It stands in a file of its own, and those
// of apps in one; no other file asks for a kind or an attribute by a name in a string.
type kind struct {
	name string
	// source is the type of the data block that finds such objects.
	source string
	// names returns how Okta finds an object: its label, and what else stands for it.
	names func(*Object) []string
	// acts says in whose name objects act; "" if they have no rights.
	acts Actor
	// serverSide says that an app's program does not run on the machine of who signs in.
	serverSide bool
	// limits says that the guards among the attributes limit the rights of others.
	limits bool
	// part returns what a role assignment takes from objects of the kind, and grown reports that
	// an object gives more than before to whoever has such an assignment. Both are nil for kinds
	// that role assignments do not consist of.
	part  func(role) ref
	grown func(x *examined, was, is *Object) []hit
	// attributes are all attributes and nested blocks.
	attributes []attribute
	// rules are about objects of the kind alone.
	rules []Rule
}

// kinds lists every kind. The list and what it points to are never changed.
var kinds = []*kind{
	webAppKind, serviceAppKind, browserAppKind, nativeAppKind,
	groupKind, userKind, adminKind, customRoleKind, resourceSetKind,
	networkZoneKind, trustedOriginKind,
}

// kindOf returns what a review knows of a kind that can be declared. It panics if that is nothing.
func kindOf(of *schema.Kind) *kind {
	at := slices.IndexFunc(kinds, func(k *kind) bool { return k.name == of.Name })
	if at < 0 {
		panic("review: unknown kind " + of.Name)
	}
	return kinds[at]
}

// attribute is what an attribute or a type of nested block means for access. The name of a nested
// block's attribute, as in "public_key.generate", stands in a list only if its change alone does
// not matter.
type attribute struct {
	name    string
	meaning meaning
	// immaterial says why a change of the attribute alone cannot matter for access.
	immaterial string
	// weakens tells for a guard whether its change can weaken anything; nil: every change can.
	weakens func(was, is *Object, name string) bool
	// held says that the elements are rights, which stay in the org with an object that no file
	// declares any longer.
	held bool
	// released says that the elements stay in the org if the attribute is left out.
	released bool
	// words names an element for people; nil for texts and references.
	words func(cty.Value) string
}

// meaning is how an attribute matters for access.
type meaning int

const (
	// meansGuard is for what protects the object or limits a right. An attribute counts as a
	// guard until something else is known of it.
	meansGuard meaning = iota
	// meansNothing is for what only people see.
	meansNothing
	// meansRights is for what gives rights, or says who has them, or whether there are any.
	meansRights
	// meansControl is for the keys, passwords and addresses that decide who can act as the
	// object. Rules of their own report each change.
	meansControl
)

func harmless(name, why string) attribute {
	return attribute{name: name, meaning: meansNothing, immaterial: why}
}

func right(name string) attribute { return attribute{name: name, meaning: meansRights} }

func controls(name string) attribute { return attribute{name: name, meaning: meansControl} }

func guard(name string) attribute { return attribute{name: name} }

func guardIf(name string, weakens func(was, is *Object, name string) bool) attribute {
	return attribute{name: name, weakens: weakens}
}

// attribute returns what an attribute means. What the kind does not have, such as an argument of
// every block, counts as a guard.
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

// inWords names an element of an attribute for people.
func (a *attribute) inWords(v cty.Value) string {
	switch {
	case a.words != nil:
		return a.words(v)
	case v.Type().Equals(schema.Ref):
		return refOf(v).String()
	}
	return text(v)
}

// byLabel are the names of objects that Okta finds by their label.
func byLabel(o *Object) []string { return []string{o.text(o.Kind.Label)} }

// What weakens a guard.

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

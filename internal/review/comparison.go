package review

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// ValueChange is an attribute or type of nested block with its values in both versions, in words.
// A value that is not set is "".
type ValueChange struct {
	Name          string
	Before, After string
	// Access reports whether the change may matter for who may do what.
	Access bool
}

// difference is what differs between the versions of an object.
type difference struct {
	attributes []string
	values     []ValueChange
}

// differencesOf returns what differs, by address, of the objects that both versions have.
func differencesOf(before, after *versionIndex, compared bool) map[string]difference {
	all := map[string]difference{}
	for i := range after.objects {
		is := &after.objects[i]
		addr := is.Addr.String()
		if was := before.byAddr[addr]; was != nil && compared {
			changed := is.Kind.Changed(was.Value, is.Value)
			all[addr] = difference{changed, valueChanges(was, is, changed)}
		}
	}
	return all
}

// hidden stands for a value that is unknown, sensitive or personal.
const hidden = "(not shown here)"

// valueChanges returns what differs between two versions of an object. changed are the attributes
// that differ.
func valueChanges(was, is *Object, changed []string) (list []ValueChange) {
	if was.Kind != is.Kind || !bothKnown(was, is) {
		return nil
	}
	add := func(name, before, after string, access bool) {
		list = append(list, ValueChange{name, before, after, access})
	}
	for _, name := range is.differing(was, changed) {
		before, after := was.words(name), is.words(name)
		same := before == after
		if same {
			after = "another than before"
		}
		add(name, before, after, !(same && name == blockAdminRole) && is.kind.attribute(name).meaning != displayOnly && is.materially(was, name))
	}
	if was.OnDestroy != is.OnDestroy {
		add(attrOnDestroy, was.OnDestroy, is.OnDestroy, true)
	}
	list = append(list, is.leftBehind(list)...)
	slices.SortStableFunc(list, func(x, y ValueChange) int { return strings.Compare(x.Name, y.Name) })
	return list
}

// leftBehind returns a change for each attribute whose elements are no longer declared and stay in
// the org: its values in the two versions may be equal.
func (o *Object) leftBehind(others []ValueChange) (list []ValueChange) {
	for _, name := range slices.Sorted(maps.Keys(o.Undeclared)) {
		stays := enumerate(o.Undeclared[name])
		switch {
		case slices.Contains(o.released, name):
			list = append(list, ValueChange{name, stays, "no longer managed: " + stays + " stays", true})
		case !o.Gone && !slices.ContainsFunc(others, func(v ValueChange) bool { return v.Name == name }):
			list = append(list, ValueChange{name, o.words(name), "no longer declared, and stays: " + stays, true})
		}
	}
	return list
}

// differing adds the attributes that stand for the version of a write-only attribute to those that
// differ.
func (o *Object) differing(was *Object, changed []string) []string {
	names := slices.Clip(changed)
	for i := range o.Kind.Attrs {
		a := &o.Kind.Attrs[i]
		if a.VersionOf != "" && !schema.Equal(was.get(a.Name), o.get(a.Name)) {
			names = append(names, a.Name)
		}
	}
	return names
}

// materially reports whether nested blocks differ in more than attributes that cannot affect
// access.
func (o *Object) materially(was *Object, name string) bool {
	if o.Kind.Block(name) == nil {
		return true
	}
	return !schema.Equal(o.kind.material(name, was.get(name)), o.kind.material(name, o.get(name)))
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

// words returns the value of an attribute or the nested blocks in words.
func (o *Object) words(name string) string {
	v := o.get(name)
	switch {
	case v.IsNull():
		return ""
	case !v.IsKnown(), o.Kind.Person && name == attrProfile:
		return hidden
	case o.Kind.Block(name) != nil:
		return o.blockWords(name, v)
	}
	return inWords(v)
}

func (o *Object) blockWords(name string, v cty.Value) string {
	a := o.kind.attribute(name)
	var list []string
	for _, b := range v.AsValueSlice() {
		switch {
		case !b.IsKnown():
			list = append(list, hidden)
		case name == blockPublicKey:
			list = append(list, keyOf(b).words())
		case a.words != nil:
			list = append(list, a.words(b)+targetsInWords(name, b))
		default:
			list = append(list, inWords(b))
		}
	}
	return strings.Join(list, "; ")
}

// words describes a key by its id and thumbprint.
func (k key) words() string {
	s := k.kid
	if k.thumbprint != "" {
		s += ", thumbprint " + k.thumbprint
	}
	if k.use != "" && k.use != "sig" {
		s += ", use " + k.use
	}
	if !k.active() {
		s += ", inactive"
	}
	return s
}

// targetsInWords returns the targets of an admin role.
func targetsInWords(name string, b cty.Value) string {
	if name != blockAdminRole {
		return ""
	}
	r := roleOf(b)
	if targets := slices.Concat(r.groups.names(), r.apps.names(), r.catalogApps.texts); len(targets) > 0 {
		return " on " + enumerate(targets)
	}
	return ""
}

// inWords returns a value in words. Names of attributes that are not set are left out.
func inWords(v cty.Value) string {
	switch {
	case v.IsNull():
		return ""
	case !v.IsKnown() || v.IsMarked():
		return hidden
	case v.Type().Equals(schema.Ref):
		return refOf(v).shown()
	case v.Type() == cty.String:
		return v.AsString()
	case v.Type() == cty.Bool:
		return fmt.Sprint(v.True())
	case v.Type() == cty.Number:
		return v.AsBigFloat().Text('f', -1)
	case v.Type().IsObjectType() || v.Type().IsMapType():
		var parts []string
		values := v.AsValueMap()
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if text := inWords(values[name]); text != "" {
				parts = append(parts, name+" "+text)
			}
		}
		return strings.Join(parts, ", ")
	case v.CanIterateElements():
		var parts []string
		for _, e := range v.AsValueSlice() {
			parts = append(parts, inWords(e))
		}
		return cmp.Or(strings.Join(parts, ", "), "none")
	}
	return hidden
}

// testChanges describes which smoke tests of an app are new, changed or removed.
func (x *examined) testChanges(o *Object) (list []string) {
	if !x.in.Compared || !x.in.judged || !o.isApp() {
		return nil
	}
	of := func(tests []schema.SmokeTest) map[string]proof {
		all := map[string]proof{}
		for i := range tests {
			if tests[i].App.Addr == o.Addr {
				all[tests[i].Name] = proofOf(&tests[i])
			}
		}
		return all
	}
	was, is := of(x.in.Was.Tests), of(x.in.Is.Tests)
	for _, name := range slices.Sorted(maps.Keys(is)) {
		before, both := was[name]
		switch {
		case !both:
			list = append(list, "the smoke test \""+name+"\" is new")
		case !reflect.DeepEqual(before, is[name]):
			list = append(list, "the smoke test \""+name+"\" is changed")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if _, both := is[name]; !both {
			list = append(list, "the smoke test \""+name+"\" is removed")
		}
	}
	return list
}

package review

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
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
func differencesOf(before, after *access.Index, compared bool) map[string]difference {
	all := map[string]difference{}
	for i := range after.Objects {
		is := &after.Objects[i]
		addr := is.Addr.String()
		if was := before.ByAddr[addr]; was != nil && compared {
			changed := is.Kind.Changed(was.Value, is.Value)
			all[addr] = difference{changed, valueChanges(was, is, changed)}
		}
	}
	return all
}

// valueChanges returns what differs between two versions of an object. changed are the attributes
// that differ.
func valueChanges(was, is *access.Object, changed []string) (list []ValueChange) {
	if was.Kind != is.Kind || !bothKnown(was, is) {
		return nil
	}
	add := func(name, before, after string, access bool) {
		list = append(list, ValueChange{name, before, after, access})
	}
	for _, name := range withVersions(was, is, changed) {
		before, after := was.Words(name), is.Words(name)
		same := before == after
		if same {
			after = "another than before"
		}
		add(name, before, after, !(same && name == access.BlockAdminRole) && is.Facts.Attribute(name).Meaning != access.DisplayOnly && materially(was, is, name))
	}
	if was.OnDestroy != is.OnDestroy {
		add(access.AttrOnDestroy, was.OnDestroy, is.OnDestroy, true)
	}
	list = append(list, leftBehind(is, list)...)
	slices.SortStableFunc(list, func(x, y ValueChange) int { return strings.Compare(x.Name, y.Name) })
	return list
}

// leftBehind returns a change for each attribute whose elements are no longer declared and stay in
// the org: its values in the two versions may be equal.
func leftBehind(o *access.Object, others []ValueChange) (list []ValueChange) {
	for _, name := range slices.Sorted(maps.Keys(o.Undeclared)) {
		stays := phrase.List(o.Undeclared[name])
		switch {
		case stays == "":
			list = append(list, ValueChange{name, o.Words(name), "no longer managed", true})
		case slices.Contains(o.Released, name):
			list = append(list, ValueChange{name, stays, "no longer managed: " + stays + " stays", true})
		case !o.Gone && !slices.ContainsFunc(others, func(v ValueChange) bool { return v.Name == name }):
			list = append(list, ValueChange{name, o.Words(name), "no longer declared, and stays: " + stays, true})
		}
	}
	return list
}

// withVersions adds the attributes that stand for the version of a write-only attribute to those
// that differ.
func withVersions(was, is *access.Object, changed []string) []string {
	names := slices.Clip(changed)
	for i := range is.Kind.Attrs {
		a := &is.Kind.Attrs[i]
		if a.VersionOf != "" && !schema.Equal(was.Get(a.Name), is.Get(a.Name)) {
			names = append(names, a.Name)
		}
	}
	return names
}

// materially reports whether nested blocks differ in more than attributes that cannot affect
// access.
func materially(was, is *access.Object, name string) bool {
	if is.Kind.Block(name) == nil {
		return true
	}
	return !schema.Equal(is.Facts.Material(name, was.Get(name)), is.Facts.Material(name, is.Get(name)))
}

// testChanges describes which smoke tests of an app are new, changed or removed.
func (x *examined) testChanges(o *access.Object) (list []string) {
	if !x.in.Compared || !x.in.Judged || !o.IsApp() {
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

package review

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Input is what a review looks at: two versions of the same objects, of which
// the first may be missing.
type Input struct {
	Before, After []Object
	// Compared says that there are two versions; without, the review is one of
	// the whole configuration as it is.
	Compared bool
	// Replaced names the immutable attributes because of which an object is
	// replaced, by address.
	Replaced map[string][]string
	// Credential is the mode of the credential that a plan was made with; ""
	// where that isn't known.
	Credential string
	// Unexpanded are blocks of the second version of which it isn't known what
	// instances they have, and where the first knew or had none.
	Unexpanded []Object
	// Was and Is are how the versions say that changes are judged. A plan does not
	// say how it was before.
	Was, Is Judgement
	// Incomparable says why the first version can't be compared with, though there is
	// one; "" if nothing is wrong with it.
	Incomparable string
	// Converted are files that git changed when it checked them out, so that what is reviewed isn't
	// what the commit holds.
	Converted []string
	// Warning is what the reader has to know before all else.
	Warning string
	// Notes say what the reader should know of how the versions were had.
	Notes []string

	judged   bool // Was is known
	was, is  Origin
	moves    []schema.Move
	formerly map[string]string // the address in the first version, of what has another in the second
	vacated  map[string]bool   // addresses of the first version whose objects have others now
	relocate func(hcl.Range) hcl.Range
	outside  []config.Outside // what depends on variables as nothing of the first version did
	unknown  []config.Unknown // what isn't known in either version, and is made otherwise than before
}

// place names a place of the first version.
func (in *Input) place(r hcl.Range) string {
	if in.relocate != nil {
		r = in.relocate(r)
	}
	return r.Filename + ":" + itoa(r.Start.Line)
}

// Single makes the input for a configuration as it is.
func Single(v Version) Input {
	in := Input{Is: v.Judgement, is: v.Origin}
	known := lookupsOf(v)
	for _, d := range v.Declared {
		in.After = append(in.After, fromDesired(d, known))
	}
	markUnknownPersons(in.After, v.Unknowns)
	for _, d := range v.Unexpanded {
		in.Unexpanded = append(in.Unexpanded, Object{Addr: d.Addr, Kind: d.Kind, Range: d.Range})
	}
	return in
}

// Compare makes the input for two versions of a configuration. What the second
// leaves to the org stays as the first had it: elements of additive sets,
// removed objects that aren't destroyed, the roles of users who are no longer
// declared.
func Compare(before, after Version) Input {
	in := Single(after)
	in.Compared, in.Replaced = true, map[string][]string{}
	prints := map[schema.Addr]string{}
	for _, u := range after.Unexpanded {
		prints[u.Addr] = u.Print
	}
	in.Unexpanded = slices.DeleteFunc(in.Unexpanded, func(o Object) bool {
		return slices.ContainsFunc(before.Unexpanded, func(u config.Unknown) bool { return u.Addr == o.Addr && u.Print == prints[o.Addr] })
	})
	known := lookupsOf(before)
	for _, d := range before.Declared {
		in.Before = append(in.Before, fromDesired(d, known))
	}
	markUnknownPersons(in.Before, before.Unknowns)
	in.judged = true
	in.Was, in.was, in.moves = before.Judgement, before.Origin, after.Identity.Moves
	in.formerly, in.vacated = map[string]string{}, map[string]bool{}
	targets := otherTargets(before.Origin.Lookups, after.Origin.Lookups)
	readdressPersons(in.Before, targets)
	to := successors(in.Before, in.After, before.Identity, after.Identity)
	if readdressPersons(in.Before, to) { // an admin block is about a user who is another one now
		to = successors(in.Before, in.After, before.Identity, after.Identity)
	}
	for old, addr := range to {
		in.formerly[addr.String()], in.vacated[old] = old, true
	}
	readdress(in.Before, to)
	readdress(in.Before, targets)
	in.Was.Tests, in.Was.Unexpanded = readdressTests(in.Was.Tests, to), readdressTests(in.Was.Unexpanded, to)
	in.outside = in.newOutside(before.Outside, after.Outside)
	in.unknown = in.otherUnknowns(before.Unknowns, after.Unknowns)
	places := map[schema.Addr]int{}
	for i := range in.After {
		places[in.After[i].Addr] = i
	}
	for i := range in.Before {
		was := in.Before[i]
		if at, found := places[was.Addr]; found {
			in.Replaced[was.Addr.String()] = replaces(was, in.After[at])
			keep(was, &in.After[at])
			continue
		}
		if stays(before.Declared[i], after.Identity) {
			was.Gone = true
			was.Undeclared = rightsOf(&was)
			in.After = append(in.After, was)
		}
	}
	return in
}

// readdress gives objects their new addresses, also where others refer to them.
func readdress(objects []Object, to map[string]schema.Addr) {
	if len(to) == 0 {
		return
	}
	for i := range objects {
		o := &objects[i]
		if addr, renamed := to[o.Addr.String()]; renamed {
			o.Addr = addr
		}
		o.Value = o.Kind.MapRefs(o.Value, func(ref cty.Value) (cty.Value, bool) {
			addr, renamed := to[text(ref.GetAttr("addr"))]
			if !renamed {
				return ref, false
			}
			attrs := ref.AsValueMap()
			attrs["addr"] = cty.StringVal(addr.String())
			return cty.ObjectVal(attrs), true
		})
	}
}

// readdressPersons makes admin blocks be about whom the data source or object that they name is
// now, and reports whether there are any.
func readdressPersons(objects []Object, to map[string]schema.Addr) (found bool) {
	for i := range objects {
		for _, kind := range schema.PrincipalKinds() {
			if addr, named := strings.CutPrefix(objects[i].person, schema.Principal(kind, "")); named && to[addr] != (schema.Addr{}) {
				objects[i].person, found = schema.Principal(kind, to[addr].String()), true
			}
		}
	}
	return found
}

// stays reports whether an object that is no longer declared stays in the org.
func stays(d schema.Desired, id schema.Identity) bool {
	for _, r := range id.Removals {
		if schema.Under(r.From, d.Addr.String()) && !r.Destroy {
			return true
		}
	}
	if d.Kind.OnExisting {
		return true // admin blocks: nothing in the org says that they were there
	}
	onDestroy, local := d.Local[attrOnDestroy]
	return local && text(onDestroy) == "keep"
}

// rightsOf are what an object gives, in words, by the attribute or block.
func rightsOf(o *Object) map[string][]string {
	out := map[string][]string{}
	for _, a := range o.kind.attributes {
		if !a.held {
			continue
		}
		if held := o.elements(&a); len(held) > 0 {
			out[a.name] = held
		}
	}
	return out
}

// elements are the known elements of a list, in words.
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

// keep adds to the additive sets of an object what they held before, and to those
// that it no longer manages.
func keep(was Object, is *Object) {
	if !is.Value.IsKnown() || !was.Value.IsKnown() {
		return
	}
	attrs := schema.Values{}
	for _, name := range is.Additive {
		a := is.kind.attribute(name)
		old, now := was.get(name), is.get(name)
		if now.IsNull() || !now.IsKnown() || old.IsNull() || !old.IsKnown() {
			continue
		}
		all := now.AsValueSlice()
		for _, v := range old.AsValueSlice() {
			if !slices.ContainsFunc(all, func(have cty.Value) bool { return a.inWords(have) == a.inWords(v) }) {
				all = append(all, v)
				if is.Undeclared == nil {
					is.Undeclared = map[string][]string{}
				}
				is.Undeclared[name] = append(is.Undeclared[name], a.inWords(v))
			}
		}
		if len(all) > 0 {
			attrs[name] = cty.ListVal(all)
		}
	}
	for _, a := range is.kind.attributes {
		if !a.released {
			continue
		}
		name, old := a.name, was.get(a.name)
		if !is.get(name).IsNull() || old.IsNull() || !old.IsKnown() || old.LengthInt() == 0 {
			continue
		}
		attrs[name] = old
		is.released = append(is.released, name)
		if is.Undeclared == nil {
			is.Undeclared = map[string][]string{}
		}
		for _, v := range old.AsValueSlice() {
			is.Undeclared[name] = append(is.Undeclared[name], a.inWords(v))
		}
	}
	is.Value = is.Value.With(attrs)
}

// replaces names the attributes that differ and can't be changed in place.
func replaces(was, is Object) []string {
	var names []string
	for _, a := range is.Kind.Attrs {
		old, now := was.text(a.Name), is.text(a.Name)
		if a.Immutable && old != "" && now != "" && old != now {
			names = append(names, a.Name)
		}
	}
	return names
}

// FromPlan makes the input for a plan: what the org has, drift included, and
// what it will have. What an additive set holds beyond what is declared is a
// finding of every plan: whether it was ever declared can't be told from an org.
func FromPlan(p *plan.Plan) Input {
	in := Input{Compared: true, Replaced: map[string][]string{}, Credential: p.Credential}
	for i := range p.Changes {
		c := &p.Changes[i]
		one := Object{Addr: c.Addr, Kind: c.Kind, kind: kindOf(c.Kind), ID: c.ID, Range: c.Range}
		if !c.Before.IsNull() {
			was := one
			was.Value = discreet(c.Before, c.Kind)
			in.Before = append(in.Before, was)
			if c.Action == plan.Forget {
				was.Gone, was.Undeclared = true, rightsOf(&was)
				in.After = append(in.After, was)
				continue
			}
		}
		if !c.After.IsNull() {
			one.Value, one.Undeclared = discreet(c.After, c.Kind), c.UndeclaredElements
			in.After = append(in.After, one)
		}
		if len(c.Replaces) > 0 {
			in.Replaced[c.Addr.String()] = c.Replaces
		}
	}
	for _, note := range p.Notes {
		in.Notes = append(in.Notes, strings.TrimSpace(note))
	}
	return in
}

// Relocate makes the places of the first version, which lies in a temporary
// folder, ones that a reader knows: "main:access.hcl".
func (in *Input) Relocate(folder, name string) {
	in.relocate = func(r hcl.Range) hcl.Range {
		if rest, found := strings.CutPrefix(r.Filename, folder); found && folder != "" {
			r.Filename = name + ":" + strings.TrimLeft(rest, `/\`)
		}
		return r
	}
	for _, list := range [][]Object{in.Before, in.After} {
		for i := range list {
			o := &list[i]
			o.Range = in.relocate(o.Range)
			o.Positions = slices.Clone(o.Positions)
			for i := range o.Positions {
				o.Positions[i].Range = in.relocate(o.Positions[i].Range)
			}
		}
	}
}

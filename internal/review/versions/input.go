package versions

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Input is what a review examines: two versions of the same objects. The first may be
// missing.
type Input struct {
	Before, After []access.Object
	// Compared means that there are two versions. Without, the review is about the whole
	// configuration as it is.
	Compared bool
	// Replaced names the immutable attributes that cause an object to be replaced, by address.
	Replaced map[string][]string
	// Credential is the mode of the credential that a plan was made with; "" if unknown.
	Credential string
	// Unexpanded are blocks of the second version whose instances are unknown, although the first
	// version knew them or had none.
	Unexpanded []access.Object
	// Was and Is describe how changes are judged in the two versions. A plan does not know Was.
	Was, Is Judgement
	// Incomparable says why the existing first version cannot be compared; "" if it can.
	Incomparable string
	// Converted are files that git changed when checking them out, so that the reviewed files are
	// not those of the commit.
	Converted []string
	// Warning is shown before everything else.
	Warning string
	// Notes say how the versions were obtained.
	Notes []string

	Judged          bool // whether Was is known
	WasFrom, IsFrom Origin
	moves           []schema.Move
	formerly        map[string]string // the address in the first version, for objects with another in the second
	vacated         map[string]bool   // addresses of the first version whose objects have another now
	relocate        func(hcl.Range) hcl.Range
	Outside         []config.Outside // dependencies on variables that the first version does not have
	Unknown         []config.Unknown // values that are unknown, and weren't or are computed differently
	// Undecided are blocks whose effect isn't known.
	Undecided struct{ Before, After []config.Undecided }
}

// Place returns a position in the first version as text.
func (in *Input) Place(r hcl.Range) string {
	r = in.Relocated(r)
	return r.Filename + ":" + strconv.Itoa(r.Start.Line)
}

// Relocated returns a position with the name of the first version's folder that a reader knows.
func (in *Input) Relocated(r hcl.Range) hcl.Range {
	if in.relocate == nil {
		return r
	}
	return in.relocate(r)
}

// Single returns the input for a configuration as it is.
func Single(v Version) Input {
	in := Input{Is: v.Judgement, IsFrom: v.Origin}
	known := access.NewLookups(v.Origin.Lookups)
	for _, d := range v.Declared {
		in.After = append(in.After, access.FromDesired(d, known))
	}
	markUnknownPersons(in.After, v.Unknowns)
	for _, d := range v.Unexpanded {
		in.Unexpanded = append(in.Unexpanded, access.Object{Addr: d.Addr, Kind: d.Kind, Range: d.Range})
	}
	return in
}

// Compare returns the input for two versions of a configuration. What the second version leaves
// unmanaged stays as in the first: elements of additive sets, removed objects that are not
// destroyed, roles of users who are no longer declared.
func Compare(before, after Version) Input {
	in := Single(after)
	in.Compared, in.Replaced = true, map[string][]string{}
	prints := map[schema.Addr]string{}
	for _, u := range after.Unexpanded {
		prints[u.Addr] = u.Print
	}
	in.Unexpanded = slices.DeleteFunc(in.Unexpanded, func(o access.Object) bool {
		return slices.ContainsFunc(before.Unexpanded, func(u config.Unknown) bool { return u.Addr == o.Addr && u.Print == prints[o.Addr] })
	})
	known := access.NewLookups(before.Origin.Lookups)
	for _, d := range before.Declared {
		in.Before = append(in.Before, access.FromDesired(d, known))
	}
	markUnknownPersons(in.Before, before.Unknowns)
	in.Judged = true
	in.Was, in.WasFrom, in.moves = before.Judgement, before.Origin, after.Identity.Moves
	in.formerly, in.vacated = map[string]string{}, map[string]bool{}
	targets := otherTargets(before.Origin.Lookups, after.Origin.Lookups)
	readdressPersons(in.Before, targets)
	to := successors(in.Before, in.After, before.Identity, after.Identity)
	if readdressPersons(in.Before, to) { // an admin block is about another user now
		to = successors(in.Before, in.After, before.Identity, after.Identity)
	}
	for old, addr := range to {
		in.formerly[addr.String()], in.vacated[old] = old, true
	}
	readdress(in.Before, to)
	readdress(in.Before, targets)
	in.Was.Tests, in.Was.Unexpanded = readdressTests(in.Was.Tests, to), readdressTests(in.Was.Unexpanded, to)
	in.Was.TestFiles = readdressTestFiles(in.Was.TestFiles, to)
	in.Outside = in.newOutside(before.Outside, after.Outside)
	in.Unknown = in.otherUnknowns(before.Unknowns, after.Unknowns)
	in.Undecided.Before, in.Undecided.After = before.Undecided, after.Undecided
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
			was.Undeclared = access.HeldRights(&was)
			in.After = append(in.After, was)
		}
	}
	return in
}

// readdress gives objects their new addresses, also in references to them.
func readdress(objects []access.Object, to map[string]schema.Addr) {
	if len(to) == 0 {
		return
	}
	for i := range objects {
		o := &objects[i]
		if addr, renamed := to[o.Addr.String()]; renamed {
			o.Addr = addr
		}
		o.Value = o.Kind.MapRefs(o.Value, func(ref cty.Value) (cty.Value, bool) {
			addr, renamed := to[access.Text(ref.GetAttr("addr"))]
			if !renamed {
				return ref, false
			}
			attrs := ref.AsValueMap()
			attrs["addr"] = cty.StringVal(addr.String())
			return cty.ObjectVal(attrs), true
		})
	}
}

// readdressPersons updates the principals of admin blocks whose data source or object has another
// address now, and reports whether there are any.
func readdressPersons(objects []access.Object, to map[string]schema.Addr) (found bool) {
	for i := range objects {
		for _, kind := range kinds.PrincipalKinds() {
			if addr, named := strings.CutPrefix(objects[i].Person, kinds.Principal(kind, "")); named && to[addr] != (schema.Addr{}) {
				objects[i].Person, found = kinds.Principal(kind, to[addr].String()), true
			}
		}
	}
	return found
}

// stays reports whether an object that is no longer declared stays in the org.
func stays(d schema.Desired, id schema.Identity) bool {
	if r := id.Removal(d.Addr.String()); r != nil && !r.Destroy {
		return true
	}
	if d.Kind.OnExisting {
		return true // admin blocks: nothing in the org records them
	}
	onDestroy, local := d.Local[access.AttrOnDestroy]
	return local && access.Text(onDestroy) == "keep"
}

// keep adds to the additive sets of an object, and to those that it no longer manages, what they
// held before.
func keep(was access.Object, is *access.Object) {
	if !is.Value.IsKnown() || !was.Value.IsKnown() {
		return
	}
	attrs := schema.Values{}
	for _, name := range is.Additive {
		a := is.Facts.Attribute(name)
		old, now := was.Get(name), is.Get(name)
		if now.IsNull() || !now.IsKnown() || old.IsNull() || !old.IsKnown() {
			continue
		}
		all := now.AsValueSlice()
		for _, v := range old.AsValueSlice() {
			if !slices.ContainsFunc(all, func(have cty.Value) bool { return a.InWords(have) == a.InWords(v) }) {
				all = append(all, v)
				if is.Undeclared == nil {
					is.Undeclared = map[string][]string{}
				}
				is.Undeclared[name] = append(is.Undeclared[name], a.InWords(v))
			}
		}
		if len(all) > 0 {
			attrs[name] = cty.ListVal(all)
		}
	}
	for _, a := range is.Facts.Attributes {
		if !a.Released {
			continue
		}
		name, old := a.Name, was.Get(a.Name)
		if !is.Get(name).IsNull() || old.IsNull() {
			continue
		}
		attrs[name] = old
		is.Released = append(is.Released, name)
		if is.Undeclared == nil {
			is.Undeclared = map[string][]string{}
		}
		is.Undeclared[name] = nil // also if the set was empty: others may add to it from now on
		for _, v := range schema.Elements(old) {
			is.Undeclared[name] = append(is.Undeclared[name], a.InWords(v))
		}
	}
	is.Value = is.Value.With(attrs)
}

// replaces returns the attributes that differ and cannot be changed in place.
func replaces(was, is access.Object) []string {
	var names []string
	for _, a := range is.Kind.Attrs {
		old, now := was.Text(a.Name), is.Text(a.Name)
		if a.Immutable && old != "" && now != "" && old != now {
			names = append(names, a.Name)
		}
	}
	return names
}

// FromPlan returns the input for a plan: what the org has, drift included, and what it will have.
// Elements of additive sets that are not declared are a finding of every plan, because an org does
// not show whether they were ever declared.
func FromPlan(p *plan.Plan) Input {
	in := Input{Compared: true, Replaced: map[string][]string{}, Credential: p.Credential}
	for i := range p.Changes {
		c := &p.Changes[i]
		one := access.Object{Addr: c.Addr, Kind: c.Kind, Facts: access.KindOf(c.Kind), ID: c.ID, Range: c.Range}
		if !c.Before.IsNull() {
			was := one
			was.Value = access.WithoutSecrets(c.Before, c.Kind)
			in.Before = append(in.Before, was)
			if c.Action == plan.Forget {
				was.Gone, was.Undeclared = true, access.HeldRights(&was)
				in.After = append(in.After, was)
				continue
			}
		}
		if !c.After.IsNull() {
			one.Value, one.Undeclared = access.WithoutSecrets(c.After, c.Kind), c.UndeclaredElements
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

// Drifted returns the input for drift: it compares the declared objects with those in the org.
func Drifted(p *plan.Plan) Input {
	in := FromPlan(p)
	in.Before, in.After, in.Replaced = in.After, in.Before, map[string][]string{}
	return in
}

// Relocate replaces the temporary folder of the first version in positions by a name that a reader
// knows, as in "main:access.hcl".
func (in *Input) Relocate(folder, name string) {
	in.relocate = func(r hcl.Range) hcl.Range {
		if rest, found := strings.CutPrefix(r.Filename, folder); found && folder != "" {
			r.Filename = name + ":" + strings.TrimLeft(rest, `/\`)
		}
		return r
	}
	for _, list := range [][]access.Object{in.Before, in.After} {
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

// Former returns the address in the first version of the object that has this address in the
// second. For a new object it returns the same address, unless another object had it before.
func (in *Input) Former(addr string) (former string, known bool) {
	if former, renamed := in.formerly[addr]; renamed {
		return former, true
	}
	return addr, !in.vacated[addr]
}

// Readdressed returns the address in the second version for that of a waiver of the first.
func (in *Input) Readdressed(on string) string {
	for is, was := range in.formerly {
		if was == on {
			return is
		}
	}
	return schema.Identity{Moves: in.moves}.To(on)
}

// SuccessorBlocks maps each block of the first version to the blocks of the second that have its
// objects.
func (in *Input) SuccessorBlocks() map[string][]string {
	blocks := map[string][]string{}
	for i := range in.After {
		o := &in.After[i]
		former, known := in.Former(o.Addr.String())
		if o.Gone || !known {
			continue
		}
		if addr, err := schema.ParseAddr(former); err == nil {
			from, to := addr.Block().String(), o.Addr.Block().String()
			if !slices.Contains(blocks[from], to) {
				blocks[from] = append(blocks[from], to)
			}
		}
	}
	return blocks
}

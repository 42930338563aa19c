package plan

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// matching decides which object in the org is which declared object. Without a state file, these
// rules decide, in this order:
//
//  1. An object whose mark names this owner (or the previous one) and the declared address, after
//     all moves, is that object. Two such objects are an error: somebody copied an object together
//     with its mark, and it is unknown which one is the original. An object that is marked as
//     deposed is the old half of an interrupted replacement, and is deleted, unless the
//     configuration declares it again: then the replacement is reversed, and its new half deleted.
//  2. An import block's object is the declared one, if nobody owns it.
//  3. A user has no mark: the user with the declared login is the declared one.
//  4. An object with a unique name whose marked address is no longer declared is the block that
//     now declares this name: the block was renamed.
//  5. An object of the same kind without a mark may be the declared one: it has the declared
//     label, client id or key (import.go). It is imported if that was requested. Otherwise it is an
//     error that says how to import it, because creating a second object or changing the first
//     would both be guesses.
//  6. An object of the same kind and label with another owner is never changed. If labels are
//     unique in an org it is an error, because the declared object cannot be created; otherwise it
//     is a note.
//
// An owned object without a match is no longer declared, and is deleted. If none of the owned
// objects matches, somebody has probably copied a configuration with its owner, and continuing
// would delete the objects of the original: that is an error, unless --take-over is given. Objects
// of the previous owner that are not declared are not deleted, because they may belong to somebody
// else by now.
//
// If a newer oktaform wrote a mark of this owner, nothing is planned: what else the mark says is
// not known.
//
// A mark can be forged. A mismatched mark, one with an address of another kind, matches nothing
// and deletes nothing.
//
// Objects of others are dropped here, before any comparison, so that they cannot become part of a
// plan.
type matching struct {
	options       Options
	identity      schema.Identity
	snapshot      *schema.Snapshot
	byAddr        map[string]*schema.Object // matched objects
	byID          map[string]declaredAs     // the declared name of a matched object
	imported      map[string]string         // how the objects to import were found, by address
	newHalves     map[string]*schema.Object // by address: the new half of a replacement that is reversed
	replaced      map[string]bool           // addresses of objects that will have another id
	called        map[string]cty.Value      // by id: the reference to an object that this configuration uses
	names         map[string]string         // by id: the name in the org of an object that something refers to
	roleDeclarers map[string]string         // by id of a principal: the address that declares its roles
	orphaned      []*schema.Object          // owned, but no longer declared
	staying       []admin                   // principals that keep their roles and are not among the changes
	notes         []string
	// unfinishedRoles is Options.UnfinishedRoles, called at most once.
	unfinishedRoles func() map[string][]string
}

type declaredAs struct{ addr, name string }

func match(declared []schema.Desired, identity schema.Identity, s *schema.Snapshot, o Options) (*matching, hcl.Diagnostics) {
	m := &matching{options: o, identity: identity, snapshot: s, byAddr: map[string]*schema.Object{}, byID: map[string]declaredAs{},
		imported: map[string]string{}, newHalves: map[string]*schema.Object{}, replaced: map[string]bool{}, roleDeclarers: map[string]string{}, names: map[string]string{}, called: map[string]cty.Value{}}
	m.unfinishedRoles = sync.OnceValue(m.unfinished)
	diags := m.newerMarks()
	if diags.HasErrors() {
		return m, diags
	}
	m.indexNames()
	m.indexLookups()
	index := m.newIndex(declared)
	matched := map[*schema.Object]schema.Addr{}
	for _, d := range declared {
		object, diag := m.find(d, index)
		if diag != nil {
			diags = append(diags, diag)
		}
		if object == nil {
			continue
		}
		diags = append(diags, m.checkPrincipal(d, object)...)
		if other, twice := matched[object]; twice {
			diags = append(diags, matchedTwice(d, other, object))
			continue
		}
		matched[object] = d.Addr
		m.byAddr[d.Addr.String()] = object
		if d.Kind.OnExisting {
			continue // the object itself is renamed
		}
		m.byID[object.ID] = declaredAs{addr: d.Addr.String(), name: nameOf(d, object)}
	}
	owned, found := 0, 0
	for i := range s.Objects {
		object := &s.Objects[i]
		_, isMatched := matched[object]
		switch {
		case !m.ours(object) || mismatchedMark(object) && !isMatched:
		case isMatched:
			owned++
			found++
		case object.Owner.Owner != o.Owner:
			if m.removal(object) != nil {
				m.orphaned = append(m.orphaned, object)
			} else {
				m.notes = append(m.notes, fmt.Sprintf("unmanaged: %s of the previous owner %s (%s) isn't declared here. If it is yours, declare it, or add a removed block (from = %s).",
					object.Owner.Addr, object.Owner.Owner, object.ID, object.Owner.Addr))
			}
		default:
			owned++
			if m.removal(object) != nil || object.Owner.Deposed && index.declared[m.address(object, index)] {
				found++ // reported already
			}
			if m.newHalves[m.address(object, index)] == object {
				continue
			}
			m.orphaned = append(m.orphaned, object)
		}
	}
	diags = append(diags, m.mismatchedMarks(index, matched)...)
	if owned > 0 && found == 0 && !diags.HasErrors() && !o.TakeOver && !o.Destroy && len(declared) > 0 {
		diags = append(diags, m.copiedOwner())
	}
	return m, diags
}

// nameOf returns the name that references use for an object: its label after the run.
func nameOf(d schema.Desired, object *schema.Object) string {
	if d.Lifecycle.Ignores(d.Kind.Label) {
		return schema.Text(object.Value.GetAttr(d.Kind.Label))
	}
	return schema.Text(d.Value.GetAttr(d.Kind.Label))
}

// ours reports whether an object carries a mark of this configuration, including one under its
// previous owner.
func (m *matching) ours(object *schema.Object) bool {
	owner := object.Owner.Owner
	return owner != "" && (owner == m.options.Owner || owner == m.identity.PreviousOwner)
}

// unmarked reports whether an object's mark names no owner: it has none, or a mismatched one of
// this owner.
func (m *matching) unmarked(object *schema.Object) bool {
	return object.Owner.IsZero() || m.ours(object) && mismatchedMark(object)
}

// removal returns the removed block that applies to an object, or nil.
func (m *matching) removal(object *schema.Object) *schema.Removal {
	return m.identity.Removal(object.Owner.Addr)
}

// index indexes the objects of a snapshot by mark and by label.
type index struct {
	byMark   map[string][]*schema.Object // by kind and address after moves, of this owner
	deposed  map[string][]*schema.Object // the same, for old halves
	byLabel  map[string][]*schema.Object // by kind and label
	byClue   map[string][]*schema.Object // by what identifies an app without a mark
	declared map[string]bool             // addresses
}

func (m *matching) newIndex(declared []schema.Desired) index {
	ix := index{byMark: map[string][]*schema.Object{}, deposed: map[string][]*schema.Object{}, byLabel: map[string][]*schema.Object{}, byClue: map[string][]*schema.Object{}, declared: map[string]bool{}}
	for _, d := range declared {
		ix.declared[d.Addr.String()] = true
	}
	for i := range m.snapshot.Objects {
		object := &m.snapshot.Objects[i]
		if m.ours(object) && !mismatchedMark(object) {
			key, marks := object.Kind+" "+m.address(object, ix), ix.byMark
			if object.Owner.Deposed {
				marks = ix.deposed
			}
			marks[key] = append(marks[key], object)
		}
		kind := kinds.Named(object.Kind)
		key := labelKey(kind, schema.Text(object.Value.GetAttr(kind.Label)))
		ix.byLabel[key] = append(ix.byLabel[key], object)
		for _, clue := range clues(kind, object.Value) {
			ix.byClue[clue] = append(ix.byClue[clue], object)
		}
	}
	return ix
}

// address returns the address that a marked object has now.
func (m *matching) address(object *schema.Object, ix index) string {
	return m.identity.Declared(object.Owner.Addr, ix.declared)
}

// labelKey ignores case where Okta does: for kinds whose label is unique.
func labelKey(kind *schema.Kind, label string) string {
	if kind.Unique {
		label = strings.ToLower(label)
	}
	return kind.Name + " " + label
}

func (m *matching) find(d schema.Desired, ix index) (*schema.Object, *hcl.Diagnostic) {
	key := d.Kind.Name + " " + d.Addr.String()
	marked := ix.byMark[key]
	if old := m.takenBack(d, ix.deposed[key], marked); old != nil {
		return old, nil
	}
	switch {
	case len(marked) > 1 && m.options.Destroy:
		return nil, nil // both are deleted
	case len(marked) > 1:
		return nil, duplicateMark(d, marked)
	case len(marked) == 1 && m.options.Destroy:
		return marked[0], nil
	case len(marked) == 1:
		return marked[0], m.checkImported(d, marked[0])
	}
	if a := m.identity.Import(d.Addr.String()); a != nil && !m.options.Destroy && !(m.options.AbsentImports && m.absent(d.Kind, a)) {
		return m.importNamed(d, a)
	}
	label := schema.Text(d.Value.GetAttr(d.Kind.Label))
	var same []*schema.Object
	if label != "" {
		same = ix.byLabel[labelKey(d.Kind, label)]
	}
	switch {
	case d.Kind.Owned():
	case len(same) == 0:
		return nil, m.noPrincipal(d, label)
	case d.Kind.OnExisting && len(same) > 1:
		return nil, ambiguousPrincipal(d, label, same)
	default:
		return same[0], nil
	}
	if m.options.Destroy {
		return nil, nil
	}
	for _, object := range same {
		if d.Kind.Unique && m.released(object, ix) {
			return object, nil
		}
	}
	return m.unowned(d, label, same, ix)
}

// takenBack returns the old object of a replacement that is declared again, so that neither half
// must be created again: its immutable attributes are the declared ones, and the new half, if it
// was created, has others.
func (m *matching) takenBack(d schema.Desired, deposed, marked []*schema.Object) *schema.Object {
	fits := func(object *schema.Object) bool {
		for _, a := range d.Kind.Attrs {
			if want := schema.Text(d.Value.GetAttr(a.Name)); a.Immutable && want != "" && want != valueOf(object, a.Name) {
				return false
			}
		}
		return true
	}
	if m.options.Destroy || len(deposed) != 1 || len(marked) > 1 || !d.Value.IsKnown() || !fits(deposed[0]) {
		return nil
	}
	if len(marked) == 1 {
		if fits(marked[0]) {
			return nil
		}
		m.newHalves[d.Addr.String()] = marked[0]
	}
	return deposed[0]
}

// released reports whether an owned object belongs to no declared address although a block declares
// its unique name or client id: the block was renamed. The name is not free for another object, and
// recreating the object would lose its dependents.
func (m *matching) released(object *schema.Object, ix index) bool {
	return m.ours(object) && !object.Owner.Deposed && !mismatchedMark(object) && !ix.declared[m.address(object, ix)] && m.removal(object) == nil
}

// unowned returns an object without an owner that may be the declared one, and reports those of
// other owners.
func (m *matching) unowned(d schema.Desired, label string, same []*schema.Object, ix index) (*schema.Object, *hcl.Diagnostic) {
	lost, by := m.lostMark(d, ix)
	if lost != nil && m.ours(lost) && !m.unmarked(lost) {
		if m.released(lost, ix) {
			return lost, nil
		}
		lost = nil
	}
	unmarked := slices.DeleteFunc(slices.Clone(same), func(o *schema.Object) bool { return !m.unmarked(o) })
	foreign := slices.DeleteFunc(slices.Clone(same), func(o *schema.Object) bool { return o.Owner.IsZero() || m.ours(o) })
	switch {
	case lost != nil && !m.unmarked(lost):
		return nil, ownedByAnother(d, by, lost)
	case lost != nil && m.options.Import:
		m.imported[d.Addr.String()] = by
		return lost, nil
	case lost != nil:
		return nil, markLost(d, by, lost)
	case len(unmarked) == 1 && m.options.Import:
		m.imported[d.Addr.String()] = d.Kind.Label
		return unmarked[0], nil
	case len(unmarked) > 0:
		return nil, notOwned(d, label, unmarked)
	case d.Kind.Unique && len(foreign) > 0:
		return nil, ownedByAnother(d, d.Kind.Label, foreign[0])
	}
	for _, other := range foreign {
		m.notes = append(m.notes, fmt.Sprintf("%s: another %s with the label %q (%s) belongs to %s as %s; it is not changed.",
			d.Addr, d.Kind.Title, label, other.ID, other.Owner.Owner, other.Owner.Addr))
	}
	return nil, nil
}

// known returns for an evaluation what the org holds for a declared object and will still hold
// afterwards.
func (m *matching) known(addr schema.Addr) *schema.Object {
	if addr.Data {
		return m.snapshot.Data[addr.String()]
	}
	if m.replaced[addr.String()] {
		return nil
	}
	return m.byAddr[addr.String()]
}

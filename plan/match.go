package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
)

// Which remote object is which declared one?
//
// There is no state file that could say so. The rules, in this order:
//
//  1. An object whose mark names this owner and the declared address is that
//     object. Two of them are an error: somebody copied an object together
//     with its mark, and we can't know which one is ours. (One that is marked
//     as deposed is the old half of a replacement that was cut short, and is
//     deleted.)
//     An object with a unique name whose marked address is no longer declared is
//     the block of another name that declares this name now.
//  2. A user has no mark: the one with the declared login is it.
//  3. An object of the same kind and label without any mark may be what
//     somebody made by hand. It is adopted if that was asked for, else it is an
//     error that says how: making a second one beside it, or changing the
//     first, would both be guesses.
//  4. An object of the same kind and label with another owner is never touched.
//     Where labels are unique in an org it is an error, since ours can't be
//     made; elsewhere it is a note.
//
// An owned object that nothing matched is no longer declared, and goes. If
// that were true of all of them, somebody has most likely copied a
// configuration with its owner, and going on would delete the original's
// objects: an error, unless told otherwise.
//
// What is not ours is left out here, before any comparison, and so can't
// become part of a plan.
type matching struct {
	options  Options
	snapshot *schema.Snapshot
	byAddr   map[string]*schema.Object // matched objects
	byID     map[string]declaredAs     // how a matched object is called in the configuration
	adopted  map[string]bool           // addresses of objects that are to be adopted
	renamed  map[string]string         // addresses of objects that are marked with another one
	replaced map[string]bool           // addresses of objects that get another id
	holders  map[string]string         // by id of a principal: the address that declares its roles
	orphaned []*schema.Object          // owned, but no longer declared
	notes    []string
}

type declaredAs struct{ addr, name string }

func match(declared []schema.Desired, s *schema.Snapshot, o Options) (*matching, hcl.Diagnostics) {
	m := &matching{options: o, snapshot: s, byAddr: map[string]*schema.Object{}, byID: map[string]declaredAs{}, adopted: map[string]bool{}, replaced: map[string]bool{}, renamed: map[string]string{}, holders: map[string]string{}}
	var diags hcl.Diagnostics
	matched := map[*schema.Object]bool{}
	index := newIndex(s, o.Owner)
	for _, d := range declared {
		index.declared[d.Addr.String()] = true
	}
	for _, d := range declared {
		object, diag := m.find(d, index)
		if diag != nil {
			diags = append(diags, diag)
		}
		if object == nil {
			continue
		}
		matched[object] = true
		m.byAddr[d.Addr.String()] = object
		diags = append(diags, m.checkPrincipal(d, object)...)
		if d.Kind.Attached {
			continue // the object is called something else by itself
		}
		m.byID[object.ID] = declaredAs{addr: d.Addr.String(), name: text(d.Value.GetAttr(d.Kind.Label))}
	}
	owned, found := 0, 0
	for i := range s.Objects {
		object := &s.Objects[i]
		if object.Owner.Owner != o.Owner {
			continue
		}
		owned++
		if matched[object] {
			found++
		} else {
			m.orphaned = append(m.orphaned, object)
		}
	}
	if owned > 0 && found == 0 && !diags.HasErrors() && !o.TakeOver && !o.Destroy && len(declared) > 0 {
		diags = append(diags, m.copiedOwner())
	}
	return m, diags
}

// index finds the objects of a snapshot by mark and by label.
type index struct {
	byMark  map[string][]*schema.Object // kind and address, of this owner
	byLabel map[string][]*schema.Object // kind and label

	declared map[string]bool // addresses
}

func newIndex(s *schema.Snapshot, owner string) index {
	ix := index{byMark: map[string][]*schema.Object{}, byLabel: map[string][]*schema.Object{}, declared: map[string]bool{}}
	for i := range s.Objects {
		object := &s.Objects[i]
		if object.Owner.Owner == owner && !object.Owner.Deposed {
			key := object.Kind + " " + object.Owner.Addr
			ix.byMark[key] = append(ix.byMark[key], object)
		}
		kind := schema.KindNamed(object.Kind)
		key := labelKey(kind, text(object.Value.GetAttr(kind.Label)))
		ix.byLabel[key] = append(ix.byLabel[key], object)
	}
	return ix
}

// labelKey folds the case where Okta does: logins and group names.
func labelKey(kind *schema.Kind, label string) string {
	if kind.Unique {
		label = strings.ToLower(label)
	}
	return kind.Name + " " + label
}

func (m *matching) find(d schema.Desired, ix index) (*schema.Object, *hcl.Diagnostic) {
	marked := ix.byMark[d.Kind.Name+" "+d.Addr.String()]
	if len(marked) > 1 {
		return nil, duplicateMark(d, marked)
	}
	if len(marked) == 1 {
		return marked[0], nil
	}
	label := text(d.Value.GetAttr(d.Kind.Label))
	same := ix.byLabel[labelKey(d.Kind, label)]
	if label == "" || len(same) == 0 {
		return nil, m.noPrincipal(d, label)
	}
	if d.Kind.Attached && len(same) > 1 {
		return nil, ambiguousPrincipal(d, label, same)
	}
	if d.Kind.Mark == schema.MarkNone {
		return same[0], nil
	}
	if m.options.Destroy {
		return nil, nil
	}
	for _, object := range same {
		// A block that was given another name: its object's name is free for
		// nothing else, and making it anew would lose what hangs on it.
		if d.Kind.Unique && object.Owner.Owner == m.options.Owner && !object.Owner.Deposed && !ix.declared[object.Owner.Addr] {
			m.renamed[d.Addr.String()] = object.Owner.Addr
			return object, nil
		}
	}
	unmarked := slices.DeleteFunc(slices.Clone(same), func(o *schema.Object) bool { return !o.Owner.IsZero() })
	foreign := slices.DeleteFunc(slices.Clone(same), func(o *schema.Object) bool {
		return o.Owner.IsZero() || o.Owner.Owner == m.options.Owner
	})
	switch {
	case len(unmarked) == 1 && m.options.Adopt:
		m.adopted[d.Addr.String()] = true
		return unmarked[0], nil
	case len(unmarked) > 0:
		return nil, notOwned(d, label, unmarked)
	case d.Kind.Unique && len(foreign) > 0:
		return nil, ownedByAnother(d, label, foreign[0])
	}
	for _, other := range foreign {
		m.notes = append(m.notes, fmt.Sprintf("%s: another %s with the label %q (%s) belongs to %s as %s; it is left alone.",
			d.Addr, d.Kind.Title, label, other.ID, other.Owner.Owner, other.Owner.Addr))
	}
	return nil, nil
}

// known tells an evaluation what the org holds for a declared object, and will
// still hold afterwards.
func (m *matching) known(addr schema.Addr) *schema.Object {
	if m.replaced[addr.String()] {
		return nil
	}
	return m.byAddr[addr.String()]
}

func duplicateMark(d schema.Desired, objects []*schema.Object) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Two objects with one mark",
		Detail: fmt.Sprintf("The org holds %d objects that are marked as %s of owner %q: %s. One was probably copied from the other together with its mark. Remove the mark from the one that isn't yours (%s), or delete it.",
			len(objects), d.Addr, d.Owner.Owner, ids(objects), markPlace(d.Kind)),
		Subject: &d.Range}
}

func notOwned(d schema.Desired, label string, objects []*schema.Object) *hcl.Diagnostic {
	how := fmt.Sprintf("To manage the existing one as %s from now on, run again with --adopt: the plan then shows what that changes. To make a new one beside it, give %s another %s.",
		d.Addr, d.Addr, d.Kind.Label)
	if len(objects) > 1 {
		how = fmt.Sprintf("More than one can't be adopted: rename or delete the others first, or give %s another %s.", d.Addr, d.Kind.Label)
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Object exists and isn't owned by this configuration",
		Detail: fmt.Sprintf("%s declares a %s with the %s %q, and the org already has one that no configuration owns: %s. %s",
			d.Addr, d.Kind.Title, d.Kind.Label, label, ids(objects), how),
		Subject: subject(d, d.Kind.Label)}
}

func ownedByAnother(d schema.Desired, label string, object *schema.Object) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Object is owned by another configuration",
		Detail: fmt.Sprintf("%s declares a %s with the %s %q, but the org's %s of that %s (%s) belongs to owner %q as %s. A %s is unique in an org: use another %s, or refer to the other configuration's object.",
			d.Addr, d.Kind.Title, d.Kind.Label, label, d.Kind.Title, d.Kind.Label, object.ID, object.Owner.Owner, object.Owner.Addr, d.Kind.Label, d.Kind.Label),
		Subject: subject(d, d.Kind.Label)}
}

func (m *matching) copiedOwner() *hcl.Diagnostic {
	var lines []string
	for _, object := range m.orphaned {
		lines = append(lines, fmt.Sprintf("  - %s (%s)", object.Owner.Addr, object.ID))
	}
	slices.Sort(lines)
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Nothing that this owner has in the org is declared here",
		Detail: fmt.Sprintf("The org holds objects of owner %q, and none of them matches an address in this configuration:\n%s\nMost likely org.owner was copied from another configuration: choose another owner. If this configuration really replaces the other one, and these objects shall be deleted, run again with --take-over.",
			m.options.Owner, strings.Join(lines, "\n"))}
}

func ids(objects []*schema.Object) string {
	var out []string
	for _, o := range objects {
		out = append(out, o.ID)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func markPlace(k *schema.Kind) string {
	if k.Mark == schema.MarkProfile {
		return "the keys oktaform_owner and oktaform_address in its profile"
	}
	return "the text in brackets at the end of its description"
}

func subject(d schema.Desired, attr string) *hcl.Range {
	if r, ok := d.Ranges[attr]; ok {
		return &r
	}
	return &d.Range
}

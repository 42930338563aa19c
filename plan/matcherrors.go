package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// What matching refuses, and what it says then.

func duplicateMark(d schema.Desired, objects []*schema.Object) *hcl.Diagnostic {
	moved := slices.IndexFunc(objects, func(o *schema.Object) bool { return o.Owner.Addr != d.Addr.String() || o.Owner.Owner != d.Owner.Owner })
	if moved >= 0 {
		var marks []string
		for _, o := range objects {
			marks = append(marks, fmt.Sprintf("%s is marked as %s of owner %q", o.ID, o.Owner.Addr, o.Owner.Owner))
		}
		slices.Sort(marks)
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Two objects for one address",
			Detail: fmt.Sprintf("More than one object in the org matches %s: %s. Only one of them can have moved there: correct the moved block or previous_owner, or give the others their own addresses.",
				d.Addr, strings.Join(marks, "; ")),
			Subject: &d.Range}
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Two objects with one mark",
		Detail: fmt.Sprintf("The org has %d objects that are marked as %s of owner %q: %s. One was probably copied from the other, including its mark. Remove the mark from the one that isn't yours (%s), or delete it.",
			len(objects), d.Addr, d.Owner.Owner, ids(objects), d.Kind.MarkPlace()),
		Subject: &d.Range}
}

func matchedTwice(d schema.Desired, other schema.Addr, object *schema.Object) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "One object for two addresses",
		Detail: fmt.Sprintf("%s is %s already, so it can't be %s too. Remove one of the blocks, or give one of them another %s.",
			object.ID, other, d.Addr, d.Kind.Label),
		Subject: &d.Range}
}

func notOwned(d schema.Desired, label string, objects []*schema.Object) *hcl.Diagnostic {
	how := fmt.Sprintf("To manage the existing one as %s from now on, run again with --import: the plan then shows what that changes. To create a new one beside it, give %s another %s.",
		d.Addr, d.Addr, d.Kind.Label)
	if len(objects) > 1 {
		how = fmt.Sprintf("The %s is ambiguous, so --import can't choose one: name the right one with an import block (to = %s, id = ...), or give %s another %s.", d.Kind.Label, d.Addr, d.Addr, d.Kind.Label)
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Object exists and isn't owned by this configuration",
		Detail: fmt.Sprintf("%s declares a %s with the %s %q, and the org already has one that no configuration owns: %s. %s",
			d.Addr, d.Kind.Title, d.Kind.Label, label, ids(objects), how),
		Subject: subject(d, d.Kind.Label)}
}

// ownedByAnother refuses an object of another owner that has the same unique attribute by.
func ownedByAnother(d schema.Desired, by string, object *schema.Object) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Object is owned by another configuration",
		Detail: fmt.Sprintf("%s declares a %s with the %s %q, but the org's %s of that %s (%s) belongs to owner %q as %s. A %s is unique in an org: use another %s, or refer to the other configuration's object.",
			d.Addr, d.Kind.Title, by, valueOf(object, by), d.Kind.Title, by, object.ID, object.Owner.Owner, object.Owner.Addr, by, by),
		Subject: subject(d, by)}
}

func (m *matching) copiedOwner() *hcl.Diagnostic {
	var lines []string
	for _, object := range m.orphaned {
		lines = append(lines, fmt.Sprintf("  - %s (%s)", object.Owner.Addr, object.ID))
	}
	slices.Sort(lines)
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Nothing that this owner has in the org is declared here",
		Detail: fmt.Sprintf("The org has objects of owner %q, and none of them matches an address in this configuration:\n%s\nMost likely org.owner was copied from another configuration: choose another owner. If this configuration replaces the other one, and these objects should be deleted, run again with --take-over.",
			m.options.Owner, strings.Join(lines, "\n"))}
}

// mismatchedMark reports whether an object's mark cannot have been written by oktaform: it is no
// address, or one of another kind.
func mismatchedMark(object *schema.Object) bool {
	if object.Owner.IsZero() {
		return false
	}
	addr, err := schema.ParseAddr(object.Owner.Addr)
	return err != nil || addr.Kind != object.Kind
}

// mismatchedMarks reports mismatched marks. If such a mark occupies a declared address, nothing can
// be created there.
func (m *matching) mismatchedMarks(ix index, matched map[*schema.Object]schema.Addr) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for i := range m.snapshot.Objects {
		object := &m.snapshot.Objects[i]
		if _, imported := matched[object]; imported || !m.ours(object) || !mismatchedMark(object) {
			continue
		}
		kind := kinds.Named(object.Kind)
		d := &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Mark doesn't fit its object",
			Detail: fmt.Sprintf("The %s %q (%s) is marked as %q of owner %q, which isn't the address of a %s. oktaform didn't write this mark, or somebody has changed the object since, so it is never changed or deleted. Remove the mark (%s), or import the object with an import block (to = %s.NAME, id = %q).",
				kind.Title, schema.Text(object.Value.GetAttr(kind.Label)), object.ID, object.Owner.Addr, object.Owner.Owner, kind.Title, kind.MarkPlace(), kind.Name, object.ID)}
		if ix.declared[m.identity.To(object.Owner.Addr)] && !m.options.Destroy {
			d.Severity = hcl.DiagError
		}
		diags = append(diags, d)
	}
	return diags
}

// newerMarks refuses to plan for objects that a newer oktaform manages.
func (m *matching) newerMarks() hcl.Diagnostics {
	var newer []*schema.Object
	for i := range m.snapshot.Objects {
		if object := &m.snapshot.Objects[i]; m.ours(object) && object.Owner.Newer() {
			newer = append(newer, object)
		}
	}
	if len(newer) == 0 {
		return nil
	}
	slices.SortFunc(newer, func(a, b *schema.Object) int {
		return cmp.Or(cmp.Compare(a.Owner.Addr, b.Owner.Addr), cmp.Compare(a.ID, b.ID))
	})
	first, others := newer[0], ""
	switch more := len(newer) - 1; {
	case more == 1:
		others = ", as does another"
	case more > 1:
		others = fmt.Sprintf(", as do %d others", more)
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "A newer oktaform manages this",
		Detail: fmt.Sprintf("%s carries a mark of version %q in the org%s, and this version knows marks of version %s. A newer one has applied this configuration, and this one could undo what it did, so nothing was changed. Install the newer oktaform. If nobody uses one, somebody else has edited the mark (%s): correct it there.",
			Called(first), first.Owner.Version, others, schema.MarkVersion, kinds.Named(first.Kind).MarkPlace())}}
}

// protected refuses to destroy an object with prevent_destroy.
func protected(addr schema.Addr, object *schema.Object, doing string, at *hcl.Range) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Instance cannot be destroyed",
		Detail: fmt.Sprintf("%s (%s) has lifecycle.prevent_destroy set, but the plan calls for it to be %s. The object in the org carries this protection, so removing its block doesn't lift it: declare the object with prevent_destroy = false, apply, and then remove the block. To release the object without destroying it, use a removed block (from = %s, destroy = false).",
			addr, object.ID, doing, addr),
		Subject: at}
}

func ids(objects []*schema.Object) string {
	var out []string
	for _, o := range objects {
		out = append(out, o.ID)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func subject(d schema.Desired, attr string) *hcl.Range {
	if r, ok := d.Positions.At(attr); ok {
		return &r
	}
	return &d.Range
}

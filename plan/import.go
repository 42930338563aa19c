package plan

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// importNamed returns the object that an import block names.
func (m *matching) importNamed(d schema.Desired, a *schema.Import) (*schema.Object, *hcl.Diagnostic) {
	fail := func(summary, format string, args ...any) (*schema.Object, *hcl.Diagnostic) {
		return nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: &a.Range}
	}
	named, others := m.named(d.Kind, a)
	switch {
	case len(named) == 0 && len(others) > 0:
		kind := kinds.Named(others[0].Kind)
		return fail("Object of another kind", "%s can't be imported as %s, because it is a %s: declare it as a %s.", a.Name(), a.To, kind.Title, kind.Name)
	case len(named) == 0:
		return fail("Cannot import non-existent object", "While attempting to import an existing object as %s, no %s was found in the org that is called %q. If it was imported and has been deleted in the org since, remove this import block: apply then creates the object anew. If it exists, correct the id or label in this block, or use the org that has it.", a.To, d.Kind.Title, a.Name())
	case len(named) > 1:
		return fail("Import of which object?", "The org has more than one %s called %q: %s. Name the right one with its id.", d.Kind.Title, a.Name(), ids(named))
	}
	object := named[0]
	owner := object.Owner
	switch {
	case !d.Kind.Owned():
		if labelKey(d.Kind, schema.Text(object.Value.GetAttr(d.Kind.Label))) != labelKey(d.Kind, schema.Text(d.Value.GetAttr(d.Kind.Label))) {
			return fail("Object is another one", "%s is a %s with the %s %q, and %s declares another one. A %s is matched by its %s.", a.Name(), d.Kind.Title, d.Kind.Label, schema.Text(object.Value.GetAttr(d.Kind.Label)), a.To, d.Kind.Title, d.Kind.Label)
		}
		return object, nil
	case m.unmarked(object):
		m.imported[d.Addr.String()] = "the import block"
		return object, nil
	case m.ours(object):
		return fail("Object is managed already", "%s (%s) is managed by this configuration as %s. To give it another address use a moved block (from = %s, to = %s).", a.Name(), object.ID, owner.Addr, owner.Addr, a.To)
	}
	return fail("Object is owned by another configuration", "%s (%s) belongs to owner %q as %s, so it can't become %s. Its owner must release it first, with a removed block (from = %s, destroy = false).", a.Name(), object.ID, owner.Owner, owner.Addr, a.To, owner.Addr)
}

// absent reports whether the org has no object that an import block may mean.
func (m *matching) absent(kind *schema.Kind, a *schema.Import) bool {
	of, others := m.named(kind, a)
	return len(of)+len(others) == 0
}

// checkImported refuses an import block that names another object than the one that was already
// imported.
func (m *matching) checkImported(d schema.Desired, object *schema.Object) *hcl.Diagnostic {
	a := m.identity.Import(d.Addr.String())
	if a == nil {
		return nil
	}
	named, _ := m.named(d.Kind, a)
	if len(named) != 1 || named[0] == object || a.ID == "" {
		return nil
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Address is taken already",
		Detail: fmt.Sprintf("%s can't be imported as %s, which is %s already. Import it under another address, or remove the import block.",
			named[0].ID, a.To, object.ID),
		Subject: &a.Range}
}

// named returns the objects that an import may mean: of the kind, and of other kinds.
func (m *matching) named(kind *schema.Kind, a *schema.Import) (of, others []*schema.Object) {
	for i := range m.snapshot.Objects {
		object := &m.snapshot.Objects[i]
		k := kinds.Named(object.Kind)
		label := schema.Text(object.Value.GetAttr(k.Label))
		byID := a.ID != "" && (object.ID == a.ID || k.IsApp() && valueOf(object, "client_id") == a.ID ||
			k.Unique && strings.EqualFold(label, a.ID))
		byLabel := a.Label != "" && labelKey(k, label) == labelKey(k, a.Label)
		switch {
		case !byID && !byLabel:
		case k == kind:
			of = append(of, object)
		case object.ID == a.ID || k.IsApp() && kind.IsApp():
			others = append(others, object)
		}
	}
	return of, others
}

// valueOf returns a string attribute of an object.
func valueOf(object *schema.Object, attr string) string {
	return schema.Text(object.Value.GetAttr(attr))
}

// clues returns what identifies an app without a mark: its client id, which is unique in an org,
// and its keys.
func clues(k *schema.Kind, value schema.Value) []string {
	if !k.IsApp() {
		return nil
	}
	var out []string
	if id := schema.Text(value.GetAttr("client_id")); id != "" {
		out = append(out, "client_id "+id)
	}
	if k.Block("public_key") == nil {
		return out
	}
	keys, _ := value.GetAttr("public_key").Unmark()
	for _, key := range schema.Elements(keys) {
		if thumbprint := schema.Text(key.GetAttr("thumbprint")); thumbprint != "" {
			out = append(out, "public_key "+thumbprint)
		}
	}
	return out
}

// lostMark returns the app that is the declared one according to its clues although it has no mark:
// a tool that writes the whole profile of an app removes the mark. by is the attribute that
// identifies it.
func (m *matching) lostMark(d schema.Desired, ix index) (object *schema.Object, by string) {
	for _, clue := range clues(d.Kind, d.Value) {
		by, _, _ := strings.Cut(clue, " ")
		for _, object := range ix.byClue[clue] {
			if object.Kind == d.Kind.Name && (m.unmarked(object) || by == "client_id") {
				return object, by
			}
		}
	}
	return nil, ""
}

func markLost(d schema.Desired, by string, object *schema.Object) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Mark lost: import",
		Detail: fmt.Sprintf("The org's %s %q (%s) has the %s that %s declares, and carries no mark of an owner. Another tool has probably overwritten it, and with it the mark; creating a second %s would be wrong. To manage it again, run again with --import, or add an import block (to = %s, id = %q): the plan then shows what that changes.",
			d.Kind.Title, schema.Text(object.Value.GetAttr(d.Kind.Label)), object.ID, strings.ReplaceAll(by, "_", " "), d.Addr, d.Kind.Title, d.Addr, object.ID),
		Subject: subject(d, by)}
}

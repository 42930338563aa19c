package generate

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/zclconf/go-cty/cty"
	"golang.org/x/text/unicode/norm"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// lookup is a data block.
type lookup struct {
	addr  schema.Addr
	by    string // the attribute to find it by: its label, or id
	value string
	// declared says that the configuration has it already.
	declared bool
}

// lookedUp records the data blocks of the configuration.
func (w *writer) lookedUp(list []schema.Lookup) {
	for _, l := range list {
		for _, of := range w.byID {
			if of.source == l.Kind.Source() && (l.By == "id" && of.id == l.Value || l.By != "id" && strings.EqualFold(of.name, l.Value) && w.names[[2]string{of.source, strings.ToLower(of.name)}] == 1) {
				w.sources[of.source+" "+of.id] = &lookup{addr: l.Addr, by: l.By, value: l.Value, declared: true}
			}
		}
	}
}

// know records an object that an inventory names but does not contain, such as a user without admin
// roles.
func (w *writer) know(a *schema.Attr, ref cty.Value) {
	id, name := schema.Text(ref.GetAttr("id")), schema.Text(ref.GetAttr("name"))
	if w.byID[id] == nil && name != "" && name != id && len(a.Refs) > 0 {
		by := kinds.Named(a.Refs[0]).DataSource()
		w.byID[id] = &known{by, "", id, name}
		w.names[[2]string{by, strings.ToLower(name)}]++
	}
}

// reference returns the expression for an object, by its id. ok is false if the org has no such
// object.
func (w *writer) reference(t *target, id string) (expr string, ok bool) {
	of := w.byID[id]
	if of == nil {
		return "", false
	}
	if addr, declared := w.addrs[of.kind+" "+id]; declared && !t.cut[id] && addr.Kind == of.kind {
		return addr.String(), true
	}
	return w.lookup(of).addr.String(), true
}

// lookup returns the data block for an object.
func (w *writer) lookup(of *known) *lookup {
	key := of.source + " " + of.id
	if s := w.sources[key]; s != nil {
		return s
	}
	kind := kinds.DataNamed(of.source)
	s := &lookup{by: kind.Label, value: of.name}
	// A search takes no control characters. The org may hold an accent as a character of its own,
	// which a configuration, whose texts are composed (NFC), does not say.
	if of.name == "" || strings.ContainsFunc(of.name, unicode.IsControl) || norm.NFD.String(of.name) != of.name || w.names[[2]string{of.source, strings.ToLower(of.name)}] > 1 {
		s.by, s.value = "id", of.id
	}
	s.addr = w.free(schema.Addr{Data: true, Kind: of.source, Name: identifier(of.name, kind)})
	w.sources[key] = s
	return s
}

// targetsOf returns the ids of the objects that a value refers to.
func targetsOf(kind *schema.Kind, value schema.Value) (ids []string) {
	kind.EachRef(value, func(ref cty.Value) { ids = append(ids, schema.Text(ref.GetAttr("id"))) })
	for i := range kind.Attrs {
		if a := &kind.Attrs[i]; a.HoldsIDs() {
			for _, id := range schema.Elements(value.GetAttr(a.Name)) {
				ids = append(ids, schema.Text(id))
			}
		}
	}
	return ids
}

// cutCycles finds references that form a cycle of blocks, which a configuration cannot have: a
// group with a role on a resource set that contains the group. One of them becomes a data block.
func (w *writer) cutCycles(targets []*target) {
	byID := map[string]*target{}
	for _, t := range targets {
		if t.kind.Name == t.object.Kind {
			byID[t.object.ID] = t
		}
	}
	next := map[*target][]*target{} // the remaining references
	for _, t := range targets {
		t.cut = map[string]bool{}
		ids := targetsOf(t.kind, t.value())
		slices.Sort(ids)
		for _, id := range slices.Compact(ids) {
			to := byID[id]
			switch {
			case to == nil:
			case to == t || leads(next, to, t, map[*target]bool{}):
				t.cut[id] = true
			default:
				next[t] = append(next[t], to)
			}
		}
	}
}

// leads reports whether there is a path from one block to another.
func leads(next map[*target][]*target, from, to *target, seen map[*target]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(next[from], func(t *target) bool { return leads(next, t, to, seen) })
}

// resolve replaces references to objects that the org doesn't have, or that the credential in use
// can't see. It returns why the object can't be written, if it can't without them.
func (w *writer) resolve(t *target) (why string) {
	if t.kind.Name != t.object.Kind {
		return w.unresolvedInBlocks(t)
	}
	none := schema.Values{}
	for i := range t.kind.Attrs {
		a := &t.kind.Attrs[i]
		if !refersToSeveral(a) {
			continue
		}
		for _, id := range w.unresolved(a, t.object.Value.GetAttr(a.Name)) {
			what := fmt.Sprintf("it names %s, which doesn't exist in the org or is invisible to the credential in use", id)
			switch {
			case t.kind.Unresolved != nil:
				into, element := t.kind.Unresolved(a.Name, id)
				if t.more == nil {
					t.more = map[string][]string{}
				}
				t.more[into] = append(t.more[into], quoted(element))
				t.notes = append(t.notes, comment("%s is in %s, because the org doesn't have the object or the credential in use can't see it.", id, into))
			case a.Unmanaged:
				none[a.Name] = cty.NullVal(a.Type)
				w.leaveOut(t.object.Kind, t.object.ID, t.label, a.Name, what)
				t.notes = append(t.notes, comment("%s isn't managed: %s.", a.Name, what))
			default:
				return "its " + a.Name + " can't be written: " + what
			}
			if a.Unmanaged {
				break // the whole list is unmanaged
			}
		}
	}
	if len(none) > 0 {
		t.leave(none)
	}
	return w.unresolvedInBlocks(t)
}

// leave makes attributes unmanaged, and with them the blocks that describe their elements.
func (t *target) leave(none schema.Values) {
	for i := range t.kind.Blocks {
		b := &t.kind.Blocks[i]
		if _, ok := none[b.Of]; ok {
			none[b.Type] = cty.NullVal(cty.List(b.ValueType()))
		}
	}
	part := *t.object
	part.Value = t.object.Value.With(none)
	t.object = &part
}

// unresolvedInBlocks says which nested block names an object that the org doesn't have.
func (w *writer) unresolvedInBlocks(t *target) (why string) {
	value := t.value()
	for i := range t.kind.Blocks {
		b := &t.kind.Blocks[i]
		for _, block := range schema.Elements(value.GetAttr(b.Type)) {
			for j := range b.Attrs {
				a := &b.Attrs[j]
				if !refersToSeveral(a) {
					continue
				}
				for _, id := range w.unresolved(a, block.GetAttr(a.Name)) {
					return fmt.Sprintf("%s of its %s names %s, which doesn't exist in the org or is invisible to the credential in use", a.Name, b.Type, id)
				}
			}
		}
	}
	return ""
}

// refersToSeveral reports whether an attribute is a list of references. A single one can be an id.
func refersToSeveral(a *schema.Attr) bool {
	return !a.Local && schema.IsRef(a.Type) && a.Type.IsListType()
}

// unresolved returns the ids in a list of references that no block can refer to.
func (w *writer) unresolved(a *schema.Attr, v cty.Value) (ids []string) {
	for _, ref := range schema.Elements(v) {
		w.know(a, ref)
		if id := schema.Text(ref.GetAttr("id")); w.byID[id] == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

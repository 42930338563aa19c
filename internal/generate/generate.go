// Package generate writes the configuration of objects that an org has.
package generate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Object names one object of an org to write.
type Object struct {
	Kind, ID string
	Name     string // of its block; "" derives one from the label
}

// Options say how objects are written.
type Options struct {
	// Owner is the owner that the configuration declares. Objects that carry its mark keep their
	// addresses, and need no import block.
	Owner string
	// OwnUsers writes users as user blocks. Else they are looked up, and their admin roles are
	// admin blocks.
	OwnUsers bool
	// Own contains the ids of users who are written as user blocks even without OwnUsers.
	Own map[string]bool
	// LeaveOut names the attributes and nested blocks that stay unmanaged, by the object's id.
	LeaveOut map[string][]string
	// Declared are the addresses of objects that the configuration already declares, by kind and id
	// separated by a space. References may name them, but no block is written.
	Declared map[string]string
	// Addresses are all addresses of the configuration, which no new block can have.
	Addresses []string
	// Lookups are the data blocks of the configuration, which new blocks refer to as well.
	Lookups []schema.Lookup
	// NoImports writes no import blocks: the configuration has them.
	NoImports bool
	// Header writes the org block: for a new configuration.
	Header bool
	// Tests proposes smoke tests.
	Tests bool
}

// Result is a configuration.
type Result struct {
	// Files holds the content of files by their names. The same input gives the same bytes.
	Files map[string][]byte
	// Written are the objects that got a block, with the names of their blocks.
	Written []Written
	LeftOut []LeftOut
}

// Written is an object that got a block.
type Written struct {
	Kind, ID string
	Addr     schema.Addr
}

// LeftOut is a selected object that is not written, or only in part.
type LeftOut struct {
	Kind, ID string
	Label    string // the name that people know
	Part     string // the attribute or nested block that isn't written; "" for the whole object
	Why      string
	// Others says that it belongs to another configuration.
	Others bool
}

// Configuration writes the blocks of the selected objects of an org, with an import block for
// each that nobody owns.
func Configuration(inv *schema.Inventory, selection []Object, o Options) (*Result, error) {
	w := newWriter(inv, o)
	var targets []*target
	for _, s := range selection {
		object := w.selected(s)
		if object == nil {
			w.leaveOut(s.Kind, s.ID, s.Name, "", "the org has no such object, or the credential in use can't see it")
			continue
		}
		if t := w.target(object, s.Name); t != nil {
			targets = append(targets, t)
		}
	}
	slices.SortFunc(targets, func(a, b *target) int {
		return cmp.Or(cmp.Compare(a.kind.Name, b.kind.Name), cmp.Compare(a.label, b.label), cmp.Compare(a.object.ID, b.object.ID))
	})
	w.nameAll(targets)
	targets = w.expressible(targets)
	w.cutCycles(targets)
	for _, t := range targets {
		if err := w.block(t); err != nil {
			return nil, fmt.Errorf("writing %s: %w", t.addr, err)
		}
	}
	return w.result(targets)
}

// target is an object that gets a block.
type target struct {
	object *schema.Object
	kind   *schema.Kind // of the block: admin where the object is a user who is looked up
	label  string
	wanted string // name of the block
	addr   schema.Addr
	// own says that the object carries the mark of this configuration already.
	own    bool
	marked schema.Addr // the address in that mark
	// cut contains the ids that the block can't refer to by address: that would be a cycle.
	cut map[string]bool
	// notes are comments above the block.
	notes []string
	// more are strings that replace references which no block can make, by attribute.
	more map[string][]string
	// detailed contains the elements of lists that a block describes: "assigned_groups ID".
	detailed map[string]bool
	text     string
}

// target decides whether and as what an object is written.
func (w *writer) target(o *schema.Object, name string) *target {
	kind := kinds.Named(o.Kind)
	t := &target{object: o, kind: kind, label: schema.Text(o.Value.GetAttr(kind.Label)), wanted: name}
	if w.options.Declared[o.Kind+" "+o.ID] != "" {
		return nil
	}
	drop := func(why string) *target {
		w.leaveOut(o.Kind, o.ID, t.label, "", why)
		return nil
	}
	switch owner := o.Owner; {
	case owner.IsZero():
	case owner.Owner != w.options.Owner:
		w.leftOut = append(w.leftOut, LeftOut{Kind: o.Kind, ID: o.ID, Label: t.label, Others: true,
			Why: fmt.Sprintf("it belongs to the configuration %q as %s", owner.Owner, owner.Addr)})
		return nil
	case owner.Deposed || owner.Pending:
		return drop("a run of this configuration was interrupted while changing it: apply again")
	default:
		addr, err := schema.ParseAddr(owner.Addr)
		switch {
		case err != nil || addr.Data || addr.Kind != kind.Name:
			return drop(fmt.Sprintf("its mark says %q, which is no address of a %s: somebody may have written it", owner.Addr, kind.Title))
		case w.marked[addr.String()]:
			return drop(fmt.Sprintf("another object has the mark of %s too: somebody may have copied it", addr))
		case name == "":
			t.wanted = addr.Name
		}
		t.own, t.marked, w.marked[addr.String()] = true, addr, true
	}
	if why := w.notOwnable(o); why != "" {
		return drop(why)
	}
	if w.asAdmin[o.ID] || kind.Person && !w.options.OwnUsers && !w.options.Own[o.ID] {
		if !holdsRoles(o.Value) {
			return nil // a data block finds them if something refers to them
		}
		t.kind = adminKind()
	}
	if text := t.label; text != "" && kind.MarkedAttr() != nil {
		if _, err := kind.MarkedText(textOf(o.Value, kind.MarkedAttr().Name), schema.Owner{Owner: w.options.Owner, Addr: kind.Name + "." + identifier(text, kind)}); err != nil {
			return drop(err.Error())
		}
	}
	return t
}

// selected finds an object of the org. The admin roles of a principal who could be declared are
// found by the principal.
func (w *writer) selected(s Object) *schema.Object {
	object := w.objects[s.Kind+" "+s.ID]
	if object == nil && kinds.Named(s.Kind).OnExisting {
		for _, kind := range kinds.PrincipalKinds() {
			if object == nil {
				object = w.objects[kind+" "+s.ID]
			}
		}
		w.asAdmin[s.ID] = true
	}
	if object == nil || object.Kind != s.Kind || len(w.options.LeaveOut[s.ID]) == 0 {
		return object
	}
	none := schema.Values{}
	for _, name := range w.options.LeaveOut[s.ID] {
		none[name] = cty.NullVal(object.Value.GetAttr(name).Type())
	}
	part := *object
	part.Value = object.Value.With(none)
	return &part
}

// notOwnable says why no configuration should manage an object.
func (w *writer) notOwnable(o *schema.Object) string {
	kind := kinds.Named(o.Kind)
	switch {
	case w.inv.Principal != "" && (o.ID == w.inv.Principal || kind.IsApp() && textOf(o.Value, "client_id") == w.inv.Principal):
		return "oktaform runs as this principal: a configuration that manages it can lock itself out"
	case w.lastSuperAdmin == o.ID:
		return "it is the last person who is a super admin of the org"
	case o.Deprovisioned || kind.Person && textOf(o.Value, "status") == schema.Deprovisioned:
		return "the user is deprovisioned"
	}
	var unread []string
	for _, g := range w.inv.GapsOf(o) {
		if g.Stays || unmanaged(kind, g.Part) {
			continue
		}
		unread = append(unread, cmp.Or(g.Part, "the object")+" could not be read: "+g.Cause)
	}
	if len(unread) > 0 {
		return unread[0]
	}
	return ""
}

// unmanaged reports whether a part of a kind may be left out of a configuration.
func unmanaged(kind *schema.Kind, part string) bool {
	if a := kind.Attr(part); a != nil {
		return a.Unmanaged
	}
	b := kind.Block(part)
	return b != nil && b.Unmanaged
}

// expressible removes what Okta stores and the language refuses.
func (w *writer) expressible(targets []*target) (rest []*target) {
	for _, t := range targets {
		why := w.resolve(t)
		if why == "" {
			why = refused(t)
		}
		if why != "" {
			w.leaveOut(t.object.Kind, t.object.ID, t.label, "", why)
			delete(w.addrs, t.object.Kind+" "+t.object.ID)
			continue
		}
		rest = append(rest, t)
	}
	return rest
}

// Block is one object as people read it: the block that would declare it, with the address and id
// above it. declared contains the objects that references may name.
func Block(inv *schema.Inventory, object *schema.Object, addr string, o Options) (string, error) {
	parsed, err := schema.ParseAddr(addr)
	if err != nil {
		return "", err
	}
	kind := kinds.Named(parsed.Kind)
	w := newWriter(inv, o)
	t := &target{object: object, kind: kind, label: Label(object), addr: parsed}
	p := &printer{}
	p.comment(comment("%s:", addr))
	p.comment(comment("id = %q", object.ID))
	if err := w.body(p, t); err != nil {
		return "", err
	}
	return string(hclwrite.Format(p.Bytes())), nil
}

// Package inventory compares the objects of an org with those that the configuration in a folder
// declares, for the commands list, state and import.
package inventory

import (
	"context"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// MostMembers is the maximum number of members that are read, and written, for a group.
const MostMembers = 50

// Folder is a folder with the org that it is about. The session must be closed.
type Folder struct {
	App      *cli.App
	Session  *cli.Session
	Dir      string
	Options  generate.Options
	declared []schema.Desired // by the configuration in the folder
	identity schema.Identity
}

// Open opens the org, and a folder that holds a configuration.
func Open(ctx context.Context, a *cli.App, dir string, in cli.Inputs, t cli.Target) (*Folder, error) {
	s, err := a.Open(ctx, dir, in, t)
	if err != nil {
		return nil, err
	}
	f := &Folder{App: a, Session: s, Dir: dir, Options: generate.Options{Owner: s.Config.Owner, Declared: map[string]string{}}}
	eval := s.Config.Evaluate(nil)
	f.declared, _ = eval.All()
	f.identity, _ = eval.Identity()
	f.Options.Lookups, _ = eval.DataSources()
	for _, d := range f.declared {
		f.Options.Addresses = append(f.Options.Addresses, d.Addr.String())
		block := d.Addr
		block.Key = ""
		f.Options.Addresses = append(f.Options.Addresses, block.String())
	}
	for _, l := range f.Options.Lookups {
		f.Options.Addresses = append(f.Options.Addresses, l.Addr.String())
	}
	return f, nil
}

// OpenWithout opens the org, and a folder without a configuration.
func OpenWithout(a *cli.App, dir string, t cli.Target) (*Folder, error) {
	s, err := a.OpenWithout(dir, t)
	if err != nil {
		return nil, err
	}
	return &Folder{App: a, Session: s, Dir: dir, Options: generate.Options{Declared: map[string]string{}}}, nil
}

// Declares reports whether the configuration has the block of an address.
func (f *Folder) Declares(block schema.Addr) bool {
	return slices.ContainsFunc(f.declared, func(d schema.Desired) bool { return d.Addr.Block() == block })
}

// DeclaredAs is the address by which the configuration declares an object; "" where it doesn't.
func (f *Folder) DeclaredAs(kind *schema.Kind, id, label string, owner schema.Owner) string {
	for _, d := range f.declared {
		switch addr := d.Addr.String(); {
		case d.Kind.Name != kind.Name && !(d.Kind.OnExisting && kind.Person):
		case owner.Owner == f.Options.Owner && f.identity.To(owner.Addr) == addr,
			!d.Kind.Owned() && isDeclared(d, kind, label), f.looksUp(d, kind, id, label):
			return addr
		}
	}
	for _, a := range f.identity.Imports {
		if addr, err := schema.ParseAddr(a.To); err == nil && addr.Kind == kind.Name && owner.IsZero() && (a.ID == id || a.Label == label && label != "") {
			return a.To
		}
	}
	return ""
}

// looksUp reports whether the principal of a declared object comes from a data block that finds the
// object with that id and label. The org was not asked for it yet.
func (f *Folder) looksUp(d schema.Desired, kind *schema.Kind, id, label string) bool {
	ref, ok := d.Local[kind.Name]
	if !d.Kind.OnExisting || !ok || ref.IsNull() || !ref.IsKnown() {
		return false
	}
	addr := ref.GetAttr("addr")
	return addr.IsKnown() && !addr.IsNull() && slices.ContainsFunc(f.Options.Lookups, func(l schema.Lookup) bool {
		return l.Addr.String() == addr.AsString() && (l.By == "id" && l.Value == id || l.By != "id" && strings.EqualFold(l.Value, label))
	})
}

// isDeclared compares what objects without a mark are known by.
func isDeclared(d schema.Desired, kind *schema.Kind, label string) bool {
	v, _ := d.Value.GetAttr(d.Kind.Label).Unmark()
	if v.IsNull() || !v.IsKnown() {
		return false
	}
	if d.Kind.OnExisting && kind.Person {
		label = kinds.Principal(kind.Name, label)
	}
	return v.AsString() == label
}

// Identify records in the options which objects of the org the configuration declares.
func (f *Folder) Identify(inv *schema.Inventory) {
	for k := range inv.Objects {
		object := &inv.Objects[k]
		kind := kinds.Named(object.Kind)
		if addr := f.DeclaredAs(kind, object.ID, generate.Label(object), object.Owner); addr != "" {
			f.Options.Declared[object.Kind+" "+object.ID] = addr
		}
	}
}

// OwnAddress is the address of an object that the configuration owns, or by which it declares
// one without a mark.
func (f *Folder) OwnAddress(c org.Candidate) string {
	if !c.Owner.IsZero() && c.Owner.Owner == f.Options.Owner {
		return f.identity.To(c.Owner.Addr)
	}
	if c.Kind.Owned() {
		return ""
	}
	return f.DeclaredAs(c.Kind, c.ID, c.Label, c.Owner)
}

// Logins are those of the declared people.
func (f *Folder) Logins() (logins []string) {
	for _, d := range f.declared {
		if v, _ := d.Value.GetAttr(d.Kind.Label).Unmark(); d.Kind.Person && v.IsKnown() && !v.IsNull() {
			logins = append(logins, v.AsString())
		}
	}
	return logins
}

// Candidate returns what an object is known by before it is read.
func Candidate(o *schema.Object) org.Candidate {
	return org.Candidate{Kind: kinds.Named(o.Kind), ID: o.ID, ClientID: generate.ClientID(o), Label: generate.Label(o), Owner: o.Owner}
}

// OrgFlag is the flag that names the embedded org.
func (f *Folder) OrgFlag() string {
	if f.Session.Alone {
		return " --org " + cli.SandboxOrg
	}
	return ""
}

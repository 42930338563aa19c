package generate

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// writer writes one configuration.
type writer struct {
	inv     *schema.Inventory
	options Options
	objects map[string]*schema.Object // by kind and id
	// byID finds the object of a reference: ids are unique in an org across kinds. For a principal
	// whose roles are an object of their own, it contains the principal.
	byID map[string]*known
	// names counts the objects of a source that have one name.
	names map[[2]string]int
	addrs map[string]schema.Addr // of blocks, by kind and id
	taken map[string]bool        // addresses
	// marked are the addresses in the marks of this configuration.
	marked map[string]bool
	// sources are the data blocks that something refers to, by kind and id.
	sources        map[string]*lookup
	leftOut        []LeftOut
	asAdmin        map[string]bool // ids of principals who are written as admin blocks
	lastSuperAdmin string          // id of the user; "" if there are several, or none is known
}

// known is an object that references may name.
type known struct {
	source string // the type of the data block that finds it
	kind   string // the kind by which it can be declared; ""
	id     string
	name   string
}

func newWriter(inv *schema.Inventory, o Options) *writer {
	w := &writer{inv: inv, options: o, objects: map[string]*schema.Object{}, byID: map[string]*known{}, names: map[[2]string]int{}, asAdmin: map[string]bool{},
		addrs: map[string]schema.Addr{}, taken: map[string]bool{}, marked: map[string]bool{}, sources: map[string]*lookup{}}
	add := func(k *known) {
		if w.byID[k.id] == nil {
			w.byID[k.id] = k
			w.names[[2]string{k.source, strings.ToLower(k.name)}]++
		}
	}
	for i := range inv.Objects {
		object := &inv.Objects[i]
		w.objects[object.Kind+" "+object.ID] = object
		if kind := kinds.Named(object.Kind); !kind.OnExisting {
			add(&known{kind.DataSource(), kind.Name, object.ID, textOf(object.Value, kind.Label)})
		}
	}
	for _, other := range inv.Others {
		add(&known{other.Source, "", other.ID, other.Name})
	}
	for _, addr := range o.Addresses {
		w.taken[addr] = true
	}
	for key, addr := range o.Declared {
		if parsed, err := schema.ParseAddr(addr); err == nil {
			w.addrs[key] = parsed
		}
	}
	w.lookedUp(o.Lookups)
	w.lastSuperAdmin = lastSuperAdmin(inv)
	return w
}

// lastSuperAdmin returns the id of the only super admin who can sign in.
func lastSuperAdmin(inv *schema.Inventory) string {
	var found []string
	for i := range inv.Objects {
		o := &inv.Objects[i]
		if !kinds.Named(o.Kind).Person || textOf(o.Value, "status") != "ACTIVE" {
			continue
		}
		if slices.Contains(schema.RightsOf(o.Value).Roles, "SUPER_ADMIN") {
			found = append(found, o.ID)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return ""
}

func (w *writer) leaveOut(kind, id, label, part, why string) {
	w.leftOut = append(w.leftOut, LeftOut{Kind: kind, ID: id, Label: label, Part: part, Why: why})
}

// adminKind returns the kind of admin roles of unmanaged principals.
func adminKind() *schema.Kind {
	i := slices.IndexFunc(kinds.All(), func(k *schema.Kind) bool { return k.OnExisting })
	return kinds.All()[i]
}

func holdsRoles(v schema.Value) bool { return len(schema.RightsOf(v).Roles) > 0 }

func textOf(v schema.Value, attr string) string {
	if !v.Has(attr) {
		return ""
	}
	return schema.Text(v.GetAttr(attr))
}

// Label returns the name that people know an object by.
func Label(o *schema.Object) string { return textOf(o.Value, kinds.Named(o.Kind).Label) }

// ClientID returns the client id of an app; "" for other objects.
func ClientID(o *schema.Object) string { return textOf(o.Value, "client_id") }

package access

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// This file resolves references to principals: to a declared object by its address, or by the name
// or id that a data source or admin block gives, ignoring case, as Okta finds it. A name may
// therefore be that of an object that is declared here as well, with rights of its own.

// Lookups are the data blocks of a version with known arguments, by address.
type Lookups map[string]*schema.Lookup

// NewLookups indexes data blocks.
func NewLookups(list []schema.Lookup) Lookups {
	known := Lookups{}
	for i := range list {
		if l := &list[i]; l.Value != "" {
			known[l.Addr.String()] = l
		}
	}
	return known
}

// name adds the looked-up name or id to references to data sources. It only identifies the object
// and never becomes a value of the configuration, because the org may spell it differently.
func (known Lookups) name(kind *schema.Kind, value schema.Value) schema.Value {
	if len(known) == 0 {
		return value
	}
	return kind.MapRefs(value, func(ref cty.Value) (cty.Value, bool) {
		l := known[Text(ref.GetAttr("addr"))]
		if l == nil {
			return ref, false
		}
		attrs := ref.AsValueMap()
		if l.By == "id" {
			attrs["id"] = cty.StringVal(l.Value)
		} else {
			attrs["name"] = cty.StringVal(l.Value)
		}
		return cty.ObjectVal(attrs), true
	})
}

// namePerson records which principal an object without a mark is about.
func (known Lookups) namePerson(o *Object, local map[string]cty.Value) {
	o.Person = o.Text(o.Kind.Label)
	for _, kind := range kinds.PrincipalKinds() {
		v, found := local[kind]
		if !found || v == cty.NilVal {
			continue
		}
		if v, _ = v.UnmarkDeep(); !v.IsKnown() || v.IsNull() {
			continue
		}
		r := RefOf(v)
		if r == (Ref{}) {
			continue
		}
		o.Person = kinds.Principal(kind, r.String())
		l := known[r.Addr]
		o.Nameless = kind == GroupSource && r.source() == GroupSource && (l == nil || l.By == "id")
		if l == nil {
			continue
		}
		o.alias = kinds.Principal(kind, l.Value)
		if o.Value.IsKnown() && !o.Get(o.Kind.Label).IsKnown() {
			o.Value = o.Value.With(schema.Values{o.Kind.Label: cty.StringVal(o.alias)})
		}
	}
}

// lookupKeys returns keys for how Okta finds an object: its kind and a name.
func (o *Object) lookupKeys() []string {
	return LookupKeys(o.Facts.Source, o.Facts.names(o)...)
}

// LookupKeys returns keys for the names of an object; kind is "" if the names include it.
func LookupKeys(kind string, names ...string) (keys []string) {
	for _, name := range names {
		if name == "" {
			continue
		}
		if kind != "" {
			name = kinds.Principal(kind, name)
		}
		keys = append(keys, strings.ToLower(name))
	}
	return keys
}

// source returns the kind of object that a reference to a data source means; "" for other
// references.
func (r Ref) source() string {
	addr, err := schema.ParseAddr(r.Addr)
	if at := strings.LastIndex(r.Addr, "["); err != nil && at >= 0 { // of the first version, with words as its key
		addr, err = schema.ParseAddr(r.Addr[:at])
	}
	if err != nil || !addr.Data {
		return ""
	}
	return addr.Kind
}

// lookupKeys returns keys for the object that a reference to a data source means.
func (r Ref) lookupKeys() []string {
	if kind := r.source(); kind != "" {
		return LookupKeys(kind, r.Name, r.ID)
	}
	return nil
}

// Shown returns a reference for people, with the name that a data source looks up.
func (r Ref) Shown() string {
	for _, name := range []string{r.Name, r.ID} {
		if r.source() != "" && name != "" {
			return r.Addr + " (" + name + ")"
		}
	}
	return r.String()
}

// MayBeEveryone reports whether a reference may mean the group of all users: a data source that
// finds a group by its id, or by an unknown name.
func (w *Index) MayBeEveryone(r Ref) bool {
	return r.source() == GroupSource && r.Name == "" && w.Find(r) == nil
}

// Find resolves a reference; nil if the object is not declared here.
func (w *Index) Find(r Ref) *Object {
	if o := w.ByAddr[r.Addr]; o != nil {
		return o
	}
	if o := w.byID[r.ID]; o != nil {
		return o
	}
	for _, key := range r.lookupKeys() {
		for _, o := range w.ByOktaName[key] {
			if !o.Kind.OnExisting {
				return o
			}
		}
	}
	return nil
}

// principals returns all blocks about the user or group that a reference means: the object, and
// admin blocks with its roles.
func (w *Index) principals(r Ref) []*Object {
	list, found := w.principalsOf[r]
	if !found {
		list = w.lookUp(r)
		w.principalsOf[r] = list
	}
	return list
}

func (w *Index) lookUp(r Ref) (list []*Object) {
	keys := r.lookupKeys()
	if o := w.Find(r); o != nil {
		list, keys = append(list, o), append(keys, o.lookupKeys()...)
	}
	for _, key := range keys {
		for _, o := range w.ByOktaName[key] {
			if o.Kind.OnExisting && !slices.Contains(list, o) {
				list = append(list, o)
			}
		}
	}
	return list
}

// WhoIs identifies what a reference means within a version: two data sources that look up the same
// name are equal.
func (w *Index) WhoIs(r Ref) string {
	if o := w.Find(r); o != nil {
		return o.Addr.String()
	}
	if keys := r.lookupKeys(); len(keys) > 0 {
		return keys[0]
	}
	return r.String()
}

// FormerName returns how people distinguish an object of the first version from the one that has
// its block now.
func (o *Object) FormerName() string {
	if o.Person == "" && o.Kind.Mark == schema.MarkNone {
		return "(not known)"
	}
	return cmp.Or(o.Person, o.Name())
}

// PersonKey returns a key for the user or principal; if it is unknown who that is, a key for how
// the block names them.
func (o *Object) PersonKey() string {
	if name := cmp.Or(o.alias, o.Person); name != "" {
		return strings.ToLower(name)
	}
	return o.Impersonal
}

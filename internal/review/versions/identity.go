package versions

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// lineage decides which object of the first version is which of the second.
//
// It follows the rules of a plan for an org and a configuration (see plan/match.go): otherwise a
// review would compare different objects, and miss rights.
//
//  1. An object with a mark is the one that has its address after all moves. A block that imports
//     an object is about that object, and about none of the first version.
//  2. If an object's address is no longer declared, the block with its label is the object, unless
//     another object has that block by its mark, or a removed block names the object: the block was
//     renamed.
//  3. A user has no mark: the block with the same login is that user, and an admin block is about
//     the principal that it names. Moves do not change that.
//
// If the object of a removed block would share its address with another object, it gets an address
// of its own, so that the two are never compared.
type lineage struct {
	was, is     []access.Object
	identity    schema.Identity
	declared    map[string]bool                   // addresses of the second version
	at          map[string]*access.Object         // the second version by address
	taken       map[*access.Object]bool           // objects of the second version that have a mark, or import one
	successorOf map[*access.Object]*access.Object // what becomes of an object of the first version
	origins     map[*access.Object]int            // of how many objects of the first version it is the heir
}

// successors maps the addresses of objects in the first version to their addresses in the second,
// where these differ.
func successors(before, after []access.Object, had, has schema.Identity) map[string]schema.Addr {
	l := &lineage{was: before, is: after, identity: has, declared: map[string]bool{}, at: map[string]*access.Object{}, taken: map[*access.Object]bool{}, successorOf: map[*access.Object]*access.Object{}, origins: map[*access.Object]int{}}
	for i := range after {
		addr := after[i].Addr.String()
		l.declared[addr], l.at[addr] = true, &after[i]
	}
	for _, a := range NewImportsOf(had.Imports, has.Imports) {
		if o := l.at[a.To]; o != nil {
			l.taken[o] = true
		}
	}
	l.byMark()
	l.byPerson()
	l.byLabel()
	to := map[string]schema.Addr{}
	for i := range before {
		b := &before[i]
		switch heir := l.successorOf[b]; {
		case heir != nil && l.origins[heir] == 1 && heir.Addr != b.Addr:
			to[b.Addr.String()] = heir.Addr
		case heir != nil && l.origins[heir] == 1:
		case l.declared[b.Addr.String()]:
			own := b.Addr
			own.Key = strings.TrimSpace(own.Key + " " + strconv.Quote(b.FormerName()))
			to[b.Addr.String()] = own
		}
	}
	return to
}

func (l *lineage) add(b, heir *access.Object) {
	l.successorOf[b] = heir
	l.origins[heir]++
}

func (l *lineage) byMark() {
	importing := maps.Clone(l.taken)
	for i := range l.was {
		b := &l.was[i]
		if b.Kind.Mark == schema.MarkNone {
			continue
		}
		heir := l.at[l.identity.Declared(b.Addr.String(), l.declared)]
		if heir == nil || heir.Kind != b.Kind || importing[heir] {
			continue
		}
		l.taken[heir] = true
		if !otherClient(b, heir) {
			l.add(b, heir)
		}
	}
}

// byPerson matches users and principals of admin blocks. If it is unknown who they are in either
// version, blocks with the same address match if they name the person in the same way.
func (l *lineage) byPerson() {
	persons := map[string][]*access.Object{}
	key := func(o *access.Object) string { return o.Kind.Name + " " + o.PersonKey() }
	for i := range l.is {
		if o := &l.is[i]; o.Kind.Mark == schema.MarkNone && o.Person != "" {
			persons[key(o)] = append(persons[key(o)], o)
		}
	}
	for i := range l.was {
		b := &l.was[i]
		if b.Kind.Mark != schema.MarkNone {
			continue
		}
		same := l.at[b.Addr.String()]
		switch found := persons[key(b)]; {
		case same != nil && same.PersonKey() == b.PersonKey():
			l.add(b, same)
		case len(found) == 1:
			l.add(b, found[0])
		}
	}
}

// markUnknownPersons records how blocks name principals that are unknown.
func markUnknownPersons(objects []access.Object, unknowns []config.Unknown) {
	prints := map[string]string{}
	for _, u := range unknowns {
		if u.Kind == nil || u.Kind.Mark != schema.MarkNone {
			continue
		}
		if u.Attribute == "" || u.Attribute == u.Kind.Label || slices.Contains(kinds.PrincipalKinds(), u.Attribute) {
			prints[u.Addr.String()] = u.Attribute + " " + u.Print
		}
	}
	for i := range objects {
		if o := &objects[i]; o.Kind.Mark == schema.MarkNone && o.Person == "" {
			o.Impersonal = prints[o.Addr.String()]
		}
	}
}

// byLabel matches objects whose block was renamed.
func (l *lineage) byLabel() {
	key := func(o *access.Object) string {
		label := o.Text(o.Kind.Label)
		if o.Kind.Unique {
			label = strings.ToLower(label)
		}
		return o.Kind.Name + " " + label
	}
	labels, found := map[string][]*access.Object{}, map[*access.Object]*access.Object{}
	for i := range l.is {
		o := &l.is[i]
		if o.Kind.Mark != schema.MarkNone && !l.taken[o] {
			labels[key(o)] = append(labels[key(o)], o)
		}
	}
	for i := range l.was {
		b := &l.was[i]
		if l.identity.Removal(b.Addr.String()) != nil {
			continue // it goes, or stays in the org without its mark
		}
		if same := labels[key(b)]; l.successorOf[b] == nil && b.Text(b.Kind.Label) != "" && len(same) == 1 && l.at[b.Addr.String()] == nil {
			found[b] = same[0]
		}
	}
	for b, heir := range found {
		l.add(b, heir)
	}
}

// NewImportsOf returns the import blocks that only the second version has.
func NewImportsOf(was, is []schema.Import) []schema.Import {
	return slices.DeleteFunc(slices.Clone(is), func(a schema.Import) bool {
		return slices.ContainsFunc(was, func(w schema.Import) bool { return w.To == a.To && w.ID == a.ID && w.Label == a.Label })
	})
}

// otherClient reports whether a block is another app than before, even if the object in the org is
// the same: it has another label and none of the keys and redirect URIs.
func otherClient(b, a *access.Object) bool {
	was, is := clients(b), clients(a)
	return b.Text(b.Kind.Label) != a.Text(a.Kind.Label) && len(was) > 0 && len(access.Without(was, is)) == len(was)
}

// clients returns the keys and redirect URIs of an app, which decide who can act as it.
func clients(o *access.Object) (list []string) {
	if !o.IsApp() {
		return nil
	}
	for _, k := range access.KeysOf(o) {
		list = append(list, k.KID)
	}
	return append(list, o.List(access.AttrRedirectURIs).Texts...)
}

// otherTargets gives data sources that find another object in the second version, or whose object
// is unknown there, a separate address in the first.
func otherTargets(was, is []schema.Lookup) map[string]schema.Addr {
	to := map[string]schema.Addr{}
	for i := range was {
		l := &was[i]
		if now := LookupAt(is, l.Addr); now == nil || !SameLookup(l, now) {
			addr := l.Addr
			addr.Key = strings.TrimSpace(addr.Key + " " + l.By + " " + cmp.Or(l.Value, "(not known)"))
			to[l.Addr.String()] = addr
		}
	}
	return to
}

// LookupAt returns the data source at an address; nil if there is none.
func LookupAt(lookups []schema.Lookup, addr schema.Addr) *schema.Lookup {
	if at := slices.IndexFunc(lookups, func(l schema.Lookup) bool { return l.Addr == addr }); at >= 0 {
		return &lookups[at]
	}
	return nil
}

// SameLookup reports whether two data sources find the same object.
func SameLookup(was, is *schema.Lookup) bool {
	return was.By == is.By && was.Value == is.Value && was.Print == is.Print
}

// readdressTests gives the apps and users of tests their new addresses.
func readdressTests(tests []schema.SmokeTest, to map[string]schema.Addr) []schema.SmokeTest {
	tests = slices.Clone(tests)
	for i := range tests {
		t := &tests[i]
		if addr, renamed := to[t.App.Addr.String()]; renamed {
			t.App.Addr = addr
		}
		if t.SignIn == nil {
			continue
		}
		if addr, renamed := to[t.SignIn.Addr.String()]; renamed {
			in := *t.SignIn
			in.Addr = addr
			t.SignIn = &in
		}
	}
	return tests
}

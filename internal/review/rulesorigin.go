package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/schema"
)

// originRules report that a change is about other objects than its blocks show.
func originRules() []Rule {
	return []Rule{
		{ID: "G40", Title: "A data source finds another object", Severity: severity.Medium, Worst: severity.High,
			Rationale: "Everything that refers to it now means the other object. An object that isn't known may be any, such as the group of all users.",
			Source:    "this configuration", Fix: "Make sure that the other object is intended wherever the data source is used. Give a variable that it depends on a value in a file of the configuration.", change: otherLookups},
		{ID: "G41", Title: "An existing object is imported", Severity: severity.Medium, Worst: severity.High,
			Rationale: "It gets what the block declares, whoever uses it now, and keeps what is unmanaged.",
			Source:    "this configuration", Fix: "Make sure that its owner agrees.", change: newImports},
		{ID: "G42", Title: "The owner of objects changes", Severity: severity.High,
			Rationale: "Objects with the mark of previous_owner become this configuration's, and those with the mark of the former owner no longer are.",
			Source:    "this configuration", Fix: "Let both owners approve it as a change of its own.", change: otherOwner},
	}
}

func otherLookups(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	for i := range x.in.IsFrom.Lookups {
		l := &x.in.IsFrom.Lookups[i]
		h := hit{addr: l.Addr, at: &l.Range}
		switch was := versions.LookupAt(x.in.WasFrom.Lookups, l.Addr); {
		case l.Value == "" && was != nil && was.Value == "":
			h.message = fmt.Sprintf("what %s finds isn't known before and after the change, because its %s isn't known here: it may be another object", l.Addr, l.By)
		case l.Value == "":
			h.severity = severity.High
			h.message = fmt.Sprintf("what %s finds isn't known: its %s isn't known here", l.Addr, l.By)
			if was != nil {
				h.message += fmt.Sprintf(", and was %q", was.Value)
			}
		case was != nil && was.Value == "":
			h.message = fmt.Sprintf("%s looks up %s %q, and what it looked up before isn't known here", l.Addr, l.By, l.Value)
		case was != nil && !versions.SameLookup(was, l):
			h.message = fmt.Sprintf("%s looks up %s %q instead of %s %q", l.Addr, l.By, l.Value, was.By, was.Value)
		case was != nil:
			if h.severity, h.message = x.renamed(l); h.message == "" {
				continue
			}
		default:
			continue
		}
		hits = append(hits, h)
	}
	return hits
}

// renamed describes which declared objects a data source finds by the same name instead of others,
// because an object that both versions have got or lost the name.
func (x *examined) renamed(l *schema.Lookup) (severity.Level, string) {
	had, has := foundBy(x.before, l), foundBy(x.Index, l)
	gets := slices.DeleteFunc(access.Without(has, had), func(addr string) bool { return x.before.ByAddr[addr] == nil })
	loses := slices.DeleteFunc(access.Without(had, has), func(addr string) bool { return x.ByAddr[addr] == nil })
	switch {
	case len(gets) > 0:
		return severity.High, fmt.Sprintf("%s looks up %s %q, which is now that of %s, and was that of %s", l.Addr, l.By, l.Value, phrase.List(gets), cmp.Or(phrase.List(had), "an object that isn't declared"))
	case len(loses) > 0:
		return severity.Medium, fmt.Sprintf("%s looks up %s %q, which was that of %s, and is no longer", l.Addr, l.By, l.Value, phrase.List(loses))
	}
	return severity.None, ""
}

// foundBy returns the addresses of the declared objects with the name that a data source looks up.
func foundBy(w *access.Index, l *schema.Lookup) (addrs []string) {
	if l.By == "id" {
		return nil
	}
	for _, key := range access.LookupKeys(l.Addr.Kind, l.Value) {
		for _, o := range w.ByOktaName[key] {
			if !o.Kind.OnExisting {
				addrs = append(addrs, o.Addr.String())
			}
		}
	}
	return addrs
}

func newImports(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	for _, a := range versions.NewImportsOf(x.in.WasFrom.Imports, x.in.IsFrom.Imports) {
		h := hit{at: &a.Range, message: fmt.Sprintf("%s imports the object %q", a.To, a.Name())}
		h.addr, _ = schema.ParseAddr(a.To)
		if o := x.ByAddr[a.To]; o != nil {
			if why := keeps(o); why != "" {
				h.severity, h.message = severity.High, h.message+why
			}
		}
		hits = append(hits, h)
	}
	return hits
}

// keeps describes the rights that an imported object may have: those that the configuration does
// not manage, and those of others who have an imported role or a role on an imported resource set.
func keeps(o *access.Object) string {
	var sets []string
	for _, name := range o.Additive {
		if o.Facts.Attribute(name).Held {
			sets = append(sets, name)
		}
	}
	switch {
	case len(sets) > 0:
		return ", and with it what the org holds of " + strings.Join(sets, " and ") + ", which isn't known here: whoever can use the object gains it"
	case o.Facts.Part != nil:
		return ": whoever holds it in the org gains what it becomes, and who that is isn't known here"
	}
	return ""
}

func otherOwner(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	was, is := x.in.WasFrom, x.in.IsFrom
	if was.Owner != is.Owner && was.Owner != "" {
		hits = append(hits, hit{at: &x.in.Is.Org, message: fmt.Sprintf("org.owner was %s and is %s", was.Owner, orNone(is.Owner))})
	}
	if is.PreviousOwner != "" && is.PreviousOwner != was.PreviousOwner {
		hits = append(hits, hit{at: &x.in.Is.Org, message: "objects of " + is.PreviousOwner + " under declared addresses become this configuration's"})
	}
	return hits
}

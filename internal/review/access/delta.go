package access

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// Verb says how access changes.
type Verb string

const (
	Gains   Verb = "gains"
	Loses   Verb = "loses"
	Widens  Verb = "widens"  // the same operations on more objects
	Narrows Verb = "narrows" // the same operations on fewer objects
	Shifts  Verb = "shifts"  // the same operations on other objects
)

// Line is one sentence of a delta: operations of one family that change in the same way.
type Line struct {
	Verb Verb
	// Families are families of the catalog, such as "users": usually one, but many if a role adds
	// or removes a lot at once.
	Families []string
	Write    bool
	// Operations are sorted, the worst first.
	Operations []catalog.Operation
	// Extent is where the operations are allowed after the change, or before it for a loss. From is
	// where they were allowed before, for Widens, Narrows and Shifts.
	Extent, From Extent
	// Unsure is the number of operations that the catalog lists as uncertain.
	Unsure int
	// Basis and Confidence are those of an uncertain one.
	Basis      string
	Confidence catalog.Confidence
	Risk       severity.Level
}

// What names the subject of the line: "write on Users".
func (l Line) What() string {
	if l.Write {
		return "write on " + l.Title()
	}
	return "read on " + l.Title()
}

// Title names the families for people.
func (l Line) Title() string {
	var titles []string
	for _, family := range l.Families {
		titles = append(titles, catalog.Title(family))
	}
	if more := len(titles) - 3; more > 1 {
		titles = append(titles[:3], fmt.Sprintf("%d kinds of resource more", more))
	}
	return phrase.List(titles)
}

// Count returns the number of operations and names the worst of several that write.
func (l Line) Count() string {
	switch {
	case len(l.Operations) == 1:
		return l.Operations[0].String()
	case l.Write:
		return fmt.Sprintf("%d operations, among them %s", len(l.Operations), l.Operations[0])
	}
	return fmt.Sprintf("%d operations", len(l.Operations))
}

// Sentence returns the line for people: "gains write on Users (12 operations, among them DELETE
// /api/v1/users/{id}), within resource_set.emea: users of group.emea".
func (l Line) Sentence() string {
	s := string(l.Verb) + " " + l.What() + " (" + l.Count() + ")"
	switch l.Verb {
	case Widens, Narrows, Shifts:
		s += ", from " + l.From.inWords() + " to " + l.Extent.inWords()
	default:
		switch l.Extent {
		case "":
		case ThroughUsers:
			s += ", " + string(l.Extent)
		default:
			s += ", within " + string(l.Extent)
		}
	}
	return s
}

// Sureness says in words how certain it is that the operations are allowed; "" if Okta documents
// all of them.
func (l Line) Sureness() string {
	switch {
	case l.Unsure == 0:
		return ""
	case l.Unsure == len(l.Operations):
		return sure(l.Confidence, l.Basis)
	}
	return fmt.Sprintf("for %d of %d %s", l.Unsure, len(l.Operations), sure(l.Confidence, l.Basis))
}

func (r Extent) inWords() string {
	if r == "" {
		return "the whole org"
	}
	return string(r)
}

// Summary returns all entries of an access as lines that it gains.
func (a *Access) Summary() []Line {
	if s := a.entrySet(); s.summary == nil {
		s.summary = Delta(nil, a)
	}
	return a.set.summary
}

// Delta compares two accesses; either may be nil.
func Delta(before, after *Access) []Line {
	was, is := byOperation(before), byOperation(after)
	lines := map[lineKey]*Line{}
	add := func(verb Verb, e Entry, reach, from Extent) {
		o := e.Operation
		key := lineKey{verb, o.Family(), !o.Reads(), reach, from}
		l := lines[key]
		if l == nil {
			l = &Line{Verb: verb, Families: []string{o.Family()}, Write: !o.Reads(), Extent: reach, From: from}
			lines[key] = l
		}
		l.Operations = append(l.Operations, o)
		if e.Confidence.Low() {
			l.Unsure++
			l.Basis, l.Confidence = e.Source, e.Confidence
		}
		if verb == Gains || verb == Widens || verb == Shifts {
			l.Risk = max(l.Risk, Entry{Operation: o, Extent: reach}.Risk())
		}
	}
	for name, e := range is {
		if old, found := was[name]; !found {
			add(Gains, e.Entry, e.extent, "")
		} else if old.extent != e.extent {
			add(change(old, e), e.Entry, e.extent, old.extent)
		}
	}
	for name, e := range was {
		if _, stays := is[name]; !stays {
			add(Loses, e.Entry, e.extent, "")
		}
	}
	return sorted(lines)
}

// lineKey is what the operations of one line share.
type lineKey struct {
	verb         Verb
	family       string
	write        bool
	extent, from Extent
}

func sorted(lines map[lineKey]*Line) []Line {
	var out []Line
	for _, l := range condense(lines) {
		slices.SortFunc(l.Operations, CompareOperations)
		out = append(out, *l)
	}
	order := []Verb{Gains, Widens, Shifts, Narrows, Loses}
	slices.SortFunc(out, func(x, y Line) int {
		write := func(l Line) int {
			if l.Write {
				return 0
			}
			return 1
		}
		return cmp.Or(slices.Index(order, x.Verb)-slices.Index(order, y.Verb), int(y.Risk-x.Risk), write(x)-write(y),
			strings.Compare(x.Families[0], y.Families[0]), strings.Compare(string(x.Extent), string(y.Extent)), strings.Compare(string(x.From), string(y.From)))
	})
	return out
}

// Well-known families come first in a line about many.
var known = []string{"users", "groups", "apps", "roles", "appGrants", "policies", "authorizationServers", "idps", "logs"}

// many is the number of families above which equal lines are merged.
const many = 6

// condense merges lines that differ only in their family: what an administrator gains would
// otherwise fill pages.
func condense(lines map[lineKey]*Line) (out []*Line) {
	like := map[lineKey][]*Line{}
	for key, l := range lines {
		key.family = ""
		like[key] = append(like[key], l)
	}
	for _, same := range like {
		if len(same) < many {
			out = append(out, same...)
			continue
		}
		slices.SortFunc(same, func(x, y *Line) int {
			rank := func(l *Line) int {
				if at := slices.Index(known, l.Families[0]); at >= 0 {
					return at
				}
				return len(known)
			}
			return cmp.Or(rank(x)-rank(y), strings.Compare(x.Families[0], y.Families[0]))
		})
		all := *same[0]
		for _, l := range same[1:] {
			all.Families = append(all.Families, l.Families[0])
			all.Operations = append(all.Operations, l.Operations...)
			all.Unsure += l.Unsure
			all.Basis, all.Confidence = cmp.Or(all.Basis, l.Basis), cmp.Or(all.Confidence, l.Confidence)
			all.Risk = max(all.Risk, l.Risk)
		}
		out = append(out, &all)
	}
	return out
}

// allowed is an operation with its whole extent.
type allowed struct {
	Entry
	parts  []string // of the extent; none if it is the whole org
	extent Extent
}

// byOperation joins the extents of each operation.
func byOperation(a *Access) map[OperationName]allowed {
	if a == nil {
		return nil
	}
	out := make(map[OperationName]allowed, len(a.Entries))
	for _, e := range a.Entries {
		name := NameOf(e.Operation)
		one, found := out[name]
		if !found {
			one = allowed{Entry: e}
		}
		if e.Extent != "" {
			one.parts = append(one.parts, string(e.Extent))
			one.extent = Extent(strings.Join(one.parts, "; "))
		}
		out[name] = one
	}
	return out
}

// change returns how an extent has changed.
func change(was, is allowed) Verb {
	if is.extent == "" {
		return Widens
	}
	if was.extent == "" {
		return Narrows
	}
	before, after := elementsOf(was.parts), elementsOf(is.parts)
	more := slices.ContainsFunc(after, func(s string) bool { return !slices.Contains(before, s) })
	less := slices.ContainsFunc(before, func(s string) bool { return !slices.Contains(after, s) })
	switch {
	case more && less:
		return Shifts
	case more:
		return Widens
	}
	return Narrows
}

// elementsOf splits extents into their elements.
func elementsOf(parts []string) []string {
	var out []string
	for _, part := range parts {
		if _, held, found := strings.Cut(part, ": "); found {
			part = held
		}
		out = append(out, strings.Split(part, ", ")...)
	}
	return out
}

// Gained returns what a principal may do now but could not before, or only on other objects,
// according to the lines of its delta.
func Gained(lines []Line, after *Access) *EntrySet {
	if after == nil {
		return &EntrySet{}
	}
	var gained []Entry
	entries := make(map[OperationName][]Entry, len(after.Entries))
	for _, e := range after.Entries {
		entries[NameOf(e.Operation)] = append(entries[NameOf(e.Operation)], e)
	}
	for _, l := range lines {
		if l.Verb != Gains && l.Verb != Widens && l.Verb != Shifts {
			continue
		}
		for _, o := range l.Operations {
			for _, e := range entries[NameOf(o)] {
				e.Extent = l.Extent
				gained = append(gained, e)
			}
		}
	}
	slices.SortStableFunc(gained, func(x, y Entry) int {
		return cmp.Or(int(y.Risk()-x.Risk()), rankingOf(x.Operation).place-rankingOf(y.Operation).place)
	})
	return &EntrySet{List: gained}
}

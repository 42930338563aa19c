package org

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// This file selects the objects of the org that a query is about.

// These prefixes begin the clues of an ObjectQuery: see schema.ObjectQuery.
const (
	clientIDClue  = "client_id "
	publicKeyClue = "public_key "
)

// match finds the declared objects that an object of the org may be, without comparing it with all
// of them.
type match struct {
	schema.Query
	byText map[string][]int // indexes in Query.Objects, by what identifies an object
	clues  bool             // whether keys identify objects
}

func newMatch(q schema.Query) *match {
	w := &match{Query: q, byText: map[string][]int{}}
	for i, want := range q.Objects {
		texts := append([]string{want.Name, want.Addr.String(), want.Imports}, want.Was...)
		for _, text := range slices.Concat(texts, want.Clues, want.Unique) {
			if key := strings.ToLower(text); text != "" {
				w.byText[key] = append(w.byText[key], i)
			}
		}
		w.clues = w.clues || len(want.Clues) > 0
	}
	return w
}

// candidates returns the declared objects that the object may be: all that it matches, and few
// others.
func (m *match) candidates(r *orgkinds.Remote) []schema.ObjectQuery {
	texts := []string{r.Name(), r.ID(), r.ClientID(), r.Owner().Addr}
	texts = append(texts, uniqueValues(r)...)
	if m.clues && r.Kind.IsApp() {
		texts = append(texts, clientIDClue+r.ClientID())
		for _, t := range r.Thumbprints() {
			texts = append(texts, publicKeyClue+t)
		}
	}
	var found []int
	for _, text := range texts {
		found = append(found, m.byText[strings.ToLower(text)]...)
	}
	slices.Sort(found)
	var wants []schema.ObjectQuery
	for _, i := range slices.Compact(found) {
		wants = append(wants, m.Objects[i])
	}
	return wants
}

// matters reports whether the object is owned, or may be a declared one.
func (m *match) matters(r *orgkinds.Remote) bool {
	return !r.Kind.Owned() || owns(m.Query, r) || slices.ContainsFunc(m.candidates(r), func(w schema.ObjectQuery) bool {
		return isNamed(w, r) || isImported(w, r) || hasClue(w, r) || inTheWay(w, r)
	})
}

// inTheWay reports whether the object has a value that no other object of its kind may have, and
// that the declared object is to have.
func inTheWay(w schema.ObjectQuery, r *orgkinds.Remote) bool {
	return w.Addr.Kind == r.Kind.Name && slices.ContainsFunc(uniqueValues(r), func(value string) bool {
		return slices.ContainsFunc(w.Unique, func(wanted string) bool { return strings.EqualFold(value, wanted) })
	})
}

// uniqueValues returns an object's values of unique attributes, as schema.Kind.UniqueValues does.
func uniqueValues(r *orgkinds.Remote) (values []string) {
	for i := range r.Kind.Attrs {
		if a := &r.Kind.Attrs[i]; a.Unique {
			values = append(values, a.Name+" "+okta.Text(r.Doc, strings.Split(a.Path, ".")...))
		}
	}
	return values
}

func owns(q schema.Query, r *orgkinds.Remote) bool {
	owner := r.Owner()
	return !owner.IsZero() && (owner.Owner == q.Owner || owner.Owner == q.PreviousOwner || q.Owners.Matches(owner.Owner))
}

func isNamed(w schema.ObjectQuery, r *orgkinds.Remote) bool {
	return w.Addr.Kind == r.Kind.Name && w.Name != "" && isCalled(w.Name, r)
}

// isImported reports whether an import block may mean the object, of whatever kind: if it names an
// object of another kind, that must be reported.
func isImported(w schema.ObjectQuery, r *orgkinds.Remote) bool {
	if w.Imports == "" {
		return false
	}
	return w.Imports == r.ID() || w.Imports == r.ClientID() || w.Addr.Kind == r.Kind.Name && isCalled(w.Imports, r)
}

// isCalled compares names. Names that are unique in an org are compared ignoring case.
func isCalled(name string, r *orgkinds.Remote) bool {
	return name == r.Name() || r.Kind.Unique && strings.EqualFold(name, r.Name())
}

// hasClue reports whether an app has the client id or a key of a declared one.
func hasClue(w schema.ObjectQuery, r *orgkinds.Remote) bool {
	if len(w.Clues) == 0 || w.Addr.Kind != r.Kind.Name {
		return false
	}
	if id := r.ClientID(); id != "" && slices.Contains(w.Clues, clientIDClue+id) {
		return true
	}
	return r.Owner().IsZero() && slices.ContainsFunc(r.Thumbprints(), func(t string) bool {
		return slices.Contains(w.Clues, publicKeyClue+t)
	})
}

// selection returns what to read of an object, and whether to read more than its document.
func (m *match) selection(r *orgkinds.Remote) (s orgkinds.Selection, complete bool) {
	own := owns(m.Query, r)
	complete = !r.Kind.Owned() || own || m.Unowned && r.Owner().IsZero()
	for _, w := range m.candidates(r) {
		marked := own && (w.Addr.String() == r.Owner().Addr || slices.Contains(w.Was, r.Owner().Addr))
		imported := isImported(w, r)
		if isNamed(w, r) || marked || imported || hasClue(w, r) {
			s.SideData = append(s.SideData, w.SideData...)
			s.Given = append(s.Given, w.Given...)
			s.Rights.Scopes = append(s.Rights.Scopes, w.Rights.Scopes...)
			s.Rights.Roles = append(s.Rights.Roles, w.Rights.Roles...)
		}
		complete = complete || imported
	}
	return s, complete
}

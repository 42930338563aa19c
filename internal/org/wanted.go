package org

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// Which of the org's objects a query is about.

// wanted finds the declared objects that one of the org's may be without looking
// at all of them.
type wanted struct {
	schema.Query
	byText map[string][]int // indexes in Wants, by what tells an object
	clues  bool             // whether there are keys among what tells
}

func newWanted(q schema.Query) *wanted {
	w := &wanted{Query: q, byText: map[string][]int{}}
	for i, want := range q.Wants {
		texts := append([]string{want.Name, want.Addr.String(), want.Imports}, want.Was...)
		for _, text := range append(texts, want.Clues...) {
			if key := strings.ToLower(text); text != "" {
				w.byText[key] = append(w.byText[key], i)
			}
		}
		w.clues = w.clues || len(want.Clues) > 0
	}
	return w
}

// candidates are the wants that the object may meet: all that it does, and few
// others.
func (w *wanted) candidates(r *remote) []schema.Want {
	texts := []string{r.name(), r.id(), clientID(r), r.owner().Addr}
	if w.clues && r.kind.IsApp() {
		texts = append(texts, "client_id "+clientID(r))
		for _, t := range thumbprints(r) {
			texts = append(texts, "public_key "+t)
		}
	}
	var found []int
	for _, text := range texts {
		found = append(found, w.byText[strings.ToLower(text)]...)
	}
	slices.Sort(found)
	var wants []schema.Want
	for _, i := range slices.Compact(found) {
		wants = append(wants, w.Wants[i])
	}
	return wants
}

// matters reports whether the object is owned, or may be a declared one.
func (w *wanted) matters(r *remote) bool {
	return r.kind.Mark == schema.MarkNone || owns(w.Query, r) || slices.ContainsFunc(w.candidates(r), func(w schema.Want) bool {
		return isNamed(w, r) || isImported(w, r) || hasClue(w, r)
	})
}

func owns(q schema.Query, r *remote) bool {
	owner := r.owner()
	return !owner.IsZero() && (owner.Owner == q.Owner || owner.Owner == q.PreviousOwner)
}

func isNamed(w schema.Want, r *remote) bool {
	return w.Addr.Kind == r.kind.Name && w.Name != "" && isCalled(w.Name, r)
}

// isImported reports whether an import may mean the object, whatever its kind:
// that it is of another one should be said, not hidden.
func isImported(w schema.Want, r *remote) bool {
	if w.Imports == "" {
		return false
	}
	return w.Imports == r.id() || w.Imports == clientID(r) || w.Addr.Kind == r.kind.Name && isCalled(w.Imports, r)
}

// isCalled compares a name. What must be unique in an org is so whatever the
// case of its letters.
func isCalled(name string, r *remote) bool {
	return name == r.name() || r.kind.Unique && strings.EqualFold(name, r.name())
}

// hasClue reports whether an app has the client id or a key of a declared one.
func hasClue(w schema.Want, r *remote) bool {
	if len(w.Clues) == 0 || w.Addr.Kind != r.kind.Name {
		return false
	}
	if id := clientID(r); id != "" && slices.Contains(w.Clues, "client_id "+id) {
		return true
	}
	return r.owner().IsZero() && slices.ContainsFunc(thumbprints(r), func(t string) bool {
		return slices.Contains(w.Clues, "public_key "+t)
	})
}

func clientID(r *remote) string {
	if !r.kind.IsApp() {
		return ""
	}
	return r.said("client_id", "credentials", "oauthClient", "client_id")
}

// details says whether an object is to be read completely, and what of it.
func (w *wanted) details(r *remote) (ask asked, complete bool) {
	own := owns(w.Query, r)
	complete = r.kind.Mark == schema.MarkNone || own || w.Unowned && r.owner().IsZero()
	for _, w := range w.candidates(r) {
		marked := own && (w.Addr.String() == r.owner().Addr || slices.Contains(w.Was, r.owner().Addr))
		imported := isImported(w, r)
		if isNamed(w, r) || marked || imported || hasClue(w, r) {
			ask.parts = append(ask.parts, w.Parts...)
			ask.rights.Scopes = append(ask.rights.Scopes, w.Rights.Scopes...)
			ask.rights.Roles = append(ask.rights.Roles, w.Rights.Roles...)
		}
		complete = complete || imported
	}
	return ask, complete
}

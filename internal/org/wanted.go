package org

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// Which of the org's objects a query is about.

// matters reports whether the object is owned, or may be a declared one.
func matters(q schema.Query, r *remote) bool {
	return r.kind.Mark == schema.MarkNone || owns(q, r) || slices.ContainsFunc(q.Wants, func(w schema.Want) bool {
		return isNamed(w, r) || isAdopted(w, r) || hasClue(w, r)
	})
}

func owns(q schema.Query, r *remote) bool {
	owner := r.owner()
	return !owner.IsZero() && (owner.Owner == q.Owner || owner.Owner == q.PreviousOwner)
}

func isNamed(w schema.Want, r *remote) bool {
	return w.Addr.Kind == r.kind.Name && w.Name != "" && isCalled(w.Name, r)
}

// isAdopted reports whether an adoption may mean the object, whatever its kind:
// that it is of another one should be said, not hidden.
func isAdopted(w schema.Want, r *remote) bool {
	if w.Adopts == "" {
		return false
	}
	return w.Adopts == r.id() || w.Adopts == clientID(r) || w.Addr.Kind == r.kind.Name && isCalled(w.Adopts, r)
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
	return str(r.doc, "credentials", "oauthClient", "client_id")
}

// details says whether an object is to be read completely, and which of its
// unmanaged attributes are declared.
func details(q schema.Query, r *remote) (parts []string, complete bool) {
	complete = r.kind.Mark == schema.MarkNone || owns(q, r) || q.Unowned && r.owner().IsZero()
	for _, w := range q.Wants {
		marked := owns(q, r) && (w.Addr.String() == r.owner().Addr || slices.Contains(w.Was, r.owner().Addr))
		adopted := isAdopted(w, r)
		if isNamed(w, r) || marked || adopted || hasClue(w, r) {
			parts = append(parts, w.Parts...)
		}
		complete = complete || adopted
	}
	return parts, complete
}

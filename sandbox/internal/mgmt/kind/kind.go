// Package kind is what the kinds of objects of the Management API are made of: the type of a kind,
// its part of a seed, and what operations of several kinds do with paths, rows and profiles.
package kind

import (
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Kind is everything that the sandbox knows about one kind of object.
type Kind struct {
	// Name is the name of the kind, and of its records in the data file.
	Name string
	// Table returns the table of the kind's objects in an org. It is nil for a kind whose objects
	// are parts of others.
	Table func(*state.Org) state.Storable
	// PartOf names the kinds whose objects contain those of this kind.
	PartOf []string
	// Routes are the operations, each with the scope and the right that a caller needs.
	Routes []web.Route
	// Section is the kind's list in seeds and dumps. Parts are listed inside the objects that
	// contain them.
	Section Section
	// Unseeded says why a kind with a table has no Section.
	Unseeded string
	// Events are the types of events that the operations log.
	Events []syslog.Type
	// Eventless says why there are none.
	Eventless string
	// Features are the members of the objects that an org shows only if it has a feature.
	Features []FeatureField
}

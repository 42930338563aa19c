// Package mgmt is the Management API: a value of Kind for each kind of object.
package mgmt

import (
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Kind is all that the sandbox knows of one kind of object.
type Kind struct {
	// Name names the kind, and its records in the data file.
	Name string
	// Table returns the table of its objects in an org. Nil for a kind whose objects are
	// parts of others.
	Table func(*state.Org) state.Storable
	// PartOf names the kinds of the objects that hold those of this kind.
	PartOf []string
	// Routes are its operations, each with the scope and the right that a caller needs.
	Routes []web.Route
	// Section is its list in seeds and dumps. Parts have theirs inside their objects'.
	Section section
	// Unseeded says why a kind with a table has no Section.
	Unseeded string
	// Events are the types of events that its operations write.
	Events []syslog.Type
	// Eventless says why there are none.
	Eventless string
	// Features are the fields of its objects that an org without a feature doesn't show.
	Features []FeatureField
}

// Kinds lists all kinds of objects, those first that others name in seeds.
func Kinds() []Kind {
	return []Kind{
		orgKind(), apiTokenKind(), policyKind(), userKind(), userSchemaKind(), groupKind(),
		appKind(), appKeyKind(), appSecretKind(), grantKind(), appGroupKind(), appUserKind(),
		customRoleKind(), resourceSetKind(), roleKind(), bindingKind(), zoneKind(), trustedOriginKind(), logKind(),
	}
}

// Routes are the operations of all kinds.
func Routes() []web.Route {
	var all []web.Route
	for _, k := range Kinds() {
		all = append(all, k.Routes...)
	}
	return all
}

// NewOrg returns an org without any object, with the tables of all kinds.
func NewOrg() *state.Org {
	o := state.NewOrg()
	for _, k := range Kinds() {
		if k.Table != nil {
			_ = k.Table(o)
		}
	}
	return o
}

// eventTypes are the types of all events that the sandbox writes.
func eventTypes() syslog.Types {
	lists := [][]syslog.Type{oauth.EventTypes(), syslog.LimitTypes()}
	for _, k := range Kinds() {
		lists = append(lists, k.Events)
	}
	return syslog.TypesOf(slices.Concat(lists...))
}

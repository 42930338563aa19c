// Package mgmt is the Management API. Each kind of object has a file, with one value of Kind that
// holds everything about it; Kinds lists them.
package mgmt

import (
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
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
	Section section
	// Unseeded says why a kind with a table has no Section.
	Unseeded string
	// Events are the types of events that the operations log.
	Events []syslog.Type
	// Eventless says why there are none.
	Eventless string
	// Features are the members of the objects that an org shows only if it has a feature.
	Features []FeatureField
}

// Kinds returns all kinds of objects. A kind comes before those whose seeds refer to it.
func Kinds() []Kind {
	return []Kind{
		orgKind(), apiTokenKind(), policyKind(), userKind(), userSchemaKind(), groupKind(), groupRuleKind(), groupSchemaKind(),
		appKind(), registrationKind(), appKeyKind(), signingKeyKind(), appSecretKind(), grantKind(), userGrantKind(), oauthTokenKind(),
		appGroupKind(), appUserKind(),
		customRoleKind(), resourceSetKind(), roleKind(), bindingKind(), zoneKind(), trustedOriginKind(), logKind(), absentKind(),
	}
}

// Routes returns the operations of all kinds.
func Routes() []web.Route {
	var all []web.Route
	for _, k := range Kinds() {
		all = append(all, k.Routes...)
	}
	for i := range all {
		if browserOperations[anyParameter(all[i].Pattern)] {
			all[i].CORS = web.CORSTrusted
		}
		all[i].Handle = unlessLacking(all[i].Pattern, withGroupRules(all[i].Handle))
	}
	return all
}

// NewOrg returns an org without objects, with the tables of all kinds.
func NewOrg() *state.Org {
	o := state.NewOrg()
	for _, k := range Kinds() {
		if k.Table != nil {
			_ = k.Table(o)
		}
	}
	return o
}

// eventTypes returns the types of all events that the sandbox logs.
func eventTypes() syslog.Types {
	lists := [][]syslog.Type{oauth.EventTypes(), syslog.LimitTypes()}
	for _, k := range Kinds() {
		lists = append(lists, k.Events)
	}
	return syslog.TypesOf(slices.Concat(lists...))
}

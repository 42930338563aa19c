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

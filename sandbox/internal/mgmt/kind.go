// Package mgmt is the Management API as a whole: the list of the kinds of objects, seeds, dumps and
// the inventory. Each of Okta's kinds has a file in one of the folders apps, groups, users, roles
// and org, with one value of kind.Kind that holds everything about it.
package mgmt

import (
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/apps"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/groups"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/org"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/roles"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/users"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Kinds returns all kinds of objects. A kind comes before those whose seeds refer to it.
func Kinds() []kind.Kind {
	return []kind.Kind{
		org.OrgKind(), org.APITokenKind(), org.PolicyKind(), users.UserKind(), users.UserSchemaKind(), groups.GroupKind(), groups.GroupRuleKind(), groups.GroupSchemaKind(),
		apps.AppKind(), apps.RegistrationKind(), apps.AppKeyKind(), apps.SigningKeyKind(), apps.AppSecretKind(), apps.GrantKind(), apps.UserGrantKind(), apps.OAuthTokenKind(),
		apps.AppGroupKind(), apps.AppUserKind(),
		roles.CustomRoleKind(), roles.ResourceSetKind(), roles.RoleKind(), roles.BindingKind(), org.ZoneKind(), org.TrustedOriginKind(), logKind(), absentKind(),
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
		all[i].Handle = unlessLacking(all[i].Pattern, groups.WithRules(all[i].Handle))
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

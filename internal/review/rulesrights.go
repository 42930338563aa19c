package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// rightRules are about scopes, roles and who has them.
func rightRules() []Rule {
	return []Rule{
		{ID: "G16", Title: "Super admin without a person", Severity: severity.Critical,
			Rationale: "Whoever has the app's key may do everything in the org, without multifactor authentication and without anybody signing in.",
			Source:    "DISA Okta IDaaS STIG V-279690; Okta HealthInsight: limit the number of super admins", Fix: "Assign the least role that does: a standard one, or a custom role within a resource set.", object: superApp},
		{ID: "G17", Title: "Standard role on the whole org", Severity: severity.Medium,
			Rationale: "A role without targets covers every app or group, including those created later.",
			Source:    "Okta's role assignments API: targets", Fix: "Name target_apps or target_groups, or use a custom role within a resource set.", object: wideRole},
		{ID: "G18", Title: "Scope that is nearly an administrator", Severity: severity.Medium, Worst: severity.High,
			Rationale: "With a role that allows it, a service app with this scope can take over identities, apps or the way people sign in.",
			Source:    "Panther: Okta Service App Acquired Dangerous Management Scope Token", Fix: "Ask for the .read scope, or keep the role within a resource set.", object: dangerousScope},
		{ID: "G19", Title: "The app can widen its own rights", Severity: severity.Critical,
			Rationale: "It may grant scopes, assign roles, or add keys to other apps, and so become any of them.",
			Source:    "by inference from Okta's grants, roles and app keys APIs", Fix: "Take the scope or the role away, or keep them in two apps.", object: escalation},
		{ID: "G20", Title: "Both .read and .manage of one resource", Severity: severity.Low,
			Rationale: "The .manage scope includes reading; two scopes hide which one is needed.",
			Source:    "RFC 9700, section 2.3", Fix: "Keep the one that the app needs.", object: appRule(bothScopes)},
		{ID: "G21", Title: "Scope that no role makes usable", Severity: severity.High,
			Rationale: "A call with it is refused with 403 E0000006: a service app may do what its scopes and its roles both allow.",
			Source:    "Okta support: receiving error code E0000006", Fix: "Assign a role that allows it, or take the scope out.", object: idleScope},
		{ID: "G22", Title: "Role without effect", Severity: severity.Medium,
			Rationale: "It misleads whoever reads the configuration, and gives rights as soon as a scope is added.",
			Source:    "Okta developer docs, issue 1872", Fix: "Grant a scope that it allows, or take the role out.", object: idleRole},
		{ID: "G62", Title: "New right that no smoke test uses", Severity: severity.Low,
			Rationale: "The app's smoke tests show what it is for, and none of them needs the new right. A right that nobody needs only helps an attacker who has the app's key.",
			Source:    "RFC 9700, section 2.3; this configuration's smoke tests", Fix: "Leave the right out, or add a request to a smoke test that shows what it is for.", change: newUnused},
		{ID: "G58", Title: "The app may use the account of the user who signs in", Severity: severity.Low, Worst: severity.Medium,
			Rationale: "No admin role is needed. Whoever has the token of a user who signed in may read that user's profile, email address, phone number or authenticators, and with a .manage scope change them.",
			Source:    "Okta guides: configure user-scoped account management; OAuth for Okta scopes", Fix: "Ask for the .read scope, or take it out.", object: ownAccounts},
		{ID: "G24", Title: "Everybody may use the app", Severity: severity.Medium,
			Rationale: "Also guests, contractors and service users, and whoever joins later.",
			Source:    "Okta help: Federation Broker Mode", Fix: "Assign the groups that need the app, and set implicit_assignment to false.", object: everybody},
		{ID: "G26", Title: "Privileged app may sign in from anywhere", Severity: severity.Medium,
			Rationale: "A stolen key works from anywhere; a network zone limits from where.",
			Source:    "DISA Okta IDaaS STIG V-279689", Fix: "Set network_connection to ZONE with the zones of the app's hosts.", object: anywhere},
	}
}

func superApp(_ *examined, o *access.Object) (hits []hit) {
	if !o.IsService() {
		return nil
	}
	for _, r := range access.RolesOf(o) {
		if r.Type == "SUPER_ADMIN" {
			hits = append(hits, hit{o: o, attribute: access.BlockAdminRole, at: access.RoleRange(o, r), message: "SUPER_ADMIN is assigned to a service app",
				reported: func(access.Entry) bool { return true }})
		}
	}
	return hits
}

func wideRole(_ *examined, o *access.Object) (hits []hit) {
	for _, r := range access.RolesOf(o) {
		before := len(hits)
		switch r.Type {
		case "ORG_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN":
			hits = append(hits, hit{o: o, attribute: access.BlockAdminRole, at: access.RoleRange(o, r), message: r.Type + " can't be limited: it reaches the whole org"})
		case "APP_ADMIN":
			if r.Unlimited() {
				hits = append(hits, hit{o: o, attribute: access.BlockAdminRole, at: access.RoleRange(o, r), message: "APP_ADMIN without target_apps reaches every app"})
			}
		case "USER_ADMIN":
			if r.Unlimited() {
				hits = append(hits, hit{o: o, attribute: access.BlockAdminRole, at: access.RoleRange(o, r), message: "USER_ADMIN without target_groups reaches every user and group"})
			}
		}
		for i := range hits[before:] {
			hits[before+i].reported = func(e access.Entry) bool { return e.Via == r.String() }
		}
	}
	return hits
}

// dangerousScopes give the rights of an organization administrator, if a role allows them.
var dangerousScopes = []string{
	"okta.users.manage", "okta.apps.manage", "okta.groups.manage", "okta.policies.manage", "okta.roles.manage", "okta.appGrants.manage",
	"okta.clients.manage", "okta.apiTokens.manage", "okta.idps.manage", "okta.authorizationServers.manage", "okta.authenticators.manage",
}

func dangerousScope(x *examined, o *access.Object) (hits []hit) {
	if !o.IsService() {
		return nil
	}
	a := x.Of(o)
	for _, scope := range a.Scopes {
		if !slices.Contains(dangerousScopes, scope) {
			continue
		}
		writes, wide := 0, false
		for _, e := range a.Entries {
			if slices.Contains(e.Operation.Scopes, scope) {
				writes++
				wide = wide || e.Extent == ""
			}
		}
		h := hit{o: o, attribute: access.AttrOktaAPIScopes, reported: func(e access.Entry) bool { return slices.Contains(e.Operation.Scopes, scope) }}
		switch {
		case writes == 0:
			continue // no role makes it usable: G21 reports that
		case wide:
			h.severity, h.message = severity.High, fmt.Sprintf("%s is usable on the whole org", scope)
		default:
			h.message = fmt.Sprintf("%s is usable on some objects", scope)
		}
		hits = append(hits, h)
	}
	return hits
}

func escalation(x *examined, o *access.Object) (hits []hit) {
	if !o.IsService() {
		return nil
	}
	entries := x.Of(o).Entries
	for _, way := range []struct {
		operation, how string
		severity       severity.Level
	}{
		{"POST /oauth2/v1/clients/{clientId}/roles", "assign admin roles, also to itself", severity.Critical},
		{"POST /api/v1/apps/{appId}/grants", "grant scopes, also to itself", severity.Critical},
		{"POST /api/v1/apps/{appId}/credentials/jwks", "add keys to other apps, and so act as those that have no granted scopes yet", severity.High},
	} {
		method, path, _ := strings.Cut(way.operation, " ")
		if at := slices.IndexFunc(entries, func(e access.Entry) bool { return e.Operation.Path == path && e.Operation.Method == method }); at >= 0 {
			scopes := entries[at].Operation.Scopes
			hits = append(hits, hit{o: o, attribute: access.AttrOktaAPIScopes, severity: way.severity, message: "it may " + way.how + " (" + way.operation + ")",
				reported: func(e access.Entry) bool { return slices.Equal(e.Operation.Scopes, scopes) }})
		}
	}
	return hits
}

func bothScopes(o *access.Object) (hits []hit) {
	scopes := o.List(access.AttrOktaAPIScopes).Texts
	for _, scope := range withSuffix(scopes, ".read") {
		if manage := strings.TrimSuffix(scope, ".read") + ".manage"; slices.Contains(scopes, manage) {
			hits = append(hits, on(o, access.AttrOktaAPIScopes, "%s includes %s", manage, scope)[0].fixed(Correction{Remove: scope, Given: manage}))
		}
	}
	return hits
}

func idleScope(x *examined, o *access.Object) (hits []hit) {
	for _, scope := range x.Of(o).IdleScopes {
		if catalog.OwnAccount(scope) {
			hits = append(hits, hit{o: o, attribute: access.AttrOktaAPIScopes, fix: Correction{Remove: scope}, message: scope + " is about the account of the user who signs in, and nobody signs in to a service app: the token endpoint refuses it"})
			continue
		}
		h := hit{o: o, attribute: access.AttrOktaAPIScopes, fix: Correction{Remove: scope}, message: fmt.Sprintf("%s: no role of the app allows any of its %d operations", scope, x.CountOperations(scope))}
		if reads := slices.ContainsFunc(x.Of(o).Entries, func(e access.Entry) bool { return catalog.Granted(e.Operation, scope) }); reads {
			h.severity, h.message = severity.Medium, h.message+", though reading"
			h.fix.Replace = strings.TrimSuffix(scope, ".manage") + ".read"
		}
		hits = append(hits, h)
	}
	return hits
}

func ownAccounts(x *examined, o *access.Object) (hits []hit) {
	for _, scope := range x.Of(o).OwnAccount {
		h := hit{o: o, attribute: access.AttrOktaAPIScopes, message: scope + ": the app may read the account of the user who signs in"}
		if strings.HasSuffix(strings.TrimSuffix(scope, ".self"), ".manage") {
			h.severity, h.message = severity.Medium, scope+": the app may change the account of the user who signs in"
		}
		hits = append(hits, h)
	}
	return hits
}

func idleRole(x *examined, o *access.Object) (hits []hit) {
	if !o.IsService() {
		return nil
	}
	for _, idle := range x.Of(o).IdleRoles {
		h := hit{o: o, attribute: access.BlockAdminRole, message: idle.Role + ": " + idle.Why}
		for _, r := range access.RolesOf(o) {
			if r.String() == idle.Role {
				h.at = access.RoleRange(o, r)
			}
		}
		hits = append(hits, h)
	}
	return hits
}

func everybody(x *examined, o *access.Object) []hit {
	if access.IsTrue(o.Get(access.AttrImplicitAssignment)) {
		return on(o, access.AttrImplicitAssignment, "everybody in the org may use the app without being assigned")
	}
	for _, r := range o.List(access.AttrAssignedGroups).Refs {
		if r.LikelyEveryone() {
			return on(o, access.AttrAssignedGroups, "the app is assigned to Everyone")
		}
	}
	var hits []hit
	for _, r := range o.List(access.AttrAssignedGroups).Refs {
		if x.MayBeEveryone(r) {
			hits = append(hits, on(o, access.AttrAssignedGroups, "the app is assigned to %s, which may be Everyone: the files don't name the group", r.Shown())...)
		}
	}
	return hits
}

func anywhere(x *examined, o *access.Object) []hit {
	if !o.IsService() || o.Text(access.AttrNetworkConnection) != "ANYWHERE" {
		return nil
	}
	writes := slices.ContainsFunc(x.Of(o).Entries, func(e access.Entry) bool { return !e.Operation.Reads() })
	if !writes {
		return nil
	}
	return on(o, access.AttrNetworkConnection, "an app that may change things signs in from anywhere")
}

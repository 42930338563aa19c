package org

import (
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
)

// effect is what an event of the System Log means for what is read beside the
// documents of objects. The documents themselves come with lists, in each run.
type effect struct {
	// of are types of target: an event names one at least, and what they are has
	// changed. None: nothing that is read has.
	of []string
	// parts: it has changed only in these, and only where they are managed.
	parts []string
	// gone: what refers to the target has changed too.
	gone bool
	// renamed: what refers to the target calls it by another name now.
	renamed bool
	// every: any group may have other members.
	every bool
	// rights: the target may see more or less than before; where it is a group, its
	// members may.
	rights bool
	// held: so may whoever holds the target, and the event doesn't tell who does.
	held bool
}

// matters reports whether it is of any consequence.
func (e effect) matters() bool { return len(e.of) > 0 || e.every }

// mayConcern reports whether the principal may see more or less by what has become of a
// target: it joined or left a group, or a group that it may be in has other rights.
func (e effect) mayConcern(principal string, target okta.EventTarget) bool {
	if e.rights {
		return target.Type == "UserGroup" && strings.HasPrefix(principal, userPrefix)
	}
	return len(e.of) > 0 && target.ID == principal
}

// eventFilters are the prefixes of the event types that tell of API access. A type
// that begins so and isn't in eventTypes may change anything.
var eventFilters = []string{"app.", "application.", "group.", "iam.", "user.lifecycle", "user.account.privilege", "user.account.update_profile"}

// manyEvents are types of eventFilters that an org writes with each sign-in, each
// token and each call of a rule, and that change nothing: they aren't asked for.
var manyEvents = strings.Fields(`app.oauth2.as.token.grant.access_token app.oauth2.as.token.grant.id_token
	app.oauth2.as.token.grant.refresh_token app.oauth2.as.authorize.code app.oauth2.as.evaluate.claim
	app.oauth2.token.grant.access_token app.oauth2.token.grant.id_token app.oauth2.token.grant.refresh_token
	app.oauth2.authorize.code app.oauth2.signon application.policy.sign_on.deny_access group.user_membership.rule.evaluation`)

// eventTypes says what each type of event changes. The types are those of Okta's
// catalog of event types; what they mean is from its descriptions, and what
// their targets are, from recordings and the documentation of the System Log.
var eventTypes = []struct {
	effect
	types string
}{
	{effect{of: ofApp, rights: true}, `app.oauth2.admin.consent.grant app.oauth2.admin.consent.revoke
		app.oauth2.client.privilege.grant app.oauth2.client.privilege.revoke`},
	{effect{of: ofApp}, `app.oauth2.client.lifecycle.create app.oauth2.client.lifecycle.activate app.oauth2.client.lifecycle.deactivate
		app.oauth2.credentials.lifecycle.create app.oauth2.credentials.lifecycle.activate
		app.oauth2.credentials.lifecycle.deactivate app.oauth2.credentials.lifecycle.delete
		application.lifecycle.create application.lifecycle.activate application.lifecycle.deactivate
		application.configuration.update application.configuration.import_schema`},
	{effect{of: ofApp, renamed: true}, `application.lifecycle.update app.oauth2.client.lifecycle.update`},
	{effect{of: ofApp, gone: true}, `application.lifecycle.delete app.oauth2.client.lifecycle.delete`},
	{effect{of: ofApp, parts: []string{assignedGroups, "assigned_group"}}, `group.application_assignment.add group.application_assignment.remove
		group.application_assignment.update group.application_assignment.skip_assignment_reconcile`},
	{effect{of: ofApp, parts: []string{"assigned_users", "assigned_user"}}, `application.user_membership.add application.user_membership.remove
		application.user_membership.update application.user_membership.approve application.user_membership.change_username
		application.user_membership.deprovision application.user_membership.provision application.user_membership.restore
		application.user_membership.revoke`},
	{effect{of: ofGroup, parts: []string{"members"}}, `group.user_membership.add group.user_membership.remove`},
	{effect{every: true}, `group.user_membership.rule.add_exclusion group.user_membership.rule.deactivated
		group.user_membership.rule.invalidate group.user_membership.rule.trigger`},
	{effect{of: ofGroup}, `group.lifecycle.create`},
	{effect{of: ofGroup, rights: true}, `group.privilege.grant group.privilege.revoke`},
	{effect{of: ofGroup, renamed: true}, `group.profile.update`},
	{effect{of: ofGroup, gone: true}, `group.lifecycle.delete`},
	{effect{of: ofUser}, `user.lifecycle.create`},
	{effect{of: ofUser, rights: true}, `user.account.privilege.grant user.account.privilege.revoke`},
	{effect{of: ofUser, renamed: true}, `user.account.update_profile`},
	{effect{of: ofUser, gone: true}, `user.lifecycle.activate user.lifecycle.deactivate user.lifecycle.reactivate
		user.lifecycle.suspend user.lifecycle.unsuspend user.lifecycle.delete.initiated user.lifecycle.delete.completed`},
	{effect{of: ofRole}, `iam.role.create`},
	{effect{of: ofRole, held: true}, `iam.role.permission.conditions.add iam.role.permission.conditions.delete
		iam.role.permissions.add iam.role.permissions.delete`},
	{effect{of: ofRole, renamed: true}, `iam.role.update`},
	{effect{of: ofRole, gone: true, held: true}, `iam.role.delete`},
	{effect{of: ofSet}, `iam.resourceset.create`},
	{effect{of: ofSet, held: true}, `iam.resourceset.resources.add iam.resourceset.resources.delete
		iam.resourceset.resources.update`},
	{effect{of: ofSet, renamed: true}, `iam.resourceset.update`},
	{effect{of: ofSet, gone: true, held: true}, `iam.resourceset.delete`},
	{effect{of: ofPrincipal, rights: true}, `iam.resourceset.bindings.add iam.resourceset.bindings.delete`},
	{effect{}, strings.Join(manyEvents, " ") + ` app.oauth2.as.authorize app.oauth2.as.authorize.implicit.access_token
		app.oauth2.as.authorize.implicit.id_token app.oauth2.as.authorize.scope_denied app.oauth2.as.consent.grant
		app.oauth2.as.consent.revoke app.oauth2.as.consent.revoke.implicit.as app.oauth2.as.consent.revoke.implicit.client
		app.oauth2.as.consent.revoke.implicit.scope app.oauth2.as.consent.revoke.implicit.user
		app.oauth2.as.consent.revoke.user app.oauth2.as.consent.revoke.user.client app.oauth2.as.interact.interaction_code
		app.oauth2.as.interact.interaction_handle app.oauth2.as.key.rollover
		app.oauth2.as.resource_server.credentials.lifecycle.activate app.oauth2.as.resource_server.credentials.lifecycle.create
		app.oauth2.as.resource_server.credentials.lifecycle.deactivate app.oauth2.as.resource_server.credentials.lifecycle.delete
		app.oauth2.as.token.detect_reuse app.oauth2.as.token.grant app.oauth2.as.token.grant.device_secret
		app.oauth2.as.token.grant.interclient_token app.oauth2.as.token.revoke app.oauth2.authorize
		app.oauth2.authorize.implicit.access_token app.oauth2.authorize.implicit.id_token app.oauth2.client.read_client_secret
		app.oauth2.client_id_rate_limit_warning app.oauth2.consent.grant app.oauth2.interact.interaction_code
		app.oauth2.interact.interaction_handle app.oauth2.invalid_client_credentials app.oauth2.key.rollover
		app.oauth2.token.detect_reuse app.oauth2.token.grant app.oauth2.token.grant.id_jag
		app.oauth2.token.grant.interclient_token app.oauth2.token.grant.oauth_sts app.oauth2.token.grant.service_account
		app.oauth2.token.grant.vaulted_secret app.oauth2.token.oauth_sts.request_token app.oauth2.token.revoke
		app.oauth2.token.revoke.implicit.as app.oauth2.token.revoke.implicit.client app.oauth2.token.revoke.implicit.user
		app.oauth2.trusted_server.add app.oauth2.trusted_server.delete
		application.configuration.detect_error application.configuration.disable_delauth_outbound
		application.configuration.disable_fed_broker_mode application.configuration.enable_delauth_outbound
		application.configuration.enable_fed_broker_mode application.configuration.read_client_secret
		application.configuration.reset_logo application.configuration.update_api_credentials_for_pass_change
		application.configuration.update_logo application.configuration.update_rate_limits
		application.policy.sign_on.rule.create application.policy.sign_on.rule.delete application.policy.sign_on.update
		application.user_membership.change_password application.user_membership.restore_password
		application.user_membership.show_password group.user_membership.rule.error
		iam.policy.assignee_configuration.update iam.policy.configuration.update iam.role.subscriptions.update
		user.lifecycle.jit.error.read_only user.lifecycle.password_mass_expiry`},
}

// Types of target in the System Log.
var (
	ofApp       = []string{"AppInstance", "PublicClientApp"}
	ofGroup     = []string{"UserGroup"}
	ofUser      = []string{"User"}
	ofRole      = []string{"CUSTOM_ROLE"}
	ofSet       = []string{"RESOURCE_SET"}
	ofPrincipal = []string{"PublicClientApp", "AppInstance", "User", "UserGroup"}
)

// effects are eventTypes by their names.
func effects() map[string]effect {
	all := map[string]effect{}
	for _, row := range eventTypes {
		for _, name := range strings.Fields(row.types) {
			all[name] = row.effect
		}
	}
	return all
}

// eventFilter asks the log for what changes API access.
func eventFilter() string {
	var parts []string
	for _, prefix := range eventFilters {
		part := `eventType sw "` + prefix + `"`
		for _, name := range manyEvents {
			if strings.HasPrefix(name, prefix) {
				part += ` and eventType ne "` + name + `"`
			}
		}
		parts = append(parts, "("+part+")")
	}
	return strings.Join(parts, " or ")
}

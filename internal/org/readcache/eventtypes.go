package readcache

import (
	"strings"

	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
)

// This file says which event types are requested. Each kind says which types change its objects
// (orgkinds.Kind.Events). The types come from Okta's catalog of event types; their meaning from its
// descriptions, and their targets from recordings and the documentation of the System Log.

// eventFilters are the prefixes of the event types about API access. A type with such a prefix that
// is neither in a kind's Events nor in irrelevant may change anything.
var eventFilters = []string{"app.", "application.", "group.", "iam.", "user.lifecycle", "user.account.privilege", "user.account.update_profile"}

// manyEvents are types with these prefixes that an org logs for each sign-in, each token and each
// rule evaluation, and that change nothing: they are not requested.
var manyEvents = strings.Fields(`app.oauth2.as.token.grant.access_token app.oauth2.as.token.grant.id_token
	app.oauth2.as.token.grant.refresh_token app.oauth2.as.authorize.code app.oauth2.as.evaluate.claim
	app.oauth2.token.grant.access_token app.oauth2.token.grant.id_token app.oauth2.token.grant.refresh_token
	app.oauth2.authorize.code app.oauth2.signon application.policy.sign_on.deny_access group.user_membership.rule.evaluation`)

// irrelevant are types with these prefixes that change nothing that is read.
var irrelevant = `app.oauth2.as.authorize app.oauth2.as.authorize.implicit.access_token
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
	user.lifecycle.jit.error.read_only user.lifecycle.password_mass_expiry`

// matters reports whether an event with this effect changes anything.
func matters(e orgkinds.EventEffect) bool { return len(e.Targets) > 0 || e.EveryGroup }

// effects returns the effects of all known event types.
func effects() map[string]orgkinds.EventEffect {
	all := map[string]orgkinds.EventEffect{}
	for _, name := range append(strings.Fields(irrelevant), manyEvents...) {
		all[name] = orgkinds.EventEffect{}
	}
	for _, kind := range orgkinds.All() {
		for _, effect := range kind.Events {
			for _, name := range strings.Fields(effect.Types) {
				all[name] = effect
			}
		}
	}
	return all
}

// eventFilter returns the filter for events that change API access.
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

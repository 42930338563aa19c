package sandbox

// Event types of Okta's catalog that the sandbox writes.
const (
	eventAppCreate     = "application.lifecycle.create"
	eventAppUpdate     = "application.lifecycle.update"
	eventAppActivate   = "application.lifecycle.activate"
	eventAppDeactivate = "application.lifecycle.deactivate"
	eventAppDelete     = "application.lifecycle.delete"
	eventAppPolicy     = "application.policy.sign_on.update"

	eventClientCreate     = "app.oauth2.client.lifecycle.create"
	eventClientUpdate     = "app.oauth2.client.lifecycle.update"
	eventClientActivate   = "app.oauth2.client.lifecycle.activate"
	eventClientDeactivate = "app.oauth2.client.lifecycle.deactivate"
	eventClientDelete     = "app.oauth2.client.lifecycle.delete"
	eventSecretRead       = "app.oauth2.client.read_client_secret"

	eventCredentialCreate     = "app.oauth2.credentials.lifecycle.create"
	eventCredentialActivate   = "app.oauth2.credentials.lifecycle.activate"
	eventCredentialDeactivate = "app.oauth2.credentials.lifecycle.deactivate"
	eventCredentialDelete     = "app.oauth2.credentials.lifecycle.delete"

	eventConsentGrant  = "app.oauth2.admin.consent.grant"
	eventConsentRevoke = "app.oauth2.admin.consent.revoke"

	eventAppGroupAdd    = "group.application_assignment.add"
	eventAppGroupUpdate = "group.application_assignment.update"
	eventAppGroupRemove = "group.application_assignment.remove"
	eventAppUserAdd     = "application.user_membership.add"
	eventAppUserUpdate  = "application.user_membership.update"
	eventAppUserRemove  = "application.user_membership.remove"

	eventGroupCreate = "group.lifecycle.create"
	eventGroupUpdate = "group.profile.update"
	eventGroupDelete = "group.lifecycle.delete"
	eventMemberAdd   = "group.user_membership.add"
	eventMemberGone  = "group.user_membership.remove"

	eventUserCreate         = "user.lifecycle.create"
	eventUserActivate       = "user.lifecycle.activate"
	eventUserReactivate     = "user.lifecycle.reactivate"
	eventUserDeactivate     = "user.lifecycle.deactivate"
	eventUserSuspend        = "user.lifecycle.suspend"
	eventUserUnsuspend      = "user.lifecycle.unsuspend"
	eventUserDeleting       = "user.lifecycle.delete.initiated"
	eventUserDeleted        = "user.lifecycle.delete.completed"
	eventUserProfile        = "user.account.update_profile"
	eventUserPassword       = "user.account.update_password"
	eventUserPasswordReset  = "user.account.reset_password"
	eventUserPasswordExpire = "user.account.expire_password"
	eventUserUnlock         = "user.account.unlock_by_admin"

	eventClientRoleGrant  = "app.oauth2.client.privilege.grant"
	eventClientRoleRevoke = "app.oauth2.client.privilege.revoke"
	eventUserRoleGrant    = "user.account.privilege.grant"
	eventUserRoleRevoke   = "user.account.privilege.revoke"
	eventGroupRoleGrant   = "group.privilege.grant"
	eventGroupRoleRevoke  = "group.privilege.revoke"

	eventRoleCreate        = "iam.role.create"
	eventRoleUpdate        = "iam.role.update"
	eventRoleDelete        = "iam.role.delete"
	eventPermissionAdd     = "iam.role.permissions.add"
	eventPermissionDelete  = "iam.role.permissions.delete"
	eventConditionsAdd     = "iam.role.permission.conditions.add"
	eventConditionsDelete  = "iam.role.permission.conditions.delete"
	eventSetCreate         = "iam.resourceset.create"
	eventSetUpdate         = "iam.resourceset.update"
	eventSetDelete         = "iam.resourceset.delete"
	eventSetResourceAdd    = "iam.resourceset.resources.add"
	eventSetResourceUpdate = "iam.resourceset.resources.update"
	eventSetResourceDelete = "iam.resourceset.resources.delete"
	eventBindingAdd        = "iam.resourceset.bindings.add"
	eventBindingDelete     = "iam.resourceset.bindings.delete"

	eventZoneCreate = "zone.create"
	eventZoneDelete = "zone.delete"

	eventSessionStart  = "user.session.start"
	eventSessionEnd    = "user.session.end"
	eventSessionClear  = "user.session.clear"
	eventSSO           = "user.authentication.sso"
	eventCode          = "app.oauth2.authorize.code"
	eventImplicitToken = "app.oauth2.authorize.implicit.access_token"
	eventImplicitID    = "app.oauth2.authorize.implicit.id_token"
	eventAuthorize     = "app.oauth2.authorize"
	eventToken         = "app.oauth2.token.grant"
	eventAccessToken   = "app.oauth2.token.grant.access_token"
	eventIDToken       = "app.oauth2.token.grant.id_token"
	eventRefreshToken  = "app.oauth2.token.grant.refresh_token"
	eventTokenRevoke   = "app.oauth2.token.revoke"
	eventTokenReuse    = "app.oauth2.token.detect_reuse"
	eventBadClient     = "app.oauth2.invalid_client_credentials"

	eventRateLimit   = "system.org.rate_limit.violation"
	eventConcurrency = "core.concurrency.org.limit.violation"
)

// logType is what an event type shows besides its name.
type logType struct {
	name, message string
	legacy        string // legacyEventType, where it had one and it is known
}

func (t logType) legacyOrNull() any {
	if t.legacy == "" {
		return nil
	}
	return t.legacy
}

// logTypeOf returns the entry of an event type.
func logTypeOf(name string) logType {
	for _, t := range logTypes {
		if t.name == name {
			return t
		}
	}
	return logType{name: name, message: name}
}

// logTypes are all event types that the sandbox writes.
var logTypes = []logType{
	{eventAppCreate, "Create application", "app.generic.config.app_created"},
	{eventAppUpdate, "Update application", "app.generic.config.app_updated"},
	{eventAppActivate, "Activate application", "app.generic.config.app_activated"},
	{eventAppDeactivate, "Deactivate application", "app.generic.config.app_deactivated"},
	{eventAppDelete, "Delete application", "app.generic.config.app_deleted"},
	{eventAppPolicy, "Update app sign on policy", ""},
	{eventClientCreate, "Create OAuth client", ""},
	{eventClientUpdate, "Update OAuth client", ""},
	{eventClientActivate, "Activate OAuth client", ""},
	{eventClientDeactivate, "Deactivate OAuth client", ""},
	{eventClientDelete, "Delete OAuth client", ""},
	{eventSecretRead, "Read client secret", ""},
	{eventCredentialCreate, "Create OAuth client credential", ""},
	{eventCredentialActivate, "Activate OAuth client credential", ""},
	{eventCredentialDeactivate, "Deactivate OAuth client credential", ""},
	{eventCredentialDelete, "Delete OAuth client credential", ""},
	{eventConsentGrant, "Admin grants consent to OAuth scope", ""},
	{eventConsentRevoke, "Admin revokes consent to OAuth scope", ""},
	{eventAppGroupAdd, "Add group assignment to application", ""},
	{eventAppGroupUpdate, "Update group assignment to application", ""},
	{eventAppGroupRemove, "Remove group assignment from application", ""},
	{eventAppUserAdd, "Add user to application membership", "app.generic.provision.assign_user_to_app"},
	{eventAppUserUpdate, "Update user's application membership", ""},
	{eventAppUserRemove, "Remove user's application membership", "app.generic.provision.deactivate_user_from_app"},
	{eventGroupCreate, "Create Okta group", "core.user_group.created"},
	{eventGroupUpdate, "Update Okta group profile", ""},
	{eventGroupDelete, "Delete Okta group", "core.user_group.deleted"},
	{eventMemberAdd, "Add user to group membership", "core.user_group_member.user_add"},
	{eventMemberGone, "Remove user from group membership", "core.user_group_member.user_remove"},
	{eventUserCreate, "Create Okta user", "core.user.config.user_creation.success"},
	{eventUserActivate, "Activate Okta user", "core.user.config.user_activated"},
	{eventUserReactivate, "Reactivate Okta user", ""},
	{eventUserDeactivate, "Deactivate Okta user", "core.user.config.user_deactivated"},
	{eventUserSuspend, "Suspend Okta user", "core.user.config.user_status.suspended"},
	{eventUserUnsuspend, "Unsuspend Okta user", ""},
	{eventUserDeleting, "Initiate deletion of Okta user", ""},
	{eventUserDeleted, "Delete Okta user", ""},
	{eventUserProfile, "Update user profile for Okta", "core.user.config.profile_update.success"},
	{eventUserPassword, "User update password for Okta", "core.user.config.password_update.success"},
	{eventUserPasswordReset, "Reset user's password for Okta", "core.user.config.password_reset.success"},
	{eventUserPasswordExpire, "Expire user's password for Okta", ""},
	{eventUserUnlock, "User account unlocked by admin", ""},
	{eventClientRoleGrant, "Grant OAuth client privilege", ""},
	{eventClientRoleRevoke, "Revoke OAuth client privilege", ""},
	{eventUserRoleGrant, "Grant user privilege", "core.user.admin_privilege.granted"},
	{eventUserRoleRevoke, "Revoke user privilege", "core.user.admin_privilege.revoked"},
	{eventGroupRoleGrant, "Grant group privilege", ""},
	{eventGroupRoleRevoke, "Revoke group privilege", ""},
	{eventRoleCreate, "Create custom role", ""},
	{eventRoleUpdate, "Update custom role", ""},
	{eventRoleDelete, "Delete custom role", ""},
	{eventPermissionAdd, "Add permissions to custom role", ""},
	{eventPermissionDelete, "Remove permissions from custom role", ""},
	{eventConditionsAdd, "Add conditions to a permission of a custom role", ""},
	{eventConditionsDelete, "Remove conditions from a permission of a custom role", ""},
	{eventSetCreate, "Create resource set", ""},
	{eventSetUpdate, "Update resource set", ""},
	{eventSetDelete, "Delete resource set", ""},
	{eventSetResourceAdd, "Add resources to resource set", ""},
	{eventSetResourceUpdate, "Update resources of resource set", ""},
	{eventSetResourceDelete, "Remove resources from resource set", ""},
	{eventBindingAdd, "Add bindings to resource set", ""},
	{eventBindingDelete, "Remove bindings from resource set", ""},
	{eventZoneCreate, "Create network zone", ""},
	{eventZoneDelete, "Delete network zone", ""},
	{eventSessionStart, "User login to Okta", "core.user_auth.login_success"},
	{eventSessionEnd, "User logout from Okta", "core.user_auth.logout_success"},
	{eventSessionClear, "Clear user session", ""},
	{eventSSO, "User single sign on to app", ""},
	{eventCode, "OIDC authorization code request", ""},
	{eventImplicitToken, "OIDC access token request", ""},
	{eventImplicitID, "OIDC id token request", ""},
	{eventAuthorize, "OAuth authorization request", ""},
	{eventToken, "OAuth token request", ""},
	{eventAccessToken, "OIDC access token is granted", ""},
	{eventIDToken, "OIDC id token is granted", ""},
	{eventRefreshToken, "OAuth refresh token is granted", ""},
	{eventTokenRevoke, "OAuth token revocation request", ""},
	{eventTokenReuse, "One-time refresh token reused", ""},
	{eventBadClient, "Invalid OAuth client credentials presented", ""},
	{eventRateLimit, "Rate limit violation", ""},
	{eventConcurrency, "Org concurrency limit violation", ""},
}

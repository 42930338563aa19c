package syslog

// Event types of Okta's catalog that the sandbox writes.
const (
	EventAppCreate     = "application.lifecycle.create"
	EventAppUpdate     = "application.lifecycle.update"
	EventAppActivate   = "application.lifecycle.activate"
	EventAppDeactivate = "application.lifecycle.deactivate"
	EventAppDelete     = "application.lifecycle.delete"
	EventAppPolicy     = "application.policy.sign_on.update"

	EventClientCreate     = "app.oauth2.client.lifecycle.create"
	EventClientUpdate     = "app.oauth2.client.lifecycle.update"
	EventClientActivate   = "app.oauth2.client.lifecycle.activate"
	EventClientDeactivate = "app.oauth2.client.lifecycle.deactivate"
	EventClientDelete     = "app.oauth2.client.lifecycle.delete"
	EventSecretRead       = "app.oauth2.client.read_client_secret"

	EventCredentialCreate     = "app.oauth2.credentials.lifecycle.create"
	EventCredentialActivate   = "app.oauth2.credentials.lifecycle.activate"
	EventCredentialDeactivate = "app.oauth2.credentials.lifecycle.deactivate"
	EventCredentialDelete     = "app.oauth2.credentials.lifecycle.delete"

	EventConsentGrant  = "app.oauth2.admin.consent.grant"
	EventConsentRevoke = "app.oauth2.admin.consent.revoke"

	EventAppGroupAdd    = "group.application_assignment.add"
	EventAppGroupUpdate = "group.application_assignment.update"
	EventAppGroupRemove = "group.application_assignment.remove"
	EventAppUserAdd     = "application.user_membership.add"
	EventAppUserUpdate  = "application.user_membership.update"
	EventAppUserRemove  = "application.user_membership.remove"

	EventGroupCreate = "group.lifecycle.create"
	EventGroupUpdate = "group.profile.update"
	EventGroupDelete = "group.lifecycle.delete"
	EventMemberAdd   = "group.user_membership.add"
	EventMemberGone  = "group.user_membership.remove"

	EventUserCreate         = "user.lifecycle.create"
	EventUserActivate       = "user.lifecycle.activate"
	EventUserReactivate     = "user.lifecycle.reactivate"
	EventUserDeactivate     = "user.lifecycle.deactivate"
	EventUserSuspend        = "user.lifecycle.suspend"
	EventUserUnsuspend      = "user.lifecycle.unsuspend"
	EventUserDeleting       = "user.lifecycle.delete.initiated"
	EventUserDeleted        = "user.lifecycle.delete.completed"
	EventUserProfile        = "user.account.update_profile"
	EventUserPassword       = "user.account.update_password"
	EventUserPasswordReset  = "user.account.reset_password"
	EventUserPasswordExpire = "user.account.expire_password"
	EventUserUnlock         = "user.account.unlock_by_admin"

	EventClientRoleGrant  = "app.oauth2.client.privilege.grant"
	EventClientRoleRevoke = "app.oauth2.client.privilege.revoke"
	EventUserRoleGrant    = "user.account.privilege.grant"
	EventUserRoleRevoke   = "user.account.privilege.revoke"
	EventGroupRoleGrant   = "group.privilege.grant"
	EventGroupRoleRevoke  = "group.privilege.revoke"

	EventRoleCreate        = "iam.role.create"
	EventRoleUpdate        = "iam.role.update"
	EventRoleDelete        = "iam.role.delete"
	EventPermissionAdd     = "iam.role.permissions.add"
	EventPermissionDelete  = "iam.role.permissions.delete"
	EventConditionsAdd     = "iam.role.permission.conditions.add"
	EventConditionsDelete  = "iam.role.permission.conditions.delete"
	EventSetCreate         = "iam.resourceset.create"
	EventSetUpdate         = "iam.resourceset.update"
	EventSetDelete         = "iam.resourceset.delete"
	EventSetResourceAdd    = "iam.resourceset.resources.add"
	EventSetResourceUpdate = "iam.resourceset.resources.update"
	EventSetResourceDelete = "iam.resourceset.resources.delete"
	EventBindingAdd        = "iam.resourceset.bindings.add"
	EventBindingDelete     = "iam.resourceset.bindings.delete"

	EventZoneCreate = "zone.create"
	EventZoneDelete = "zone.delete"

	EventSessionStart  = "user.session.start"
	EventSessionEnd    = "user.session.end"
	EventSessionClear  = "user.session.clear"
	EventSSO           = "user.authentication.sso"
	EventCode          = "app.oauth2.authorize.code"
	EventImplicitToken = "app.oauth2.authorize.implicit.access_token"
	EventImplicitID    = "app.oauth2.authorize.implicit.id_token"
	EventAuthorize     = "app.oauth2.authorize"
	EventToken         = "app.oauth2.token.grant"
	EventAccessToken   = "app.oauth2.token.grant.access_token"
	EventIDToken       = "app.oauth2.token.grant.id_token"
	EventRefreshToken  = "app.oauth2.token.grant.refresh_token"
	EventTokenRevoke   = "app.oauth2.token.revoke"
	EventTokenReuse    = "app.oauth2.token.detect_reuse"
	EventBadClient     = "app.oauth2.invalid_client_credentials"

	EventRateLimit   = "system.org.rate_limit.violation"
	EventConcurrency = "core.concurrency.org.limit.violation"
)

// Type is what an event type shows besides its name.
type Type struct {
	Name, Message string
	legacy        string // legacyEventType, where it had one and it is known
}

func (t Type) legacyOrNull() any {
	if t.legacy == "" {
		return nil
	}
	return t.legacy
}

// typeOf returns the entry of an event type.
func typeOf(name string) Type {
	for _, t := range Types {
		if t.Name == name {
			return t
		}
	}
	return Type{Name: name, Message: name}
}

// Types are all event types that the sandbox writes.
var Types = []Type{
	{EventAppCreate, "Create application", "app.generic.config.app_created"},
	{EventAppUpdate, "Update application", "app.generic.config.app_updated"},
	{EventAppActivate, "Activate application", "app.generic.config.app_activated"},
	{EventAppDeactivate, "Deactivate application", "app.generic.config.app_deactivated"},
	{EventAppDelete, "Delete application", "app.generic.config.app_deleted"},
	{EventAppPolicy, "Update app sign on policy", ""},
	{EventClientCreate, "Create OAuth client", ""},
	{EventClientUpdate, "Update OAuth client", ""},
	{EventClientActivate, "Activate OAuth client", ""},
	{EventClientDeactivate, "Deactivate OAuth client", ""},
	{EventClientDelete, "Delete OAuth client", ""},
	{EventSecretRead, "Read client secret", ""},
	{EventCredentialCreate, "Create OAuth client credential", ""},
	{EventCredentialActivate, "Activate OAuth client credential", ""},
	{EventCredentialDeactivate, "Deactivate OAuth client credential", ""},
	{EventCredentialDelete, "Delete OAuth client credential", ""},
	{EventConsentGrant, "Admin grants consent to OAuth scope", ""},
	{EventConsentRevoke, "Admin revokes consent to OAuth scope", ""},
	{EventAppGroupAdd, "Add group assignment to application", ""},
	{EventAppGroupUpdate, "Update group assignment to application", ""},
	{EventAppGroupRemove, "Remove group assignment from application", ""},
	{EventAppUserAdd, "Add user to application membership", "app.generic.provision.assign_user_to_app"},
	{EventAppUserUpdate, "Update user's application membership", ""},
	{EventAppUserRemove, "Remove user's application membership", "app.generic.provision.deactivate_user_from_app"},
	{EventGroupCreate, "Create Okta group", "core.user_group.created"},
	{EventGroupUpdate, "Update Okta group profile", ""},
	{EventGroupDelete, "Delete Okta group", "core.user_group.deleted"},
	{EventMemberAdd, "Add user to group membership", "core.user_group_member.user_add"},
	{EventMemberGone, "Remove user from group membership", "core.user_group_member.user_remove"},
	{EventUserCreate, "Create Okta user", "core.user.config.user_creation.success"},
	{EventUserActivate, "Activate Okta user", "core.user.config.user_activated"},
	{EventUserReactivate, "Reactivate Okta user", ""},
	{EventUserDeactivate, "Deactivate Okta user", "core.user.config.user_deactivated"},
	{EventUserSuspend, "Suspend Okta user", "core.user.config.user_status.suspended"},
	{EventUserUnsuspend, "Unsuspend Okta user", ""},
	{EventUserDeleting, "Initiate deletion of Okta user", ""},
	{EventUserDeleted, "Delete Okta user", ""},
	{EventUserProfile, "Update user profile for Okta", "core.user.config.profile_update.success"},
	{EventUserPassword, "User update password for Okta", "core.user.config.password_update.success"},
	{EventUserPasswordReset, "Reset user's password for Okta", "core.user.config.password_reset.success"},
	{EventUserPasswordExpire, "Expire user's password for Okta", ""},
	{EventUserUnlock, "User account unlocked by admin", ""},
	{EventClientRoleGrant, "Grant OAuth client privilege", ""},
	{EventClientRoleRevoke, "Revoke OAuth client privilege", ""},
	{EventUserRoleGrant, "Grant user privilege", "core.user.admin_privilege.granted"},
	{EventUserRoleRevoke, "Revoke user privilege", "core.user.admin_privilege.revoked"},
	{EventGroupRoleGrant, "Grant group privilege", ""},
	{EventGroupRoleRevoke, "Revoke group privilege", ""},
	{EventRoleCreate, "Create custom role", ""},
	{EventRoleUpdate, "Update custom role", ""},
	{EventRoleDelete, "Delete custom role", ""},
	{EventPermissionAdd, "Add permissions to custom role", ""},
	{EventPermissionDelete, "Remove permissions from custom role", ""},
	{EventConditionsAdd, "Add conditions to a permission of a custom role", ""},
	{EventConditionsDelete, "Remove conditions from a permission of a custom role", ""},
	{EventSetCreate, "Create resource set", ""},
	{EventSetUpdate, "Update resource set", ""},
	{EventSetDelete, "Delete resource set", ""},
	{EventSetResourceAdd, "Add resources to resource set", ""},
	{EventSetResourceUpdate, "Update resources of resource set", ""},
	{EventSetResourceDelete, "Remove resources from resource set", ""},
	{EventBindingAdd, "Add bindings to resource set", ""},
	{EventBindingDelete, "Remove bindings from resource set", ""},
	{EventZoneCreate, "Create network zone", ""},
	{EventZoneDelete, "Delete network zone", ""},
	{EventSessionStart, "User login to Okta", "core.user_auth.login_success"},
	{EventSessionEnd, "User logout from Okta", "core.user_auth.logout_success"},
	{EventSessionClear, "Clear user session", ""},
	{EventSSO, "User single sign on to app", ""},
	{EventCode, "OIDC authorization code request", ""},
	{EventImplicitToken, "OIDC access token request", ""},
	{EventImplicitID, "OIDC id token request", ""},
	{EventAuthorize, "OAuth authorization request", ""},
	{EventToken, "OAuth token request", ""},
	{EventAccessToken, "OIDC access token is granted", ""},
	{EventIDToken, "OIDC id token is granted", ""},
	{EventRefreshToken, "OAuth refresh token is granted", ""},
	{EventTokenRevoke, "OAuth token revocation request", ""},
	{EventTokenReuse, "One-time refresh token reused", ""},
	{EventBadClient, "Invalid OAuth client credentials presented", ""},
	{EventRateLimit, "Rate limit violation", ""},
	{EventConcurrency, "Org concurrency limit violation", ""},
}

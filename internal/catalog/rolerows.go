package catalog

const (
	helpRoles  = "Okta help: Standard administrator roles and permissions"
	helpSuper  = "Okta guides: only a super admin grants scopes and assigns roles"
	governance = "Okta help: governance roles have rights in their own product only"
	narrower   = "Okta help: Standard administrator roles and permissions, for a task near this one"
	oneReport  = "Okta help, against a public report of 403 E0000006 for POST /api/v1/apps by an organization administrator"
	// According to the help page only super admins see the page of administrators; the reads of the
	// API are broader.
	readsBroader = "Okta help: sees everything that an admin can see; the Administrators page is for super admins only"
)

const (
	listSecrets    = "GET /api/v1/apps/{appId}/credentials/secrets"
	getSecret      = "GET /api/v1/apps/{appId}/credentials/secrets/{secretId}"
	firstPartyApps = "PUT /api/v1/first-party-app-settings/{appName}"
	listRules      = "GET /api/v1/groups/rules"
	getRule        = "GET /api/v1/groups/rules/{groupRuleId}"
	appTokens      = "/api/v1/apps/{appId}/tokens"
	signingKeys    = "/api/v1/apps/{appId}/credentials/keys"
	userGrants     = "/api/v1/users/{userId}/grants"
	clientGrants   = "/api/v1/users/{userId}/clients/{clientId}/grants"
	clientTokens   = "/api/v1/users/{userId}/clients/{clientId}/tokens"
	deleteUser     = "DELETE /api/v1/users/{id}"
	addMember      = "PUT /api/v1/groups/{groupId}/users/{userId}"
	removeMember   = "DELETE /api/v1/groups/{groupId}/users/{userId}"
)

// endsAccess are operations that end what a user's sessions and tokens allow, beside sessions
// themselves.
var endsAccess = []string{"DELETE " + userGrants, "DELETE " + userGrants + "/{grantId}", "DELETE " + clientGrants, "DELETE " + clientTokens, "DELETE " + clientTokens + "/{tokenId}"}

// roleRows say what the standard roles allow.
var roleRows = []allowance{
	{"SUPER_ADMIN", []string{"*"}, helpSuper, Documented},

	{"ORG_ADMIN", []string{"okta.apps.read", "okta.apps.manage", "-" + firstPartyApps}, oneReport, Disputed},
	{"ORG_ADMIN", []string{"okta.users.read", "okta.users.manage", "okta.groups.read", "okta.groups.manage", "okta.logs.read"}, helpRoles, Documented},
	{"ORG_ADMIN", []string{"okta.appGrants.read", "okta.policies.read", "okta.policies.manage", "okta.authorizationServers.read",
		"okta.schemas.read", "okta.schemas.manage", "okta.profileMappings.read", "okta.profileMappings.manage", "okta.userTypes.read", "okta.userTypes.manage",
		"okta.networkZones.read", "okta.networkZones.manage", "okta.behaviors.read", "okta.behaviors.manage", "okta.threatInsights.read", "okta.threatInsights.manage",
		"okta.authenticators.read", "okta.authenticators.manage", "okta.idps.read", "okta.idps.manage", "okta.brands.read", "okta.brands.manage",
		"okta.templates.read", "okta.templates.manage", "okta.captchas.read", "okta.captchas.manage", "okta.orgs.read", "okta.orgs.manage",
		"okta.trustedOrigins.read", "okta.trustedOrigins.manage", "okta.devices.read", "okta.devices.manage", "okta.sessions.read", "okta.sessions.manage",
		"okta.deviceAssurance.read", "okta.deviceAssurance.manage", "okta.uischemas.read", "okta.uischemas.manage",
		"-GET /api/v1/org/privacy/aerial", "-POST /api/v1/org/privacy/aerial/grant", "-POST /api/v1/org/privacy/aerial/revoke",
		"-GET /api/v1/org/privacy/oktaSupport", "-PATCH /api/v1/org/privacy/oktaSupport/cases/{caseNumber}", "-POST /api/v1/org/privacy/oktaSupport/extend",
		"-POST /api/v1/org/privacy/oktaSupport/grant", "-POST /api/v1/org/privacy/oktaSupport/revoke"}, narrower, Inferred},

	{"ORG_ADMIN", []string{"okta.clients.read", "okta.clients.manage", "okta.clients.register"}, narrower, Inferred},

	{"APP_ADMIN", []string{"okta.apps.read", "okta.apps.manage", "okta.users.read", "okta.groups.read", "okta.logs.read", "-" + firstPartyApps, "-" + listRules, "-" + getRule}, helpRoles, Documented},
	{"APP_ADMIN", []string{"okta.appGrants.read", "okta.policies.read", "okta.profileMappings.read", "okta.profileMappings.manage", "okta.uischemas.read",
		"okta.clients.read", "okta.clients.manage", "okta.clients.register"}, narrower, Inferred},

	{"USER_ADMIN", []string{"okta.users.read", "okta.users.manage", "GET /api/v1/groups", "GET /api/v1/groups/{groupId}", "GET /api/v1/groups/{groupId}/users",
		"GET /api/v1/groups/{groupId}/apps", "PUT /api/v1/groups/{groupId}", "DELETE /api/v1/groups/{groupId}", addMember, removeMember}, helpRoles, Documented},
	{"USER_ADMIN", []string{"POST /api/v1/groups", "GET /api/v1/groups/{groupId}/owners", "POST /api/v1/groups/{groupId}/owners",
		"DELETE /api/v1/groups/{groupId}/owners/{ownerId}", "okta.userTypes.read", listRules, getRule}, narrower, Inferred},

	{"GROUP_MEMBERSHIP_ADMIN", []string{"GET /api/v1/groups", "GET /api/v1/groups/{groupId}", "GET /api/v1/groups/{groupId}/users", "GET /api/v1/groups/{groupId}/apps",
		addMember, removeMember, "okta.users.read"}, helpRoles, Documented},

	{"HELP_DESK_ADMIN", []string{"okta.users.read", "POST /api/v1/users/{userId}/credentials/change_password", "POST /api/v1/users/{userId}/credentials/forgot_password",
		"POST /api/v1/users/{id}/lifecycle/unlock", "POST /api/v1/users/{id}/lifecycle/reset_password", "POST /api/v1/users/{id}/lifecycle/expire_password",
		"POST /api/v1/users/{id}/lifecycle/expire_password_with_temp_password", "POST /api/v1/users/{id}/lifecycle/reset_factors",
		"DELETE /api/v1/users/{userId}/sessions"}, helpRoles, Documented},
	{"HELP_DESK_ADMIN", endsAccess, narrower, Inferred},
	{"HELP_DESK_ADMIN", []string{"GET /api/v1/groups", "GET /api/v1/groups/{groupId}", "GET /api/v1/groups/{groupId}/users", "GET /api/v1/groups/{groupId}/apps",
		"POST /api/v1/users/{userId}/credentials/change_recovery_question", "POST /api/v1/users/{userId}/credentials/forgot_password_recovery_question",
		"DELETE /api/v1/users/{userId}/factors/{factorId}"}, narrower, Inferred},

	{"API_ACCESS_MANAGEMENT_ADMIN", []string{"okta.authorizationServers.read", "okta.authorizationServers.manage", "okta.users.read", "okta.groups.read", "okta.logs.read", "-" + listRules, "-" + getRule,
		"okta.clients.read", "okta.clients.manage", "okta.clients.register", "GET /api/v1/apps", "GET /api/v1/apps/{appId}", "POST /api/v1/apps", "PUT /api/v1/apps/{appId}",
		"GET /api/v1/apps/{appId}/groups", "GET /api/v1/apps/{appId}/groups/{groupId}", "GET /api/v1/apps/{appId}/users", "GET /api/v1/apps/{appId}/users/{userId}"}, helpRoles, Documented},
	{"API_ACCESS_MANAGEMENT_ADMIN", []string{"GET " + appTokens, "GET " + appTokens + "/{tokenId}", "DELETE " + appTokens, "DELETE " + appTokens + "/{tokenId}",
		"GET " + signingKeys, "GET " + signingKeys + "/{keyId}", "POST " + signingKeys + "/generate", "POST " + signingKeys + "/{keyId}/clone"}, narrower, Inferred},
	{"API_ACCESS_MANAGEMENT_ADMIN", []string{"okta.appGrants.read", "DELETE /api/v1/apps/{appId}",
		"POST /api/v1/apps/{appId}/lifecycle/activate", "POST /api/v1/apps/{appId}/lifecycle/deactivate", "PUT /api/v1/apps/{appId}/policies/{policyId}",
		"GET /api/v1/apps/{appId}/credentials/jwks", "GET /api/v1/apps/{appId}/credentials/jwks/{keyId}",
		"POST /api/v1/apps/{appId}/credentials/jwks", "DELETE /api/v1/apps/{appId}/credentials/jwks/{keyId}",
		"POST /api/v1/apps/{appId}/credentials/jwks/{keyId}/lifecycle/activate", "POST /api/v1/apps/{appId}/credentials/jwks/{keyId}/lifecycle/deactivate",
		listSecrets, getSecret, "POST /api/v1/apps/{appId}/credentials/secrets", "DELETE /api/v1/apps/{appId}/credentials/secrets/{secretId}",
		"POST /api/v1/apps/{appId}/credentials/secrets/{secretId}/lifecycle/activate", "POST /api/v1/apps/{appId}/credentials/secrets/{secretId}/lifecycle/deactivate"}, narrower, Inferred},

	{"READ_ONLY_ADMIN", []string{"okta.apps.read", "okta.users.read", "okta.groups.read", "okta.logs.read", "okta.authorizationServers.read",
		"-" + listSecrets, "-" + getSecret}, helpRoles, Documented},
	{"READ_ONLY_ADMIN", []string{"okta.appGrants.read", "okta.policies.read", "okta.roles.read", "okta.apiTokens.read", "okta.networkZones.read", "okta.behaviors.read", "okta.idps.read", "okta.brands.read",
		"okta.authenticators.read", "okta.captchas.read", "okta.templates.read", "okta.schemas.read", "okta.userTypes.read", "okta.profileMappings.read",
		"okta.trustedOrigins.read", "okta.devices.read", "okta.domains.read", "okta.orgs.read", "okta.features.read", "okta.clients.read",
		"okta.eventHooks.read", "okta.inlineHooks.read", "okta.threatInsights.read", "okta.deviceAssurance.read",
		"-GET /api/v1/org/privacy/aerial", "-GET /api/v1/org/privacy/oktaSupport", "-GET /api/v1/meta/schemas/logStream", "-GET /api/v1/meta/schemas/logStream/{logStreamType}"}, readsBroader, Inferred},

	{"REPORT_ADMIN", []string{"okta.logs.read"}, helpRoles, Documented},
	{"MOBILE_ADMIN", []string{"okta.apps.read", "okta.users.read", "okta.groups.read", "okta.logs.read", "-" + listSecrets, "-" + getSecret}, narrower, Inferred},
	{"ACCESS_CERTIFICATIONS_ADMIN", nil, governance, Inferred},
	{"ACCESS_REQUESTS_ADMIN", nil, governance, Inferred},
	{"WORKFLOWS_ADMIN", nil, governance, Inferred},
}

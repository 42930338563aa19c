package oauth

import "strings"

// apiScopes are the scopes of Okta's APIs by resource: a scope is "{resource}.{verb}". Sources:
// Okta's OpenAPI documents, release 2026.06.3; for the scopes of the signed-in user's own account,
// discovery documents of orgs and Okta's guides.
var apiScopes = map[string]string{
	"okta.agentPools":                 "manage read",
	"okta.apiTokens":                  "manage read",
	"okta.appGrants":                  "manage read",
	"okta.apps.interclientTrust":      "manage read",
	"okta.apps":                       "manage read",
	"okta.authenticators":             "manage read",
	"okta.authorizationServers":       "manage read",
	"okta.behaviors":                  "manage read",
	"okta.botProtection":              "manage read",
	"okta.brands":                     "manage read",
	"okta.captchas":                   "manage read",
	"okta.clients":                    "manage read register",
	"okta.customTelephonyProvider":    "manage read",
	"okta.deviceAssurance":            "manage read",
	"okta.deviceIntegrations":         "manage read",
	"okta.devicePostureChecks":        "manage read",
	"okta.devices":                    "manage read",
	"okta.directories.groups":         "manage read",
	"okta.domains":                    "manage read",
	"okta.dr":                         "manage read",
	"okta.emailDomains":               "manage read",
	"okta.emailServers":               "manage read",
	"okta.eventHooks":                 "manage read",
	"okta.features":                   "manage read",
	"okta.groups":                     "manage read",
	"okta.identitySources":            "manage read",
	"okta.idps":                       "manage read",
	"okta.inlineHooks":                "manage read",
	"okta.linkedObjects":              "manage read",
	"okta.logStreams":                 "manage read",
	"okta.logs":                       "read",
	"okta.myAccount":                  "manage read",
	"okta.myAccount.appAuthenticator": "manage read",
	"okta.myAccount.appAuthenticator.maintenance": "manage read",
	"okta.myAccount.authenticators":               "manage read",
	"okta.myAccount.email":                        "manage read",
	"okta.myAccount.oktaApplications":             "read",
	"okta.myAccount.organization":                 "read",
	"okta.myAccount.password":                     "manage read",
	"okta.myAccount.phone":                        "manage read",
	"okta.myAccount.profile":                      "manage read",
	"okta.myAccount.sessions":                     "manage",
	"okta.networkZones":                           "manage read",
	"okta.oauthIntegrations":                      "manage read",
	"okta.orgs":                                   "manage read",
	"okta.personal.adminSettings":                 "manage read",
	"okta.policies":                               "manage read",
	"okta.principalRateLimits":                    "manage read",
	"okta.profileMappings":                        "manage read",
	"okta.pushProviders":                          "manage read",
	"okta.rateLimits":                             "manage read",
	"okta.realmAssignments":                       "manage read",
	"okta.realms":                                 "manage read",
	"okta.roles":                                  "manage read",
	"okta.schemas":                                "manage read",
	"okta.securityEventsProviders":                "manage read",
	"okta.serviceAccounts":                        "manage read",
	"okta.serviceAccounts.okta":                   "manage read",
	"okta.sessions":                               "manage read",
	"okta.templates":                              "manage read",
	"okta.threatInsights":                         "manage read",
	"okta.trustedOrigins":                         "manage read",
	"okta.uischemas":                              "manage read",
	"okta.universalLogout":                        "manage",
	"okta.userRisk":                               "manage read",
	"okta.userTypes":                              "manage read",
	"okta.users":                                  "manage read",
	"okta.users.manage":                           "self",
	"okta.users.read":                             "self",
	"okta.workflows.invoke":                       "manage",
	"ssf":                                         "manage read",
}

// knownScope reports whether the org authorization server has the scope. Names are case-sensitive.
func knownScope(scope string) bool {
	if isOpenIDScope(scope) {
		return true
	}
	dot := strings.LastIndexByte(scope, '.')
	if dot < 0 {
		return false
	}
	verbs, known := apiScopes[scope[:dot]]
	return known && strings.Contains(" "+verbs+" ", " "+scope[dot+1:]+" ")
}

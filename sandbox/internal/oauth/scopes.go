package oauth

import (
	"strings"
)

// isOpenIDScope reports whether a scope belongs to OpenID Connect: it is about the user and needs
// no grant to the app.
func isOpenIDScope(scope string) bool {
	switch scope {
	case "openid", "profile", "email", "address", "phone", "offline_access", "groups", "device_sso":
		return true
	}
	return false
}

// IsAPIScope reports whether a scope belongs to Okta's APIs: it must be granted to the app.
func IsAPIScope(scope string) bool { return knownScope(scope) && !isOpenIDScope(scope) }

// checkServiceScopes checks the scopes of a client_credentials request.
func checkServiceScopes(scopes []string) error {
	if len(scopes) == 0 {
		return ErrNoScopes
	}
	for _, scope := range scopes {
		switch {
		case isOpenIDScope(scope):
			return ErrOpenIDScope
		case strings.HasPrefix(scope, "okta.") && strings.HasSuffix(scope, ".self"):
			return ErrSelfScope
		case !IsAPIScope(scope) || strings.HasPrefix(scope, "okta.myAccount."):
			return ErrScope
		}
	}
	return nil
}

// checkUserScopes checks the scopes of an authorization request.
func checkUserScopes(scopes []string) *Error {
	if len(scopes) == 0 {
		return ErrNoScopes
	}
	openID, needsOpenID := false, false
	for _, scope := range scopes {
		switch {
		case scope == "openid":
			openID = true
		case isOpenIDScope(scope):
			needsOpenID = needsOpenID || scope != "offline_access"
		case !IsAPIScope(scope):
			return ErrScope
		}
	}
	if needsOpenID && !openID {
		return ErrOpenIDRequired
	}
	return nil
}

// grantedScopes returns the scopes that a user's sign-in gives the client: of Okta's API scopes
// only those granted to the app. If API scopes were requested and none is granted, it returns an
// error, as for service apps.
func (client *client) grantedScopes(asked []string) ([]string, *Error) {
	var kept []string
	apis, grantedAPIs := 0, 0
	for _, scope := range asked {
		if isOpenIDScope(scope) {
			kept = append(kept, scope)
			continue
		}
		apis++
		if client.grants(scope) {
			grantedAPIs++
			kept = append(kept, scope)
		}
	}
	if apis > 0 && grantedAPIs == 0 {
		return nil, ErrNoGrantedScope
	}
	return kept, nil
}

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

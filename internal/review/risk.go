package review

import (
	"slices"

	"github.com/oktaform/oktaform/internal/catalog"
)

// place is where the operation stands among the risks: the smaller, the worse.
func place(o catalog.Operation) int {
	at := 0
	for _, r := range risks {
		if i := slices.Index(r.operations, o.String()); i >= 0 {
			return at + i
		}
		at += len(r.operations)
	}
	return at
}

// risks says how bad it is to have an operation that changes something, where
// that isn't Medium, and why. What widens one's own rights is Critical; what
// takes over an identity or destroys one is High.
var risks = []struct {
	severity   Severity
	operations []string // names, or scopes for all operations of theirs
}{
	{Critical, []string{
		"POST /oauth2/v1/clients/{clientId}/roles", "POST /api/v1/users/{userId}/roles", "POST /api/v1/groups/{groupId}/roles", "POST /api/v1/apps/{appId}/grants",
		"okta.roles.manage", "okta.appGrants.manage",
	}},
	{High, []string{
		"DELETE /api/v1/users/{id}", "POST /api/v1/users/{id}", "PUT /api/v1/users/{id}",
		"POST /api/v1/users/{id}/lifecycle/reset_password", "POST /api/v1/users/{id}/lifecycle/reset_factors",
		"POST /api/v1/users/{id}/lifecycle/expire_password_with_temp_password", "POST /api/v1/users/{userId}/credentials/change_password",
		"POST /api/v1/users/{userId}/authenticator-enrollments/tac", "POST /api/v1/users/{userId}/factors", "DELETE /api/v1/users/{userId}/factors/{factorId}",
		"DELETE /api/v1/groups/{groupId}", "PUT /api/v1/groups/{groupId}/users/{userId}", "DELETE /api/v1/groups/{groupId}/users/{userId}",
		"POST /api/v1/groups/rules", "PUT /api/v1/groups/rules/{groupRuleId}",
		"POST /api/v1/apps", "PUT /api/v1/apps/{appId}", "DELETE /api/v1/apps/{appId}",
		"POST /api/v1/apps/{appId}/credentials/jwks", "POST /api/v1/apps/{appId}/credentials/secrets",
		"GET /api/v1/apps/{appId}/credentials/secrets", "GET /api/v1/apps/{appId}/credentials/secrets/{secretId}",
		"okta.idps.manage", "okta.policies.manage", "okta.authorizationServers.manage", "okta.apiTokens.manage", "okta.authenticators.manage",
		"okta.clients.manage", "okta.clients.register", "okta.inlineHooks.manage",
	}},
}

// Risk is how bad it is to have the operation.
func Risk(o catalog.Operation) Severity {
	for _, r := range risks {
		if slices.Contains(r.operations, o.String()) || slices.ContainsFunc(o.Scopes, func(s string) bool { return slices.Contains(r.operations, s) }) {
			return r.severity
		}
	}
	if o.Reads() {
		return Low
	}
	return Medium
}

// risk of an entry: an operation that reaches only some objects is one step
// less bad, except where it gives rights.
func (e Entry) risk() Severity {
	r := Risk(e.Operation)
	if e.Reach.limited() && r > Low && r < Critical {
		return r - 1
	}
	return r
}

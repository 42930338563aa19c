package access

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// OperationName identifies an operation, as a key of maps.
type OperationName struct{ method, path string }

// NameOf returns the name of an operation.
func NameOf(o catalog.Operation) OperationName { return OperationName{o.Method, o.Path} }

// ranking caches what is asked about an operation for each principal that may call it.
type ranking struct {
	risk  severity.Level
	place int // index in the risks
	order int // rank among all operations, the worst first
}

// rankings are the rankings of the catalog's operations. All copies of an operation share their
// scopes, whose address is a key that is fast to hash.
var rankings = sync.OnceValue(func() map[*string]ranking {
	all := slices.Clone(catalog.All())
	slices.SortFunc(all, func(x, y catalog.Operation) int {
		return cmp.Or(int(riskOf(y)-riskOf(x)), placeOf(x)-placeOf(y), destroys(y)-destroys(x), strings.Count(x.Path, "/")-strings.Count(y.Path, "/"), catalog.Compare(x, y))
	})
	ranked := make(map[*string]ranking, len(all))
	for i, o := range all {
		ranked[&o.Scopes[0]] = ranking{riskOf(o), placeOf(o), i}
	}
	return ranked
})

// rankingOf returns the ranking of an operation; one that is not in the catalog comes last.
func rankingOf(o catalog.Operation) ranking {
	if len(o.Scopes) > 0 {
		if r, found := rankings()[&o.Scopes[0]]; found {
			return r
		}
	}
	return ranking{riskOf(o), placeOf(o), len(rankings())}
}

// CompareOperations orders operations, the worst first.
func CompareOperations(x, y catalog.Operation) int {
	return cmp.Or(rankingOf(x).order-rankingOf(y).order, catalog.Compare(x, y))
}

// Risk returns how bad it is to have the operation.
func Risk(o catalog.Operation) severity.Level { return rankingOf(o).risk }

// placeOf returns the index of the operation in the risks: the smaller, the worse.
func placeOf(o catalog.Operation) int {
	at := 0
	for _, r := range risks {
		if i := slices.Index(r.operations, o.String()); i >= 0 {
			return at + i
		}
		at += len(r.operations)
	}
	return at
}

// risks rates operations that change something and are not Medium, with the reason. Operations
// that extend the caller's own rights are Critical; those that take over or destroy an identity are
// High.
var risks = []struct {
	severity   severity.Level
	operations []string // names, or scopes, which stand for all their operations
}{
	{severity.Critical, []string{
		"POST /oauth2/v1/clients/{clientId}/roles", "POST /api/v1/users/{userId}/roles", "POST /api/v1/groups/{groupId}/roles", "POST /api/v1/apps/{appId}/grants",
		"okta.roles.manage", "okta.appGrants.manage",
	}},
	{severity.High, []string{
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

func riskOf(o catalog.Operation) severity.Level {
	for _, r := range risks {
		if slices.Contains(r.operations, o.String()) || slices.ContainsFunc(o.Scopes, func(s string) bool { return slices.Contains(r.operations, s) }) {
			return r.severity
		}
	}
	if o.Reads() {
		return severity.Low
	}
	return severity.Medium
}

func destroys(o catalog.Operation) int {
	if o.Method == "DELETE" {
		return 1
	}
	return 0
}

// Risk returns the risk of an entry: an operation limited to some objects is one step less bad,
// unless it gives rights.
func (e Entry) Risk() severity.Level {
	r := Risk(e.Operation)
	if e.Extent.limited() && r > severity.Low && r < severity.Critical {
		return r - 1
	}
	return r
}

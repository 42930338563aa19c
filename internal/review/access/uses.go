package access

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/phrase"
)

// use is a way to use a right that people know, in words that follow "may".
type use struct {
	// operations are names of operations, or scopes, which stand for all their operations that
	// change something.
	operations []string
	anywhere   string // on the whole org
	// lesser is used on the whole org unless the right comes from SUPER_ADMIN, because
	// catalog.Protects refuses more; "": anywhere.
	lesser string
	within string // on some objects, which follow; "": anywhere, with the objects appended
}

// uses are the known uses of rights, the worst first. Operations that are in no use follow, those
// that change something before those that read.
var uses = []use{
	{operations: []string{opAssignClientRole, opAssignUserRole, opAssignGroupRole}, anywhere: "assign admin roles to anybody, itself included", within: "assign admin roles to"},
	{operations: []string{opGrantScope}, anywhere: "grant every scope to any app, itself included", within: "grant every scope to"},
	{operations: []string{"okta.roles.manage"}, anywhere: "change what admin roles allow, and to whom they apply"},
	{operations: []string{opAddIDP, "PUT /api/v1/idps/{idpId}"}, anywhere: "add an identity provider that signs in as anybody"},
	{operations: []string{"okta.idps.manage"}, anywhere: "change the identity providers that sign people in", within: "change"},
	{operations: []string{"POST /api/v1/apps/{appId}/credentials/jwks", "POST /api/v1/apps/{appId}/credentials/secrets"}, anywhere: "add a key to any app and act as it",
		lesser: "add a key to any app without roles or scopes and act as it", within: "add a key to, and act as,"},
	{operations: []string{"okta.clients.manage", "okta.clients.register"}, anywhere: "register OAuth clients and change their credentials", within: "change the credentials of"},
	{operations: []string{"okta.apiTokens.manage"}, anywhere: "change and revoke the API tokens of admins"},
	{operations: []string{"POST /api/v1/users/{id}/lifecycle/expire_password_with_temp_password", "POST /api/v1/users/{id}/lifecycle/reset_password",
		"POST /api/v1/users/{userId}/credentials/change_password", "POST /api/v1/users/{id}/lifecycle/expire_password", "POST /api/v1/users/{userId}/credentials/forgot_password"},
		anywhere: "reset the password of anybody, super admins included", lesser: "reset the password of any user but higher admins", within: "reset the password of"},
	{operations: []string{"POST /api/v1/users/{id}", "PUT /api/v1/users/{id}"}, anywhere: "change the login, email address and password of anybody, super admins included",
		lesser: "change the login, email address and password of any user but higher admins", within: "change the login, email address and password of"},
	{operations: []string{"POST /api/v1/users/{userId}/authenticator-enrollments/tac", "POST /api/v1/users/{userId}/factors", "POST /api/v1/users/{id}/lifecycle/reset_factors", "DELETE /api/v1/users/{userId}/factors/{factorId}"},
		anywhere: "replace the authenticators of anybody, super admins included", lesser: "replace the authenticators of any user but higher admins", within: "replace the authenticators of"},
	{operations: []string{"GET /api/v1/apps/{appId}/credentials/secrets", "GET /api/v1/apps/{appId}/credentials/secrets/{secretId}"}, anywhere: "read the client secret of any app", within: "read the client secrets of"},
	{operations: []string{opAddMember, "POST /api/v1/groups/rules", "PUT /api/v1/groups/rules/{groupRuleId}"}, anywhere: "put anybody into any group, those of admins included",
		lesser: "put anybody into any group without admin roles", within: "put anybody into"},
	{operations: []string{"okta.policies.manage"}, anywhere: "change the policies by which everybody signs in", within: "change"},
	{operations: []string{"okta.authenticators.manage"}, anywhere: "change with what everybody proves who they are"},
	{operations: []string{"okta.authorizationServers.manage"}, anywhere: "decide which tokens the custom authorization servers issue", within: "decide which tokens are issued by"},
	{operations: []string{"okta.inlineHooks.manage"}, anywhere: "change tokens and sign-ins through inline hooks"},
	{operations: []string{"POST /api/v1/apps", "PUT /api/v1/apps/{appId}"}, anywhere: "create apps and change any app", within: "change"},
	{operations: []string{"DELETE /api/v1/users/{id}"}, anywhere: "delete anybody", lesser: "delete any user but higher admins", within: "delete"},
	{operations: []string{"DELETE /api/v1/apps/{appId}"}, anywhere: "delete any app", within: "delete"},
	{operations: []string{"DELETE /api/v1/groups/{groupId}", "DELETE /api/v1/groups/{groupId}/users/{userId}"}, anywhere: "delete any group and remove its members",
		lesser: "delete any group without admin roles and remove its members", within: "delete, or remove the members of,"},
	{operations: []string{"POST /api/v1/users/{id}/lifecycle/deactivate", "POST /api/v1/users/{id}/lifecycle/suspend"}, anywhere: "lock out anybody",
		lesser: "lock out any user but higher admins", within: "lock out"},
	{operations: []string{"POST /api/v1/groups"}, anywhere: "create groups"},
	{operations: []string{"POST /api/v1/users"}, anywhere: "create users", within: "create"},
	{operations: []string{"DELETE /api/v1/users/{userId}/sessions"}, anywhere: "end anybody's sessions", lesser: "end the sessions of any user but higher admins", within: "end the sessions of"},
	{operations: []string{"PUT /api/v1/apps/{appId}/groups/{groupId}", "POST /api/v1/apps/{appId}/users"}, anywhere: "decide who may use any app", within: "decide who may use"},
}

// reads are uses that change nothing, the worst first. They follow everything that changes
// something.
var reads = []use{
	{operations: []string{"GET /api/v1/users"}, anywhere: "read the profiles of all users", within: "read the profiles of"},
	{operations: []string{"GET /api/v1/users/{id}"}, anywhere: "read the profile of any user", within: "read the profiles of"},
	{operations: []string{"GET /api/v1/logs"}, anywhere: "read the System Log"},
	{operations: []string{"GET /api/v1/apps"}, anywhere: "read the settings of all apps", within: "read the settings of"},
	{operations: []string{"GET /api/v1/groups"}, anywhere: "read all groups and their members", within: "read"},
}

// Operations that give further rights.
const (
	opAssignClientRole = "POST /oauth2/v1/clients/{clientId}/roles"
	opAssignUserRole   = "POST /api/v1/users/{userId}/roles"
	opAssignGroupRole  = "POST /api/v1/groups/{groupId}/roles"
	opGrantScope       = "POST /api/v1/apps/{appId}/grants"
	opAddIDP           = "POST /api/v1/idps"
	opAddMember        = "PUT /api/v1/groups/{groupId}/users/{userId}"
)

// rankedUse is a use with its rank, the smaller the worse.
type rankedUse struct {
	use
	rank int
}

// usesOf caches the uses of the catalog's operations, by the key of rankings.
var usesOf = sync.OnceValue(func() map[*string]*rankedUse {
	all := make(map[*string]*rankedUse, len(catalog.All()))
	for _, o := range catalog.All() {
		u, rank := findUse(o)
		all[&o.Scopes[0]] = &rankedUse{u, rank}
	}
	return all
})

// useOf returns how an operation can be used, and the rank of the use.
func useOf(o catalog.Operation) (use, int) {
	if len(o.Scopes) > 0 {
		if u := usesOf()[&o.Scopes[0]]; u != nil {
			return u.use, u.rank
		}
	}
	return findUse(o)
}

// UseRank returns the rank of the use of an operation: the smaller, the worse.
func UseRank(o catalog.Operation) int {
	_, rank := useOf(o)
	return rank
}

func findUse(o catalog.Operation) (u use, rank int) {
	table, base := uses, 0
	if o.Reads() && !inUses(uses, o) {
		table, base = reads, len(uses)+1
	}
	for i, u := range table {
		if u.covers(o) {
			return u, base + i
		}
	}
	title := phrase.LowerFirst(catalog.Title(o.Family()))
	if o.Reads() {
		return use{anywhere: "read " + title}, base + len(reads)
	}
	return use{anywhere: "change " + title}, len(uses)
}

func inUses(table []use, o catalog.Operation) bool {
	return slices.ContainsFunc(table, func(u use) bool { return u.covers(o) })
}

func (u use) covers(o catalog.Operation) bool {
	return slices.ContainsFunc(u.operations, func(term string) bool {
		return term == o.String() || !o.Reads() && slices.Contains(o.Scopes, term)
	})
}

// Use returns the right in words that follow "may": "reset the password of users of group.emea".
func (e Entry) Use() string {
	u, _ := useOf(e.Operation)
	through := ""
	if e.Extent == ThroughUsers {
		through = ", " + string(ThroughUsers)
	}
	switch {
	case e.Extent == "" || through != "":
		if u.lesser != "" && through == "" && !strings.HasPrefix(e.Via, SuperAdmin) {
			return u.lesser
		}
		return u.anywhere + through
	case u.within == "":
		return u.anywhere + ", within " + e.Extent.short()
	}
	return u.within + " " + e.Extent.short()
}

// short returns the extent without the name of its resource set, and with few of many elements.
func (r Extent) short() string {
	elements := elementsOf([]string{string(r)})
	if more := len(elements) - 3; more > 1 {
		elements = append(elements[:3], phrase.Count(more, "other"))
	}
	const users = "users of "
	for i := range elements {
		if i > 0 && strings.HasPrefix(elements[0], users) {
			elements[i] = strings.TrimPrefix(elements[i], users)
		}
	}
	return phrase.List(elements)
}

// WorstEntry returns the entry with the worst use; false if there are no entries.
func WorstEntry(entries []Entry) (worst Entry, found bool) {
	if len(entries) == 0 {
		return Entry{}, false
	}
	return slices.MinFunc(entries, compareUses), true
}

// compareUses orders entries by what they can be used for, the worst first.
func compareUses(x, y Entry) int {
	if c := int(y.Risk() - x.Risk()); c != 0 {
		return c
	}
	_, a := useOf(x.Operation)
	_, b := useOf(y.Operation)
	narrow := func(e Entry) int {
		if e.Extent.limited() {
			return 1
		}
		return 0
	}
	if c := cmp.Or(a-b, narrow(x)-narrow(y)); c != 0 {
		return c
	}
	return CompareOperations(x.Operation, y.Operation)
}

// WorstUse returns in words what the worst is that somebody with this access may do; "" if they may
// do nothing.
func (a *Access) WorstUse() string {
	if a == nil {
		return ""
	}
	if e, found := a.WorstEntry(); found {
		return e.Use()
	}
	return ""
}

// UseRank returns the rank of the worst use of the access: the smaller, the worse.
func (a *Access) UseRank() int {
	if a == nil || len(a.Entries) == 0 {
		return len(uses) + len(reads) + 2
	}
	if a.IsSuperAdmin() {
		return -1
	}
	worst, _ := a.WorstEntry()
	return UseRank(worst.Operation)
}

// UseOn returns in words what an operation does to the named objects.
func UseOn(o catalog.Operation, names []string) string {
	u, _ := useOf(o)
	if u.within == "" {
		return "call " + o.String() + " on " + phrase.List(names)
	}
	return u.within + " " + phrase.List(names)
}

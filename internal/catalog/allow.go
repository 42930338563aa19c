package catalog

import (
	"slices"
	"strings"
	"sync"
)

// Confidence is how certain a row about a role or permission is.
type Confidence string

const (
	Documented Confidence = "documented" // Okta says so
	Inferred   Confidence = "inferred"   // concluded from a name, or from what Okta says about something similar
	Disputed   Confidence = "disputed"   // Okta says so, and somebody reports the opposite
)

// Low reports whether a reader must be told.
func (c Confidence) Low() bool { return c != Documented }

// Basis says why a role or permission is assumed to allow an operation.
type Basis struct {
	Source     string
	Confidence Confidence
}

// allowance says what a role or a permission allows. Okta publishes no table of roles by API
// operation; the rows are compiled from what it does publish.
type allowance struct {
	holder string // type of a standard role, or name of a permission
	// operations are names of operations. A scope stands for all operations that list it, "*" for
	// all; a leading minus excludes one operation.
	operations []string
	source     string
	confidence Confidence
}

// RolePermits reports whether a standard role of that type allows the operation on the objects that
// it covers, and why. A custom role allows what its permissions do.
func RolePermits(roleType string, o Operation) (Basis, bool) { return permits(roleType, o) }

// PermissionPermits reports whether a permission of a custom role allows the operation on the
// objects in the role's resource set, and why.
func PermissionPermits(permission string, o Operation) (Basis, bool) { return permits(permission, o) }

func permits(holder string, o Operation) (Basis, bool) {
	basis, found := allowed()[holder][o.String()]
	return basis, found
}

// KnownHolder reports whether the catalog knows a type of role or a permission; what others allow
// is unknown.
func KnownHolder(holder string) bool {
	_, known := allowed()[holder]
	return known
}

// WithoutOperations reports whether the catalog knows a type of role or a permission, but no
// operation that it allows.
func WithoutOperations(holder string) bool { return KnownHolder(holder) && len(allowed()[holder]) == 0 }

// PermittedBy returns the roles and permissions that allow the operation, sorted.
func PermittedBy(o Operation) []string {
	var holders []string
	for holder, of := range allowed() {
		if _, found := of[o.String()]; found {
			holders = append(holders, holder)
		}
	}
	slices.Sort(holders)
	return holders
}

// allowed expands the rows: by role or permission, then by operation. Of several rows for one
// operation the most certain one counts.
var allowed = sync.OnceValue(func() map[string]map[string]Basis {
	named := byTerm()
	all := map[string]map[string]Basis{}
	for _, a := range slices.Concat(specified, roleRows, permissionRows) {
		of := all[a.holder]
		if of == nil {
			of = map[string]Basis{}
			all[a.holder] = of
		}
		without := map[string]bool{}
		for _, term := range a.operations {
			if term, minus := strings.CutPrefix(term, "-"); minus {
				without[term] = true
			}
		}
		for _, term := range a.operations {
			for _, name := range named[term] {
				if known, found := of[name]; !without[name] && (!found || known.Confidence.Low() && !a.confidence.Low()) {
					of[name] = Basis{a.source, a.confidence}
				}
			}
		}
	}
	return all
})

// byTerm returns what each term of an allowance stands for.
func byTerm() map[string][]string {
	named := map[string][]string{}
	for _, o := range operations {
		name := o.String()
		for _, term := range append([]string{"*", name}, o.Scopes...) {
			named[term] = append(named[term], name)
		}
	}
	return named
}

// OneselfPermits reports whether every user may call the operation on themselves without an admin
// role, and why.
func OneselfPermits(o Operation) (Basis, bool) {
	switch o.String() {
	case "GET /api/v1/users/{id}":
		return Basis{"Okta's users API: the current user", Documented}, true
	case "GET /api/v1/users/{id}/groups", "GET /api/v1/users/{id}/appLinks", "GET /api/v1/users/{userId}/clients",
		"GET " + userGrants, "GET " + userGrants + "/{grantId}", "GET " + clientGrants, "GET " + clientTokens, "GET " + clientTokens + "/{tokenId}":
		return Basis{"Okta's users API: the current user, for an operation near this one", Inferred}, true
	}
	return Basis{}, false
}

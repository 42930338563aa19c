package review

import (
	"slices"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/schema"
)

// Held lists what the object declared at an address holds that protects it from lesser admins,
// in the second version: types of admin roles, catalog.RoleOfGroup and
// catalog.GrantedScopes.
func (r *Review) Held(addr string) []string { return r.after.Protections(r.after.ByAddr[addr]) }

// Protected reports whether Okta refuses the principal the operation on an
// object that holds all of these, although its roles allow the operation and
// reach the object.
func (r *Review) Protected(by schema.Addr, o catalog.Operation, held []string) bool {
	principal := r.after.ByAddr[by.String()]
	if principal == nil {
		return false
	}
	return !slices.ContainsFunc(r.after.AllRoles(principal), func(actor access.Role) bool {
		given, _ := r.after.RoleEntries(actor, []catalog.Operation{o})
		return len(given) > 0 && !slices.ContainsFunc(held, func(one string) bool {
			_, protected := catalog.Protects(one, o, actor.Type)
			return protected
		})
	})
}

// Immaterial says why a change of an attribute of a kind alone cannot matter for access; "" if it
// can. The name of a nested block's attribute is "BLOCK.ATTRIBUTE".
func Immaterial(k *schema.Kind, name string) string {
	return access.KindOf(k).Attribute(name).Immaterial
}

// WayOperations lists the operations that lead to further rights.
func WayOperations() (names []string) {
	for _, w := range access.Ways {
		names = append(names, w.Operation)
	}
	return names
}

// Without switches one rule off.
func Without(o Options, id string) Options {
	o.without = id
	return o
}

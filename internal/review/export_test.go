package review

import (
	"slices"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// Held lists what the object declared at an address holds that protects it from lesser admins,
// in the second version: types of admin roles, catalog.RoleOfGroup and
// catalog.GrantedScopes.
func (r *Review) Held(addr string) []string { return r.after.protections(r.after.byAddr[addr]) }

// Protected reports whether Okta refuses the principal the operation on an
// object that holds all of these, although its roles allow the operation and
// reach the object.
func (r *Review) Protected(by schema.Addr, o catalog.Operation, held []string) bool {
	principal := r.after.byAddr[by.String()]
	if principal == nil {
		return false
	}
	return !slices.ContainsFunc(r.after.allRoles(principal), func(actor role) bool {
		given, _ := r.after.roleEntries(actor, []catalog.Operation{o})
		return len(given) > 0 && !slices.ContainsFunc(held, func(one string) bool {
			_, protected := catalog.Protects(one, o, actor.typ)
			return protected
		})
	})
}

// Immaterial says why a change of an attribute of a kind alone cannot matter for access; "" if it
// can. The name of a nested block's attribute is "BLOCK.ATTRIBUTE".
func Immaterial(k *schema.Kind, name string) string {
	return kindOf(k).attribute(name).immaterial
}

// WayOperations lists the operations that lead to further rights.
func WayOperations() (names []string) {
	for _, w := range ways {
		names = append(names, w.operation)
	}
	return names
}

// Without switches one rule off.
func Without(o Options, id string) Options {
	o.without = id
	return o
}

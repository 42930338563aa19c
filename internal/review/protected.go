package review

import (
	"slices"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// Held lists what the object declared at an address holds that protects it from lesser admins,
// in the second version: types of admin roles, catalog.RoleOfGroup and
// catalog.GrantedScopes.
func (r *Review) Held(addr string) []string { return r.after.held(r.after.byAddr[addr]) }

// heldBy lists what a user holds, by whatever block says so.
func (w *world) heldBy(user ref) (held []string) {
	for _, o := range w.principals(user) {
		held = append(held, w.held(o)...)
	}
	return held
}

func (w *world) held(o *Object) (held []string) {
	if o == nil {
		return nil
	}
	for _, role := range w.allRoles(o) {
		if role.throughAny != nil {
			held = append(held, catalog.RoleOfGroup)
		} else {
			held = append(held, role.typ)
		}
	}
	if o.isService() && len(o.list("okta_api_scopes").texts) > 0 {
		held = append(held, catalog.GrantedScopes)
	}
	return held
}

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

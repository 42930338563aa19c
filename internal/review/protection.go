package review

import "github.com/oktaform/oktaform/internal/catalog"

// heldBy returns what a user holds, whichever block declares it.
func (w *versionIndex) heldBy(user ref) (held []string) {
	for _, o := range w.principals(user) {
		held = append(held, w.held(o)...)
	}
	return held
}

// held returns what an object holds that protects it from lesser admins: types of admin roles,
// catalog.RoleOfGroup and catalog.GrantedScopes.
func (w *versionIndex) held(o *Object) (held []string) {
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
	if o.isService() && len(o.list(attrOktaAPIScopes).texts) > 0 {
		held = append(held, catalog.GrantedScopes)
	}
	return held
}

package access

import "github.com/oktaform/oktaform/internal/catalog"

// ProtectionsOf returns what a user holds, whichever block declares it.
func (w *Index) ProtectionsOf(user Ref) (protections []string) {
	for _, o := range w.principals(user) {
		protections = append(protections, w.Protections(o)...)
	}
	return protections
}

// Protections returns what an object has that protects it from lesser admins: types of admin roles,
// catalog.RoleOfGroup and catalog.GrantedScopes.
func (w *Index) Protections(o *Object) (protections []string) {
	if o == nil {
		return nil
	}
	for _, role := range w.AllRoles(o) {
		if role.Through != nil {
			protections = append(protections, catalog.RoleOfGroup)
		} else {
			protections = append(protections, role.Type)
		}
	}
	if o.IsService() && len(o.List(AttrOktaAPIScopes).Texts) > 0 {
		protections = append(protections, catalog.GrantedScopes)
	}
	return protections
}

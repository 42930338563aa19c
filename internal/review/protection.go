package review

import "github.com/oktaform/oktaform/internal/catalog"

// protectionsOf returns what a user holds, whichever block declares it.
func (w *versionIndex) protectionsOf(user ref) (protections []string) {
	for _, o := range w.principals(user) {
		protections = append(protections, w.protections(o)...)
	}
	return protections
}

// protections returns what an object has that protects it from lesser admins: types of admin roles,
// catalog.RoleOfGroup and catalog.GrantedScopes.
func (w *versionIndex) protections(o *Object) (protections []string) {
	if o == nil {
		return nil
	}
	for _, role := range w.allRoles(o) {
		if role.throughAny != nil {
			protections = append(protections, catalog.RoleOfGroup)
		} else {
			protections = append(protections, role.typ)
		}
	}
	if o.isService() && len(o.list(attrOktaAPIScopes).texts) > 0 {
		protections = append(protections, catalog.GrantedScopes)
	}
	return protections
}

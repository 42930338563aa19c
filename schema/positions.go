package schema

import "github.com/hashicorp/hcl/v2"

// Positions say where the attributes of an object stand, and its nested blocks:
// "admin_role" is the first of them, "admin_role.APP_ADMIN" that with this label. Of
// several with one name the first counts.
type Positions []Position

// Position is where one of them stands.
type Position struct {
	Name  string
	Range hcl.Range
}

// At returns the position of that name.
func (p Positions) At(name string) (at hcl.Range, found bool) {
	for i := range p {
		if p[i].Name == name {
			return p[i].Range, true
		}
	}
	return hcl.Range{}, false
}

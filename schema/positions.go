package schema

import "github.com/hashicorp/hcl/v2"

// Positions are the positions of an object's attributes and nested blocks in files: "admin_role" is
// the first block of that type, "admin_role.APP_ADMIN" the one with that label. If a name occurs
// twice, the first counts.
type Positions []Position

// Position is the position of one attribute or block.
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

package state

import "time"

// GroupRule makes users members of groups by their attributes.
type GroupRule struct {
	ID          string
	Created     time.Time
	LastUpdated time.Time
	Name        string
	Status      string // ACTIVE, INACTIVE, or INVALID after the deletion of a group
	Expression  string
	Excluded    []string // ids of users
	Groups      []string // ids
}

// GroupRules returns the org's table of group rules.
func (o *Org) GroupRules() *Table[GroupRule] { return TableOf[GroupRule](o, "groupRule") }

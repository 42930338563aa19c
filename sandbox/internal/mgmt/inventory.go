package mgmt

import (
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/org"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// InventoryKind is the objects of one kind, for people.
type InventoryKind struct {
	Kind    string          `json:"kind"`
	Count   int             `json:"count"`
	Objects []InventoryItem `json:"objects"` // the first ones
}

// InventoryItem is one object.
type InventoryItem struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status,omitempty"`
}

// Inventory lists the objects of an org by kind, of each kind at most limit by name.
func Inventory(o *state.Org, limit int) []InventoryKind {
	return []InventoryKind{
		inventory("apps", o.Apps, limit, func(a *state.App) InventoryItem { return InventoryItem{a.ID, a.Label(), a.Status} }),
		inventory("users", o.Users, limit, func(u *state.User) InventoryItem { return InventoryItem{u.ID, u.Login(), u.Status} }),
		inventory("groups", o.Groups, limit, func(g *state.Group) InventoryItem { return InventoryItem{g.ID, g.Name(), ""} }),
		inventory("groupRules", o.GroupRules(), limit, func(r *state.GroupRule) InventoryItem { return InventoryItem{r.ID, r.Name, r.Status} }),
		inventory("customRoles", o.CustomRoles, limit, func(r *state.CustomRole) InventoryItem { return InventoryItem{r.ID, r.Label, ""} }),
		inventory("resourceSets", o.ResourceSets, limit, func(r *state.ResourceSet) InventoryItem { return InventoryItem{r.ID, r.Label, ""} }),
		inventory("zones", org.Zones().Table(o), limit, documentItem),
		inventory("trustedOrigins", org.TrustedOrigins().Table(o), limit, documentItem),
		inventory("policies", o.Policies, limit, func(p *state.Policy) InventoryItem { return InventoryItem{p.ID, p.Name, ""} }),
	}
}

func documentItem(d *kind.Document) InventoryItem { return InventoryItem{d.ID, d.Name(), d.Status()} }

func inventory[T any](kind string, table *state.Table[T], limit int, show func(*T) InventoryItem) InventoryKind {
	k := InventoryKind{Kind: kind, Count: table.Len(), Objects: []InventoryItem{}}
	for _, row := range table.All() {
		if len(k.Objects) == limit {
			break
		}
		k.Objects = append(k.Objects, show(row))
	}
	return k
}

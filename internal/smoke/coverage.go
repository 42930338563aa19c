package smoke

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// Coverage lists the declared access and which passed tests have exercised it.
type Coverage struct {
	Items []Covered `json:"items"`
}

// Covered is one granted scope, admin role or active key.
type Covered struct {
	Kind  string      `json:"kind"` // scope, role or key
	Of    schema.Addr `json:"of"`   // the app, user or group
	Name  string      `json:"name"`
	Tests []string    `json:"tests"` // the tests that exercised it
}

// Used reports whether any test has exercised the item.
func (c Covered) Used() bool { return len(c.Tests) > 0 }

// coveredKinds are the kinds of covered items, in the order of reports.
var coveredKinds = []string{"scope", "role", "key"}

// Count counts the items of a kind, or of all kinds if kind is "".
func (c *Coverage) Count(kind string) (used, total int) {
	for _, item := range c.Items {
		if kind != "" && item.Kind != kind {
			continue
		}
		total++
		if item.Used() {
			used++
		}
	}
	return used, total
}

// Percent returns the percentage of items that were exercised; 100 if there are none.
func (c *Coverage) Percent() float64 {
	used, total := c.Count("")
	if total == 0 {
		return 100
	}
	return float64(used) * 100 / float64(total)
}

// String returns the coverage in a line: 7 of 9 scopes, 2 of 2 roles, 1 of 2 keys.
func (c *Coverage) String() string {
	var parts []string
	for _, kind := range coveredKinds {
		if used, total := c.Count(kind); total > 0 {
			parts = append(parts, fmt.Sprintf("%d of %s", used, counted(total, kind)))
		}
	}
	if len(parts) == 0 {
		return "nothing is granted"
	}
	return strings.Join(parts, ", ")
}

func counted(n int, noun string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Cover finds which of the declared scopes, roles and keys the passed tests have
// exercised:
//
//   - a scope by a call that needs just it and was allowed, so that a .manage
//     scope isn't exercised by reading,
//   - a role by an allowed call that the role allows,
//   - a key by an assertion that the org took.
func (r *Report) Cover(declared []schema.TestPrincipal) *Coverage {
	c := &Coverage{Items: []Covered{}}
	for i := range declared {
		p := &declared[i]
		add := func(kind, name string, exercised func(*Result) bool) {
			item := Covered{Kind: kind, Of: p.Addr, Name: name, Tests: []string{}}
			for j := range r.Tests {
				if t := &r.Tests[j]; t.Outcome == Passed && exercised(t) {
					item.Tests = append(item.Tests, t.Name)
				}
			}
			c.Items = append(c.Items, item)
		}
		for _, scope := range p.Scopes {
			add("scope", scope, func(t *Result) bool { return t.app == p.Addr && t.used.scope(scope) })
		}
		for _, role := range p.Roles {
			add("role", role.String(), func(t *Result) bool { return actsIn(p, t) && t.used.role(role) })
		}
		for _, key := range p.Keys {
			add("key", key, func(t *Result) bool { return t.app == p.Addr && slices.Contains(t.used.keys, key) })
		}
	}
	return c
}

// actsIn reports whether the test acts as the principal: as an app, as a user, or as a member of a
// group.
func actsIn(p *schema.TestPrincipal, t *Result) bool {
	if t.user.Kind == "" {
		return t.app == p.Addr
	}
	return t.user == p.Addr || slices.Contains(p.Members, t.user)
}

// scope reports whether a call required the scope.
func (u *usage) scope(scope string) bool {
	return slices.ContainsFunc(u.calls, func(c usedCall) bool {
		return slices.Contains(c.scopes, scope) && slices.Contains(catalog.ScopesFor(c.method, c.path), scope)
	})
}

// role reports whether the role, or a permission of a custom role, allows one of the calls. An
// unknown role counts with any call.
func (u *usage) role(role schema.TestRole) bool {
	return slices.ContainsFunc(u.calls, func(c usedCall) bool {
		o, known := catalog.Find(c.method, c.path)
		if !known {
			return false
		}
		if role.Type != "CUSTOM" {
			_, permits := catalog.RolePermits(role.Type, o)
			return permits || !catalog.KnownHolder(role.Type)
		}
		return len(role.Permissions) == 0 || slices.ContainsFunc(role.Permissions, func(p string) bool {
			_, permits := catalog.PermissionPermits(p, o)
			return permits
		})
	})
}

package apply

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// inconsistent returns the attributes that the plan showed with a known value and that have another
// value now that more is known.
func inconsistent(c *plan.Change, d schema.Desired) []string {
	planned, now := c.After.Unmarked(), d.Value.Unmarked()
	_, now = c.Kind.Align(planned, now)
	now = c.Kind.WithUnmanaged(now, planned)
	var names []string
	for _, name := range attributes(c.Kind) {
		p, n := planned.GetAttr(name), now.GetAttr(name)
		if a := c.Kind.Attr(name); a != nil && (a.VersionOf != "" || a.Computed) {
			continue
		}
		if b := c.Kind.Block(name); b != nil && b.SecuritySensitive {
			p, n = n, p // only the org can say which of its policies it is
		}
		if !schema.Agrees(p, n) {
			names = append(names, name)
		}
	}
	return names
}

// attributes returns the names of everything in a value of the kind.
func attributes(k *schema.Kind) []string {
	var names []string
	for name := range k.Type().AttributeTypes() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func list(names []string) string { return strings.Join(names, ", ") }

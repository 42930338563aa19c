package review

import (
	"github.com/oktaform/oktaform/internal/catalog"
)

const attrPermissions = "permissions"

var customRoleKind = &kind{
	name: "custom_role", source: "custom_role", names: byLabel, limits: true,
	part: func(r role) ref { return r.role }, grown: grownRole,
	attributes: []attribute{
		harmless("label", "a name that people see; the role keeps its id and permissions"),
		harmless("description", "a text that people see"),
		right(attrPermissions),
		guardIf("condition", conditioned),
	},
}

// conditioned reports whether a permission was limited by conditions before.
func conditioned(was, _ *Object, name string) bool {
	before, _ := was.blocks(name)
	return len(before) > 0
}

func grownRole(_ *examined, was, is *Object) []hit {
	before, after := was.list("permissions"), is.list("permissions")
	more := without(after.texts, before.texts)
	level := None
	for _, permission := range more {
		risk := Medium // if the catalog does not know it
		if operations := permitted(permission); len(operations) > 0 {
			risk = Low
			for _, o := range operations {
				risk = max(risk, min(Risk(o), Medium))
			}
		}
		level = max(level, risk)
	}
	if after.unknown && !before.unknown {
		more, level = append(more, "permissions that aren't known here"), Medium
	}
	if len(more) == 0 {
		return nil
	}
	h := on(is, "permissions", "it gains %s, and so does whoever else in the org has the role", enumerate(more))
	h[0].severity = level
	return h
}

// permitted returns the operations that a permission allows.
func permitted(permission string) (list []catalog.Operation) {
	for _, o := range catalog.All() {
		if _, allowed := catalog.PermissionPermits(permission, o); allowed {
			list = append(list, o)
		}
	}
	return list
}

package review

const attrPermissions = "permissions"

var customRoleKind = &kind{
	name: "custom_role", source: "custom_role", names: byLabel, limits: true,
	part: func(r role) ref { return r.role },
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

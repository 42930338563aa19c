package access

// AttrPermissions contains the permissions of a custom role.
const AttrPermissions = "permissions"

// CustomRoleKind: a custom role names permissions; an assignment says on which resource set.
var CustomRoleKind = &Kind{
	name: "custom_role", Source: "custom_role", names: byLabel, Limits: true,
	Part: func(r Role) Ref { return r.Role },
	Attributes: []Attribute{
		harmless("label", "a name that people see; the role keeps its id and permissions"),
		harmless("description", "a text that people see"),
		right(AttrPermissions),
		guardIf("condition", conditioned),
	},
}

// conditioned reports whether a permission was limited by conditions before.
func conditioned(was, _ *Object, name string) bool {
	before, _ := was.Blocks(name)
	return len(before) > 0
}

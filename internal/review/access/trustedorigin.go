package access

// Attributes of trusted origins.
const (
	AttrOrigin      = "origin"
	AttrScopes      = "scopes"
	AttrAllowedApps = "allowed_okta_apps"
)

// TrustedOriginKind: a trusted origin gives pages in a browser the rights of its user.
var TrustedOriginKind = &Kind{
	name: "trusted_origin", Source: "trusted_origin", names: byLabel,
	Attributes: []Attribute{
		harmless("name", "a name that people see; browsers go by the origin"),
		controls(AttrOrigin),
		controls(AttrScopes),
		controls(AttrAllowedApps),
		controls(AttrStatus),
	},
}

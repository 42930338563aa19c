package review

// Attributes of trusted origins.
const (
	attrOrigin      = "origin"
	attrScopes      = "scopes"
	attrAllowedApps = "allowed_okta_apps"
)

var trustedOriginKind = &kind{
	name: "trusted_origin", source: "trusted_origin", names: byLabel,
	attributes: []attribute{
		harmless("name", "a name that people see; browsers go by the origin"),
		controls(attrOrigin),
		controls(attrScopes),
		controls(attrAllowedApps),
		controls(attrStatus),
	},
}

package sandbox

// roleType is what the org knows of a standard admin role.
type roleType struct {
	id     string // as in {"type": "APP_ADMIN"}
	label  string
	target string // kind of targets it takes: "apps", "groups" or none
	// assignment is the id of every assignment of the role: for the roles that
	// take targets Okta uses the unpadded base32 of the type.
	assignment string
	// iamPolicy is set for the IAM-based roles: their assignments have the
	// shape of custom ones, with this constant as resource set.
	iamPolicy string
}

// standardRoles lists the types accepted by POST .../roles.
func standardRoles() []roleType {
	return []roleType{
		{id: "SUPER_ADMIN", label: "Super Administrator"},
		{id: "ORG_ADMIN", label: "Organizational Administrator"},
		{id: "APP_ADMIN", label: "Application Administrator", target: "apps", assignment: "IFIFAX2BIRGUSTQ"},
		{id: "USER_ADMIN", label: "Group Administrator", target: "groups", assignment: "KVJUKUS7IFCE2SKO"},
		{id: "GROUP_MEMBERSHIP_ADMIN", label: "Group Membership Administrator", target: "groups", assignment: "I5JE6VKQL5GUKTKCIVJFGSCJKBPUCRCNJFHA"},
		{id: "HELP_DESK_ADMIN", label: "Help Desk Administrator", target: "groups", assignment: "JBCUYUC7IRCVGS27IFCE2SKO"},
		{id: "API_ACCESS_MANAGEMENT_ADMIN", label: "API Access Management Administrator"},
		{id: "READ_ONLY_ADMIN", label: "Read-only Administrator"},
		{id: "REPORT_ADMIN", label: "Report Administrator"},
		{id: "MOBILE_ADMIN", label: "Mobile Administrator"},
		{id: "ACCESS_CERTIFICATIONS_ADMIN", label: "Access Certifications Administrator", iamPolicy: "ACCESS_CERTIFICATIONS_IAM_POLICY"},
		{id: "ACCESS_REQUESTS_ADMIN", label: "Access Requests Administrator", iamPolicy: "ACCESS_REQUESTS_IAM_POLICY"},
		{id: "WORKFLOWS_ADMIN", label: "Workflows Administrator", iamPolicy: "WORKFLOWS_IAM_POLICY"},
	}
}

// standardRole returns the role of this type, or the zero roleType.
func standardRole(id string) roleType {
	for _, r := range standardRoles() {
		if r.id == id {
			return r
		}
	}
	return roleType{}
}

package access

// roleType describes a standard admin role.
type roleType struct {
	ID     string // as in {"type": "APP_ADMIN"}
	Label  string
	Target string // the kind of targets it takes: "apps", "groups" or none
	// Assignment is the id of every assignment of the role: for roles that take targets, Okta uses
	// the unpadded base32 of the type.
	Assignment string
	// IAMPolicy is set for the IAM-based roles. Their assignments have the shape of custom roles'
	// assignments, with this constant as their resource set.
	IAMPolicy string
}

// StandardRoles returns the types that POST .../roles accepts.
func StandardRoles() []roleType {
	return []roleType{
		{ID: "SUPER_ADMIN", Label: "Super Administrator"},
		{ID: "ORG_ADMIN", Label: "Organizational Administrator"},
		{ID: "APP_ADMIN", Label: "Application Administrator", Target: "apps", Assignment: "IFIFAX2BIRGUSTQ"},
		{ID: "USER_ADMIN", Label: "Group Administrator", Target: "groups", Assignment: "KVJUKUS7IFCE2SKO"},
		{ID: "GROUP_MEMBERSHIP_ADMIN", Label: "Group Membership Administrator", Target: "groups", Assignment: "I5JE6VKQL5GUKTKCIVJFGSCJKBPUCRCNJFHA"},
		{ID: "HELP_DESK_ADMIN", Label: "Help Desk Administrator", Target: "groups", Assignment: "JBCUYUC7IRCVGS27IFCE2SKO"},
		{ID: "API_ACCESS_MANAGEMENT_ADMIN", Label: "API Access Management Administrator"},
		{ID: "READ_ONLY_ADMIN", Label: "Read-only Administrator"},
		{ID: "REPORT_ADMIN", Label: "Report Administrator"},
		{ID: "MOBILE_ADMIN", Label: "Mobile Administrator"},
		{ID: "ACCESS_CERTIFICATIONS_ADMIN", Label: "Access Certifications Administrator", IAMPolicy: "ACCESS_CERTIFICATIONS_IAM_POLICY"},
		{ID: "ACCESS_REQUESTS_ADMIN", Label: "Access Requests Administrator", IAMPolicy: "ACCESS_REQUESTS_IAM_POLICY"},
		{ID: "WORKFLOWS_ADMIN", Label: "Workflows Administrator", IAMPolicy: "WORKFLOWS_IAM_POLICY"},
	}
}

// StandardRole returns the role with this type, or the zero roleType.
func StandardRole(id string) roleType {
	for _, r := range StandardRoles() {
		if r.ID == id {
			return r
		}
	}
	return roleType{}
}

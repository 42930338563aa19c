package catalog

// Role is a standard admin role.
type Role struct {
	Type    string // as in {"type": "APP_ADMIN"}
	Label   string // the Admin Console's name
	Targets string // what an assignment can be limited to: Groups, Apps or ""
}

// Roles lists the standard roles.
//
// Source: Okta Management OpenAPI 2026.06.3; labels as recorded from orgs.
func Roles() []Role {
	return []Role{
		{"SUPER_ADMIN", "Super Administrator", ""},
		{"ORG_ADMIN", "Organizational Administrator", ""},
		{"APP_ADMIN", "Application Administrator", Apps},
		{"USER_ADMIN", "Group Administrator", Groups},
		{"GROUP_MEMBERSHIP_ADMIN", "Group Membership Administrator", Groups},
		{"HELP_DESK_ADMIN", "Help Desk Administrator", Groups},
		{"API_ACCESS_MANAGEMENT_ADMIN", "API Access Management Administrator", ""},
		{"READ_ONLY_ADMIN", "Read-only Administrator", ""},
		{"REPORT_ADMIN", "Report Administrator", ""},
		{"MOBILE_ADMIN", "Mobile Administrator", ""},
		{"ACCESS_CERTIFICATIONS_ADMIN", "Access Certifications Administrator", ""},
		{"ACCESS_REQUESTS_ADMIN", "Access Requests Administrator", ""},
		{"WORKFLOWS_ADMIN", "Workflows Administrator", ""},
	}
}

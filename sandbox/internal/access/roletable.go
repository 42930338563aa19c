package access

import (
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// RoleRight says what an admin role, or a permission of a custom role, allows among the rights of
// this org. Okta publishes no table of roles by API operation; the rows are compiled from the
// sources that they name.
type RoleRight struct {
	Role       string // type of a standard role, or name of a permission
	Rights     string // separated by spaces; "x.*" is every right that begins with "x."
	Source     string
	Confidence string // "documented", "inferred" or "disputed"
}

const (
	helpRoles   = "Okta help: Standard administrator roles and permissions"
	specRoles   = "Okta OpenAPI 2026.06.3: x-okta-iam-admin-roles and x-okta-iam-permissions of the operation"
	helpSuper   = "Okta guides: only a super admin grants scopes and assigns roles"
	helpRules   = "Okta help: About group rules"
	specPerms   = "Okta OpenAPI 2024.06.1 and developer docs: permissions of custom roles"
	docsPerms   = "Okta developer docs: permissions catalog"
	governance  = "Okta help: governance roles have rights in their own product only"
	nameOfRight = "the permission's name"
)

// RoleRights is the table; it is never modified.
var RoleRights = []RoleRight{
	{"SUPER_ADMIN", "*", helpSuper, "documented"},
	// A public report shows 403 E0000006 for POST /api/v1/apps by an organization administrator,
	// which contradicts the help page.
	{"ORG_ADMIN", "apps.*", helpRoles, "disputed"},
	{"ORG_ADMIN", "users.* groups.* logs.read", helpRoles, "documented"},
	{"ORG_ADMIN", "appGrants.read policies.* zones.* trustedOrigins.*", helpRoles, "inferred"},
	{"APP_ADMIN", "apps.* users.read groups.read logs.read", helpRoles, "documented"},
	{"APP_ADMIN", "appGrants.read policies.read", helpRoles, "inferred"},
	{"USER_ADMIN", "users.* groups.read groups.manage groups.members.manage", helpRoles, "documented"},
	{"USER_ADMIN", "groups.create", helpRoles, "inferred"},
	{"GROUP_MEMBERSHIP_ADMIN", "groups.read groups.members.manage users.read", helpRoles, "documented"},
	{"HELP_DESK_ADMIN", "users.read users.credentials.manage users.lifecycle.unlock users.lifecycle.reset_password users.lifecycle.expire_password users.lifecycle.reset_factors users.sessions.clear", helpRoles, "documented"},
	{"HELP_DESK_ADMIN", "groups.read", helpRoles, "inferred"},
	{"API_ACCESS_MANAGEMENT_ADMIN", "apps.read apps.create apps.manage apps.credentials.* users.read groups.read logs.read", helpRoles, "documented"},
	{"API_ACCESS_MANAGEMENT_ADMIN", "appGrants.read", helpRoles, "inferred"},
	{"READ_ONLY_ADMIN", "apps.read users.read groups.read logs.read", helpRoles, "documented"},
	// According to the help page only super admins see the Administrators page; the reads of the
	// API are broader.
	{"READ_ONLY_ADMIN", "appGrants.read policies.read roles.read zones.read trustedOrigins.read", helpRoles, "inferred"},
	{"REPORT_ADMIN", "logs.read", helpRoles, "documented"},
	{"MOBILE_ADMIN", "apps.read users.read groups.read logs.read", helpRoles, "inferred"},
	{"ORG_ADMIN", "schemas.*", specRoles, "documented"},
	{"APP_ADMIN", "schemas.*", specRoles, "documented"},
	{"API_ACCESS_MANAGEMENT_ADMIN", "schemas.*", specRoles, "documented"},
	{"READ_ONLY_ADMIN", "schemas.read", helpRoles, "inferred"},
	{"ORG_ADMIN", "groupRules.*", helpRules, "documented"},
	{"USER_ADMIN", "groupRules.read", helpRules, "documented"}, // who manages all groups
	{"READ_ONLY_ADMIN", "groupRules.read", helpRoles, "inferred"},
	{"ACCESS_CERTIFICATIONS_ADMIN", "", governance, "inferred"},
	{"ACCESS_REQUESTS_ADMIN", "", governance, "inferred"},
	{"WORKFLOWS_ADMIN", "", governance, "inferred"},

	{"okta.apps.read", "apps.read", specPerms, "documented"},
	{"okta.apps.read", "appGrants.read", nameOfRight, "inferred"},
	{"okta.apps.manage", "apps.*", specPerms, "documented"},
	{"okta.apps.manage", "schemas.read", specRoles, "documented"},
	{"okta.apps.manage", "schemas.manageGroup", specRoles, "documented"},
	{"okta.apps.manage", "appGrants.read", nameOfRight, "inferred"},
	{"okta.apps.assignment.manage", "apps.assignment.manage", specPerms, "documented"},
	{"okta.apps.assignment.manage", "apps.read", nameOfRight, "inferred"},
	{"okta.apps.clientCredentials.read", "apps.credentials.read", docsPerms, "documented"},
	{"okta.groups.read", "groups.read", specPerms, "documented"},
	{"okta.groups.create", "groups.create", specPerms, "documented"},
	{"okta.groups.manage", "groups.read groups.manage groups.members.manage", specPerms, "documented"},
	{"okta.groups.members.manage", "groups.members.manage", specPerms, "documented"},
	{"okta.groups.members.manage", "groups.read", nameOfRight, "inferred"},
	{"okta.users.read", "users.read", specPerms, "documented"},
	{"okta.users.create", "users.create", specPerms, "documented"},
	{"okta.users.manage", "users.*", specPerms, "documented"},
	{"okta.users.userprofile.read", "users.read", docsPerms, "documented"},
	{"okta.users.userprofile.manage", "users.read users.manage", specPerms, "documented"},
	{"okta.users.credentials.manage", "users.credentials.manage users.lifecycle.reset_password users.lifecycle.expire_password users.lifecycle.reset_factors", specPerms, "documented"},
	{"okta.users.credentials.resetPassword", "users.lifecycle.reset_password", specPerms, "documented"},
	{"okta.users.credentials.expirePassword", "users.lifecycle.expire_password", specPerms, "documented"},
	{"okta.users.credentials.resetFactors", "users.lifecycle.reset_factors", specPerms, "documented"},
	{"okta.users.lifecycle.manage", "users.lifecycle.activate users.lifecycle.reactivate users.lifecycle.deactivate users.lifecycle.suspend users.lifecycle.unsuspend users.lifecycle.unlock users.lifecycle.delete users.sessions.clear", specPerms, "documented"},
	{"okta.users.lifecycle.clearSessions", "users.sessions.clear", specPerms, "documented"},
	{"okta.users.lifecycle.activate", "users.lifecycle.activate users.lifecycle.reactivate", specPerms, "documented"},
	{"okta.users.lifecycle.deactivate", "users.lifecycle.deactivate", specPerms, "documented"},
	{"okta.users.lifecycle.delete", "users.lifecycle.delete", specPerms, "documented"},
	{"okta.users.lifecycle.suspend", "users.lifecycle.suspend", specPerms, "documented"},
	{"okta.users.lifecycle.unsuspend", "users.lifecycle.unsuspend", specPerms, "documented"},
	{"okta.users.lifecycle.unlock", "users.lifecycle.unlock", specPerms, "documented"},
	{"okta.policies.read", "policies.read", docsPerms, "documented"},
	{"okta.policies.manage", "policies.*", docsPerms, "documented"},
	{"okta.iam.read", "roles.read", docsPerms, "documented"},
}

// GrantsRight reports whether the table gives the right to the role or permission.
func GrantsRight(role string, needed web.Right) bool {
	for _, row := range RoleRights {
		if row.Role != role {
			continue
		}
		for _, given := range strings.Fields(row.Rights) {
			prefix, wildcard := strings.CutSuffix(given, "*")
			if given == string(needed) || wildcard && strings.HasPrefix(string(needed), prefix) {
				return true
			}
		}
	}
	return false
}

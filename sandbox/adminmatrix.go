package sandbox

import (
	"slices"
	"strings"
)

// operationClass groups the operations that admin roles may do on some objects
// and not on others, depending on the roles that the object itself holds.
type operationClass string

const (
	classRead           operationClass = "" // reading, and creating: no object that holds roles is changed
	classUserPassword   operationClass = "user.credentials"
	classUserProfile    operationClass = "user.profile"
	classUserActivate   operationClass = "user.activate"
	classUserSuspend    operationClass = "user.suspend"
	classUserDeactivate operationClass = "user.deactivate"
	classGroupSettings  operationClass = "group.settings"
	classGroupMembers   operationClass = "group.members"
	classGroupApps      operationClass = "group.apps"
	classAppSettings    operationClass = "app.settings"
	classAppKeys        operationClass = "app.credentials"
	classAppAssignment  operationClass = "app.assignment"
	classAppGrants      operationClass = "app.grants"
	classRoles          operationClass = "roles"
)

// rightClasses tells the class of an operation by the right that it needs.
// TestEveryRouteHasAClass fails for a right of an object that is not listed.
var rightClasses = map[right]operationClass{
	rightAppsRead: classRead, rightAppCredentialsRead: classRead, rightGrantsRead: classRead,
	rightGroupsRead: classRead, rightUsersRead: classRead, rightRolesRead: classRead,
	rightAppsCreate: classRead, rightGroupsCreate: classRead, rightUsersCreate: classRead,

	rightUsersManage:                  classUserProfile,
	rightUsersPassword:                classUserPassword,
	rightUsersSessions:                classUserPassword,
	"users.lifecycle.reset_password":  classUserPassword,
	"users.lifecycle.expire_password": classUserPassword,
	"users.lifecycle.reset_factors":   classUserPassword,
	"users.lifecycle.unlock":          classUserPassword,
	"users.lifecycle.activate":        classUserActivate,
	"users.lifecycle.reactivate":      classUserActivate,
	"users.lifecycle.suspend":         classUserSuspend,
	"users.lifecycle.unsuspend":       classUserSuspend,
	"users.lifecycle.deactivate":      classUserDeactivate,
	"users.lifecycle.delete":          classUserDeactivate,

	rightGroupsManage:  classGroupSettings,
	rightGroupsMembers: classGroupMembers,

	rightAppsManage:   classAppSettings,
	rightAppKeys:      classAppKeys,
	rightAppsAssign:   classAppAssignment,
	rightGrantsManage: classAppGrants,
	rightRolesManage:  classRoles,
}

// Besides the types of roles, an object may hold these.
const (
	heldThroughGroup = "THROUGH_GROUP" // a user: a role of one of their groups
	heldGrants       = "GRANTS"        // a service app: scopes of Okta's APIs
)

// matrixRow is a part of the admin matrix: whether an actor with the role may do
// operations of the classes on an object that holds one of the targets.
type matrixRow struct {
	actor      string // type of a role
	classes    string // separated by spaces; "*" for all
	targets    string // what the object holds, separated by spaces; "*" for anything
	may        bool
	source     string
	confidence string // "documented", "inferred" or "disputed"
}

const (
	helpComparison = "Okta help: Standard administrator roles and permissions; its footnote names what can be done to super admins"
	helpGroupAdmin = "Okta help: Group administrators: only super admins manage groups with admin roles, and nobody else changes their members"
	helpMembership = "Okta help: Group membership administrators can't manage groups with admin privileges"
	guideKeys      = "Okta guides: once scopes are granted, only a super admin changes the keys of a service app"
	footnote       = "Okta help's footnote lets org and group admins suspend and activate super admins; refused, since activation gives a link that sets the password and suspension locks out who could undo it"
	noStronger     = "the object's role may change nothing that the actor's may not"
	stronger       = "the object's role may change what the actor's may not"
	ownProduct     = "what the object's role may do is not known from its type"
	likeGroupAdmin = "as for group administrators, of whom Okta help says so"
	appsOfOrgAdmin = "Okta help says both that org admins manage apps and that they don't"
	settingsOnly   = "settings and assignments of a service app give nobody the app's roles"
	assignsToAll   = "an application administrator assigns apps to all groups; the group itself doesn't change"
	customRoles    = "Okta's roles API says of custom roles only that they can't give or take SUPER_ADMIN"
	keysAreRoles   = "who has the key of a service app has its roles"
)

const (
	allUserClasses   = "user.credentials user.profile user.activate user.suspend user.deactivate"
	readingRoles     = "READ_ONLY_ADMIN REPORT_ADMIN MOBILE_ADMIN"
	unknownRoles     = "ACCESS_CERTIFICATIONS_ADMIN ACCESS_REQUESTS_ADMIN WORKFLOWS_ADMIN CUSTOM"
	superAdminClass  = "user.credentials user.profile user.deactivate"
	footnoteClasses  = "user.activate user.suspend"
	groupOwnClasses  = "group.settings group.members"
	otherAppClasses  = "app.settings app.assignment"
	everyStandardApp = "ORG_ADMIN APP_ADMIN API_ACCESS_MANAGEMENT_ADMIN"
)

// adminMatrix is the whole matrix; it is never written to. A cell is stated by
// the first row that has it. Cells of operations for which the actor has no
// right at all are left out: roleRights decides before the matrix does.
var adminMatrix = []matrixRow{
	{"SUPER_ADMIN", "*", "*", true, helpSuper, "documented"},

	{"ORG_ADMIN", superAdminClass, "SUPER_ADMIN", false, helpComparison, "documented"},
	{"ORG_ADMIN", footnoteClasses, "SUPER_ADMIN", false, footnote, "disputed"},
	{"ORG_ADMIN", allUserClasses, heldThroughGroup, false, likeGroupAdmin, "inferred"},
	{"ORG_ADMIN", allUserClasses, "API_ACCESS_MANAGEMENT_ADMIN", false, stronger, "inferred"},
	{"ORG_ADMIN", allUserClasses, unknownRoles, false, ownProduct, "inferred"},
	{"ORG_ADMIN", allUserClasses, "APP_ADMIN", true, appsOfOrgAdmin, "disputed"},
	{"ORG_ADMIN", allUserClasses, "ORG_ADMIN USER_ADMIN GROUP_MEMBERSHIP_ADMIN HELP_DESK_ADMIN " + readingRoles, true, noStronger, "inferred"},

	{"USER_ADMIN", superAdminClass, "SUPER_ADMIN", false, helpComparison, "documented"},
	{"USER_ADMIN", footnoteClasses, "SUPER_ADMIN", false, footnote, "disputed"},
	{"USER_ADMIN", allUserClasses, heldThroughGroup, false, helpGroupAdmin, "documented"},
	{"USER_ADMIN", allUserClasses, everyStandardApp, false, stronger, "inferred"},
	{"USER_ADMIN", allUserClasses, unknownRoles, false, ownProduct, "inferred"},
	{"USER_ADMIN", allUserClasses, "USER_ADMIN GROUP_MEMBERSHIP_ADMIN HELP_DESK_ADMIN " + readingRoles, true, noStronger, "inferred"},

	{"HELP_DESK_ADMIN", "user.credentials", "SUPER_ADMIN", false, helpComparison, "documented"},
	{"HELP_DESK_ADMIN", "user.credentials", heldThroughGroup, false, likeGroupAdmin, "inferred"},
	{"HELP_DESK_ADMIN", "user.credentials", "USER_ADMIN GROUP_MEMBERSHIP_ADMIN " + everyStandardApp, false, stronger, "inferred"},
	{"HELP_DESK_ADMIN", "user.credentials", unknownRoles, false, ownProduct, "inferred"},
	{"HELP_DESK_ADMIN", "user.credentials", "HELP_DESK_ADMIN " + readingRoles, true, noStronger, "inferred"},

	{"ORG_ADMIN", groupOwnClasses, "*", false, helpGroupAdmin, "documented"},
	{"USER_ADMIN", groupOwnClasses, "*", false, helpGroupAdmin, "documented"},
	{"GROUP_MEMBERSHIP_ADMIN", "group.members", "*", false, helpMembership, "documented"},
	{"ORG_ADMIN", "group.apps", "*", false, likeGroupAdmin, "inferred"},
	{"APP_ADMIN", "group.apps", "*", true, assignsToAll, "inferred"},

	{"ORG_ADMIN", "app.credentials", heldGrants, false, guideKeys, "documented"},
	{"APP_ADMIN", "app.credentials", heldGrants, false, guideKeys, "documented"},
	{"API_ACCESS_MANAGEMENT_ADMIN", "app.credentials", heldGrants, false, guideKeys, "documented"},
	{"ORG_ADMIN", "app.credentials", "*", false, keysAreRoles, "inferred"},
	{"APP_ADMIN", "app.credentials", "*", false, keysAreRoles, "inferred"},
	{"API_ACCESS_MANAGEMENT_ADMIN", "app.credentials", "*", false, keysAreRoles, "inferred"},
	{"ORG_ADMIN", otherAppClasses, "*", true, settingsOnly, "inferred"},
	{"APP_ADMIN", otherAppClasses, "*", true, settingsOnly, "inferred"},
	{"API_ACCESS_MANAGEMENT_ADMIN", "app.settings", "*", true, settingsOnly, "inferred"},

	{"CUSTOM", "app.credentials", heldGrants, false, guideKeys, "documented"},
	{"CUSTOM", "app.credentials", "*", false, keysAreRoles, "inferred"},
	{"CUSTOM", otherAppClasses, "*", true, settingsOnly, "inferred"},
	{"CUSTOM", allUserClasses + " " + groupOwnClasses + " group.apps", "*", false, customRoles, "inferred"},
}

// matrixCell returns the row that decides about one cell; false where none
// does, which refuses.
func matrixCell(actor string, class operationClass, target string) (matrixRow, bool) {
	has := func(list, one string) bool { return list == "*" || slices.Contains(strings.Fields(list), one) }
	for _, row := range adminMatrix {
		if row.actor == actor && has(row.classes, string(class)) && has(row.targets, target) {
			return row, true
		}
	}
	return matrixRow{}, false
}

// mayManage reports whether an actor with the role may do an operation of the
// class on an object that holds all of these.
func mayManage(actor string, class operationClass, held []string) bool {
	return !slices.ContainsFunc(held, func(target string) bool {
		row, _ := matrixCell(actor, class, target)
		return !row.may
	})
}

// held lists what an object holds that decides who may change it.
func (o *org) held(kind, id string) []string {
	var list []string
	add := func(roles []*roleAssignment) {
		for _, r := range roles {
			list = append(list, r.Type)
		}
	}
	switch kind {
	case "user":
		u := o.users.get(id)
		if u == nil {
			return nil
		}
		add(u.Roles)
		if len(o.userRoles(u)) > len(u.Roles) {
			list = append(list, heldThroughGroup)
		}
	case "group":
		if g := o.groups.get(id); g != nil {
			add(g.Roles)
		}
	case "app":
		a := o.apps.get(id)
		if a == nil {
			return nil
		}
		add(a.Roles)
		if a.isService() && len(a.Grants) > 0 {
			list = append(list, heldGrants)
		}
	}
	return list
}

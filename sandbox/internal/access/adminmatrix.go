package access

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// OperationClass groups operations that an admin role allows on some objects and not on others,
// depending on the admin roles of the object itself.
type OperationClass string

const (
	ClassRead           OperationClass = "" // reading, and creating: no object that holds roles is changed
	classUserPassword   OperationClass = "user.credentials"
	classUserProfile    OperationClass = "user.profile"
	classUserActivate   OperationClass = "user.activate"
	classUserSuspend    OperationClass = "user.suspend"
	classUserDeactivate OperationClass = "user.deactivate"
	classGroupSettings  OperationClass = "group.settings"
	classGroupMembers   OperationClass = "group.members"
	ClassGroupApps      OperationClass = "group.apps"
	classAppSettings    OperationClass = "app.settings"
	classAppCredentials OperationClass = "app.credentials"
	classAppAssignment  OperationClass = "app.assignment"
	classAppGrants      OperationClass = "app.grants"
	classRoles          OperationClass = "roles"
)

// RightClasses maps a right to the class of its operations. TestEveryRouteHasAClass fails for a
// right on objects that is missing here.
var RightClasses = map[web.Right]OperationClass{
	AppsRead: ClassRead, AppCredentialsRead: ClassRead, GrantsRead: ClassRead,
	GroupsRead: ClassRead, UsersRead: ClassRead, RolesRead: ClassRead,
	AppsCreate: ClassRead, GroupsCreate: ClassRead, UsersCreate: ClassRead,

	UsersManage:         classUserProfile,
	UsersPassword:       classUserPassword,
	UsersSessions:       classUserPassword,
	UsersResetPassword:  classUserPassword,
	UsersExpirePassword: classUserPassword,
	UsersResetFactors:   classUserPassword,
	UsersUnlock:         classUserPassword,
	UsersActivate:       classUserActivate,
	UsersReactivate:     classUserActivate,
	UsersSuspend:        classUserSuspend,
	UsersUnsuspend:      classUserSuspend,
	UsersDeactivate:     classUserDeactivate,
	UsersDelete:         classUserDeactivate,

	GroupsManage:  classGroupSettings,
	GroupsMembers: classGroupMembers,

	AppsManage:     classAppSettings,
	AppCredentials: classAppCredentials,
	AppsAssign:     classAppAssignment,
	GrantsManage:   classAppGrants,
	RolesManage:    classRoles,
}

// Besides types of roles, an object may hold these.
const (
	HeldThroughGroup = "THROUGH_GROUP" // a user: a role of one of their groups
	HeldGrants       = "GRANTS"        // a service app: scopes of Okta's APIs
)

// matrixRow is a part of the admin matrix: it says whether an actor with the role may do operations
// of the classes on an object that holds one of the targets.
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
	likeGroupAdmin = "as for group administrators, according to Okta's help"
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

// adminMatrix is the whole matrix; it is never modified. The first row that contains a cell decides
// it. Operations for which the actor has no right at all are not listed, because RoleRights refuses
// them before.
var adminMatrix = []matrixRow{
	{"SUPER_ADMIN", "*", "*", true, helpSuper, "documented"},

	{"ORG_ADMIN", superAdminClass, "SUPER_ADMIN", false, helpComparison, "documented"},
	{"ORG_ADMIN", footnoteClasses, "SUPER_ADMIN", false, footnote, "disputed"},
	{"ORG_ADMIN", allUserClasses, HeldThroughGroup, false, likeGroupAdmin, "inferred"},
	{"ORG_ADMIN", allUserClasses, "API_ACCESS_MANAGEMENT_ADMIN", false, stronger, "inferred"},
	{"ORG_ADMIN", allUserClasses, unknownRoles, false, ownProduct, "inferred"},
	{"ORG_ADMIN", allUserClasses, "APP_ADMIN", true, appsOfOrgAdmin, "disputed"},
	{"ORG_ADMIN", allUserClasses, "ORG_ADMIN USER_ADMIN GROUP_MEMBERSHIP_ADMIN HELP_DESK_ADMIN " + readingRoles, true, noStronger, "inferred"},

	{"USER_ADMIN", superAdminClass, "SUPER_ADMIN", false, helpComparison, "documented"},
	{"USER_ADMIN", footnoteClasses, "SUPER_ADMIN", false, footnote, "disputed"},
	{"USER_ADMIN", allUserClasses, HeldThroughGroup, false, helpGroupAdmin, "documented"},
	{"USER_ADMIN", allUserClasses, everyStandardApp, false, stronger, "inferred"},
	{"USER_ADMIN", allUserClasses, unknownRoles, false, ownProduct, "inferred"},
	{"USER_ADMIN", allUserClasses, "USER_ADMIN GROUP_MEMBERSHIP_ADMIN HELP_DESK_ADMIN " + readingRoles, true, noStronger, "inferred"},

	{"HELP_DESK_ADMIN", "user.credentials", "SUPER_ADMIN", false, helpComparison, "documented"},
	{"HELP_DESK_ADMIN", "user.credentials", HeldThroughGroup, false, likeGroupAdmin, "inferred"},
	{"HELP_DESK_ADMIN", "user.credentials", "USER_ADMIN GROUP_MEMBERSHIP_ADMIN " + everyStandardApp, false, stronger, "inferred"},
	{"HELP_DESK_ADMIN", "user.credentials", unknownRoles, false, ownProduct, "inferred"},
	{"HELP_DESK_ADMIN", "user.credentials", "HELP_DESK_ADMIN " + readingRoles, true, noStronger, "inferred"},

	{"ORG_ADMIN", groupOwnClasses, "*", false, helpGroupAdmin, "documented"},
	{"USER_ADMIN", groupOwnClasses, "*", false, helpGroupAdmin, "documented"},
	{"GROUP_MEMBERSHIP_ADMIN", "group.members", "*", false, helpMembership, "documented"},
	{"ORG_ADMIN", "group.apps", "*", false, likeGroupAdmin, "inferred"},
	{"APP_ADMIN", "group.apps", "*", true, assignsToAll, "inferred"},

	{"ORG_ADMIN", "app.credentials", HeldGrants, false, guideKeys, "documented"},
	{"APP_ADMIN", "app.credentials", HeldGrants, false, guideKeys, "documented"},
	{"API_ACCESS_MANAGEMENT_ADMIN", "app.credentials", HeldGrants, false, guideKeys, "documented"},
	{"ORG_ADMIN", "app.credentials", "*", false, keysAreRoles, "inferred"},
	{"APP_ADMIN", "app.credentials", "*", false, keysAreRoles, "inferred"},
	{"API_ACCESS_MANAGEMENT_ADMIN", "app.credentials", "*", false, keysAreRoles, "inferred"},
	{"ORG_ADMIN", otherAppClasses, "*", true, settingsOnly, "inferred"},
	{"APP_ADMIN", otherAppClasses, "*", true, settingsOnly, "inferred"},
	{"API_ACCESS_MANAGEMENT_ADMIN", "app.settings", "*", true, settingsOnly, "inferred"},

	{"CUSTOM", "app.credentials", HeldGrants, false, guideKeys, "documented"},
	{"CUSTOM", "app.credentials", "*", false, keysAreRoles, "inferred"},
	{"CUSTOM", otherAppClasses, "*", true, settingsOnly, "inferred"},
	{"CUSTOM", allUserClasses + " " + groupOwnClasses + " group.apps", "*", false, customRoles, "inferred"},
}

// matrixCell returns the row that decides one cell, or false if there is none, which means refusal.
func matrixCell(actor string, class OperationClass, target string) (matrixRow, bool) {
	has := func(list, one string) bool { return list == "*" || slices.Contains(strings.Fields(list), one) }
	for _, row := range adminMatrix {
		if row.actor == actor && has(row.classes, string(class)) && has(row.targets, target) {
			return row, true
		}
	}
	return matrixRow{}, false
}

// MayManage reports whether an actor with the role may do an operation of the class on an object
// that holds all of held.
func MayManage(actor string, class OperationClass, held []string) bool {
	return !slices.ContainsFunc(held, func(target string) bool {
		row, _ := matrixCell(actor, class, target)
		return !row.may
	})
}

// Actors are the roles besides SUPER_ADMIN that may change anything.
var Actors = []string{"ORG_ADMIN", "APP_ADMIN", "USER_ADMIN", "GROUP_MEMBERSHIP_ADMIN", "HELP_DESK_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN", "CUSTOM"}

// Targets returns what objects of a class can hold.
func Targets(class OperationClass) []string {
	var all []string
	for _, role := range StandardRoles() {
		all = append(all, role.ID)
	}
	all = append(all, "CUSTOM")
	switch family, _, _ := strings.Cut(string(class), "."); family {
	case "user":
		all = append(all, HeldThroughGroup)
	case "app":
		all = append(all, HeldGrants)
	}
	return all
}

// Classes returns the classes of operations that change an object.
func Classes() []OperationClass {
	return []OperationClass{classUserPassword, classUserProfile, classUserActivate, classUserSuspend, classUserDeactivate,
		classGroupSettings, classGroupMembers, ClassGroupApps, classAppSettings, classAppCredentials, classAppAssignment, classAppGrants, classRoles}
}

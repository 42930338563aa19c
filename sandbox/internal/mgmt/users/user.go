// Package users is users with their profiles, credentials and lifecycles, and the schema of users.
package users

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/roles"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// UserKind describes users.
func UserKind() kind.Kind {
	return kind.Kind{
		Name:  "user",
		Table: func(o *state.Org) state.Storable { return o.Users },
		Routes: append([]web.Route{
			{Pattern: "GET /api/v1/users", Scope: "okta.users", Right: access.UsersRead, Handle: listUsers},
			{Pattern: "POST /api/v1/users", Scope: "okta.users", Right: access.UsersCreate, Handle: createUser},
			{Pattern: "GET /api/v1/users/{userId}", Scope: "okta.users", Right: access.UsersRead, Handle: getUser},
			{Pattern: "POST /api/v1/users/{userId}", Scope: "okta.users", Right: access.UsersManage, Handle: updateUser},
			{Pattern: "PUT /api/v1/users/{userId}", Scope: "okta.users", Right: access.UsersManage, Handle: replaceUser},
			{Pattern: "DELETE /api/v1/users/{userId}", Scope: "okta.users", Right: access.UsersDelete, Handle: deleteUser},
			{Pattern: "GET /api/v1/users/{userId}/groups", Scope: "okta.users", Right: access.UsersRead, Handle: listUserGroups},
		}, userLifecycleRoutes()...),
		Section: kind.ListOf[userDoc]{
			Member: "users", Name: func(d *userDoc) string { return jsondoc.Text(d.Profile, "login") },
			Complete: completeUsers, Seed: seedUser, Refer: seedUserRoles, Dump: dumpUsers,
		},
		Events: []syslog.Type{
			eventUserCreate, eventUserActivate, eventUserReactivate, eventUserDeactivate,
			eventUserSuspend, eventUserUnsuspend, eventUserDeleting, eventUserDeleted,
			eventUserProfile, eventUserPassword, eventUserPasswordReset, eventUserPasswordExpire,
			eventUserUnlock, eventSessionClear,
		},
		Features: append(userFeatures(), userLinkFeatures()...),
	}
}

// The events of users.
var (
	eventUserCreate         = syslog.Type{Name: "user.lifecycle.create", Message: "Create Okta user", Legacy: "core.user.config.user_creation.success"}
	eventUserActivate       = syslog.Type{Name: "user.lifecycle.activate", Message: "Activate Okta user", Legacy: "core.user.config.user_activated"}
	eventUserReactivate     = syslog.Type{Name: "user.lifecycle.reactivate", Message: "Reactivate Okta user"}
	eventUserDeactivate     = syslog.Type{Name: "user.lifecycle.deactivate", Message: "Deactivate Okta user", Legacy: "core.user.config.user_deactivated"}
	eventUserSuspend        = syslog.Type{Name: "user.lifecycle.suspend", Message: "Suspend Okta user", Legacy: "core.user.config.user_status.suspended"}
	eventUserUnsuspend      = syslog.Type{Name: "user.lifecycle.unsuspend", Message: "Unsuspend Okta user"}
	eventUserDeleting       = syslog.Type{Name: "user.lifecycle.delete.initiated", Message: "Initiate deletion of Okta user"}
	eventUserDeleted        = syslog.Type{Name: "user.lifecycle.delete.completed", Message: "Delete Okta user"}
	eventUserProfile        = syslog.Type{Name: "user.account.update_profile", Message: "Update user profile for Okta", Legacy: "core.user.config.profile_update.success"}
	eventUserPassword       = syslog.Type{Name: "user.account.update_password", Message: "User update password for Okta", Legacy: "core.user.config.password_update.success"}
	eventUserPasswordReset  = syslog.Type{Name: "user.account.reset_password", Message: "Reset user's password for Okta", Legacy: "core.user.config.password_reset.success"}
	eventUserPasswordExpire = syslog.Type{Name: "user.account.expire_password", Message: "Expire user's password for Okta"}
	eventUserUnlock         = syslog.Type{Name: "user.account.unlock_by_admin", Message: "User account unlocked by admin"}
	eventSessionClear       = syslog.Type{Name: "user.session.clear", Message: "Clear user session"}
)

// userFeatures are the feature fields of users; userLinkFeatures are those that lists do not show.
func userFeatures() []kind.FeatureField {
	return []kind.FeatureField{
		{Feature: state.Realms, Path: "realmId", Value: func(c *web.Call, _ string) any { return "guo" + strings.TrimPrefix(c.Org.Self().ID, "00o") }},
	}
}

func userLinkFeatures() []kind.FeatureField {
	return []kind.FeatureField{
		{Feature: state.ResetFactors, Path: "_links.resetFactors", Value: resetFactorsLink},
	}
}

func resetFactorsLink(c *web.Call, id string) any {
	return map[string]any{"href": c.URL("/api/v1/users/" + id + "/lifecycle/reset_factors"), "method": "POST"}
}

type userDoc struct {
	kind.MadeDoc
	Status          string              `json:"status,omitempty"` // default ACTIVE
	Activated       time.Time           `json:"activated,omitzero"`
	StatusChanged   time.Time           `json:"statusChanged,omitzero"`
	LastLogin       time.Time           `json:"lastLogin,omitzero"`
	PasswordChanged time.Time           `json:"passwordChanged,omitzero"`
	Profile         map[string]any      `json:"profile"`
	Password        string              `json:"password,omitempty"`     // in a seed
	PasswordHash    *state.PasswordHash `json:"passwordHash,omitempty"` // in a dump with secrets
	Recovery        string              `json:"recoveryQuestion,omitempty"`
	RecoveryAnswer  string              `json:"recoveryAnswer,omitempty"`     // in a seed
	AnswerHash      *state.PasswordHash `json:"recoveryAnswerHash,omitempty"` // in a dump with secrets
	FailedSignIns   int                 `json:"failedSignIns,omitempty"`
	Roles           []*roles.Doc        `json:"roles,omitempty"`
}

// completeUsers creates the super admin's token, and adds the super admin unless the seed has them.
func completeUsers(s *kind.Seeding, docs *[]*userDoc) {
	login := cmp.Or(s.SuperAdmin, "admin@sandbox.example")
	i := slices.IndexFunc(*docs, func(d *userDoc) bool { return jsondoc.Text(d.Profile, "login") == login })
	if i < 0 {
		i = len(*docs)
		*docs = append(*docs, &userDoc{Roles: []*roles.Doc{{Type: "SUPER_ADMIN"}},
			Profile: map[string]any{"firstName": "Super", "lastName": "Admin", "login": login, "email": login}})
	}
	admin := (*docs)[i]
	admin.Fill("00u", s.Now)
	token := s.AdminToken
	if token == "" {
		token = "00" + state.RandomText(40)
	}
	s.Org.APITokens.Put(state.TokenHash(token), &state.APIToken{ID: state.NewID("00T"), Name: "sandbox", UserID: admin.ID, Created: s.Now})
	info := s.Org.Self()
	info.SuperAdmin, info.AdminToken = admin.ID, token
}

func seedUser(s *kind.Seeding, d *userDoc) error {
	d.Fill("00u", s.Now)
	if d.Status == "" {
		d.Status = "ACTIVE"
	}
	if d.Activated.IsZero() && d.Status != "STAGED" {
		d.Activated = d.Created
	}
	if d.StatusChanged.IsZero() {
		d.StatusChanged = d.Activated
	}
	u := &state.User{ID: d.ID, Status: d.Status, Created: d.Created, Activated: d.Activated, StatusChanged: d.StatusChanged,
		LastLogin: d.LastLogin, LastUpdated: d.LastUpdated, PasswordChanged: d.PasswordChanged, Password: d.PasswordHash,
		Recovery: d.Recovery, RecoveryAnswer: d.AnswerHash, FailedSignIns: d.FailedSignIns}
	if err := fillUser(s.Call, u, userBody{Profile: d.Profile}, map[string]any{}, "user"); err != nil {
		return kind.Causes(err)
	}
	if d.Password != "" {
		hash, err := state.NewPasswordHash(d.Password)
		if err != nil {
			return err
		}
		u.Password = hash
		if u.PasswordChanged.IsZero() {
			u.PasswordChanged = u.Created
		}
	}
	if d.RecoveryAnswer != "" {
		if err := u.SetRecovery(d.Recovery, d.RecoveryAnswer); err != nil {
			return err
		}
	}
	if s.Org.Users.Get(u.ID) != nil {
		return fmt.Errorf("the id %s is there twice", u.ID)
	}
	s.Org.Users.Put(u.ID, u)
	return nil
}

func seedUserRoles(s *kind.Seeding, d *userDoc) error {
	u, _ := s.UserNamed(d.ID)
	return roles.Seed(s, roles.UserAssignee(s.Org, u), d.Roles)
}

func dumpUsers(o *state.Org, secrets bool) (docs []*userDoc) {
	for _, u := range o.Users.All() {
		docs = append(docs, dumpUser(o, u, secrets))
	}
	return docs
}

func dumpUser(o *state.Org, u *state.User, secrets bool) *userDoc {
	doc := &userDoc{MadeDoc: kind.MadeDoc{ID: u.ID, Created: u.Created, LastUpdated: u.LastUpdated}, Status: u.Status, Activated: u.Activated,
		StatusChanged: u.StatusChanged, LastLogin: u.LastLogin, PasswordChanged: u.PasswordChanged, Profile: u.Profile,
		Recovery: u.Recovery, FailedSignIns: u.FailedSignIns, Roles: roles.Dump(o, u.Roles)}
	if secrets {
		doc.PasswordHash, doc.AnswerHash = u.Password, u.RecoveryAnswer
	}
	return doc
}

// UserView returns the user as all calls except lists show it.
func UserView(c *web.Call, u *state.User) map[string]any {
	doc := UserListView(c, u)
	doc["_links"] = userLinks(c, u)
	if u.Recovery != "" {
		return jsondoc.With(doc, []string{"_links", "resetFactors"}, resetFactorsLink(c, u.ID)) // their question is a factor
	}
	return kind.WithFeatures(c, userLinkFeatures(), u.ID, doc)
}

// UserListView returns the user as lists show it, with self as the only link.
func UserListView(c *web.Call, u *state.User) map[string]any {
	profile := jsondoc.WithoutNulls(u.Profile)
	for _, attribute := range []string{"firstName", "lastName", "mobilePhone", "secondEmail", "login", "email"} {
		if _, set := profile[attribute]; !set {
			profile[attribute] = nil
		}
	}
	return kind.WithFeatures(c, userFeatures(), u.ID, map[string]any{
		"id": u.ID, "status": u.Status, "created": state.Timestamp(u.Created), "activated": state.TimestampOrNull(u.Activated),
		"statusChanged": state.TimestampOrNull(u.StatusChanged), "lastLogin": state.TimestampOrNull(u.LastLogin),
		"lastUpdated": state.Timestamp(u.LastUpdated), "passwordChanged": state.TimestampOrNull(u.PasswordChanged),
		"type": map[string]any{"id": c.Org.Self().UserType}, "profile": profile, "credentials": credentialsView(u),
		"_links": map[string]any{"self": map[string]any{"href": c.URL("/api/v1/users/" + u.ID)}},
	})
}

// userLinks returns the operations that the user's status allows.
func userLinks(c *web.Call, u *state.User) map[string]any {
	self := c.URL("/api/v1/users/" + u.ID)
	links := map[string]any{
		"self":   map[string]any{"href": self},
		"schema": map[string]any{"href": c.URL("/api/v1/meta/schemas/user/" + c.Org.Self().UserSchema)},
		"type":   map[string]any{"href": c.URL("/api/v1/meta/types/user/" + c.Org.Self().UserType)},
	}
	lifecycle := map[string]string{
		"suspend": "suspend", "unsuspend": "unsuspend", "activate": "activate", "reactivate": "reactivate",
		"deactivate": "deactivate", "unlock": "unlock", "resetPassword": "reset_password",
		"expirePassword": "expire_password",
	}
	allowed := map[string]string{
		"STAGED":           "activate",
		"PROVISIONED":      "suspend resetPassword reactivate deactivate",
		"ACTIVE":           "suspend resetPassword expirePassword deactivate",
		"PASSWORD_EXPIRED": "suspend resetPassword deactivate",
		"RECOVERY":         "suspend resetPassword deactivate",
		"LOCKED_OUT":       "unlock resetPassword deactivate",
		"SUSPENDED":        "unsuspend resetPassword deactivate",
		"DEPROVISIONED":    "activate",
	}
	for _, name := range strings.Fields(allowed[u.Status]) {
		links[name] = map[string]any{"href": self + "/lifecycle/" + lifecycle[name], "method": "POST"}
	}
	if u.Status == "DEPROVISIONED" {
		links["delete"] = map[string]any{"href": self, "method": "DELETE"}
	}
	for name, path := range credentialLinks(u) {
		links[name] = map[string]any{"href": self + "/credentials/" + path, "method": "POST"}
	}
	return links
}

// userLists describes the lists of users. A list without search and filter leaves out deprovisioned
// users.
func userLists() web.Listing[state.User] {
	return web.Listing[state.User]{
		Search: func(a string) bool {
			switch a {
			case "id", "status", "created", "activated", "statusChanged", "lastUpdated", "type.id":
				return true
			}
			return strings.HasPrefix(a, "profile.")
		},
		Filter: func(a string) bool {
			return slices.Contains([]string{"id", "status", "lastUpdated", "profile.login", "profile.email",
				"profile.firstName", "profile.lastName"}, a)
		},
		StartsWith: (*state.User).StartsWith,
		ID:         func(u *state.User) string { return u.ID },
		Size:       web.PageSize{Fallback: 200, Max: 200, Echo: true},
		QLimit:     10,
		ByDefault:  func(u *state.User) bool { return u.Status != "DEPROVISIONED" },
	}
}

func listUsers(c *web.Call) error {
	var visible []*state.User
	for _, u := range c.Org.Users.All() {
		if access.Allows(c, access.UsersRead, access.User, u.ID) {
			visible = append(visible, u)
		}
	}
	found, err := userLists().Find(c, visible, func(u *state.User) map[string]any { return UserListView(c, u) })
	if err != nil {
		return err
	}
	list := []any{}
	for _, u := range found {
		list = append(list, UserListView(c, u))
	}
	return c.JSON(http.StatusOK, list)
}

func getUser(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, UserView(c, u))
}

func listUserGroups(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	found, err := web.Page(c, c.Org.GroupsOf(u), func(g *state.Group) string { return g.ID }, web.PageSize{Fallback: 200, Max: 200, Echo: true})
	if err != nil {
		return err
	}
	list := []any{}
	for _, g := range found {
		list = append(list, kind.GroupView(c, g))
	}
	return c.JSON(http.StatusOK, list)
}

func errAlreadyActive() *web.APIError {
	return &web.APIError{Status: 403, Code: "E0000016", Summary: "Activation failed because the user is already active"}
}

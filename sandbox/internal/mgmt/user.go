package mgmt

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// userKind are users.
func userKind() Kind {
	return Kind{
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
		Section: listOf[userDoc]{
			member: "users", name: func(d *userDoc) string { return jsondoc.Text(d.Profile, "login") },
			complete: completeUsers, seed: seedUser, refer: seedUserRoles, dump: dumpUsers,
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

// userFeatures are fields of users, userLinkFeatures those that lists don't show.
func userFeatures() []FeatureField {
	return []FeatureField{
		{state.Realms, "realmId", func(c *web.Call, _ string) any { return "guo" + strings.TrimPrefix(c.Org.Self().ID, "00o") }},
	}
}

func userLinkFeatures() []FeatureField {
	return []FeatureField{
		{state.ResetFactors, "_links.resetFactors", func(c *web.Call, id string) any {
			return map[string]any{"href": c.URL("/api/v1/users/" + id + "/lifecycle/reset_factors"), "method": "POST"}
		}},
	}
}

type userDoc struct {
	madeDoc
	Status          string              `json:"status,omitempty"` // ACTIVE when left out
	Activated       time.Time           `json:"activated,omitzero"`
	StatusChanged   time.Time           `json:"statusChanged,omitzero"`
	LastLogin       time.Time           `json:"lastLogin,omitzero"`
	PasswordChanged time.Time           `json:"passwordChanged,omitzero"`
	Profile         map[string]any      `json:"profile"`
	Password        string              `json:"password,omitempty"`     // of a seed
	PasswordHash    *state.PasswordHash `json:"passwordHash,omitempty"` // of a dump with secrets
	Recovery        string              `json:"recoveryQuestion,omitempty"`
	Roles           []*roleDoc          `json:"roles,omitempty"`
}

// completeUsers makes the super admin's token, and adds the super admin unless they are
// one of the users.
func completeUsers(s *seeding, docs *[]*userDoc) {
	login := s.doc.superAdmin()
	fallback(login, "admin@sandbox.example")
	i := slices.IndexFunc(*docs, func(d *userDoc) bool { return jsondoc.Text(d.Profile, "login") == *login })
	if i < 0 {
		i = len(*docs)
		*docs = append(*docs, &userDoc{Roles: []*roleDoc{{Type: "SUPER_ADMIN"}},
			Profile: map[string]any{"firstName": "Super", "lastName": "Admin", "login": *login, "email": *login}})
	}
	admin := (*docs)[i]
	admin.fill("00u", s.now)
	token := s.adminToken
	if token == "" {
		token = "00" + state.RandomText(40)
	}
	s.Org.APITokens.Put(state.TokenHash(token), &state.APIToken{ID: state.NewID("00T"), Name: "sandbox", UserID: admin.ID, Created: s.now})
	info := s.Org.Self()
	info.SuperAdmin, info.AdminToken = admin.ID, token
}

func seedUser(s *seeding, d *userDoc) error {
	d.fill("00u", s.now)
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
		LastLogin: d.LastLogin, LastUpdated: d.LastUpdated, PasswordChanged: d.PasswordChanged, Password: d.PasswordHash, Recovery: d.Recovery}
	if err := fillUser(s.Call, u, userBody{Profile: d.Profile}, map[string]any{}, "user"); err != nil {
		return causes(err)
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
	if s.Org.Users.Get(u.ID) != nil {
		return fmt.Errorf("the id %s is there twice", u.ID)
	}
	s.Org.Users.Put(u.ID, u)
	return nil
}

func seedUserRoles(s *seeding, d *userDoc) error {
	u, _ := s.userNamed(d.ID)
	return s.roles(userAssignee(s.Org, u), d.Roles)
}

func dumpUsers(o *state.Org, secrets bool) (docs []*userDoc) {
	for _, u := range o.Users.All() {
		docs = append(docs, dumpUser(o, u, secrets))
	}
	return docs
}

func dumpUser(o *state.Org, u *state.User, secrets bool) *userDoc {
	doc := &userDoc{madeDoc: madeDoc{u.ID, u.Created, u.LastUpdated}, Status: u.Status, Activated: u.Activated,
		StatusChanged: u.StatusChanged, LastLogin: u.LastLogin, PasswordChanged: u.PasswordChanged, Profile: u.Profile,
		Recovery: u.Recovery, Roles: dumpRoles(o, u.Roles)}
	if secrets {
		doc.PasswordHash = u.Password
	}
	return doc
}

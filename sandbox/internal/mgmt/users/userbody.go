package users

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// userBody is the body of a POST or PUT of a user.
type userBody struct {
	Profile     map[string]any   `json:"profile"`
	Credentials *userCredentials `json:"credentials"`
	GroupIDs    []string         `json:"groupIds"`
}

func createUser(c *web.Call) error {
	var sent userBody
	if err := c.Decode(&sent); err != nil {
		return err
	}
	u := &state.User{ID: state.NewID("00u"), Status: "STAGED", Created: c.Second(), LastUpdated: c.Second()}
	if err := fillUser(c, u, sent, map[string]any{}, "newUser"); err != nil {
		return err
	}
	groups, err := groupsToJoin(c, sent.GroupIDs)
	if err != nil {
		return err
	}
	activate, expire := c.Query().Get("activate") != "false", c.Query().Get("nextLogin") == "changePassword"
	switch {
	case expire && !activate:
		return errExpireOnCreate("E0000125", "`activate` must be true.")
	case expire && u.Password == nil:
		return errExpireOnCreate("E0000124", "a password must be specified.")
	case activate:
		startUser(c, u)
	}
	if expire {
		u.Status = "PASSWORD_EXPIRED"
	}
	c.Org.Users.Put(u.ID, u)
	syslog.Emit(c, eventUserCreate, syslog.UserEntity(u))
	if !u.Activated.IsZero() {
		syslog.Emit(c, eventUserActivate, syslog.UserEntity(u))
	}
	for _, g := range groups {
		Join(c, u, g)
	}
	return c.JSON(http.StatusOK, UserView(c, u))
}

func errExpireOnCreate(code, missing string) *web.APIError {
	summary := "Could not create user. To create a user and expire their password immediately, " + missing
	return &web.APIError{Status: 400, Code: code, Summary: summary, Causes: []string{summary}}
}

// startUser activates a user: with a password they are ACTIVE, without one PROVISIONED until they
// choose it.
func startUser(c *web.Call, u *state.User) {
	now := c.Second()
	u.Status, u.Activated, u.StatusChanged, u.LastUpdated = "PROVISIONED", now, now, now
	if u.Password != nil {
		u.Status = "ACTIVE"
	}
}

func groupsToJoin(c *web.Call, ids []string) ([]*state.Group, error) {
	if len(ids) > 20 {
		return nil, &web.APIError{Status: 400, Code: "E0000093", Summary: "Target count limit exceeded"}
	}
	var groups []*state.Group
	for _, id := range ids {
		g := c.Org.Groups.Get(id)
		if g == nil || g.Type != "OKTA_GROUP" {
			return nil, web.NotFound(id, "UserGroup")
		}
		if !access.MayJoin(c, g) {
			return nil, web.Forbidden()
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// userToChange returns the user in the path. Okta does not find deactivated users to change them,
// or to deactivate them again; it does to read, activate and delete them.
func userToChange(c *web.Call) (*state.User, error) {
	u, err := kind.PathUser(c)
	if err == nil && u.Status == "DEPROVISIONED" {
		return nil, web.NotFound(c.Path("userId"), "User")
	}
	return u, err
}

// updateUser changes the attributes in the body and keeps the others.
func updateUser(c *web.Call) error {
	u, err := userToChange(c)
	if err != nil {
		return err
	}
	return changeUser(c, u, maps.Clone(u.Profile))
}

// replaceUser replaces the whole profile by the one in the body.
func replaceUser(c *web.Call) error {
	u, err := userToChange(c)
	if err != nil {
		return err
	}
	return changeUser(c, u, nil)
}

// changeUser changes profile, credentials or both: what the body does not mention stays. The
// profile in the body is added to the given one.
func changeUser(c *web.Call, u *state.User, profile map[string]any) error {
	var sent userBody
	if err := c.Decode(&sent); err != nil {
		return err
	}
	if sent.Credentials.changes() && !access.Allows(c, access.UsersPassword, access.User, u.ID) {
		return web.Forbidden() // who may manage profiles may not by that manage credentials
	}
	if sent.Profile == nil && sent.Credentials != nil {
		profile = maps.Clone(u.Profile)
	}
	if profile == nil {
		profile = map[string]any{}
	}
	if err := fillUser(c, u, sent, profile, "user"); err != nil {
		return err
	}
	u.LastUpdated = c.Second()
	c.Org.Users.Put(u.ID, u)
	if sent.Profile != nil {
		syslog.Emit(c, eventUserProfile, syslog.UserEntity(u))
	}
	if sent.Credentials.password().set() {
		syslog.Emit(c, eventUserPassword, syslog.UserEntity(u))
	}
	return c.JSON(http.StatusOK, UserView(c, u))
}

// fillUser merges the profile of the body into profile, checks the result, and stores it in the
// user, along with the credentials of the body.
func fillUser(c *web.Call, u *state.User, sent userBody, profile map[string]any, summary string) error {
	if err := kind.CheckCustom(sent.Profile, c.Org.Self().UserAttributes, isBaseAttribute, summary); err != nil {
		return err
	}
	maps.Copy(profile, sent.Profile)
	var bad web.Violations
	checkProfile(c, u, profile, &bad)
	kind.CheckUnique(profile, c.Org.Self().UserAttributes, userProfiles(c.Org, u), &bad)
	sent.Credentials.check(u, jsondoc.Text(profile, "login"), &bad)
	if err := bad.Err(); err != nil {
		return err
	}
	if err := sent.Credentials.store(c, u); err != nil {
		return err
	}
	u.Profile = profile
	return nil
}

func checkProfile(c *web.Call, u *state.User, profile map[string]any, bad *web.Violations) {
	for _, attribute := range requiredAttributes() {
		value, isText := profile[attribute].(string)
		if !isText || value == "" {
			bad.Add(attribute, "The field cannot be left blank")
		} else if (attribute == "login" || attribute == "email") && !looksLikeEmail(value) {
			if attribute == "login" {
				bad.Add(attribute, "Username must be in the form of an email address")
			} else {
				bad.Add(attribute, "Does not match required pattern")
			}
		}
	}
	login := jsondoc.Text(profile, "login")
	if slices.ContainsFunc(c.Org.Users.Named(login), func(o *state.User) bool { return o.ID != u.ID }) {
		bad.Add("login", "An object with this field already exists in the current organization")
	}
}

func looksLikeEmail(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	return found && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(s, " <>") && !strings.Contains(domain, "@")
}

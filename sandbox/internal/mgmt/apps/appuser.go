package apps

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/users"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// AppUserKind describes the users of an app, /api/v1/apps/{appId}/users, and the apps of a user.
func AppUserKind() kind.Kind {
	const base = "/api/v1/apps/{appId}/users"
	return kind.Kind{
		Name:   "appUser",
		PartOf: []string{"app"},
		Routes: []web.Route{
			{Pattern: "GET " + base, Scope: "okta.apps", Right: access.AppsRead, Handle: listAppUsers},
			{Pattern: "POST " + base, Scope: "okta.apps", Right: access.AppsAssign, Handle: assignAppUser},
			{Pattern: "GET " + base + "/{userId}", Scope: "okta.apps", Right: access.AppsRead, Handle: getAppUser},
			{Pattern: "POST " + base + "/{userId}", Scope: "okta.apps", Right: access.AppsAssign, Handle: updateAppUser},
			{Pattern: "DELETE " + base + "/{userId}", Scope: "okta.apps", Right: access.AppsAssign, Handle: unassignAppUser},
			{Pattern: "GET /api/v1/users/{userId}/appLinks", Scope: "okta.users", Right: access.UsersRead, Handle: listAppLinks},
		},
		Events: []syslog.Type{eventAppUserAdd, eventAppUserUpdate, eventAppUserRemove},
	}
}

// The events of the users of apps.
var (
	eventAppUserAdd    = syslog.Type{Name: "application.user_membership.add", Message: "Add user to application membership", Legacy: "app.generic.provision.assign_user_to_app"}
	eventAppUserUpdate = syslog.Type{Name: "application.user_membership.update", Message: "Update user's application membership"}
	eventAppUserRemove = syslog.Type{Name: "application.user_membership.remove", Message: "Remove user's application membership", Legacy: "app.generic.provision.deactivate_user_from_app"}
)

func appUserView(c *web.Call, a *state.App, u *state.User, assigned *state.AppUser) map[string]any {
	links := map[string]any{
		"app":  map[string]any{"href": c.URL("/api/v1/apps/" + a.ID)},
		"user": map[string]any{"href": c.URL("/api/v1/users/" + u.ID)},
	}
	if assigned.GroupID != "" {
		links["group"] = map[string]any{"href": c.URL("/api/v1/groups/" + assigned.GroupID), "name": c.Org.Groups.Get(assigned.GroupID).Name()}
	}
	var passwordChanged any
	doc := map[string]any{
		"id": u.ID, "externalId": nil, "created": state.Timestamp(assigned.Created), "lastUpdated": state.Timestamp(assigned.LastUpdated),
		"scope": assigned.Scope, "status": "ACTIVE", "statusChanged": state.Timestamp(assigned.Created),
		"passwordChanged": passwordChanged, "syncState": "DISABLED",
		"credentials": map[string]any{"userName": assigned.UserName},
		"profile":     appUserProfile(u, assigned.Profile), "_links": links,
	}
	if c.Query().Get("expand") == "user" {
		doc["_embedded"] = map[string]any{"user": users.UserView(c, u)}
	}
	return doc
}

// appUserProfile maps the user's profile to the standard claims (OpenID Connect Core, section 5.1)
// and adds the attributes that the assignment sets.
func appUserProfile(u *state.User, own map[string]any) map[string]any {
	profile := map[string]any{
		"given_name": u.Profile["firstName"], "family_name": u.Profile["lastName"], "middle_name": u.Profile["middleName"],
		"name":  strings.TrimSpace(jsondoc.Text(u.Profile, "firstName") + " " + jsondoc.Text(u.Profile, "lastName")),
		"email": u.Profile["email"], "nickname": u.Profile["nickName"], "profile": u.Profile["profileUrl"],
		"phone_number": u.Profile["primaryPhone"], "street_address": u.Profile["streetAddress"],
		"locality": u.Profile["city"], "region": u.Profile["state"], "postal_code": u.Profile["zipCode"],
		"country": u.Profile["countryCode"], "locale": "en_US", "zoneinfo": "America/Los_Angeles",
		"website": nil, "birthdate": nil, "gender": nil, "formatted": nil, "picture": nil,
	}
	for claim, attribute := range map[string]string{"locale": "locale", "zoneinfo": "timezone"} {
		if value := u.Profile[attribute]; value != nil {
			profile[claim] = value
		}
	}
	maps.Copy(profile, own)
	return profile
}

func listAppUsers(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	q := strings.ToLower(c.Query().Get("q"))
	var found []*state.User
	for _, u := range c.Org.Users.All() {
		assigned := c.Org.AssignmentOf(a, u)
		if assigned != nil && (q == "" || strings.HasPrefix(strings.ToLower(assigned.UserName), q) || u.StartsWith(q)) {
			found = append(found, u)
		}
	}
	found, err = web.Page(c, found, func(u *state.User) string { return u.ID }, web.PageSize{Fallback: 50, Max: 500, Echo: true})
	if err != nil {
		return err
	}
	list := []any{}
	for _, u := range found {
		list = append(list, appUserView(c, a, u, c.Org.AssignmentOf(a, u)))
	}
	return c.JSON(http.StatusOK, list)
}

// appUserBody is the body of an assignment.
type appUserBody struct {
	ID          string `json:"id"`
	Scope       string `json:"scope"`
	Credentials struct {
		UserName string `json:"userName"`
	} `json:"credentials"`
	Profile map[string]any `json:"profile"`
}

func assignAppUser(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	var sent appUserBody
	if err := c.Decode(&sent); err != nil {
		return err
	}
	if sent.ID == "" {
		return web.Invalid("id", "id: The field cannot be left blank")
	}
	u := c.Org.Users.Get(sent.ID)
	if u == nil {
		return web.NotFound(sent.ID, "User")
	}
	if a.Status == "INACTIVE" && a.UserAssignment(u.ID) == nil {
		return web.NotFound(a.ID, "AppInstance")
	}
	if u.Status == "DEPROVISIONED" {
		return &web.APIError{Status: 403, Code: "E0000117", Summary: "You can't assign an app to an inactive user."}
	}
	if jsondoc.Object(a.Doc, "settings")["implicitAssignment"] == true {
		return web.Invalid("implicitAssignment", "Assignments can't be made while everyone may use the app.")
	}
	direct, kind := a.UserAssignment(u.ID), eventAppUserUpdate
	if direct == nil {
		direct, kind = &state.UserAssignment{UserID: u.ID, UserName: u.Login(), Created: c.Second(), Profile: map[string]any{}}, eventAppUserAdd
		a.Users = append(a.Users, direct)
	}
	syslog.Emit(c, kind, syslog.UserEntity(u), syslog.AppEntity(a))
	return saveAppUser(c, a, u, direct, sent)
}

func saveAppUser(c *web.Call, a *state.App, u *state.User, direct *state.UserAssignment, sent appUserBody) error {
	if sent.Credentials.UserName != "" {
		direct.UserName = sent.Credentials.UserName
	}
	if direct.Profile == nil {
		direct.Profile = map[string]any{}
	}
	maps.Copy(direct.Profile, sent.Profile)
	direct.LastUpdated = c.Second()
	c.Org.Apps.Put(a.ID, a)
	return c.JSON(http.StatusOK, appUserView(c, a, u, c.Org.AssignmentOf(a, u)))
}

// pathAppUser returns the app and user in the path, and the user's assignment.
func pathAppUser(c *web.Call) (*state.App, *state.User, *state.AppUser, error) {
	u := c.Org.Users.Get(c.Path("userId")) // before the app, as at Okta
	if u == nil {
		return nil, nil, nil, web.NotFound(c.Path("userId"), "User")
	}
	a, err := kind.PathApp(c)
	if err != nil {
		return nil, nil, nil, err
	}
	if assigned := c.Org.AssignmentOf(a, u); assigned != nil {
		return a, u, assigned, nil
	}
	return nil, nil, nil, web.NotFound(c.Path("userId"), "AppUser")
}

func getAppUser(c *web.Call) error {
	a, u, assigned, err := pathAppUser(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, appUserView(c, a, u, assigned))
}

// updateAppUser changes an assignment. An assignment through a group becomes the user's own, with
// scope USER.
func updateAppUser(c *web.Call) error {
	a, u, assigned, err := pathAppUser(c)
	if err != nil {
		return err
	}
	var sent appUserBody
	if err := c.Decode(&sent); err != nil {
		return err
	}
	direct := a.UserAssignment(u.ID)
	if direct == nil {
		direct = &state.UserAssignment{UserID: u.ID, UserName: assigned.UserName, Created: assigned.Created}
		a.Users = append(a.Users, direct)
	}
	syslog.Emit(c, eventAppUserUpdate, syslog.UserEntity(u), syslog.AppEntity(a))
	return saveAppUser(c, a, u, direct, sent)
}

func unassignAppUser(c *web.Call) error {
	a, u, _, err := pathAppUser(c)
	if err != nil {
		return err
	}
	for _, g := range a.Groups {
		if c.Org.IsMember(c.Org.Groups.Get(g.GroupID), u) {
			return &web.APIError{Status: 403, Code: "E0000046", Summary: "Deactivate application for user forbidden.",
				Causes: []string{"The application cannot be unassigned from the user while their group memberships grant them access"}}
		}
	}
	a.Users = slices.DeleteFunc(a.Users, func(d *state.UserAssignment) bool { return d.UserID == u.ID })
	c.Org.Apps.Put(a.ID, a)
	syslog.Emit(c, eventAppUserRemove, syslog.UserEntity(u), syslog.AppEntity(a))
	return c.NoContent(http.StatusNoContent)
}

// appMemberDoc is a user assignment in a seed. It may be written as just the user.
type appMemberDoc struct {
	User        string         `json:"user"`
	UserName    string         `json:"userName,omitempty"`
	Created     time.Time      `json:"created,omitzero"`
	LastUpdated time.Time      `json:"lastUpdated,omitzero"`
	Profile     map[string]any `json:"profile,omitempty"`
}

func (d *appMemberDoc) UnmarshalJSON(data []byte) error {
	type plain appMemberDoc
	return kind.TextOr(data, &d.User, (*plain)(d))
}

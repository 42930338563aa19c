package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// appUserRoutes are the users of an app, /api/v1/apps/{appId}/users.
func appUserRoutes() []route {
	const base = "/api/v1/apps/{appId}/users"
	return []route{
		{pattern: "GET " + base, scope: "okta.apps", right: rightAppsRead, handle: listAppUsers},
		{pattern: "POST " + base, scope: "okta.apps", right: rightAppsAssign, handle: assignAppUser},
		{pattern: "GET " + base + "/{userId}", scope: "okta.apps", right: rightAppsRead, handle: getAppUser},
		{pattern: "POST " + base + "/{userId}", scope: "okta.apps", right: rightAppsAssign, handle: updateAppUser},
		{pattern: "DELETE " + base + "/{userId}", scope: "okta.apps", right: rightAppsAssign, handle: unassignAppUser},
	}
}

// appUser is a user's use of an app: by an assignment of his own (scope USER)
// or through a group (GROUP).
type appUser struct {
	scope       string
	userName    string
	profile     map[string]any
	groupID     string
	created     time.Time
	lastUpdated time.Time
}

// assignmentOf returns how the user may use the app; nil if he may not.
func (o *org) assignmentOf(a *app, u *user) *appUser {
	if u.Status == "DEPROVISIONED" {
		return nil
	}
	for _, d := range a.Users {
		if d.UserID == u.ID {
			return &appUser{scope: "USER", userName: d.UserName, profile: d.Profile, created: d.Created, lastUpdated: d.LastUpdated}
		}
	}
	for _, g := range a.Groups {
		if o.isMember(o.groups.get(g.GroupID), u) {
			return &appUser{scope: "GROUP", userName: u.login(), groupID: g.GroupID, created: g.LastUpdated, lastUpdated: g.LastUpdated}
		}
	}
	return nil
}

func (c *call) appUserView(a *app, u *user, assigned *appUser) map[string]any {
	links := map[string]any{
		"app":  map[string]any{"href": c.url("/api/v1/apps/" + a.ID)},
		"user": map[string]any{"href": c.url("/api/v1/users/" + u.ID)},
	}
	if assigned.groupID != "" {
		links["group"] = map[string]any{"href": c.url("/api/v1/groups/" + assigned.groupID), "name": c.org.groups.get(assigned.groupID).name()}
	}
	var passwordChanged any
	doc := map[string]any{
		"id": u.ID, "externalId": nil, "created": timestamp(assigned.created), "lastUpdated": timestamp(assigned.lastUpdated),
		"scope": assigned.scope, "status": "ACTIVE", "statusChanged": timestamp(assigned.created),
		"passwordChanged": passwordChanged, "syncState": "DISABLED",
		"credentials": map[string]any{"userName": assigned.userName},
		"profile":     appUserProfile(u, assigned.profile), "_links": links,
	}
	if c.query().Get("expand") == "user" {
		doc["_embedded"] = map[string]any{"user": c.userView(u)}
	}
	return doc
}

// appUserProfile maps the user's profile to the standard claims (OpenID
// Connect Core, section 5.1), less what the assignment sets itself.
func appUserProfile(u *user, own map[string]any) map[string]any {
	profile := map[string]any{
		"given_name": u.Profile["firstName"], "family_name": u.Profile["lastName"], "middle_name": u.Profile["middleName"],
		"name":  strings.TrimSpace(text(u.Profile, "firstName") + " " + text(u.Profile, "lastName")),
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

func listAppUsers(c *call) error {
	a, err := c.app()
	if err != nil {
		return err
	}
	q := strings.ToLower(c.query().Get("q"))
	var found []*user
	for _, u := range c.org.users.all() {
		assigned := c.org.assignmentOf(a, u)
		if assigned != nil && (q == "" || strings.HasPrefix(strings.ToLower(assigned.userName), q) || u.startsWith(q)) {
			found = append(found, u)
		}
	}
	found, err = page(c, found, func(u *user) string { return u.ID }, pageSize{fallback: 50, max: 500, echo: true})
	if err != nil {
		return err
	}
	list := []any{}
	for _, u := range found {
		list = append(list, c.appUserView(a, u, c.org.assignmentOf(a, u)))
	}
	return c.json(http.StatusOK, list)
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

func assignAppUser(c *call) error {
	a, err := c.app()
	if err != nil {
		return err
	}
	var sent appUserBody
	if err := c.decode(&sent); err != nil {
		return err
	}
	if sent.ID == "" {
		return errInvalid("id", "id: The field cannot be left blank")
	}
	u := c.org.users.get(sent.ID)
	if u == nil {
		return errNotFound(sent.ID, "User")
	}
	if a.Status == "INACTIVE" && a.userAssignment(u.ID) == nil {
		return errNotFound(a.ID, "AppInstance")
	}
	if u.Status == "DEPROVISIONED" {
		return &apiError{status: 403, code: "E0000117", summary: "You can't assign an app to an inactive user."}
	}
	if object(a.Doc, "settings")["implicitAssignment"] == true {
		return errInvalid("implicitAssignment", "Assignments can't be made while everyone may use the app.")
	}
	direct, kind := a.userAssignment(u.ID), eventAppUserUpdate
	if direct == nil {
		direct, kind = &userAssignment{UserID: u.ID, UserName: u.login(), Created: c.second(), Profile: map[string]any{}}, eventAppUserAdd
		a.Users = append(a.Users, direct)
	}
	c.happened(kind, userParty(u), appParty(a))
	return c.saveAppUser(a, u, direct, sent)
}

func (a *app) userAssignment(userID string) *userAssignment {
	for _, d := range a.Users {
		if d.UserID == userID {
			return d
		}
	}
	return nil
}

func (c *call) saveAppUser(a *app, u *user, direct *userAssignment, sent appUserBody) error {
	if sent.Credentials.UserName != "" {
		direct.UserName = sent.Credentials.UserName
	}
	if direct.Profile == nil {
		direct.Profile = map[string]any{}
	}
	maps.Copy(direct.Profile, sent.Profile)
	direct.LastUpdated = c.second()
	c.org.apps.put(a.ID, a)
	return c.json(http.StatusOK, c.appUserView(a, u, c.org.assignmentOf(a, u)))
}

// appUser returns the user of the path and how he may use the app.
func (c *call) appUser() (*app, *user, *appUser, error) {
	a, err := c.app()
	if err != nil {
		return nil, nil, nil, err
	}
	if u := c.org.users.get(c.path("userId")); u != nil {
		if assigned := c.org.assignmentOf(a, u); assigned != nil {
			return a, u, assigned, nil
		}
	}
	return nil, nil, nil, errNotFound(c.path("userId"), "AppUser")
}

func getAppUser(c *call) error {
	a, u, assigned, err := c.appUser()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.appUserView(a, u, assigned))
}

// updateAppUser changes an assignment; one that came through a group becomes
// the user's own with scope USER.
func updateAppUser(c *call) error {
	a, u, assigned, err := c.appUser()
	if err != nil {
		return err
	}
	var sent appUserBody
	if err := c.decode(&sent); err != nil {
		return err
	}
	direct := a.userAssignment(u.ID)
	if direct == nil {
		direct = &userAssignment{UserID: u.ID, UserName: assigned.userName, Created: assigned.created}
		a.Users = append(a.Users, direct)
	}
	c.happened(eventAppUserUpdate, userParty(u), appParty(a))
	return c.saveAppUser(a, u, direct, sent)
}

func unassignAppUser(c *call) error {
	a, u, assigned, err := c.appUser()
	if err != nil {
		return err
	}
	if assigned.scope != "USER" {
		return errInvalid("AppUser", "The user is assigned through a group: remove the user from the group.")
	}
	for _, g := range a.Groups {
		if c.org.isMember(c.org.groups.get(g.GroupID), u) {
			return &apiError{status: 403, code: "E0000046", summary: "Deactivate application for user forbidden.",
				causes: []string{"The application cannot be unassigned from the user while their group memberships grant them access"}}
		}
	}
	a.Users = slices.DeleteFunc(a.Users, func(d *userAssignment) bool { return d.UserID == u.ID })
	c.org.apps.put(a.ID, a)
	c.happened(eventAppUserRemove, userParty(u), appParty(a))
	return c.noContent(http.StatusNoContent)
}

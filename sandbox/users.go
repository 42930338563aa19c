package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// userRoutes are the operations on users, /api/v1/users.
func userRoutes() []route {
	return []route{
		{pattern: "GET /api/v1/users", scope: "okta.users", right: rightUsersRead, handle: listUsers},
		{pattern: "POST /api/v1/users", scope: "okta.users", right: rightUsersManage, handle: createUser},
		{pattern: "GET /api/v1/users/{userId}", scope: "okta.users", right: rightUsersRead, handle: getUser},
		{pattern: "POST /api/v1/users/{userId}", scope: "okta.users", right: rightUsersManage, handle: updateUser},
		{pattern: "PUT /api/v1/users/{userId}", scope: "okta.users", right: rightUsersManage, handle: replaceUser},
		{pattern: "DELETE /api/v1/users/{userId}", scope: "okta.users", right: rightUsersLifecycle, handle: deleteUser},
		{pattern: "GET /api/v1/users/{userId}/groups", scope: "okta.users", right: rightUsersRead, handle: listUserGroups},
	}
}

func (u *user) login() string { return text(u.Profile, "login") }

// startsWith is the match of ?q=: on first name, last name and email.
func (u *user) startsWith(q string) bool {
	for _, attribute := range []string{"firstName", "lastName", "email"} {
		if strings.HasPrefix(strings.ToLower(text(u.Profile, attribute)), q) {
			return true
		}
	}
	return false
}

// userByLogin returns the user with this login, without regard to case. A
// login's part before the @ will do where only one user has it.
func (o *org) userByLogin(login string) *user {
	if login == "" {
		return nil
	}
	var short []*user
	for _, u := range o.users.all() {
		if strings.EqualFold(u.login(), login) {
			return u
		}
		if before, _, _ := strings.Cut(u.login(), "@"); strings.EqualFold(before, login) {
			short = append(short, u)
		}
	}
	if len(short) == 1 {
		return short[0]
	}
	return nil
}

// user returns the user that the path names by id, by login, or as "me".
func (c *call) user() (*user, error) {
	name := c.path("userId")
	if u := c.userNamed(name); u != nil {
		return u, nil
	}
	return nil, errNotFound(name, "User")
}

func (c *call) userNamed(name string) *user {
	if name == "me" {
		return c.org.users.get(c.principal.userID)
	}
	if u := c.org.users.get(name); u != nil {
		return u
	}
	return c.org.userByLogin(name)
}

// userView is the user as every call but lists shows it.
func (c *call) userView(u *user) map[string]any {
	doc := c.userListView(u)
	doc["_links"] = c.userLinks(u)
	return c.withFeatures("user's links", u.ID, doc)
}

// userListView is the user as lists show it, with self as its only link.
func (c *call) userListView(u *user) map[string]any {
	profile := withoutNulls(u.Profile)
	for _, attribute := range []string{"firstName", "lastName", "mobilePhone", "secondEmail", "login", "email"} {
		if _, set := profile[attribute]; !set {
			profile[attribute] = nil
		}
	}
	credentials := map[string]any{"provider": map[string]any{"type": "OKTA", "name": "OKTA"}}
	if u.Password != nil {
		credentials["password"] = map[string]any{}
	}
	if u.Recovery != "" {
		credentials["recovery_question"] = map[string]any{"question": u.Recovery}
	}
	return c.withFeatures("user", u.ID, map[string]any{
		"id": u.ID, "status": u.Status, "created": timestamp(u.Created), "activated": timestampOrNull(u.Activated),
		"statusChanged": timestampOrNull(u.StatusChanged), "lastLogin": timestampOrNull(u.LastLogin),
		"lastUpdated": timestamp(u.LastUpdated), "passwordChanged": timestampOrNull(u.PasswordChanged),
		"type": map[string]any{"id": c.org.self().UserType}, "profile": profile, "credentials": credentials,
		"_links": map[string]any{"self": map[string]any{"href": c.url("/api/v1/users/" + u.ID)}},
	})
}

// userLinks names what can be done with the user in his status.
func (c *call) userLinks(u *user) map[string]any {
	self := c.url("/api/v1/users/" + u.ID)
	links := map[string]any{
		"self":   map[string]any{"href": self},
		"schema": map[string]any{"href": c.url("/api/v1/meta/schemas/user/" + c.org.self().UserSchema)},
		"type":   map[string]any{"href": c.url("/api/v1/meta/types/user/" + c.org.self().UserType)},
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
	if u.Password != nil {
		links["changePassword"] = map[string]any{"href": self + "/credentials/change_password", "method": "POST"}
	}
	return links
}

// userLists: a plain list leaves out who is deprovisioned, search and filter
// show them.
func userLists() listing[user] {
	return listing[user]{
		search: func(a string) bool {
			switch a {
			case "id", "status", "created", "activated", "statusChanged", "lastUpdated", "type.id":
				return true
			}
			return strings.HasPrefix(a, "profile.")
		},
		filter: func(a string) bool {
			return slices.Contains([]string{"id", "status", "lastUpdated", "profile.login", "profile.email",
				"profile.firstName", "profile.lastName"}, a)
		},
		startsWith: (*user).startsWith,
		id:         func(u *user) string { return u.ID },
		size:       pageSize{fallback: 200, max: 200, echo: true},
		qLimit:     10,
		plain:      func(u *user) bool { return u.Status != "DEPROVISIONED" },
	}
}

func listUsers(c *call) error {
	var visible []*user
	for _, u := range c.org.users.all() {
		if c.allows(rightUsersRead, "user", u.ID) {
			visible = append(visible, u)
		}
	}
	found, err := userLists().find(c, visible, c.userListView)
	if err != nil {
		return err
	}
	list := []any{}
	for _, u := range found {
		list = append(list, c.userListView(u))
	}
	return c.json(http.StatusOK, list)
}

func getUser(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.userView(u))
}

func listUserGroups(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	found, err := page(c, c.org.groupsOf(u), func(g *group) string { return g.ID }, pageSize{fallback: 200, max: 200, echo: true})
	if err != nil {
		return err
	}
	list := []any{}
	for _, g := range found {
		list = append(list, c.groupView(g))
	}
	return c.json(http.StatusOK, list)
}

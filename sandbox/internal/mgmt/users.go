package mgmt

import (
	"net/http"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// pathUser returns the user that the path names by id, by login, or as "me".
func pathUser(c *web.Call) (*state.User, error) {
	name := c.Path("userId")
	if u := access.UserNamed(c, name); u != nil {
		return u, nil
	}
	return nil, web.NotFound(name, "User")
}

// userView is the user as every call but lists shows it.
func userView(c *web.Call, u *state.User) map[string]any {
	doc := userListView(c, u)
	doc["_links"] = userLinks(c, u)
	return withFeatures(c, userLinkFeatures(), u.ID, doc)
}

// userListView is the user as lists show it, with self as its only link.
func userListView(c *web.Call, u *state.User) map[string]any {
	profile := jsondoc.WithoutNulls(u.Profile)
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
	return withFeatures(c, userFeatures(), u.ID, map[string]any{
		"id": u.ID, "status": u.Status, "created": state.Timestamp(u.Created), "activated": state.TimestampOrNull(u.Activated),
		"statusChanged": state.TimestampOrNull(u.StatusChanged), "lastLogin": state.TimestampOrNull(u.LastLogin),
		"lastUpdated": state.Timestamp(u.LastUpdated), "passwordChanged": state.TimestampOrNull(u.PasswordChanged),
		"type": map[string]any{"id": c.Org.Self().UserType}, "profile": profile, "credentials": credentials,
		"_links": map[string]any{"self": map[string]any{"href": c.URL("/api/v1/users/" + u.ID)}},
	})
}

// userLinks names what can be done with the user in his status.
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
	if u.Password != nil {
		links["changePassword"] = map[string]any{"href": self + "/credentials/change_password", "method": "POST"}
	}
	return links
}

// userLists: a plain list leaves out who is deprovisioned, search and filter
// show them.
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
		Plain:      func(u *state.User) bool { return u.Status != "DEPROVISIONED" },
	}
}

func listUsers(c *web.Call) error {
	var visible []*state.User
	for _, u := range c.Org.Users.All() {
		if access.Allows(c, access.UsersRead, access.User, u.ID) {
			visible = append(visible, u)
		}
	}
	found, err := userLists().Find(c, visible, func(u *state.User) map[string]any { return userListView(c, u) })
	if err != nil {
		return err
	}
	list := []any{}
	for _, u := range found {
		list = append(list, userListView(c, u))
	}
	return c.JSON(http.StatusOK, list)
}

func getUser(c *web.Call) error {
	u, err := pathUser(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, userView(c, u))
}

func listUserGroups(c *web.Call) error {
	u, err := pathUser(c)
	if err != nil {
		return err
	}
	found, err := web.Page(c, c.Org.GroupsOf(u), func(g *state.Group) string { return g.ID }, web.PageSize{Fallback: 200, Max: 200, Echo: true})
	if err != nil {
		return err
	}
	list := []any{}
	for _, g := range found {
		list = append(list, GroupView(c, g))
	}
	return c.JSON(http.StatusOK, list)
}

func errAlreadyActive() *web.APIError {
	return &web.APIError{Status: 403, Code: "E0000016", Summary: "Activation failed because the user is already active"}
}

func errUserStatus() *web.APIError {
	return &web.APIError{Status: 403, Code: "E0000038", Summary: "This operation is not allowed in the user's current status."}
}

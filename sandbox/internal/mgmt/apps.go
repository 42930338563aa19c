// Package mgmt is the Management API.
package mgmt

import (
	"net/http"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// pathApp returns the app that the path names.
func pathApp(c *web.Call) (*state.App, error) {
	id := c.Path("appId")
	if a := c.Org.Apps.Get(id); a != nil {
		return a, nil
	}
	return nil, web.NotFound(id, "AppInstance")
}

func listApps(c *web.Call) error {
	query := c.Query()
	matches := func(map[string]any) bool { return true }
	filter := query.Get("filter")
	if filter != "" {
		var err error
		if matches, err = web.ParseFilter(filter, appFilterAttribute); err != nil {
			return err
		}
	}
	expanded, err := expandedUser(c, filter)
	if err != nil {
		return err
	}
	q := strings.ToLower(query.Get("q"))
	named := func(a *state.App) bool {
		return q == "" || strings.HasPrefix(strings.ToLower(a.Label()), q) || strings.HasPrefix(a.Name(), q)
	}
	found, err := web.PageWhere(c, c.Org.Apps.List(), func(a *state.App) bool {
		return named(a) && access.Allows(c, access.AppsRead, access.App, a.ID) && (filter == "" || matches(appFilterDoc(c, a)))
	}, func(a *state.App) string { return a.ID }, web.PageSize{Fallback: 20, Max: 200})
	if err != nil {
		return err
	}
	list := []any{}
	for _, a := range found {
		doc := appView(c, a)
		if expanded != nil {
			if assigned := c.Org.AssignmentOf(a, expanded); assigned != nil {
				doc["_embedded"] = map[string]any{"user": appUserView(c, a, expanded, assigned)}
			}
		}
		list = append(list, doc)
	}
	return c.JSON(http.StatusOK, list)
}

func appFilterAttribute(attribute string) bool {
	switch attribute {
	case "id", "status", "name", "label", "credentials.signing.kid", "settings.slo.enabled", "user.id", "group.id":
		return true
	}
	return false
}

// appFilterDoc is what filters see of an app: its document, and the users and
// groups that are assigned to it.
func appFilterDoc(c *web.Call, a *state.App) map[string]any {
	var users, groups []any
	for _, u := range c.Org.Users.All() {
		if c.Org.AssignmentOf(a, u) != nil {
			users = append(users, map[string]any{"id": u.ID})
		}
	}
	for _, g := range a.Groups {
		groups = append(groups, map[string]any{"id": g.GroupID})
	}
	return map[string]any{
		"id": a.ID, "status": a.Status, "name": a.Name(), "label": a.Label(),
		"credentials": map[string]any{"signing": map[string]any{"kid": c.Org.CurrentKey().ID}},
		"settings":    map[string]any{"slo": map[string]any{"enabled": false}},
		"user":        users,
		"group":       groups,
	}
}

// expandedUser returns the user of ?expand=user/{userId}, which Okta takes
// only together with the filter on that user.
func expandedUser(c *web.Call, filter string) (*state.User, error) {
	id, isUser := strings.CutPrefix(c.Query().Get("expand"), "user/")
	if !isUser {
		return nil, nil
	}
	u := c.Org.Users.Get(id)
	if u == nil || !strings.Contains(filter, `user.id eq "`+id+`"`) {
		return nil, web.Invalid("expand", "expand: The user must be the one of the filter on user.id.")
	}
	return u, nil
}

func createApp(c *web.Call) error {
	doc, err := c.Object()
	if err != nil {
		return err
	}
	a := &state.App{ID: state.NewID("0oa"), Created: c.Second(), LastUpdated: c.Second(), Status: "ACTIVE"}
	if c.Query().Get("activate") == "false" {
		a.Status = "INACTIVE"
	}
	if err := fillApp(c, a, doc); err != nil {
		return err
	}
	a.Policy = c.Org.DefaultPolicy()
	if a.IsService() && c.ServiceAppAdmins {
		a.Roles = append(a.Roles, newStandardAssignment("SUPER_ADMIN", "ra1", c.Second()))
	}
	c.Org.Apps.Put(a.ID, a)
	emitApp(c, a, eventAppCreate, eventClientCreate)
	for _, r := range a.Roles {
		syslog.Emit(c, eventClientRoleGrant, syslog.ClientEntity(a), roleEntity(r))
	}
	return c.JSON(http.StatusOK, appViewWithSecret(c, a))
}

func getApp(c *web.Call) error {
	a, err := pathApp(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, appView(c, a))
}

func replaceApp(c *web.Call) error {
	a, err := pathApp(c)
	if err != nil {
		return err
	}
	doc, err := c.Object()
	if err != nil {
		return err
	}
	before := credentialStatus(a)
	replaced := copied(a)
	if err := fillApp(c, replaced, doc); err != nil {
		return err
	}
	if !sameCredentials(a, replaced) && !access.Allows(c, access.AppCredentials, access.App, a.ID) {
		return web.Forbidden()
	}
	*a = *replaced
	a.LastUpdated = c.Second()
	c.Org.Apps.Put(a.ID, a)
	emitApp(c, a, eventAppUpdate, eventClientUpdate)
	emitCredentials(c, a, before)
	if !access.Allows(c, access.AppCredentials, access.App, a.ID) {
		return c.JSON(http.StatusOK, appView(c, a)) // who may not read secrets isn't shown one
	}
	return c.JSON(http.StatusOK, appViewWithSecret(c, a))
}

func deleteApp(c *web.Call) error {
	a, err := pathApp(c)
	if err != nil {
		return err
	}
	if a.Status == "ACTIVE" {
		return &web.APIError{Status: 403, Code: "E0000056", Summary: "Delete application forbidden."}
	}
	c.Org.Apps.Remove(a.ID)
	emitApp(c, a, eventAppDelete, eventClientDelete)
	return c.NoContent(http.StatusNoContent)
}

func activateApp(c *web.Call) error { return setAppStatus(c, "ACTIVE") }

func deactivateApp(c *web.Call) error { return setAppStatus(c, "INACTIVE") }

// setAppStatus answers 200 also when the app has the status already.
func setAppStatus(c *web.Call, status string) error {
	a, err := pathApp(c)
	if err != nil {
		return err
	}
	if a.Status != status {
		a.Status, a.LastUpdated = status, c.Second()
		c.Org.Apps.Put(a.ID, a)
		if status == "ACTIVE" {
			emitApp(c, a, eventAppActivate, eventClientActivate)
		} else {
			c.Org.Ephemeral.Codes.Drop(func(code *state.AuthCode) bool { return code.ClientID == a.ClientID() })
			emitApp(c, a, eventAppDeactivate, eventClientDeactivate)
		}
	}
	return c.JSON(http.StatusOK, map[string]any{})
}

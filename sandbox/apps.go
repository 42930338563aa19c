package sandbox

import (
	"net/http"
	"strings"
)

// appRoutes are the operations on apps themselves, /api/v1/apps.
func appRoutes() []route {
	return []route{
		{pattern: "GET /api/v1/apps", scope: "okta.apps", right: rightAppsRead, handle: listApps},
		{pattern: "POST /api/v1/apps", scope: "okta.apps", right: rightAppsManage, handle: createApp},
		{pattern: "GET /api/v1/apps/{appId}", scope: "okta.apps", right: rightAppsRead, handle: getApp},
		{pattern: "PUT /api/v1/apps/{appId}", scope: "okta.apps", right: rightAppsManage, handle: replaceApp},
		{pattern: "DELETE /api/v1/apps/{appId}", scope: "okta.apps", right: rightAppsManage, handle: deleteApp},
		{pattern: "POST /api/v1/apps/{appId}/lifecycle/activate", scope: "okta.apps", right: rightAppsManage, handle: activateApp},
		{pattern: "POST /api/v1/apps/{appId}/lifecycle/deactivate", scope: "okta.apps", right: rightAppsManage, handle: deactivateApp},
	}
}

// app returns the app that the path names.
func (c *call) app() (*app, error) {
	id := c.path("appId")
	if a := c.org.apps.get(id); a != nil {
		return a, nil
	}
	return nil, errNotFound(id, "AppInstance")
}

func listApps(c *call) error {
	query := c.query()
	matches := func(map[string]any) bool { return true }
	filter := query.Get("filter")
	if filter != "" {
		var err error
		if matches, err = parseFilter(filter, appFilterAttribute); err != nil {
			return err
		}
	}
	expanded, err := c.expandedUser(filter)
	if err != nil {
		return err
	}
	q := strings.ToLower(query.Get("q"))
	named := func(a *app) bool {
		return q == "" || strings.HasPrefix(strings.ToLower(a.label()), q) || strings.HasPrefix(a.name(), q)
	}
	found, err := pageWhere(c, c.org.apps.list(), func(a *app) bool {
		return named(a) && c.allows(rightAppsRead, "app", a.ID) && (filter == "" || matches(c.appFilterDoc(a)))
	}, func(a *app) string { return a.ID }, pageSize{fallback: 20, max: 200})
	if err != nil {
		return err
	}
	list := []any{}
	for _, a := range found {
		doc := c.appView(a)
		if expanded != nil {
			if assigned := c.org.assignmentOf(a, expanded); assigned != nil {
				doc["_embedded"] = map[string]any{"user": c.appUserView(a, expanded, assigned)}
			}
		}
		list = append(list, doc)
	}
	return c.json(http.StatusOK, list)
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
func (c *call) appFilterDoc(a *app) map[string]any {
	var users, groups []any
	for _, u := range c.org.users.all() {
		if c.org.assignmentOf(a, u) != nil {
			users = append(users, map[string]any{"id": u.ID})
		}
	}
	for _, g := range a.Groups {
		groups = append(groups, map[string]any{"id": g.GroupID})
	}
	return map[string]any{
		"id": a.ID, "status": a.Status, "name": a.name(), "label": a.label(),
		"credentials": map[string]any{"signing": map[string]any{"kid": c.org.currentKey().ID}},
		"settings":    map[string]any{"slo": map[string]any{"enabled": false}},
		"user":        users,
		"group":       groups,
	}
}

// expandedUser returns the user of ?expand=user/{userId}, which Okta takes
// only together with the filter on that user.
func (c *call) expandedUser(filter string) (*user, error) {
	id, isUser := strings.CutPrefix(c.query().Get("expand"), "user/")
	if !isUser {
		return nil, nil
	}
	u := c.org.users.get(id)
	if u == nil || !strings.Contains(filter, `user.id eq "`+id+`"`) {
		return nil, errInvalid("expand", "expand: The user must be the one of the filter on user.id.")
	}
	return u, nil
}

func createApp(c *call) error {
	doc, err := c.object()
	if err != nil {
		return err
	}
	a := &app{ID: newID("0oa"), Created: c.second(), LastUpdated: c.second(), Status: "ACTIVE"}
	if c.query().Get("activate") == "false" {
		a.Status = "INACTIVE"
	}
	if err := c.fillApp(a, doc); err != nil {
		return err
	}
	a.Policy = c.org.defaultPolicy()
	if a.isService() && c.s.settings.PublicClientAppAdmins {
		a.Roles = append(a.Roles, newStandardAssignment("SUPER_ADMIN", "ra1", c.second()))
	}
	c.org.apps.put(a.ID, a)
	c.appHappened(a, eventAppCreate, eventClientCreate)
	for _, r := range a.Roles {
		c.happened(eventClientRoleGrant, clientParty(a), roleParty(r))
	}
	return c.json(http.StatusOK, c.appViewWithSecret(a))
}

func getApp(c *call) error {
	a, err := c.app()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.appView(a))
}

func replaceApp(c *call) error {
	a, err := c.app()
	if err != nil {
		return err
	}
	doc, err := c.object()
	if err != nil {
		return err
	}
	before := a.credentialStatus()
	replaced := a.copied()
	if err := c.fillApp(replaced, doc); err != nil {
		return err
	}
	if !sameCredentials(a, replaced) && !c.allows(rightAppKeys, "app", a.ID) {
		return errForbidden()
	}
	*a = *replaced
	a.LastUpdated = c.second()
	c.org.apps.put(a.ID, a)
	c.appHappened(a, eventAppUpdate, eventClientUpdate)
	c.credentialsHappened(a, before)
	if !c.allows(rightAppKeys, "app", a.ID) {
		return c.json(http.StatusOK, c.appView(a)) // who may not read secrets isn't shown one
	}
	return c.json(http.StatusOK, c.appViewWithSecret(a))
}

func deleteApp(c *call) error {
	a, err := c.app()
	if err != nil {
		return err
	}
	if a.Status == "ACTIVE" {
		return &apiError{status: 403, code: "E0000056", summary: "Delete application forbidden."}
	}
	c.org.apps.remove(a.ID)
	c.appHappened(a, eventAppDelete, eventClientDelete)
	return c.noContent(http.StatusNoContent)
}

func activateApp(c *call) error { return c.setAppStatus("ACTIVE") }

func deactivateApp(c *call) error { return c.setAppStatus("INACTIVE") }

// setAppStatus answers 200 also when the app has the status already.
func (c *call) setAppStatus(status string) error {
	a, err := c.app()
	if err != nil {
		return err
	}
	if a.Status != status {
		a.Status, a.LastUpdated = status, c.second()
		c.org.apps.put(a.ID, a)
		if status == "ACTIVE" {
			c.appHappened(a, eventAppActivate, eventClientActivate)
		} else {
			c.org.ephemeral.codes.drop(func(code *authCode) bool { return code.ClientID == a.clientID() })
			c.appHappened(a, eventAppDeactivate, eventClientDeactivate)
		}
	}
	return c.json(http.StatusOK, map[string]any{})
}

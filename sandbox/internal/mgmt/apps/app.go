// Package apps is apps with their credentials, sign-on, grants and assignments, the registration of
// clients, and the tokens and consents that apps have.
package apps

import (
	"maps"
	"net/http"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/roles"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// AppKind describes apps: OIDC clients, and apps with password sign-in (SWA).
func AppKind() kind.Kind {
	return kind.Kind{
		Name:  "app",
		Table: func(o *state.Org) state.Storable { return o.Apps },
		Routes: []web.Route{
			{Pattern: "GET /api/v1/apps", Scope: "okta.apps", Right: access.AppsRead, Handle: listApps},
			{Pattern: "POST /api/v1/apps", Scope: "okta.apps", Right: access.AppsCreate, Handle: createApp},
			{Pattern: "GET /api/v1/apps/{appId}", Scope: "okta.apps", Right: access.AppsRead, Handle: getApp},
			{Pattern: "PUT /api/v1/apps/{appId}", Scope: "okta.apps", Right: access.AppsManage, Handle: replaceApp},
			{Pattern: "DELETE /api/v1/apps/{appId}", Scope: "okta.apps", Right: access.AppsManage, Handle: deleteApp},
			{Pattern: "POST /api/v1/apps/{appId}/lifecycle/activate", Scope: "okta.apps", Right: access.AppsManage, Handle: activateApp},
			{Pattern: "POST /api/v1/apps/{appId}/lifecycle/deactivate", Scope: "okta.apps", Right: access.AppsManage, Handle: deactivateApp},
			{Pattern: "GET /api/v1/internal/apps/{appId}/settings/oauth/idToken", Scope: "okta.apps", Right: access.AppsRead, APITokenOnly: true, Handle: getIDTokenSettings},
			{Pattern: "POST /api/v1/internal/apps/{appId}/settings/oauth/idToken", Scope: "okta.apps", Right: access.AppsManage, APITokenOnly: true, Handle: setIDTokenSettings},
		},
		Section: kind.ListOf[appDoc]{
			Member: "apps", Name: func(d *appDoc) string { return jsondoc.Text(d.Document, "label") },
			Seed: seedApp, Refer: seedAppRoles, Dump: dumpApps,
		},
		Events: []syslog.Type{
			eventAppCreate, eventAppUpdate, eventAppActivate, eventAppDeactivate, eventAppDelete,
			eventClientCreate, eventClientUpdate, eventClientActivate, eventClientDeactivate, eventClientDelete,
		},
		Features: appFeatures(),
	}
}

// The events of apps.
var (
	eventAppCreate        = syslog.Type{Name: "application.lifecycle.create", Message: "Create application", Legacy: "app.generic.config.app_created"}
	eventAppUpdate        = syslog.Type{Name: "application.lifecycle.update", Message: "Update application", Legacy: "app.generic.config.app_updated"}
	eventAppActivate      = syslog.Type{Name: "application.lifecycle.activate", Message: "Activate application", Legacy: "app.generic.config.app_activated"}
	eventAppDeactivate    = syslog.Type{Name: "application.lifecycle.deactivate", Message: "Deactivate application", Legacy: "app.generic.config.app_deactivated"}
	eventAppDelete        = syslog.Type{Name: "application.lifecycle.delete", Message: "Delete application", Legacy: "app.generic.config.app_deleted"}
	eventClientCreate     = syslog.Type{Name: "app.oauth2.client.lifecycle.create", Message: "Create OAuth client"}
	eventClientUpdate     = syslog.Type{Name: "app.oauth2.client.lifecycle.update", Message: "Update OAuth client"}
	eventClientActivate   = syslog.Type{Name: "app.oauth2.client.lifecycle.activate", Message: "Activate OAuth client"}
	eventClientDeactivate = syslog.Type{Name: "app.oauth2.client.lifecycle.deactivate", Message: "Deactivate OAuth client"}
	eventClientDelete     = syslog.Type{Name: "app.oauth2.client.lifecycle.delete", Message: "Delete OAuth client"}
)

func appFeatures() []kind.FeatureField {
	return []kind.FeatureField{
		{Feature: state.IdentityEngine, Path: "_links.accessPolicy"},
		{Feature: state.IdentityEngine, Path: "_links.policies"},
		{Feature: state.IdentityEngine, Path: "_links.profileEnrollment"},
		{Feature: state.UniversalLogout, Path: "universalLogout"},
		{Feature: state.SingleLogout, Path: "settings.oauthClient.participate_slo"},
		{Feature: state.EmailOptIn, Path: "settings.emOptInStatus"},
		{Feature: state.UserConsent, Path: "settings.oauthClient.consent_method"},
	}
}

// emitApp logs an event of an app and, if the app is a client, the corresponding event of the
// client.
func emitApp(c *web.Call, a *state.App, kind, clientKind syslog.Type) {
	syslog.Emit(c, kind, syslog.AppEntity(a))
	if a.OAuth() != nil {
		syslog.Emit(c, clientKind, syslog.ClientEntity(a))
	}
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

// appFilterDoc is the document that filters of apps look at: the app's own, and the ids of its
// users and groups.
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

// expandedUser returns the user of ?expand=user/{userId}, which Okta accepts only together with a
// filter on that user.
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
	status := "ACTIVE"
	if c.Query().Get("activate") == "false" {
		status = "INACTIVE"
	}
	a, err := newApp(c, doc, status)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, appViewWithSecret(c, a))
}

// newApp makes an app of a document.
func newApp(c *web.Call, doc map[string]any, status string) (*state.App, error) {
	a := &state.App{ID: state.NewID("0oa"), Created: c.Second(), LastUpdated: c.Second(), Status: status}
	if err := fillApp(c, a, doc); err != nil {
		return nil, err
	}
	a.Policy = c.Org.DefaultPolicy()
	if a.IsService() && c.ServiceAppAdmins {
		a.Roles = append(a.Roles, roles.NewStandardAssignment("SUPER_ADMIN", "ra1", c.Second()))
	}
	c.Org.Apps.Put(a.ID, a)
	emitApp(c, a, eventAppCreate, eventClientCreate)
	for _, r := range a.Roles {
		roles.EmitRole(c, roles.ClientAssignee(c.Org, a), r, true)
	}
	return a, nil
}

func getApp(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, appView(c, a))
}

func replaceApp(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	doc, err := c.Object()
	if err != nil {
		return err
	}
	if err := changeApp(c, a, doc); err != nil {
		return err
	}
	if !access.Allows(c, access.AppCredentials, access.App, a.ID) {
		return c.JSON(http.StatusOK, appView(c, a)) // callers that may not read secrets get none
	}
	return c.JSON(http.StatusOK, appViewWithSecret(c, a))
}

// changeApp replaces the document of an app.
func changeApp(c *web.Call, a *state.App, doc map[string]any) error {
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
	return nil
}

func deleteApp(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	if a.Status == "ACTIVE" {
		return &web.APIError{Status: 403, Code: "E0000056", Summary: "Delete application forbidden.",
			Causes: []string{"The application must be deactivated before deletion."}}
	}
	c.Org.Apps.Remove(a.ID)
	emitApp(c, a, eventAppDelete, eventClientDelete)
	return c.NoContent(http.StatusNoContent)
}

func activateApp(c *web.Call) error { return setAppStatus(c, "ACTIVE") }

func deactivateApp(c *web.Call) error { return setAppStatus(c, "INACTIVE") }

// setAppStatus answers 200 even if the app already has the status.
func setAppStatus(c *web.Call, status string) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	if a.Status != status {
		a.Status, a.LastUpdated = status, c.Second()
		c.Org.Apps.Put(a.ID, a)
		if status == "ACTIVE" {
			emitApp(c, a, eventAppActivate, eventClientActivate)
		} else {
			oauth.EndClient(c, a.ClientID())
			emitApp(c, a, eventAppDeactivate, eventClientDeactivate)
		}
	}
	return c.JSON(http.StatusOK, map[string]any{})
}

// getIDTokenSettings answers a private call of Okta's admin console, for the groups claim of ID
// tokens; other provisioning tools make it too.
func getIDTokenSettings(c *web.Call) error {
	a, err := pathClient(c)
	if err != nil {
		return err
	}
	doc := map[string]any{"issuer": c.Base, "orgUrl": nil, "customUrl": nil, "audience": a.ClientID(), "issuerMode": "ORG_URL"}
	maps.Copy(doc, a.IDToken)
	return c.JSON(http.StatusOK, doc)
}

func setIDTokenSettings(c *web.Call) error {
	a, err := pathClient(c)
	if err != nil {
		return err
	}
	sent, err := c.Object()
	if err != nil {
		return err
	}
	for _, derived := range []string{"issuer", "orgUrl", "customUrl", "audience"} {
		delete(sent, derived)
	}
	a.IDToken = sent
	c.Org.Apps.Put(a.ID, a)
	doc := map[string]any{"issuer": nil, "orgUrl": nil, "customUrl": nil, "audience": nil}
	maps.Copy(doc, sent)
	return c.JSON(http.StatusOK, doc)
}

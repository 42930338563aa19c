package roles

import (
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// roleTargetRoutes are the operations that limit standard roles to groups or apps. The path
// parameters of targets have names of their own, because groupId may be the admin's.
func roleTargetRoutes(base string) []web.Route {
	return []web.Route{
		readRoles(base+"/groups", listGroupTargets),
		manageRoles("PUT", base+"/groups/{targetGroupId}", addGroupTarget),
		manageRoles("DELETE", base+"/groups/{targetGroupId}", removeGroupTarget),
		readRoles(base+"/catalog/apps", listAppTargets),
		manageRoles("PUT", base+"/catalog/apps", clearAppTargets),
		manageRoles("PUT", base+"/catalog/apps/{appName}", addAppTarget),
		manageRoles("DELETE", base+"/catalog/apps/{appName}", removeAppTarget),
		manageRoles("PUT", base+"/catalog/apps/{appName}/{targetAppId}", addAppTarget),
		manageRoles("DELETE", base+"/catalog/apps/{appName}/{targetAppId}", removeAppTarget),
	}
}

// roleFor returns the assignment in the path if it takes this kind of target.
func roleFor(c *web.Call, target string) (*Assignee, *state.RoleAssignment, error) {
	p, r, err := assignedRole(c)
	if err != nil {
		return nil, nil, err
	}
	if access.StandardRole(r.Type).Target != target {
		return nil, nil, &web.APIError{Status: 400, Code: "E0000091", Summary: "The provided role type was not the same as required role type."}
	}
	return p, r, nil
}

// targetsChanged stores the assignment. Okta recreates an assignment whose targets change, so both
// of its timestamps change.
func targetsChanged(c *web.Call, p *Assignee, r *state.RoleAssignment) error {
	r.Created, r.LastUpdated = c.Second(), c.Second()
	p.save()
	EmitRole(c, p, r, true)
	return c.NoContent(http.StatusNoContent)
}

func errLastTarget() *web.APIError {
	return web.Invalid("target", "The last target of a role can't be removed: it would become a role over all.")
}

func groupTargets(c *web.Call, r *state.RoleAssignment) []any {
	list := []any{}
	for _, id := range r.TargetGroups {
		if g := c.Org.Groups.Get(id); g != nil {
			list = append(list, kind.GroupView(c, g))
		}
	}
	return list
}

func listGroupTargets(c *web.Call) error {
	_, r, err := roleFor(c, "groups")
	if err != nil {
		return err
	}
	return targetPage(c, groupTargets(c, r))
}

func targetPage(c *web.Call, targets []any) error {
	id := func(target any) string {
		doc := target.(map[string]any)
		if id := jsondoc.Text(doc, "id"); id != "" {
			return id
		}
		return jsondoc.Text(doc, "name")
	}
	list, err := web.Page(c, targets, id, web.PageSize{Fallback: 20, Max: 200, Echo: true})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list)
}

func addGroupTarget(c *web.Call) error {
	p, r, err := roleFor(c, "groups")
	if err != nil {
		return err
	}
	id := c.Path("targetGroupId")
	if c.Org.Groups.Get(id) == nil {
		return web.NotFound(id, "UserGroup")
	}
	if slices.Contains(r.TargetGroups, id) {
		return c.NoContent(http.StatusNoContent)
	}
	r.TargetGroups = append(r.TargetGroups, id)
	return targetsChanged(c, p, r)
}

func removeGroupTarget(c *web.Call) error {
	p, r, err := roleFor(c, "groups")
	if err != nil {
		return err
	}
	id := c.Path("targetGroupId")
	if !slices.Contains(r.TargetGroups, id) {
		return web.NotFound(id, "UserGroup")
	}
	if len(r.TargetGroups) == 1 {
		return errLastTarget()
	}
	r.TargetGroups = slices.DeleteFunc(r.TargetGroups, func(o string) bool { return o == id })
	return targetsChanged(c, p, r)
}

func appTargets(c *web.Call, r *state.RoleAssignment) []any {
	list := []any{}
	for _, target := range r.TargetApps {
		if target.ID == "" {
			list = append(list, catalogView(c, state.CatalogEntry(target.Name)))
		} else if a := c.Org.Apps.Get(target.ID); a != nil {
			list = append(list, map[string]any{"name": a.Label(), "status": a.Status, "id": a.ID,
				"_links": map[string]any{"self": map[string]any{"href": c.URL("/api/v1/apps/" + a.ID)}}})
		}
	}
	return list
}

func listAppTargets(c *web.Call) error {
	_, r, err := roleFor(c, "apps")
	if err != nil {
		return err
	}
	return targetPage(c, appTargets(c, r))
}

// pathAppTarget returns the target in the path if it exists.
func pathAppTarget(c *web.Call) (state.AppTarget, error) {
	target := state.AppTarget{Name: c.Path("appName"), ID: c.Path("targetAppId")}
	if target.ID == "" {
		if state.CatalogEntry(target.Name).Name == "" {
			return target, web.NotFound(target.Name, "AppMetadata")
		}
		return target, nil
	}
	a := c.Org.Apps.Get(target.ID)
	if a == nil || a.Name() != target.Name {
		return target, web.NotFound(target.ID, "AppInstance")
	}
	return target, nil
}

// addAppTarget adds a target. A catalog app replaces its instances and covers those that are added
// later.
func addAppTarget(c *web.Call) error {
	p, r, err := roleFor(c, "apps")
	if err != nil {
		return err
	}
	target, err := pathAppTarget(c)
	if err != nil {
		return err
	}
	if slices.Contains(r.TargetApps, target) || slices.Contains(r.TargetApps, state.AppTarget{Name: target.Name}) {
		return c.NoContent(http.StatusNoContent)
	}
	if target.ID == "" {
		r.TargetApps = slices.DeleteFunc(r.TargetApps, func(o state.AppTarget) bool { return o.Name == target.Name })
	}
	r.TargetApps = append(r.TargetApps, target)
	return targetsChanged(c, p, r)
}

func removeAppTarget(c *web.Call) error {
	p, r, err := roleFor(c, "apps")
	if err != nil {
		return err
	}
	target := state.AppTarget{Name: c.Path("appName"), ID: c.Path("targetAppId")}
	if !slices.Contains(r.TargetApps, target) {
		if target.ID == "" {
			return web.NotFound(target.Name, "AppMetadata")
		}
		return web.NotFound(target.ID, "AppInstance")
	}
	if len(r.TargetApps) == 1 {
		return errLastTarget()
	}
	r.TargetApps = slices.DeleteFunc(r.TargetApps, func(o state.AppTarget) bool { return o == target })
	return targetsChanged(c, p, r)
}

// clearAppTargets makes the role cover all apps again; for users only.
func clearAppTargets(c *web.Call) error {
	p, r, err := roleFor(c, "apps")
	if err != nil {
		return err
	}
	if !p.clearsTargets {
		return web.MethodNotAllowed()
	}
	r.TargetApps = nil
	_ = targetsChanged(c, p, r)
	return c.JSON(http.StatusOK, map[string]any{})
}

func catalogView(c *web.Call, entry state.CatalogApp) map[string]any {
	logo := map[string]any{"name": "medium", "href": c.URL("/assets/img/logos/" + entry.Name + ".png")}
	doc := map[string]any{
		"name": entry.Name, "displayName": entry.DisplayName, "description": entry.Description, "status": "ACTIVE",
		"lastUpdated": state.Timestamp(c.Org.Self().Created), "category": entry.Category, "verificationStatus": "OKTA_VERIFIED",
		"website": entry.Website, "signOnModes": []string{entry.Mode},
		"_links": map[string]any{
			"logo": []any{logo},
			"self": map[string]any{"href": c.URL("/api/v1/catalog/apps/" + entry.Name)},
		},
	}
	if entry.Name == "oidc_client" {
		logo["type"] = "image/png"
		doc["features"] = []string{"DEFAULT_PUSH_STATUS_TO_PUSH"}
	}
	return doc
}

package sandbox

import (
	"net/http"
	"slices"
)

// roleTargetRoutes narrow standard roles to groups or apps.
func roleTargetRoutes(base string) []route {
	read := func(path string, handle func(*call) error) route {
		return route{pattern: "GET " + base + path, scope: "okta.roles", right: rightRolesRead, handle: handle}
	}
	write := func(method, path string, handle func(*call) error) route {
		return route{pattern: method + " " + base + path, scope: "okta.roles", right: rightRolesManage, handle: handle}
	}
	// The ids of targets have names of their own in the paths: groupId may be
	// that of the principal.
	return []route{
		read("/groups", listGroupTargets),
		write("PUT", "/groups/{targetGroupId}", addGroupTarget),
		write("DELETE", "/groups/{targetGroupId}", removeGroupTarget),
		read("/catalog/apps", listAppTargets),
		write("PUT", "/catalog/apps", clearAppTargets),
		write("PUT", "/catalog/apps/{appName}", addAppTarget),
		write("DELETE", "/catalog/apps/{appName}", removeAppTarget),
		write("PUT", "/catalog/apps/{appName}/{targetAppId}", addAppTarget),
		write("DELETE", "/catalog/apps/{appName}/{targetAppId}", removeAppTarget),
	}
}

// roleFor returns the assignment of the path if it takes this kind of target.
func (c *call) roleFor(target string) (*assignee, *roleAssignment, error) {
	p, r, err := c.assignedRole()
	if err != nil {
		return nil, nil, err
	}
	if standardRole(r.Type).target != target {
		return nil, nil, &apiError{status: 400, code: "E0000091", summary: "The provided role type was not the same as required role type."}
	}
	return p, r, nil
}

// targetsChanged saves. Okta rebuilds an assignment whose targets change, so
// both its timestamps move.
func (c *call) targetsChanged(p *assignee, r *roleAssignment) error {
	r.Created, r.LastUpdated = c.second(), c.second()
	p.save()
	c.roleHappened(p, r, true)
	return c.noContent(http.StatusNoContent)
}

func errLastTarget() *apiError {
	return errInvalid("target", "The last target of a role can't be removed: it would become a role over all.")
}

func (c *call) groupTargets(r *roleAssignment) []any {
	list := []any{}
	for _, id := range r.TargetGroups {
		if g := c.org.groups.get(id); g != nil {
			list = append(list, c.groupView(g))
		}
	}
	return list
}

func listGroupTargets(c *call) error {
	_, r, err := c.roleFor("groups")
	if err != nil {
		return err
	}
	return c.targetPage(c.groupTargets(r))
}

func (c *call) targetPage(targets []any) error {
	id := func(target any) string {
		doc := target.(map[string]any)
		if id := text(doc, "id"); id != "" {
			return id
		}
		return text(doc, "name")
	}
	list, err := page(c, targets, id, pageSize{fallback: 20, max: 200, echo: true})
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, list)
}

func addGroupTarget(c *call) error {
	p, r, err := c.roleFor("groups")
	if err != nil {
		return err
	}
	id := c.path("targetGroupId")
	if c.org.groups.get(id) == nil {
		return errNotFound(id, "UserGroup")
	}
	if slices.Contains(r.TargetGroups, id) {
		return c.noContent(http.StatusNoContent)
	}
	r.TargetGroups = append(r.TargetGroups, id)
	return c.targetsChanged(p, r)
}

func removeGroupTarget(c *call) error {
	p, r, err := c.roleFor("groups")
	if err != nil {
		return err
	}
	id := c.path("targetGroupId")
	if !slices.Contains(r.TargetGroups, id) {
		return errNotFound(id, "UserGroup")
	}
	if len(r.TargetGroups) == 1 {
		return errLastTarget()
	}
	r.TargetGroups = slices.DeleteFunc(r.TargetGroups, func(o string) bool { return o == id })
	return c.targetsChanged(p, r)
}

func (c *call) appTargets(r *roleAssignment) []any {
	list := []any{}
	for _, target := range r.TargetApps {
		if target.ID == "" {
			list = append(list, c.catalogView(catalogEntry(target.Name)))
		} else if a := c.org.apps.get(target.ID); a != nil {
			list = append(list, map[string]any{"name": a.label(), "status": a.Status, "id": a.ID,
				"_links": map[string]any{"self": map[string]any{"href": c.url("/api/v1/apps/" + a.ID)}}})
		}
	}
	return list
}

func listAppTargets(c *call) error {
	_, r, err := c.roleFor("apps")
	if err != nil {
		return err
	}
	return c.targetPage(c.appTargets(r))
}

// pathAppTarget reads the target of the path and checks that it exists.
func (c *call) pathAppTarget() (appTarget, error) {
	target := appTarget{Name: c.path("appName"), ID: c.path("targetAppId")}
	if target.ID == "" {
		if catalogEntry(target.Name).name == "" {
			return target, errNotFound(target.Name, "AppMetadata")
		}
		return target, nil
	}
	a := c.org.apps.get(target.ID)
	if a == nil || a.name() != target.Name {
		return target, errNotFound(target.ID, "AppInstance")
	}
	return target, nil
}

// addAppTarget: a catalog app takes the place of its instances, and covers
// those that are added later.
func addAppTarget(c *call) error {
	p, r, err := c.roleFor("apps")
	if err != nil {
		return err
	}
	target, err := c.pathAppTarget()
	if err != nil {
		return err
	}
	if slices.Contains(r.TargetApps, target) || slices.Contains(r.TargetApps, appTarget{Name: target.Name}) {
		return c.noContent(http.StatusNoContent)
	}
	if target.ID == "" {
		r.TargetApps = slices.DeleteFunc(r.TargetApps, func(o appTarget) bool { return o.Name == target.Name })
	}
	r.TargetApps = append(r.TargetApps, target)
	return c.targetsChanged(p, r)
}

func removeAppTarget(c *call) error {
	p, r, err := c.roleFor("apps")
	if err != nil {
		return err
	}
	target := appTarget{Name: c.path("appName"), ID: c.path("targetAppId")}
	if !slices.Contains(r.TargetApps, target) {
		if target.ID == "" {
			return errNotFound(target.Name, "AppMetadata")
		}
		return errNotFound(target.ID, "AppInstance")
	}
	if len(r.TargetApps) == 1 {
		return errLastTarget()
	}
	r.TargetApps = slices.DeleteFunc(r.TargetApps, func(o appTarget) bool { return o == target })
	return c.targetsChanged(p, r)
}

// clearAppTargets makes the role one over all apps again; users only.
func clearAppTargets(c *call) error {
	p, r, err := c.roleFor("apps")
	if err != nil {
		return err
	}
	if p.kind != "USER" {
		return errMethod()
	}
	r.TargetApps = nil
	_ = c.targetsChanged(p, r)
	return c.json(http.StatusOK, map[string]any{})
}

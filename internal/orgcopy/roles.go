package orgcopy

import (
	"context"
	"net/url"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema/kinds"
)

// rights reads a list that decides what a principal may do.
func (r *reading) rights(ctx context.Context, what, path, query string) ([]map[string]any, error) {
	docs, err := r.from.List(ctx, path, query)
	return docs, r.rightsGap(what, err)
}

// rightsGap is like gap, for a list that decides what a principal may do.
func (r *reading) rightsGap(what string, err error) error {
	if okta.Refusal(err) != nil {
		r.mu.Lock()
		r.unseenRights = true
		r.mu.Unlock()
	}
	return r.gap(what, err)
}

// roles copies the admin roles that a principal has by itself, with their targets.
func (r *reading) roles(what string, element map[string]any, path, own string) {
	r.later(path, func(ctx context.Context) error {
		docs, err := r.rights(ctx, "admin roles of "+what, path, "")
		if err != nil {
			return err
		}
		list := []map[string]any{}
		for _, doc := range docs {
			if t := okta.Text(doc, "assignmentType"); t != "" && t != own {
				continue
			}
			one := pick(doc, "id", "created", "lastUpdated", "type")
			if one["type"] == "CUSTOM" {
				one["role"], one["resourceSet"] = okta.Text(doc, "role"), okta.Text(doc, "resource-set")
			}
			if err := r.targets(ctx, what, one, path+"/"+url.PathEscape(okta.Text(doc, "id"))); err != nil {
				return err
			}
			list = append(list, one)
		}
		if len(list) > 0 {
			r.set(element, "roles", list)
		}
		return nil
	})
}

// targets copies the targets of a role.
func (r *reading) targets(ctx context.Context, what string, role map[string]any, path string) error {
	for _, attr := range kinds.RoleTargets(okta.Text(role, "type")) {
		member, list := "targetGroups", "/targets/groups"
		if attr != "target_groups" {
			member, list = "targetApps", "/targets/catalog/apps"
		}
		if role[member] != nil {
			continue
		}
		docs, err := r.rights(ctx, "targets of admin roles of "+what, path+list, "limit=200")
		if err != nil {
			return err
		}
		var ids []string
		for _, doc := range docs {
			id := okta.Text(doc, "id")
			if id == "" {
				id = okta.Text(doc, "name") // all apps of one entry of the catalog
			}
			ids = append(ids, id)
		}
		if len(ids) > 0 {
			role[member] = ids
		}
	}
	return nil
}

// customRoles copies custom roles with their permissions.
func (r *reading) customRoles(ctx context.Context) error {
	docs, err := r.from.WrappedList(ctx, "/api/v1/iam/roles", "roles")
	err = r.rightsGap("custom roles", r.orLacks("customRoles", err))
	for _, doc := range docs {
		element := pick(doc, "id", "created", "lastUpdated", "label", "description")
		path := "/api/v1/iam/roles/" + okta.Text(doc, "id") + "/permissions"
		r.copy.CustomRoles = append(r.copy.CustomRoles, element)
		r.later(path, func(ctx context.Context) error {
			docs, err := r.from.WrappedList(ctx, path, "permissions")
			err = r.rightsGap("permissions of the custom role "+okta.Text(doc, "label"), err)
			list := []map[string]any{}
			for _, doc := range docs {
				list = append(list, pick(doc, "label", "conditions", "created", "lastUpdated"))
			}
			r.set(element, "permissions", list)
			return err
		})
	}
	return err
}

// resourceSets copies resource sets with their resources.
func (r *reading) resourceSets(ctx context.Context) error {
	docs, err := r.from.WrappedList(ctx, "/api/v1/iam/resource-sets", "resource-sets")
	err = r.rightsGap("resource sets", r.orLacks("resourceSets", err))
	for _, doc := range docs {
		id := okta.Text(doc, "id")
		element := pick(doc, "id", "created", "lastUpdated", "label", "description")
		element["resources"] = []map[string]any{}
		r.copy.ResourceSets = append(r.copy.ResourceSets, element)
		path := "/api/v1/iam/resource-sets/" + id + "/resources"
		r.later(path, func(ctx context.Context) error {
			docs, err := r.from.WrappedList(ctx, path, "resources")
			err = r.rightsGap("resources of the resource set "+okta.Text(doc, "label"), err)
			list := []map[string]any{}
			for _, doc := range docs {
				one := pick(doc, "id", "created", "lastUpdated", "conditions")
				if one["resource"] = resourceOf(doc); one["resource"] != "" {
					list = append(list, one)
				}
			}
			r.set(element, "resources", list)
			return err
		})
	}
	return err
}

// resourceOf returns the name of a resource: its ORN, or the path of its link.
func resourceOf(doc map[string]any) string {
	if orn := okta.Text(doc, "orn"); orn != "" {
		return orn
	}
	href := okta.Text(doc, "_links", "self", "href")
	if at := strings.Index(href, "/api/v1/"); at >= 0 {
		return href[at:]
	}
	return ""
}

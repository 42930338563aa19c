package org

import (
	"context"
	"net/http"
	"net/url"

	"github.com/oktaform/oktaform/schema"
	"github.com/zclconf/go-cty/cty"
)

// assignment is an admin role of a principal. Apps, groups and users have the
// same calls under different paths, so they are made raw: the SDK has a set of
// methods for each, and can't decode the lists of one of them.
type assignment struct {
	id                      string
	roleType                string // READ_ONLY_ADMIN, CUSTOM, ...
	role, resourceSet       string // of CUSTOM
	roleName, setName       string // what people call them
	targets                 []target
	targetsPath, targetAttr string // "": the role can't be limited
}

// target is a group or app that a role is limited to.
type target struct {
	named
	// app is the catalog name of the app, which the paths of app targets hold; ""
	// where Okta's list didn't tell it.
	app string
	// catalog is set for a target that is all apps of one catalog name, which is
	// its id then.
	catalog bool
}

func (a assignment) key() string { return a.roleType + " " + a.role + " " + a.resourceSet }

func (a assignment) targetIDs() []string {
	var out []string
	for _, t := range a.targets {
		out = append(out, t.id)
	}
	return out
}

// newAssignment knows what a role of that type can be limited to.
func newAssignment(id, roleType string) assignment {
	a := assignment{id: id, roleType: roleType, targetAttr: schema.RoleTargets(roleType)}
	switch a.targetAttr {
	case "target_groups":
		a.targetsPath = "/targets/groups"
	case "target_apps":
		a.targetsPath = "/targets/catalog/apps"
	}
	return a
}

// listRoles lists the roles that a principal has itself, not through a group.
func (c *Client) listRoles(ctx context.Context, path, assignmentType string) ([]assignment, error) {
	docs, err := c.rawPages(ctx, path, "")
	if err != nil {
		return nil, err
	}
	var out []assignment
	for _, doc := range docs {
		if t := str(doc, "assignmentType"); t != "" && t != assignmentType {
			continue
		}
		a := c.assignment(doc)
		if a.targets, err = c.listTargets(ctx, path, a); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// assignment is a role as Okta's answer shows it, without its targets.
func (c *Client) assignment(doc map[string]any) assignment {
	a := newAssignment(str(doc, "id"), str(doc, "type"))
	if a.roleType == "CUSTOM" {
		a.role, a.resourceSet = str(doc, "role"), str(doc, "resource-set")
		c.remember(a.role, str(doc, "label"))
		a.roleName, a.setName = c.nameOf(a.role), c.nameOf(a.resourceSet)
	}
	return a
}

func (c *Client) listTargets(ctx context.Context, path string, a assignment) ([]target, error) {
	if a.targetsPath == "" {
		return nil, nil
	}
	docs, err := c.rawPages(ctx, path+"/"+url.PathEscape(a.id)+a.targetsPath, "limit=200")
	var out []target
	for _, doc := range docs {
		id := str(doc, "id")
		switch {
		case a.targetAttr == "target_groups":
			c.remember(id, str(doc, "profile", "name"))
			out = append(out, target{named: named{id, c.nameOf(id)}})
		case id == "":
			out = append(out, target{named: named{str(doc, "name"), str(doc, "displayName")}, catalog: true})
		default:
			// The name of an instance is its label here.
			c.remember(id, str(doc, "name"))
			out = append(out, target{named: named{id, c.nameOf(id)}})
		}
	}
	return out, err
}

// rawPages lists by raw calls.
func (c *Client) rawPages(ctx context.Context, path, query string) ([]map[string]any, error) {
	return c.pages(ctx, func(ctx context.Context, after string) error {
		values, err := url.ParseQuery(query)
		if err != nil {
			return err
		}
		if after != "" {
			values.Set("after", after)
		}
		full := path
		if len(values) > 0 {
			full += "?" + values.Encode()
		}
		return c.raw(http.MethodGet, full, nil)(ctx)
	})
}

// roleBlocks brings the roles of a principal to admin_role blocks.
func roleBlocks(block *schema.Block, roles []assignment) cty.Value {
	var list []cty.Value
	for _, a := range roles {
		attrs := map[string]cty.Value{
			"type": cty.StringVal(a.roleType), "role": cty.NullVal(schema.Ref), "resource_set": cty.NullVal(schema.Ref),
			"target_groups": cty.ListValEmpty(schema.Ref), "target_apps": cty.ListValEmpty(schema.Ref),
		}
		if a.roleType == "CUSTOM" {
			attrs["role"], attrs["resource_set"] = ref(named{a.role, a.roleName}), ref(named{a.resourceSet, a.setName})
		}
		if a.targetAttr != "" {
			var targets []named
			for _, t := range a.targets {
				targets = append(targets, t.named)
			}
			attrs[a.targetAttr] = refs(targets)
		}
		list = append(list, cty.ObjectVal(attrs))
	}
	if len(list) == 0 {
		return cty.ListValEmpty(block.ValueType())
	}
	return cty.ListVal(list)
}

// wantedRoles reads admin_role blocks.
func wantedRoles(want cty.Value) ([]assignment, error) {
	if !want.Type().HasAttribute("admin_role") {
		return nil, nil
	}
	var out []assignment
	for it := want.GetAttr("admin_role").ElementIterator(); it.Next(); {
		_, block := it.Element()
		a := newAssignment("", text(block.GetAttr("type")))
		a.role, a.resourceSet = schema.RefKey(block.GetAttr("role")), schema.RefKey(block.GetAttr("resource_set"))
		if a.targetAttr != "" {
			targets, err := ids(block.GetAttr(a.targetAttr))
			if err != nil {
				return nil, err
			}
			for _, id := range targets {
				// Only OIDC apps can be declared.
				a.targets = append(a.targets, target{named: named{id, id}, app: appName})
			}
		}
		out = append(out, a)
	}
	return out, nil
}

// request is the body with which the role is assigned.
func (a assignment) request() map[string]any {
	body := map[string]any{"type": a.roleType}
	if a.role != "" || a.resourceSet != "" {
		body["role"], body["resource-set"] = a.role, a.resourceSet
	}
	return body
}

// targetPath is the end of the path of one target: groups by their id, apps by
// their catalog name and, for one of them, its id.
func (c *Client) targetPath(ctx context.Context, a assignment, t target) (string, error) {
	if a.targetAttr == "target_groups" || t.catalog {
		return a.targetsPath + "/" + url.PathEscape(t.id), nil
	}
	if t.app == "" {
		doc, err := apps{c: c}.get(ctx, t.id)
		if err != nil {
			return "", err
		}
		t.app = str(doc, "name")
	}
	return a.targetsPath + "/" + url.PathEscape(t.app) + "/" + url.PathEscape(t.id), nil
}

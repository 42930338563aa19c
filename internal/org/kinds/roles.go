package kinds

import (
	"context"
	"net/url"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// RoleBlock is the type of the blocks that assign admin roles.
const RoleBlock = "admin_role"

// Principal is the path of an object's role assignments, and the type of its own assignments.
type Principal struct{ Path, AssignmentType string }

// assignment is an admin role of a principal. Apps, groups and users have the same calls under
// different paths, so the client builds them itself: the SDK has a set of methods for each, and
// cannot decode the lists of one of them.
type assignment struct {
	id                string
	roleType          string // READ_ONLY_ADMIN, CUSTOM, ...
	role, resourceSet string // for CUSTOM
	roleName, setName string // their names for people
	targets           []target
	targetsPath       string // "": the role cannot be limited
}

// roleTypes returns the types of the object's roles.
func (r *Remote) roleTypes() []string {
	var types []string
	for _, a := range r.roles {
		types = append(types, a.roleType)
	}
	return types
}

// The attributes of a RoleBlock that limit the role.
const (
	targetGroups  = "target_groups"
	targetApps    = "target_apps"
	targetCatalog = "target_catalog_apps"
)

// target is what a role is limited to: a group, an app, or all apps of one catalog entry.
type target struct {
	attr string // the attribute that it is in: kinds.TargetAttrs
	named
	// app is the catalog name of an app, which is part of the paths of app targets; "" if unknown.
	app string
}

func (t target) is(other target) bool { return t.attr == other.attr && t.id == other.id }

// covers reports whether a target includes another one: Okta stores no single app beside its
// catalog entry.
func (t target) covers(other target) bool {
	return t.attr == targetCatalog && other.attr == targetApps && (other.app == "" || other.app == t.id)
}

func (a assignment) key() string { return a.roleType + " " + a.role + " " + a.resourceSet }

// has reports whether the role has that target.
func (a assignment) has(t target) bool { return slices.ContainsFunc(a.targets, t.is) }

// lacks returns the targets of other that the role does not have.
func (a assignment) lacks(other assignment) []target {
	return slices.DeleteFunc(slices.Clone(other.targets), a.has)
}

// newAssignment returns an assignment with the attributes that a role of that type can be limited
// by.
func newAssignment(id, roleType string) assignment {
	a := assignment{id: id, roleType: roleType}
	switch attrs := kinds.RoleTargets(roleType); {
	case slices.Contains(attrs, targetGroups):
		a.targetsPath = "/targets/groups"
	case slices.Contains(attrs, targetApps):
		a.targetsPath = "/targets/catalog/apps"
	}
	return a
}

// listRoles returns the roles that a principal has itself, not through a group.
func (o *Org) listRoles(ctx context.Context, at Principal) ([]assignment, error) {
	docs, err := o.List(ctx, at.Path, "")
	if err != nil {
		return nil, err
	}
	var out []assignment
	for _, doc := range docs {
		if t := okta.Text(doc, "assignmentType"); t != "" && t != at.AssignmentType {
			continue
		}
		a := o.assignment(doc)
		if a.targets, err = o.listTargets(ctx, at.Path, a); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// assignment converts a role in Okta's answer, without its targets.
func (o *Org) assignment(doc map[string]any) assignment {
	a := newAssignment(okta.Text(doc, "id"), okta.Text(doc, "type"))
	if a.roleType == "CUSTOM" {
		a.role, a.resourceSet = okta.Text(doc, "role"), okta.Text(doc, "resource-set")
		o.Remember(a.role, okta.Text(doc, "label"))
		a.roleName, a.setName = o.NameOf(a.role), o.NameOf(a.resourceSet)
	}
	return a
}

func (o *Org) listTargets(ctx context.Context, path string, a assignment) ([]target, error) {
	if a.targetsPath == "" {
		return nil, nil
	}
	docs, err := o.List(ctx, path+"/"+url.PathEscape(a.id)+a.targetsPath, "limit=200")
	var out []target
	for _, doc := range docs {
		id := okta.Text(doc, "id")
		switch {
		case a.targetsPath == "/targets/groups":
			o.Remember(id, okta.Text(doc, "profile", "name"))
			out = append(out, target{attr: targetGroups, named: named{id, o.NameOf(id)}})
		case id == "":
			out = append(out, target{attr: targetCatalog, named: named{okta.Text(doc, "name"), okta.Text(doc, "displayName")}})
		default:
			// The name of an instance is its label here.
			o.Remember(id, okta.Text(doc, "name"))
			out = append(out, target{attr: targetApps, named: named{id, o.NameOf(id)}})
		}
	}
	return out, err
}

// HasRoles reports whether an object has admin roles.
func HasRoles(v schema.Value) bool { return v.GetAttr(RoleBlock).LengthInt() > 0 }

// roleBlocks converts the roles of a principal to admin_role blocks.
func roleBlocks(block *schema.Block, roles []assignment) cty.Value {
	var list []cty.Value
	for _, a := range roles {
		attrs := map[string]cty.Value{
			"type": cty.StringVal(a.roleType), "role": cty.NullVal(schema.Ref), "resource_set": cty.NullVal(schema.Ref),
		}
		if a.roleType == "CUSTOM" {
			attrs["role"], attrs["resource_set"] = ref(named{a.role, a.roleName}), ref(named{a.resourceSet, a.setName})
		}
		for _, attr := range kinds.TargetAttrs() {
			attrs[attr] = targetValue(block.Attr(attr), a.targets)
		}
		list = append(list, cty.ObjectVal(attrs))
	}
	if len(list) == 0 {
		return cty.ListValEmpty(block.ValueType())
	}
	return cty.ListVal(list)
}

// targetValue returns the value of one of the attributes that limit a role.
func targetValue(attr *schema.Attr, targets []target) cty.Value {
	var found []named
	var names []cty.Value
	for _, t := range targets {
		if t.attr == attr.Name {
			found, names = append(found, t.named), append(names, cty.StringVal(t.id))
		}
	}
	switch {
	case schema.IsRef(attr.Type):
		return refs(found)
	case len(names) == 0:
		return cty.ListValEmpty(cty.String)
	}
	return cty.ListVal(names)
}

// wantedRoles reads the declared admin_role blocks.
func wantedRoles(want schema.Value) ([]assignment, error) {
	if !want.Has(RoleBlock) {
		return nil, nil
	}
	var out []assignment
	for it := want.GetAttr(RoleBlock).ElementIterator(); it.Next(); {
		_, block := it.Element()
		a := newAssignment("", schema.Text(block.GetAttr("type")))
		a.role, a.resourceSet = schema.RefKey(block.GetAttr("role")), schema.RefKey(block.GetAttr("resource_set"))
		var err error
		if a.targets, err = wantedTargets(block); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// request returns the body for assigning the role.
func (a assignment) request() map[string]any {
	body := map[string]any{"type": a.roleType}
	if a.role != "" || a.resourceSet != "" {
		body["role"], body["resource-set"] = a.role, a.resourceSet
	}
	return body
}

// wantedTargets reads what one admin_role block is limited to.
func wantedTargets(block cty.Value) ([]target, error) {
	var out []target
	for _, attr := range []string{targetGroups, targetApps} {
		list := block.GetAttr(attr)
		targets, err := ids(list)
		if err != nil {
			return nil, err
		}
		for i, id := range targets {
			t := target{attr: attr, named: named{id: id}}
			addr, err := schema.ParseAddr(schema.Text(list.Index(cty.NumberIntVal(int64(i))).GetAttr("addr")))
			if err == nil && kinds.Named(addr.Kind) != nil {
				t.app = appName // only OIDC apps can be declared
			}
			out = append(out, t)
		}
	}
	for it := block.GetAttr(targetCatalog).ElementIterator(); it.Next(); {
		_, v := it.Element()
		out = append(out, target{attr: targetCatalog, named: named{id: schema.Text(v)}})
	}
	return out, nil
}

// targetPath returns the end of the path of one target: the id of a group, the catalog name of apps
// and, for one of them, its id.
func (o *Org) targetPath(ctx context.Context, a assignment, t target) (string, error) {
	if t.attr != targetApps {
		return a.targetsPath + "/" + url.PathEscape(t.id), nil
	}
	if t.app == "" {
		doc, err := getApp(ctx, o, t.id)
		if err != nil {
			return "", err
		}
		t.app = okta.Text(doc, "name")
	}
	return a.targetsPath + "/" + url.PathEscape(t.app) + "/" + url.PathEscape(t.id), nil
}

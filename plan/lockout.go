package plan

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// The prefixes of Okta's ids of users and groups.
const (
	userIDPrefix  = "00u"
	groupIDPrefix = "00g"
)

// selfLockout refuses changes that would remove what the principal in use needs: its object, its
// status, its keys, scopes and roles, and its membership in a group with roles.
func (p *Plan) selfLockout(ctx context.Context, org Directory) (hcl.Diagnostics, error) {
	if p.Principal == "" {
		return nil, nil
	}
	through, err := p.ownGroups(ctx, org)
	if err != nil {
		return nil, err
	}
	var diags hcl.Diagnostics
	for i := range p.Changes {
		c := &p.Changes[i]
		what := ""
		switch {
		case c.Action == NoOp || c.Action == Forget || c.Prior == nil:
		case p.isSelf(c):
			what = loses(c)
		case p.lendsRights(c, through):
			what = lostAccess(c)
		case c.Kind.Attr("members") != nil && holdsRoles(c.Before) && refers(c.Before.GetAttr("members"), p.Principal):
			if !refers(c.After.GetAttr("members"), p.Principal) || takesRoles(c) {
				what = "admin roles that come through it"
			}
		case slices.Contains(through, c.ID) && takesRoles(c):
			what = "admin roles that come through it"
		}
		if what == "" {
			continue
		}
		d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "oktaform would remove its own rights",
			Detail: fmt.Sprintf("oktaform is signed in as %s, and %s would lose %s. Nothing was changed. Make this change while signed in as another principal (OKTA_CLIENT_TOKEN, or OKTA_CLIENT_CLIENTID with its key).",
				p.Principal, c.Addr, what)}
		c.locate(d)
		diags = append(diags, d)
	}
	return diags, nil
}

// ownGroups returns the ids of the groups whose roles the principal in use needs. It asks the org
// only if the plan takes something from groups with roles: their members may be unmanaged. A super
// admin of its own needs no group.
func (p *Plan) ownGroups(ctx context.Context, org Directory) ([]string, error) {
	if !strings.HasPrefix(p.Principal, userIDPrefix) || !slices.ContainsFunc(p.Changes, p.takesFromGroup) {
		return nil, nil
	}
	own, group, err := org.AdminRoles(ctx, p.Principal)
	if err == nil && (slices.Contains(own, superAdmin) || len(group) == 0) {
		return nil, nil
	}
	groups, err := org.GroupsOf(ctx, p.Principal)
	if err != nil {
		return nil, fmt.Errorf("the groups of %s, as whom oktaform is signed in, can't be read: %w", p.Principal, err)
	}
	return slices.Collect(maps.Keys(groups)), nil
}

// takesFromGroup reports whether a change takes roles from a group, or access from the custom roles
// and resource sets that may be a group's.
func (p *Plan) takesFromGroup(c Change) bool {
	if c.Action == NoOp || c.Action == Forget || c.Prior == nil {
		return false
	}
	return strings.HasPrefix(c.ID, groupIDPrefix) && takesRoles(&c) || c.Kind.LendsRights && lostAccess(&c) != ""
}

// takesRoles reports whether a change removes or narrows admin roles.
func takesRoles(c *Change) bool {
	if c.Action == Delete {
		return holdsRoles(c.Before)
	}
	return len(removedElements(c, "admin_role")) > 0 || len(narrowedRoles(c)) > 0
}

func (p *Plan) isSelf(c *Change) bool {
	if c.ID == p.Principal || c.Kind.Attr("client_id") != nil && schema.Text(c.Before.GetAttr("client_id")) == p.Principal {
		return true
	}
	// Roles of an app that is not managed here are identified by its client id.
	return c.Prior.ClientID != "" && c.Prior.ClientID == p.Principal
}

// lendsRights reports whether the principal, or a group of its own, has an admin role with the
// custom role or resource set.
func (p *Plan) lendsRights(c *Change, groups []string) bool {
	if !c.Kind.LendsRights {
		return false
	}
	return slices.ContainsFunc(p.Changes, func(own Change) bool {
		return own.Prior != nil && own.Kind.Block("admin_role") != nil && (p.isSelf(&own) || slices.Contains(groups, own.ID)) &&
			slices.ContainsFunc(listed(own.Before, "admin_role"), func(role cty.Value) bool {
				return targetName(role.GetAttr("role")) == c.ID || targetName(role.GetAttr("resource_set")) == c.ID
			})
	})
}

// lostAccess says what a change removes from the principals with a custom role or resource set.
func lostAccess(c *Change) string {
	if c.Action == Delete || c.Action == Replace {
		return "the admin role that needs it"
	}
	var lost []string
	for _, attr := range c.Kind.Attrs {
		if !attr.Type.IsListType() || attr.Computed {
			continue
		}
		after, _ := c.After.GetAttr(attr.Name).UnmarkDeep()
		is := schema.Elements(after)
		for _, element := range listed(c.Before, attr.Name) {
			name := targetName(element)
			if !slices.ContainsFunc(is, func(other cty.Value) bool { return targetName(other) == name }) {
				lost = append(lost, attr.Name+" "+name)
			}
		}
	}
	if c.Kind.Block("condition") != nil && !c.Before.GetAttr("condition").RawEquals(c.After.GetAttr("condition")) {
		lost = append(lost, "permissions without another condition")
	}
	return strings.Join(lost, ", ")
}

// loses says what a change removes from a principal.
func loses(c *Change) string {
	switch {
	case c.Action == Delete && c.OnDestroy == "deactivate":
		return "its ACTIVE status"
	case c.Action == Delete || c.Action == Replace:
		return "all its rights: it would be deleted"
	case deactivates(c):
		return "its ACTIVE status"
	}
	var lost []string
	for _, name := range []string{"okta_api_scopes", "public_key", "admin_role", "grant_types", "response_types"} {
		if c.After.Has(name) && !c.After.GetAttr(name).IsKnown() {
			lost = append(lost, name+", which isn't known yet")
		}
		lost = append(lost, removedElements(c, name)...)
	}
	lost = append(lost, otherKeys(c)...)
	lost = append(lost, narrowedRoles(c)...)
	if signIn := otherSignIn(c); len(signIn) > 0 {
		lost = append(lost, "its sign-in as it is, by another "+strings.Join(signIn, ", "))
	}
	return strings.Join(lost, ", ")
}

// signInAttributes decide how, and from where, an app signs in. After a change the next run may not
// be able to sign in.
var signInAttributes = []string{"client_id", "token_endpoint_auth_method", "jwks_uri", "dpop_bound_access_tokens",
	"network_connection", "network_include", "network_exclude"}

// otherSignIn returns the attributes that change how a principal must sign in, except changes that
// only remove a restriction.
func otherSignIn(c *Change) (changed []string) {
	for _, name := range signInAttributes {
		if !c.Before.Has(name) || !c.After.Has(name) {
			continue
		}
		before, _ := c.Before.GetAttr(name).UnmarkDeep()
		after, _ := c.After.GetAttr(name).UnmarkDeep()
		if after.IsWhollyKnown() && (after.RawEquals(before) || loosens(c, name, after)) {
			continue
		}
		changed = append(changed, name)
	}
	return changed
}

// loosens reports whether the new value still allows the principal to sign in as before.
func loosens(c *Change, name string, after cty.Value) bool {
	switch name {
	case "dpop_bound_access_tokens":
		return after.IsNull() || after.False()
	case "network_connection":
		return schema.Text(after) != "ZONE"
	case "network_include", "network_exclude":
		return schema.Text(c.After.GetAttr("network_connection")) != "ZONE" || len(added(c, name)) == 0 && len(removedElements(c, name)) == 0
	}
	return false
}

// added returns the elements of a list that the object did not have.
func added(c *Change, name string) []string {
	return removedElements(&Change{Kind: c.Kind, Before: c.After, After: c.Before}, name)
}

// otherKeys returns the keys that keep their id but are no longer what the principal signs with.
// The thumbprint identifies a key, the id does not.
func otherKeys(c *Change) (lost []string) {
	for _, before := range listed(c.Before, "public_key") {
		if !signs(before) {
			continue
		}
		kid := schema.Text(before.GetAttr("kid"))
		for _, after := range listed(c.After, "public_key") {
			if schema.Text(after.GetAttr("kid")) != kid {
				continue
			}
			was, is := schema.Text(before.GetAttr("thumbprint")), schema.Text(after.GetAttr("thumbprint"))
			alg := schema.Text(after.GetAttr("alg"))
			if is == "" || is != was || !signs(after) || alg != "" && alg != schema.Text(before.GetAttr("alg")) {
				lost = append(lost, fmt.Sprintf("public_key %s (thumbprint %s)", kid, was))
			}
		}
	}
	return lost
}

// signs reports whether the org accepts a client assertion signed with the key.
func signs(key cty.Value) bool {
	return schema.Text(key.GetAttr("status")) != "INACTIVE" && schema.Text(key.GetAttr("use")) != "enc"
}

// narrowedRoles returns the admin roles that stay and cover less.
func narrowedRoles(c *Change) (lost []string) {
	block := c.Kind.Block("admin_role")
	if block == nil {
		return nil
	}
	for _, before := range listed(c.Before, "admin_role") {
		for _, after := range listed(c.After, "admin_role") {
			if block.KeyOf(before) == block.KeyOf(after) && narrower(before, after) {
				lost = append(lost, "a part of admin_role "+block.KeyOf(before))
			}
		}
	}
	return lost
}

// narrower reports whether a role no longer covers everything that it did. Without targets a role
// covers everything.
func narrower(before, after cty.Value) bool {
	targets := func(role cty.Value) (all []cty.Value) {
		for _, name := range kinds.TargetAttrs() {
			list, _ := role.GetAttr(name).UnmarkDeep()
			all = append(all, schema.Elements(list)...)
		}
		return all
	}
	is := targets(after)
	if len(is) == 0 {
		return false
	}
	was := targets(before)
	return len(was) == 0 || slices.ContainsFunc(was, func(target cty.Value) bool {
		return !slices.ContainsFunc(is, func(other cty.Value) bool { return targetName(other) == targetName(target) })
	})
}

// targetName returns the id of a target, or the name of a catalog entry.
func targetName(target cty.Value) string {
	if target.IsKnown() && !target.IsNull() && target.Type().IsObjectType() {
		return schema.Text(target.GetAttr("id"))
	}
	return schema.Text(target)
}

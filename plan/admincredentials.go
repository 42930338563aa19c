package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// credentials are the attributes that decide who can sign in as a user, with their names for
// people: the password, and the address that a new one is sent to. (The login cannot be changed.)
var credentials = map[string]string{"password_changed": "the password", "email": "the e-mail address"}

// adminCredentials refuses to set the password or the addresses of an existing user with admin
// roles that are not declared. Users carry no mark, so the block may be about anybody, and its
// author could sign in as an admin. roles returns a user's roles: their own and those through
// groups.
func (p *Plan) adminCredentials(roles func(user string) (own, group []string, err error)) (hcl.Diagnostics, error) {
	var diags hcl.Diagnostics
	for i := range p.Changes {
		c := &p.Changes[i]
		if !c.Kind.Person || c.Action != Update && c.Action != Import {
			continue
		}
		var changed []string
		for _, name := range c.Kind.Changed(c.Before, c.After) {
			if what := credentials[name]; what != "" {
				changed = append(changed, what)
			}
		}
		if len(changed) == 0 {
			continue
		}
		own, group, err := roles(c.ID)
		if err != nil {
			return nil, err
		}
		var declared []string
		for _, role := range c.declared("admin_role") {
			declared = append(declared, schema.Text(role.GetAttr("type")))
		}
		own = slices.DeleteFunc(own, func(role string) bool { return slices.Contains(declared, role) })
		group = slices.DeleteFunc(group, func(role string) bool { return p.givesByGroup(c.ID, role) })
		if len(own)+len(group) == 0 {
			continue
		}
		held := strings.Join(own, ", ")
		if len(group) > 0 {
			held = strings.Join(append(own, strings.Join(group, ", ")+" through a group"), ", ")
		}
		d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Somebody could sign in as an admin",
			Detail: fmt.Sprintf("%s exists (%s) and has admin roles that aren't declared here: %s. The plan would change %s. Declare the roles (admin_role blocks, or the group with its members), or remove the changed attributes from the block.",
				c.Addr, c.ID, held, strings.Join(changed, " and "))}
		c.locate(d)
		diags = append(diags, d)
	}
	return diags, nil
}

// givesByGroup reports whether a declared group has a role and the user as a declared member, or is
// deleted itself.
func (p *Plan) givesByGroup(user, role string) bool {
	return slices.ContainsFunc(p.Changes, func(c Change) bool {
		return c.Kind.Attr("members") != nil && c.Action == Delete && slices.Contains(roleTypes(c.Before), role) ||
			c.Kind.Attr("members") != nil && c.Action != Delete && !c.OpenMembers && slices.Contains(roleTypes(c.After), role) &&
				slices.ContainsFunc(c.declared("members"), func(ref cty.Value) bool { return schema.Text(ref.GetAttr("id")) == user })
	})
}

// declared returns the elements of a set that the configuration declares, without the undeclared
// ones of an additive set.
func (c *Change) declared(name string) []cty.Value {
	return slices.DeleteFunc(listed(c.After, name), func(v cty.Value) bool {
		return slices.Contains(c.UndeclaredElements[name], memberName(c.Kind.Block(name), v))
	})
}

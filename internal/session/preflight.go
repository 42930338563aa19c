package session

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/org"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// need is an operation of Okta's API that a plan requires, and for what.
type need struct {
	operation catalog.Operation
	of        string
	held      []string // what the object holds that may protect it: see catalog.Protects
}

// Admit returns an error for a plan that must not be applied. Nothing is written before a plan was
// admitted. rights is false for a plan made again under the lease, whose rights were checked
// before.
func (s *Session) Admit(ctx context.Context, p *plan.Plan, l plan.Limits, rights bool, o LeaseOptions) error {
	if rights {
		if err := s.preflight(ctx, p, o); err != nil {
			return err
		}
	}
	diags, err := p.Guard(ctx, directory{s.Client}, l)
	if err != nil {
		return err
	}
	if diags.HasErrors() {
		return &Error{Diagnostics: diags, Files: s.Config.Files(), Reason: Guarded}
	}
	return nil
}

// preflight returns an error if the credential lacks rights that the plan requires, before anything
// is written. What is unknown about the credential is left to the org.
func (s *Session) preflight(ctx context.Context, p *plan.Plan, o LeaseOptions) error {
	var needs []need
	rights := s.Client.Rights(ctx, p.Principal)
	var lacks []string
	for i := range p.Changes {
		needs = append(needs, needed(&p.Changes[i])...)
		if !s.Client.HasAPIToken() {
			lacks = append(lacks, lacksAPIToken(&p.Changes[i])...)
		}
	}
	if !o.Off && !s.Alone {
		needs = append(needs, needOf("POST /api/v1/groups", "the lease (not needed with --lease=off)")...)
	}
	lacks = append(lacks, lacking(needs, rights)...)
	if len(lacks) == 0 {
		return nil
	}
	return &Error{Reason: LacksRights, Diagnostics: hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "The credential lacks rights that this plan needs",
		Detail: strings.Join(lacks, "\n") + "\nNothing was changed. Use a credential that has them; only a super admin may grant scopes and assign roles (docs/credentials.md)."}}}
}

// Lacks describes, a line each, what the credential lacks to create, change and delete every object
// of a plan, whatever the plan changes now. What is unknown about the credential is left out.
func (s *Session) Lacks(ctx context.Context, p *plan.Plan) (lacks []string) {
	needs := needOf("POST /api/v1/groups", "the lease (not needed with --lease=off)")
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.After.IsNull() { // no longer declared
			needs = append(needs, needed(c)...)
			continue
		}
		own := orgkinds.Of(c.Kind).Operations
		operations := []string{own.Create, own.Update, own.Delete}
		for _, name := range filled(c) {
			operations = append(operations, own.SideData[name])
			if slices.Contains(own.CredentialAttrs, name) {
				operations = append(operations, own.Credentials)
			}
			if slices.Contains(own.APITokenOnly, name) && !s.Client.HasAPIToken() {
				lacks = append(lacks, lacksAPITokenFor(c, name))
			}
		}
		for _, operation := range operations {
			for _, n := range needOf(operation, c.Addr.String()) {
				n.held = holds(c)
				needs = append(needs, n)
			}
		}
	}
	return append(lacks, lacking(needs, s.Client.Rights(ctx, p.Principal))...)
}

// needed returns the operations that a change requires.
func needed(c *plan.Change) (needs []need) {
	own, held := orgkinds.Of(c.Kind).Operations, holds(c)
	add := func(operation string) {
		for _, n := range needOf(operation, c.Addr.String()) {
			n.held = held
			needs = append(needs, n)
		}
	}
	switch c.Action {
	case plan.NoOp:
		return nil
	case plan.Delete:
		add(own.Delete)
		return needs
	case plan.Create, plan.Replace:
		add(own.Create)
	}
	made := c.Action == plan.Create || c.Action == plan.Replace
	if !made && c.Kind.Owned() && c.Prior.Owner != c.Owner {
		add(own.Update)
	}
	for _, name := range written(c) {
		if !made && slices.Contains(own.CredentialAttrs, name) {
			add(own.Credentials)
		}
		if operation, apart := own.SideData[name]; apart {
			add(operation)
		} else if slices.Contains(own.APITokenOnly, name) {
			continue // lacksAPIToken
		} else if !made {
			add(own.Update)
		}
	}
	return needs
}

// written names the attributes and nested blocks that a change writes.
func written(c *plan.Change) []string {
	switch c.Action {
	case plan.Create, plan.Replace:
		return filled(c)
	case plan.NoOp, plan.Delete:
		return nil
	}
	return c.Kind.Changed(c.Before, c.After)
}

// lacksAPIToken says what of a change Okta refuses to an OAuth token, whatever its scopes.
func lacksAPIToken(c *plan.Change) (lines []string) {
	for _, name := range written(c) {
		if slices.Contains(orgkinds.Of(c.Kind).Operations.APITokenOnly, name) {
			lines = append(lines, lacksAPITokenFor(c, name))
		}
	}
	return lines
}

func lacksAPITokenFor(c *plan.Change, name string) string {
	return fmt.Sprintf("  - %s needs an API token (OKTA_CLIENT_TOKEN) for %s: Okta refuses OAuth tokens there, whatever their scopes. Or remove %[2]s, and set it in the Admin Console", c.Addr, name)
}

// holds returns the rights of the existing object that may protect it from lesser admins.
func holds(c *plan.Change) (held []string) {
	if c.Before.IsNull() || !c.Before.IsKnown() {
		return nil
	}
	rights := schema.RightsOf(c.Before.Unmarked())
	for _, role := range rights.Roles {
		held = append(held, cmp.Or(role, "CUSTOM"))
	}
	if c.Kind.Machine && len(rights.Scopes) > 0 {
		held = append(held, catalog.GrantedScopes)
	}
	return held
}

// filled returns the attributes and nested blocks that a new object has.
func filled(c *plan.Change) (names []string) {
	for name := range c.Kind.Type().AttributeTypes() {
		v, _ := c.After.GetAttr(name).Unmark()
		if v.IsNull() || v.IsKnown() && v.Type().IsListType() && v.LengthInt() == 0 {
			continue
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func needOf(operation, of string) []need {
	method, path, _ := strings.Cut(operation, " ")
	o, known := catalog.Find(method, path)
	if !known {
		return nil
	}
	return []need{{operation: o, of: of}}
}

// lacking describes each need that the rights do not cover in a line.
func lacking(needs []need, rights org.Rights) (lines []string) {
	add := func(line string) {
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	for _, n := range needs {
		if rights.Scopes != nil && !catalog.Granted(n.operation, rights.Scopes...) {
			add(fmt.Sprintf("  - %s needs the scope %s (%s)", n.of, strings.Join(n.operation.Scopes, " and "), n.operation))
		}
	}
	if rights.Roles == nil || slices.ContainsFunc(rights.Roles, func(role string) bool { return !catalog.KnownHolder(role) }) {
		return lines // what a custom role allows is unknown here
	}
	for _, n := range needs {
		switch able := slices.DeleteFunc(slices.Clone(rights.Roles), func(role string) bool { _, ok := catalog.RolePermits(role, n.operation); return !ok }); {
		case len(able) == 0:
			add(fmt.Sprintf("  - %s needs an admin role that allows %s: %s. The credential has %s", n.of, n.operation, allowing(n.operation, nil), roles(rights.Roles)))
		case !slices.ContainsFunc(able, func(role string) bool { return !n.protectedFrom(role) }):
			add(fmt.Sprintf("  - %s has %s, so %s needs %s. The credential has %s", n.of, strings.Join(n.held, ", "), n.operation, allowing(n.operation, n.protectedFrom), roles(rights.Roles)))
		}
	}
	return lines
}

// protectedFrom reports whether the object is protected from admins with the role.
func (n need) protectedFrom(role string) bool {
	return slices.ContainsFunc(n.held, func(held string) bool {
		_, protected := catalog.Protects(held, n.operation, role)
		return protected
	})
}

// allowing names the standard roles that allow an operation, the least powerful first, without
// those for which except is true.
func allowing(o catalog.Operation, except func(role string) bool) string {
	var names []string
	for _, role := range catalog.Roles() {
		if _, ok := catalog.RolePermits(role.Type, o); ok && (except == nil || !except(role.Type)) {
			names = append(names, role.Type)
		}
	}
	slices.Reverse(names)
	return strings.Join(names, " or ")
}

func roles(types []string) string {
	if len(types) == 0 {
		return "no role"
	}
	return strings.Join(types, ", ")
}

package review

import (
	"fmt"
	"slices"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// newlyReached finds principals whose unchanged roles now cover more users or apps: new members of
// a group that the role is limited to, members of it who become admins, and new apps of a catalog
// entry that the role is limited to.
func newlyReached(x *examined) (hits []hit) {
	apps := x.reachedApps()
	for i := range x.Objects {
		o := &x.Objects[i]
		was := x.before.ByAddr[o.Addr.String()]
		if was == nil || !access.IsPrincipal(o) || !o.Active() {
			continue
		}
		for _, r := range access.RolesOf(o) {
			roles := access.RolesOf(was)
			at := slices.IndexFunc(roles, func(old access.Role) bool { return old.String() == r.String() })
			if at < 0 {
				continue // the whole role is new
			}
			covered := x.before.GroupsOfUsers(roles[at])
			for _, g := range x.groupsOfUsers(r) {
				if x.covers(covered, g) {
					hits = append(hits, x.joined(o, r, g)...)
				}
			}
			if x.before.CoversApps(roles[at]) && x.CoversApps(r) {
				hits = append(hits, x.joinedApps(o, r, apps)...)
			}
		}
	}
	return hits
}

// covers reports whether a role covered the group before.
func (x *examined) covers(before []access.Ref, g *access.Object) bool {
	return slices.ContainsFunc(before, func(r access.Ref) bool { return x.before.WhoIs(r) == g.Addr.String() || r.ID != "" && r.ID == g.ID })
}

// groupsOfUsers returns the declared groups on whose users a role may act.
func (x *examined) groupsOfUsers(r access.Role) (groups []*access.Object) {
	for _, g := range x.Index.GroupsOfUsers(r) {
		if o := x.Find(g); o != nil && o.Facts.Has(access.AttrMembers) && !slices.Contains(groups, o) {
			groups = append(groups, o)
		}
	}
	return groups
}

// joined returns the finding for new members of a group on whom a role lets its principal act.
func (x *examined) joined(o *access.Object, r access.Role, g *access.Object) []hit {
	was := x.before.ByAddr[g.Addr.String()]
	had, before := map[string]bool{}, access.List{}
	if was != nil {
		before = was.List(access.AttrMembers)
		for _, m := range before.Refs {
			had[x.before.WhoIs(m)] = true
		}
	}
	operations := x.operationsOnUsers(o, r)
	var names []string
	var worst catalog.Operation
	level := severity.None
	add := func(name string, protections []string) bool {
		operation, risk := worstOperationOn(operations, protections, r.Type)
		if risk == severity.None {
			return false
		}
		if names = append(names, name); risk > level {
			worst, level = operation, risk
		}
		return true
	}
	members := g.List(access.AttrMembers)
	for _, m := range members.Refs {
		name, protections, stayed := m.String(), x.ProtectionsOf(m), had[x.WhoIs(m)]
		switch {
		case !stayed && len(protections) > 0:
			add(name+", who is an admin", protections)
		case !stayed:
			add(name, nil)
		case len(protections) > len(x.before.ProtectionsOf(m)):
			add(name+", who becomes an admin", protections)
		}
	}
	if members.Unknown && !before.Unknown {
		add("members who aren't known here", nil)
	}
	if len(names) == 0 {
		return nil
	}
	if more := len(names) - 3; more > 1 {
		names = append(names[:3], phrase.Count(more, "other"))
	}
	place := g.At(access.AttrMembers)
	return []hit{{o: o, attribute: access.BlockAdminRole, at: &place, severity: level,
		verdict: "may now " + access.UseOn(worst, names),
		message: fmt.Sprintf("%s covers the users of %s, and so %s: it may %s", r, g.Addr, phrase.List(names), worst)}}
}

// operationsOnUsers returns the operations on a user that a role allows its principal, the worst
// first.
func (x *examined) operationsOnUsers(o *access.Object, r access.Role) []catalog.Operation {
	return x.operationsOnEach(o, r, catalog.Users)
}

// operationsOnEach returns the operations on an object of a kind that a role allows its principal,
// the worst first.
func (x *examined) operationsOnEach(o *access.Object, r access.Role, kind string) (operations []catalog.Operation) {
	all := catalog.All()
	if o.IsService() {
		all = x.Granted(o.List(access.AttrOktaAPIScopes).Texts)
	}
	entries, _ := x.RoleEntries(r, all)
	for _, e := range entries {
		if e.Operation.Object() == kind && e.Operation.Names() {
			operations = append(operations, e.Operation)
		}
	}
	slices.SortFunc(operations, access.CompareOperations)
	return operations
}

// worstOperationOn returns the worst of the operations that Okta allows an admin with the role
// actor on a user who holds these roles, and its severity. It is worse if the user is an admin,
// because the actor could then act as that admin.
func worstOperationOn(operations []catalog.Operation, protections []string, actor string) (catalog.Operation, severity.Level) {
	for _, o := range operations {
		protected := slices.ContainsFunc(protections, func(one string) bool {
			_, refused := catalog.Protects(one, o, actor)
			return refused
		})
		switch {
		case protected:
		case len(protections) > 0:
			return o, access.Risk(o)
		default:
			return o, access.Entry{Operation: o, Extent: "one object"}.Risk()
		}
	}
	return catalog.Operation{}, severity.None
}

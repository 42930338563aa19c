package review

import (
	"fmt"
	"slices"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// newlyReached finds principals whose unchanged roles now cover more users or apps: new members of
// a group that the role is limited to, members of it who become admins, and new apps of a catalog
// entry that the role is limited to.
func newlyReached(x *examined) (hits []hit) {
	apps := x.reachedApps()
	for i := range x.objects {
		o := &x.objects[i]
		was := x.before.byAddr[o.Addr.String()]
		if was == nil || !isPrincipal(o) || !o.active() {
			continue
		}
		for _, r := range rolesOf(o) {
			roles := rolesOf(was)
			at := slices.IndexFunc(roles, func(old role) bool { return old.String() == r.String() })
			if at < 0 {
				continue // the whole role is new
			}
			covered := x.before.groupsOfUsers(roles[at])
			for _, g := range x.groupsOfUsers(r) {
				if x.covers(covered, g) {
					hits = append(hits, x.joined(o, r, g)...)
				}
			}
			if x.before.coversApps(roles[at]) && x.coversApps(r) {
				hits = append(hits, x.joinedApps(o, r, apps)...)
			}
		}
	}
	return hits
}

// covers reports whether a role covered the group before.
func (x *examined) covers(before []ref, g *Object) bool {
	return slices.ContainsFunc(before, func(r ref) bool { return x.before.who(r) == g.Addr.String() || r.id != "" && r.id == g.ID })
}

// groupsOfUsers returns the declared groups on whose users a role may act.
func (x *examined) groupsOfUsers(r role) (groups []*Object) {
	for _, g := range x.versionIndex.groupsOfUsers(r) {
		if o := x.find(g); o != nil && o.facts.has(attrMembers) && !slices.Contains(groups, o) {
			groups = append(groups, o)
		}
	}
	return groups
}

// joined returns the finding for new members of a group on whom a role lets its principal act.
func (x *examined) joined(o *Object, r role, g *Object) []hit {
	was := x.before.byAddr[g.Addr.String()]
	had, before := map[string]bool{}, list{}
	if was != nil {
		before = was.list(attrMembers)
		for _, m := range before.refs {
			had[x.before.who(m)] = true
		}
	}
	operations := x.operationsOnUsers(o, r)
	var names []string
	var worst catalog.Operation
	level := severity.None
	add := func(name string, protections []string) bool {
		operation, risk := worstOperationOn(operations, protections, r.typ)
		if risk == severity.None {
			return false
		}
		if names = append(names, name); risk > level {
			worst, level = operation, risk
		}
		return true
	}
	members := g.list(attrMembers)
	for _, m := range members.refs {
		name, protections, stayed := m.String(), x.protectionsOf(m), had[x.who(m)]
		switch {
		case !stayed && len(protections) > 0:
			add(name+", who is an admin", protections)
		case !stayed:
			add(name, nil)
		case len(protections) > len(x.before.protectionsOf(m)):
			add(name+", who becomes an admin", protections)
		}
	}
	if members.unknown && !before.unknown {
		add("members who aren't known here", nil)
	}
	if len(names) == 0 {
		return nil
	}
	if more := len(names) - 3; more > 1 {
		names = append(names[:3], phrase.Count(more, "other"))
	}
	place := g.at(attrMembers)
	return []hit{{o: o, attribute: blockAdminRole, at: &place, severity: level,
		verdict: "may now " + useOn(worst, names),
		message: fmt.Sprintf("%s covers the users of %s, and so %s: it may %s", r, g.Addr, phrase.List(names), worst)}}
}

// operationsOnUsers returns the operations on a user that a role allows its principal, the worst
// first.
func (x *examined) operationsOnUsers(o *Object, r role) []catalog.Operation {
	return x.operationsOnEach(o, r, catalog.Users)
}

// operationsOnEach returns the operations on an object of a kind that a role allows its principal,
// the worst first.
func (x *examined) operationsOnEach(o *Object, r role, kind string) (operations []catalog.Operation) {
	all := catalog.All()
	if o.isService() {
		all = x.granted(o.list(attrOktaAPIScopes).texts)
	}
	entries, _ := x.roleEntries(r, all)
	for _, e := range entries {
		if e.Operation.Object() == kind && e.Operation.Names() {
			operations = append(operations, e.Operation)
		}
	}
	slices.SortFunc(operations, compareOperations)
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
			return o, Risk(o)
		default:
			return o, Entry{Operation: o, Extent: "one object"}.risk()
		}
	}
	return catalog.Operation{}, severity.None
}

package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema/kinds"
)

// targetRules are about what limits admin roles.
func targetRules() []Rule {
	return []Rule{
		{ID: "G38", Title: "Admin role loses its targets", Severity: severity.Critical,
			Rationale: "A role without targets covers the whole org. Its loss widens the role, although no line of the change adds a right.",
			Source:    "Okta's role assignments API: targets", Fix: "Name the targets, or take the role away.", change: lostTargets},
		{ID: "G44", Title: "The role of an admin covers more users or apps", Severity: severity.Low, Worst: severity.High,
			Rationale: "A role that is limited to a group covers all its members: a change of the members widens the right, although nobody changes the role. A role that is limited to a catalog entry covers every new app of that entry.",
			Source:    "Okta's role assignments API: targets; docs/admin-matrix.md for members who are admins", Fix: "Make sure that the admin may act on the new members, or keep them in a group that no role is limited to.", change: newlyReached},
	}
}

// lostTargets finds roles that had targets and now cover the whole org, and roles that stay while
// all their targets are deleted.
func lostTargets(x *examined) (hits []hit) {
	for i := range x.Objects {
		o := &x.Objects[i]
		was := x.before.ByAddr[o.Addr.String()]
		if was == nil {
			continue
		}
		for _, old := range access.RolesOf(was) {
			targets := old.Targets()
			if len(targets) == 0 {
				continue
			}
			for _, r := range access.RolesOf(o) {
				if r.String() == old.String() && r.Unlimited() {
					hits = append(hits, hit{o: o, attribute: access.BlockAdminRole, at: access.RoleRange(o, r),
						message: fmt.Sprintf("%s was limited to %s, and covers the whole org now", r, strings.Join(targets, ", "))})
				}
			}
			if o.Gone && x.allDeleted(old) {
				hits = append(hits, hit{o: o, attribute: access.BlockAdminRole,
					message: fmt.Sprintf("%s stays in the org, and all that it is limited to is deleted: %s", old, strings.Join(targets, ", "))})
			}
		}
	}
	return hits
}

// allDeleted reports whether the change deletes everything that the role is limited to.
func (x *examined) allDeleted(r access.Role) bool {
	if len(r.CatalogApps.Texts) > 0 || r.Groups.Unknown || r.Apps.Unknown {
		return false
	}
	for _, target := range slices.Concat(r.Groups.Refs, r.Apps.Refs) {
		if now := x.Find(target); now != nil || x.before.Find(target) == nil {
			return false
		}
	}
	return true
}

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

// reachedApp is an app that is new or holds more than before.
type reachedApp struct {
	app         *access.Object
	protections []string
	rises       bool // whether it existed before
}

// reachedApps returns the apps that are new or gain rights that a lesser admin could use through
// them.
func (x *examined) reachedApps() (apps []reachedApp) {
	for i := range x.Objects {
		o := &x.Objects[i]
		if !o.IsApp() || o.Gone {
			continue
		}
		was, protections := x.before.ByAddr[o.Addr.String()], x.Protections(o)
		if was == nil || len(protections) > len(x.before.Protections(was)) {
			apps = append(apps, reachedApp{o, protections, was != nil})
		}
	}
	return apps
}

// joinedApps returns the finding for the apps that a role newly lets its principal act on.
func (x *examined) joinedApps(o *access.Object, r access.Role, apps []reachedApp) []hit {
	if len(apps) == 0 {
		return nil
	}
	operations := x.operationsOnEach(o, r, catalog.Apps)
	var names []string
	var worst catalog.Operation
	level, more := severity.None, 0
	for _, a := range apps {
		operation, risk := worstOperationOn(operations, a.protections, r.Type)
		if risk == severity.None || a.app == o {
			continue
		}
		if risk > level {
			worst, level = operation, risk
		}
		if len(names) == 3 {
			more++
			continue
		}
		name := a.app.Addr.String()
		switch {
		case a.rises:
			name += ", which gains rights"
		case len(a.protections) > 0:
			name += ", which has rights of its own"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil
	}
	if more > 0 {
		names = append(names, phrase.Count(more, "other"))
	}
	return []hit{{o: o, attribute: access.BlockAdminRole, at: access.RoleRange(o, r), severity: level,
		verdict: "may now " + access.UseOn(worst, names),
		message: fmt.Sprintf("%s covers all apps of %s, and so %s: it may %s", r, kinds.OIDCClient, phrase.List(names), worst)}}
}

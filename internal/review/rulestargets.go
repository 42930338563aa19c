package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/severity"
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
	for i := range x.objects {
		o := &x.objects[i]
		was := x.before.byAddr[o.Addr.String()]
		if was == nil {
			continue
		}
		for _, old := range rolesOf(was) {
			targets := old.targets()
			if len(targets) == 0 {
				continue
			}
			for _, r := range rolesOf(o) {
				if r.String() == old.String() && r.unlimited() {
					hits = append(hits, hit{o: o, attribute: blockAdminRole, at: roleRange(o, r),
						message: fmt.Sprintf("%s was limited to %s, and covers the whole org now", r, strings.Join(targets, ", "))})
				}
			}
			if o.Gone && x.allDeleted(old) {
				hits = append(hits, hit{o: o, attribute: blockAdminRole,
					message: fmt.Sprintf("%s stays in the org, and all that it is limited to is deleted: %s", old, strings.Join(targets, ", "))})
			}
		}
	}
	return hits
}

// allDeleted reports whether the change deletes everything that the role is limited to.
func (x *examined) allDeleted(r role) bool {
	if len(r.catalogApps.texts) > 0 || r.groups.unknown || r.apps.unknown {
		return false
	}
	for _, target := range slices.Concat(r.groups.refs, r.apps.refs) {
		if now := x.find(target); now != nil || x.before.find(target) == nil {
			return false
		}
	}
	return true
}

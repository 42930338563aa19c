package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/access"
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

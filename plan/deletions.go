package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

const (
	// Without MaxDeletes, a plan may delete this percentage of the owned objects if there are at
	// least fewObjects.
	maxDeletedShare = 30
	fewObjects      = 3
)

// deletes refuses a plan that deletes or replaces more than most objects; a negative number means
// 30 % of the owned ones if there are at least 3. A replacement counts because it loses the old
// client id and its secrets for good.
func (p *Plan) deletes(most int) hcl.Diagnostics {
	owned, deleted, replaced := 0, []string(nil), []string(nil)
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Prior == nil || c.Prior.Owner.Owner != p.Owner || c.Owner.Deposed {
			continue
		}
		owned++
		switch {
		case c.Action == Delete && c.OnDestroy != "deactivate":
			deleted = append(deleted, fmt.Sprintf("  - %s (%s)", c.Addr, c.ID))
		case c.Action == Replace:
			replaced = append(replaced, fmt.Sprintf("  - %s (%s), replaced because of %s", c.Addr, c.ID, strings.Join(c.Replaces, ", ")))
		}
	}
	worst := max(len(deleted), len(replaced))
	limit := fmt.Sprintf("--max-deletes allows %d", most)
	if most < 0 {
		if owned < fewObjects || worst*100 <= maxDeletedShare*owned {
			return nil
		}
		limit = fmt.Sprintf("at most %d %% may be deleted or replaced without --max-deletes", maxDeletedShare)
	} else if worst <= most {
		return nil
	}
	what := "deletes"
	if len(replaced) > len(deleted) {
		what, deleted = "replaces", append(replaced, deleted...)
	} else {
		deleted = append(deleted, replaced...)
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Plan deletes too many objects",
		Detail: fmt.Sprintf("It %s %d of the %d objects that %q owns, and %s:\n%s\nNothing was changed. To delete them, run again with --max-deletes=%d.",
			what, worst, owned, p.Owner, limit, strings.Join(deleted, "\n"), worst)}}
}

// removedElements returns the elements of a list or blocks that the object will no longer have.
func removedElements(c *Change, name string) []string {
	if !c.Before.Has(name) {
		return nil
	}
	before, _ := c.Before.GetAttr(name).UnmarkDeep()
	after, _ := c.After.GetAttr(name).UnmarkDeep()
	if before.IsNull() || !after.IsKnown() {
		return nil
	}
	key := schema.Text
	if b := c.Kind.Block(name); b != nil {
		key = b.KeyOf
	}
	var stay, lost []string
	if !after.IsNull() {
		for _, v := range after.AsValueSlice() {
			stay = append(stay, key(v))
		}
	}
	for _, v := range before.AsValueSlice() {
		if !slices.Contains(stay, key(v)) {
			lost = append(lost, name+" "+key(v))
		}
	}
	return lost
}

func holdsRoles(v schema.Value) bool { return len(listed(v, "admin_role")) > 0 }

func refers(list cty.Value, id string) bool {
	list, _ = list.UnmarkDeep()
	return !list.IsNull() && list.IsKnown() && slices.ContainsFunc(list.AsValueSlice(), func(ref cty.Value) bool {
		return schema.Text(ref.GetAttr("id")) == id
	})
}

// lostSuperAdmins are the principals that a plan removes the role SUPER_ADMIN from, by id.
type lostSuperAdmins struct {
	gone   []string // users who are deleted or can no longer sign in
	users  []string // users who lose their own assignment
	groups bool     // whether a group loses it
	left   []string // users who leave a group that has it
}

// losesSuperAdmins returns from whom the plan removes the role SUPER_ADMIN.
func (p *Plan) losesSuperAdmins() (s lostSuperAdmins, any bool) {
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Action == NoOp || c.Action == Forget || c.Prior == nil || !c.Before.Has("admin_role") {
			continue
		}
		if c.Kind.Person && (c.Action == Delete || deactivates(c)) {
			s.gone = append(s.gone, c.ID)
			continue
		}
		if !slices.Contains(roleTypes(c.Before), superAdmin) {
			continue
		}
		gone := c.Action == Delete || !slices.Contains(roleTypes(c.After), superAdmin)
		switch {
		case gone && strings.HasPrefix(c.ID, groupIDPrefix):
			s.groups = true
		case gone && strings.HasPrefix(c.ID, userIDPrefix):
			s.users = append(s.users, c.ID)
		case c.Kind.Attr("members") != nil && !gone:
			for _, ref := range listed(c.Before, "members") {
				if id := schema.Text(ref.GetAttr("id")); id != "" && !refers(c.After.GetAttr("members"), id) {
					s.left = append(s.left, id)
				}
			}
		}
	}
	return s, s.groups || len(s.gone)+len(s.users)+len(s.left) > 0
}

// deactivates reports whether the change prevents somebody from signing in.
func deactivates(c *Change) bool {
	return c.Kind.Attr("status") != nil && schema.Text(c.Before.GetAttr("status")) == "ACTIVE" && schema.Text(c.After.GetAttr("status")) != "ACTIVE"
}

func roleTypes(v schema.Value) []string {
	var out []string
	for _, role := range listed(v, "admin_role") {
		out = append(out, schema.Text(role.GetAttr("type")))
	}
	return out
}

// OnlyDeactivate replaces deletions by deactivations of active apps and users. Other objects stay,
// with a note.
func (p *Plan) OnlyDeactivate() {
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Action == Replace {
			c.OnDestroy = "deactivate"
			continue
		}
		if c.Action != Delete || c.Kind.OnExisting {
			continue // roles of a principal that is not managed here
		}
		status := ""
		if c.Kind.Attr("status") != nil && !c.Before.IsNull() {
			status = schema.Text(c.Before.GetAttr("status"))
		}
		if status == "ACTIVE" {
			c.OnDestroy = "deactivate"
			c.Reason = "deactivated, not deleted"
			continue
		}
		c.Action, c.After = NoOp, c.Before
		if status == "" {
			p.Notes = append(p.Notes, fmt.Sprintf("%s (%s) is kept: it can't be deactivated, and --deactivate-only deletes nothing.", c.Addr, c.ID))
		}
	}
}

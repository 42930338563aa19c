package groups

import (
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/expression"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/users"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// WithRules returns a handler after which the active group rules hold.
func WithRules(handle func(*web.Call) error) func(*web.Call) error {
	return func(c *web.Call) error {
		err := handle(c)
		if err == nil && !c.Reads() {
			evaluateGroupRules(c)
		}
		return err
	}
}

// evaluateGroupRules makes users members of groups, and ends the memberships of those who no longer
// match. A rule may depend on groups that another rule fills, so it repeats as long as something
// changes, but not forever.
func evaluateGroupRules(c *web.Call) {
	for range 10 {
		changed := false
		for _, r := range c.Org.GroupRules().All() {
			if r.Status == "ACTIVE" && evaluateRule(c, r) {
				changed = true
			}
		}
		if !changed {
			return
		}
	}
}

// evaluateRule applies a rule to all users, and reports whether somebody joined or left a group.
func evaluateRule(c *web.Call, r *state.GroupRule) (changed bool) {
	parsed, err := expression.Parse(r.Expression)
	if err != nil {
		return false
	}
	for _, id := range r.Groups {
		g := c.Org.Groups.Get(id)
		if g == nil {
			continue
		}
		for _, user := range slices.Clone(g.ByRule[r.ID]) {
			if c.Org.Users.Get(user) == nil {
				g.ByRule[r.ID] = slices.DeleteFunc(g.ByRule[r.ID], func(id string) bool { return id == user })
				c.Org.Groups.Put(g.ID, g)
			}
		}
		for _, u := range c.Org.Users.All() {
			if u.Status == "STAGED" || u.Status == "PROVISIONED" || u.Status == "DEPROVISIONED" {
				continue // neither joins nor leaves
			}
			fits := !slices.Contains(r.Excluded, u.ID) && parsed.Matches(subject(c.Org, u))
			is := slices.Contains(g.ByRule[r.ID], u.ID)
			switch {
			case fits && !is:
				joinByRule(c, r, g, u)
			case !fits && is:
				leaveByRule(c, r, g, u.ID)
			}
			changed = changed || fits != is
		}
	}
	return changed
}

// subject is a user as an expression sees them.
func subject(o *state.Org, u *state.User) expression.Subject {
	return expression.Subject{
		Attribute: func(name string) any { return u.Profile[name] },
		Member: func(is func(id, name string) bool) bool {
			return slices.ContainsFunc(o.GroupsOf(u), func(g *state.Group) bool { return is(g.ID, g.Name()) })
		},
	}
}

// joinByRule makes a user a member whom the rule manages, also if somebody has added them by hand.
func joinByRule(c *web.Call, r *state.GroupRule, g *state.Group, u *state.User) {
	was := c.Org.IsMember(g, u)
	g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return id == u.ID })
	if g.ByRule == nil {
		g.ByRule = map[string][]string{}
	}
	g.ByRule[r.ID] = append(g.ByRule[r.ID], u.ID)
	saveMembers(c, g)
	if !was {
		emitByRule(c, eventRuleTrigger, groupRuleEntity(r))
		emitByRule(c, users.EventMemberAdd, syslog.UserEntity(u), syslog.GroupEntity(g))
	}
}

// leaveByRule ends a membership that a rule made.
func leaveByRule(c *web.Call, r *state.GroupRule, g *state.Group, user string) {
	g.ByRule[r.ID] = slices.DeleteFunc(g.ByRule[r.ID], func(id string) bool { return id == user })
	saveMembers(c, g)
	if u := c.Org.Users.Get(user); u != nil && !c.Org.IsMember(g, u) {
		emitByRule(c, eventMemberGone, syslog.UserEntity(u), syslog.GroupEntity(g))
	}
}

// emitByRule logs what a rule did in a request. A seed is no request.
func emitByRule(c *web.Call, kind syslog.Type, targets ...state.LogEntity) {
	if c.Request != nil {
		syslog.Emit(c, kind, targets...)
	}
}

func saveMembers(c *web.Call, g *state.Group) {
	if c.Request != nil { // a seed says when members have changed
		g.LastMembershipUpdated = c.Second()
	}
	c.Org.Groups.Put(g.ID, g)
}

// excludeFromRules ends the memberships that rules have made, and excludes the user from the rules.
func excludeFromRules(c *web.Call, g *state.Group, u *state.User) {
	for rule, users := range g.ByRule {
		if !slices.Contains(users, u.ID) {
			continue
		}
		g.ByRule[rule] = slices.DeleteFunc(users, func(id string) bool { return id == u.ID })
		if r := c.Org.GroupRules().Get(rule); r != nil && !slices.Contains(r.Excluded, u.ID) {
			r.Excluded = append(r.Excluded, u.ID)
			c.Org.GroupRules().Put(r.ID, r)
			syslog.Emit(c, eventRuleExclude, groupRuleEntity(r), syslog.UserEntity(u))
		}
	}
}

// invalidateRules ends the rules that assign users to a group that was deleted.
func invalidateRules(c *web.Call, g *state.Group) {
	for _, r := range c.Org.GroupRules().All() {
		if slices.Contains(r.Groups, g.ID) {
			r.Status = "INVALID"
			c.Org.GroupRules().Put(r.ID, r)
			syslog.Emit(c, eventRuleInvalid, groupRuleEntity(r))
		}
	}
}

func groupRuleEntity(r *state.GroupRule) state.LogEntity {
	return state.LogEntity{ID: r.ID, Type: "GroupRule", Alternate: "unknown", Name: r.Name}
}

package groups

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/expression"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// GroupRuleKind describes group rules, which make users members of groups by their attributes.
func GroupRuleKind() kind.Kind {
	const base, scope = "/api/v1/groups/rules", "okta.groups"
	return kind.Kind{
		Name:  "groupRule",
		Table: func(o *state.Org) state.Storable { return o.GroupRules() },
		Routes: []web.Route{
			{Pattern: "GET " + base, Scope: scope, Right: access.GroupRulesRead, Handle: listGroupRules},
			{Pattern: "POST " + base, Scope: scope, Right: access.GroupRulesManage, Handle: createGroupRule},
			{Pattern: "GET " + base + "/{groupRuleId}", Scope: scope, Right: access.GroupRulesRead, Handle: kind.GetRow(pathGroupRule, groupRuleView)},
			{Pattern: "PUT " + base + "/{groupRuleId}", Scope: scope, Right: access.GroupRulesManage, Handle: replaceGroupRule},
			{Pattern: "DELETE " + base + "/{groupRuleId}", Scope: scope, Right: access.GroupRulesManage, Handle: deleteGroupRule},
			{Pattern: "POST " + base + "/{groupRuleId}/lifecycle/activate", Scope: scope, Right: access.GroupRulesManage, Handle: activateGroupRule},
			{Pattern: "POST " + base + "/{groupRuleId}/lifecycle/deactivate", Scope: scope, Right: access.GroupRulesManage, Handle: deactivateGroupRule},
		},
		Section: kind.ListOf[groupRuleDoc]{
			Member: "groupRules", Name: func(d *groupRuleDoc) string { return d.Name },
			Seed: seedGroupRule, Refer: referGroupRule, Dump: dumpGroupRules,
		},
		Events: []syslog.Type{eventRuleTrigger, eventRuleDeactivate, eventRuleInvalid, eventRuleExclude},
	}
}

// The events of group rules.
var (
	eventRuleTrigger    = syslog.Type{Name: "group.user_membership.rule.trigger", Message: "Group membership rule is triggered"}
	eventRuleDeactivate = syslog.Type{Name: "group.user_membership.rule.deactivated", Message: "Group membership rule is deactivated"}
	eventRuleInvalid    = syslog.Type{Name: "group.user_membership.rule.invalidate", Message: "Group membership rule is invalidated"}
	eventRuleExclude    = syslog.Type{Name: "group.user_membership.rule.add_exclusion", Message: "User is added to the exclusion list of a group membership rule"}
)

// Okta's limits for group rules (Okta help: About group rules).
const (
	maxGroupRules    = 2000
	maxRuleName      = 50
	maxRuleGroups    = 100
	maxRuleExclusion = 100
)

// expressionType is the only language of expressions.
const expressionType = "urn:okta:expression:1.0"

func groupRuleView(c *web.Call, r *state.GroupRule) map[string]any {
	doc := map[string]any{
		"type": "group_rule", "id": r.ID, "status": r.Status, "name": r.Name,
		"created": state.Timestamp(r.Created), "lastUpdated": state.Timestamp(r.LastUpdated),
		"conditions": map[string]any{
			"people":     map[string]any{"users": map[string]any{"exclude": append([]string{}, r.Excluded...)}, "groups": map[string]any{"exclude": []any{}}},
			"expression": map[string]any{"value": r.Expression, "type": expressionType},
		},
		"actions":        map[string]any{"assignUserToGroups": map[string]any{"groupIds": r.Groups}},
		"allGroupsValid": r.Status != "INVALID",
	}
	if c.Query().Get("expand") == "groupIdToGroupNameMap" {
		names := map[string]any{}
		for _, id := range r.Groups {
			if g := c.Org.Groups.Get(id); g != nil {
				names[id] = g.Name()
			}
		}
		doc["_embedded"] = map[string]any{"groupIdToGroupNameMap": names}
	}
	return doc
}

func listGroupRules(c *web.Call) error {
	keyword := strings.ToLower(c.Query().Get("search"))
	var all []*state.GroupRule
	for _, r := range c.Org.GroupRules().All() {
		if strings.Contains(strings.ToLower(r.Name), keyword) {
			all = append(all, r)
		}
	}
	found, err := web.Page(c, all, func(r *state.GroupRule) string { return r.ID }, web.PageSize{Fallback: 50, Max: 200})
	if err != nil {
		return err
	}
	return kind.SendRows(c, found, groupRuleView)
}

func pathGroupRule(c *web.Call) (*state.GroupRule, error) {
	return kind.RowInPath(c, c.Org.GroupRules(), "groupRuleId", "PolicyRule")
}

// ruleBody decodes the rule in a body. own is the rule that it replaces, or nil.
func ruleBody(c *web.Call, own *state.GroupRule) (*state.GroupRule, error) {
	doc, err := c.Object()
	if err != nil {
		return nil, err
	}
	r := &state.GroupRule{ID: state.NewID("0pr"), Status: "INACTIVE", Created: c.Second()}
	if own != nil {
		*r = *own
	}
	conditions := jsondoc.Object(doc, "conditions")
	asked := jsondoc.Object(conditions, "expression")
	groups := jsondoc.Texts(jsondoc.Object(doc, "actions", "assignUserToGroups"), "groupIds")
	r.Name, r.Expression, r.LastUpdated = jsondoc.Text(doc, "name"), jsondoc.Text(asked, "value"), c.Second()
	r.Excluded = jsondoc.Texts(jsondoc.Object(conditions, "people", "users"), "exclude")
	var bad web.Violations
	if typ := jsondoc.Text(doc, "type"); typ != "" && typ != "group_rule" {
		bad.Add("type", "The type is not group_rule")
	}
	if typ := jsondoc.Text(asked, "type"); typ != "" && typ != expressionType {
		bad.Add("conditions.expression.type", "The type is not "+expressionType)
	}
	switch {
	case own == nil:
		r.Groups = groups
		checkTargets(c.Org, groups, &bad)
	case len(groups) > 0 && !slices.Equal(groups, own.Groups):
		bad.Add("actions", "The actions of a rule can't be changed")
	}
	checkRule(c.Org, r, &bad)
	if _, err := expression.Parse(r.Expression); err != nil {
		bad.Add("conditions.expression.value", "Invalid expression: "+err.Error())
	}
	return r, bad.Err()
}

// checkRule checks everything but the expression, and whether users can be assigned to the groups.
func checkRule(o *state.Org, r *state.GroupRule, bad *web.Violations) {
	switch {
	case strings.TrimSpace(r.Name) == "":
		bad.Add("name", "The field cannot be left blank")
	case utf8.RuneCountInString(r.Name) > maxRuleName:
		bad.Add("name", "The field is too long")
	case o.GroupRules().Find(func(other *state.GroupRule) bool { return other.ID != r.ID && state.SameName(other.Name, r.Name) }) != nil:
		bad.Add("name", "Policy rule name already in use")
	}
	if len(r.Excluded) > maxRuleExclusion {
		bad.Add("conditions.people.users.exclude", "There are more than 100")
	}
	if len(r.Groups) == 0 || len(r.Groups) > maxRuleGroups {
		bad.Add("actions.assignUserToGroups.groupIds", "A rule assigns users to 1 to 100 groups")
	}
}

// checkTargets checks to which groups a rule assigns users.
func checkTargets(o *state.Org, groups []string, bad *web.Violations) {
	for _, id := range groups {
		switch g := o.Groups.Get(id); {
		case g == nil || g.Type != "OKTA_GROUP":
			bad.Add("actions.assignUserToGroups.groupIds", "The group "+id+" does not exist, or users can't be assigned to it")
		case len(g.Roles) > 0:
			bad.Add("actions.assignUserToGroups.groupIds", "The group "+id+" has admin roles, and a rule can't assign users to it")
		}
	}
}

func createGroupRule(c *web.Call) error {
	r, err := ruleBody(c, nil)
	if err != nil {
		return err
	}
	if len(c.Org.GroupRules().Order) >= maxGroupRules {
		return web.Invalid("name", "name: An org can have at most 2000 group rules")
	}
	c.Org.GroupRules().Put(r.ID, r)
	return c.JSON(http.StatusOK, groupRuleView(c, r))
}

// replaceGroupRule changes an inactive rule, except for its groups.
func replaceGroupRule(c *web.Call) error {
	own, err := pathGroupRule(c)
	if err != nil {
		return err
	}
	if own.Status != "INACTIVE" {
		return web.Invalid("status", "status: Only an inactive rule can be changed")
	}
	r, err := ruleBody(c, own)
	if err != nil {
		return err
	}
	c.Org.GroupRules().Put(r.ID, r)
	return c.JSON(http.StatusOK, groupRuleView(c, r))
}

// setRuleStatus ends an activation or deactivation.
func setRuleStatus(c *web.Call, r *state.GroupRule, status string, event syslog.Type) error {
	r.Status, r.LastUpdated = status, c.Second()
	c.Org.GroupRules().Put(r.ID, r)
	syslog.Emit(c, event, groupRuleEntity(r))
	return c.NoContent(http.StatusNoContent)
}

func activateGroupRule(c *web.Call) error {
	r, err := pathGroupRule(c)
	if err != nil {
		return err
	}
	if r.Status == "INVALID" {
		return errInvalidRule()
	}
	var bad web.Violations
	checkTargets(c.Org, r.Groups, &bad)
	if err := bad.Err(); err != nil {
		return err
	}
	return setRuleStatus(c, r, "ACTIVE", eventRuleTrigger)
}

// deactivateGroupRule leaves the users in the groups.
func deactivateGroupRule(c *web.Call) error {
	r, err := pathGroupRule(c)
	if err != nil {
		return err
	}
	if r.Status == "INVALID" {
		return errInvalidRule()
	}
	return setRuleStatus(c, r, "INACTIVE", eventRuleDeactivate)
}

// errInvalidRule refuses a change of the status of a rule whose group was deleted: it can only be
// deleted. Clients recognize this text, Okta's Terraform provider among them.
func errInvalidRule() error {
	return web.Invalid("status", "Cannot activate or deactivate a Group Rule with the status INVALID")
}

// deleteGroupRule deletes a rule that isn't active. Its users stay in the groups, unless
// removeUsers is true.
func deleteGroupRule(c *web.Call) error {
	r, err := pathGroupRule(c)
	if err != nil {
		return err
	}
	if r.Status == "ACTIVE" {
		return web.Invalid("status", "status: An active rule can't be deleted")
	}
	for _, id := range r.Groups {
		g := c.Org.Groups.Get(id)
		if g == nil {
			continue
		}
		for _, user := range slices.Clone(g.ByRule[r.ID]) {
			if c.Query().Get("removeUsers") == "true" {
				leaveByRule(c, r, g, user)
			} else if !slices.Contains(g.Members, user) {
				g.Members = append(g.Members, user)
			}
		}
		delete(g.ByRule, r.ID)
		c.Org.Groups.Put(g.ID, g)
	}
	c.Org.GroupRules().Remove(r.ID)
	return c.JSON(http.StatusAccepted, map[string]any{})
}

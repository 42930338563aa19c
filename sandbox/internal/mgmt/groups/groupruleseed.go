package groups

import (
	"errors"
	"fmt"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// groupRuleDoc is a group rule in a seed.
type groupRuleDoc struct {
	kind.MadeDoc
	Name       string   `json:"name"`
	Status     string   `json:"status,omitempty"` // ACTIVE when left out
	Expression string   `json:"expression"`
	Groups     []string `json:"groups"`
	Exclude    []string `json:"exclude,omitempty"` // users
}

// seedGroupRule makes a rule. An active one is evaluated once everything is there. A seed may be a
// copy of an org: a rule whose expression is not emulated is kept, but adds no members.
func seedGroupRule(s *kind.Seeding, d *groupRuleDoc) error {
	d.Fill("0pr", s.Now)
	if d.Status == "" {
		d.Status = "ACTIVE"
	}
	if !slices.Contains([]string{"ACTIVE", "INACTIVE", "INVALID"}, d.Status) {
		return fmt.Errorf("status is %q; it can be ACTIVE, INACTIVE or INVALID", d.Status)
	}
	if s.Org.GroupRules().Get(d.ID) != nil {
		return errors.New("a rule with this id is there already")
	}
	r := &state.GroupRule{ID: d.ID, Created: d.Created, LastUpdated: d.LastUpdated, Name: d.Name, Status: d.Status, Expression: d.Expression}
	for _, name := range d.Groups {
		if g := s.GroupNamed(name); g != nil {
			name = g.ID
		}
		r.Groups = append(r.Groups, name)
	}
	for _, name := range d.Exclude {
		if u, err := s.UserNamed(name); err == nil {
			name = u.ID
		}
		r.Excluded = append(r.Excluded, name)
	}
	var bad web.Violations
	checkRule(s.Org, r, &bad)
	if err := bad.Err(); err != nil {
		return kind.Causes(err)
	}
	s.Org.GroupRules().Put(r.ID, r)
	return nil
}

// referGroupRule checks where the rule assigns users, and evaluates it.
func referGroupRule(s *kind.Seeding, d *groupRuleDoc) error {
	r := s.Org.GroupRules().Get(d.ID)
	if r.Status == "INVALID" {
		return nil
	}
	var bad web.Violations
	checkTargets(s.Org, r.Groups, &bad)
	if err := bad.Err(); err != nil {
		return kind.Causes(err)
	}
	evaluateGroupRules(s.Call)
	return nil
}

func dumpGroupRules(o *state.Org, _ bool) (docs []*groupRuleDoc) {
	for _, r := range o.GroupRules().All() {
		docs = append(docs, &groupRuleDoc{kind.MadeDoc{ID: r.ID, Created: r.Created, LastUpdated: r.LastUpdated}, r.Name, r.Status, r.Expression, r.Groups, r.Excluded})
	}
	return docs
}

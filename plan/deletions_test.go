package plan

import (
	"fmt"
	"testing"

	"github.com/oktaform/oktaform/schema"
)

// TestDeletes is the table of how many deletions pass.
func TestDeletes(t *testing.T) {
	for _, c := range []struct {
		what             string
		owned, deleted   int
		deposed, foreign int // more deletions: of old halves, and of what others own
		deactivated      int // more deletions that only deactivate
		most             int // --max-deletes; below zero: not given
		refused          bool
	}{
		{what: "nothing", owned: 10, most: -1},
		{what: "30 % of 10", owned: 10, deleted: 3, most: -1},
		{what: "more than 30 % of 10", owned: 10, deleted: 4, most: -1, refused: true},
		{what: "one of 3", owned: 3, deleted: 1, most: -1, refused: true},
		{what: "all of 2: too few to tell a slip", owned: 2, deleted: 2, most: -1},
		{what: "old halves don't count", owned: 10, deleted: 3, deposed: 5, most: -1},
		{what: "what others own doesn't count", owned: 10, deleted: 3, foreign: 5, most: -1},
		{what: "deactivation is no deletion", owned: 10, deleted: 2, deactivated: 5, most: -1},
		{what: "as many as were asked for", owned: 10, deleted: 10, most: 10},
		{what: "one more than was asked for", owned: 10, deleted: 3, most: 2, refused: true},
		{what: "none were asked for", owned: 100, deleted: 1, most: 0, refused: true},
	} {
		p := Plan{Owner: "team/iam"}
		add := func(n int, owner schema.Owner, action Action, onDestroy string) {
			for range n {
				addr := schema.Addr{Kind: "group", Name: fmt.Sprint("g", len(p.Changes))}
				p.Changes = append(p.Changes, Change{Addr: addr, Action: action, Owner: owner, OnDestroy: onDestroy, Prior: &schema.Object{Owner: owner}})
			}
		}
		own := schema.Owner{Owner: "team/iam"}
		add(c.owned-c.deleted-c.deactivated, own, NoOp, "")
		add(c.deleted, own, Delete, "delete")
		add(c.deactivated, own, Delete, "deactivate")
		add(c.deposed, schema.Owner{Owner: "team/iam", Deposed: true}, Delete, "delete")
		add(c.foreign, schema.Owner{Owner: "team/other"}, Delete, "delete")
		if refused := p.deletes(c.most).HasErrors(); refused != c.refused {
			t.Errorf("%s: refused %v", c.what, refused)
		}
	}
}

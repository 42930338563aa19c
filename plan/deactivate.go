package plan

import (
	"fmt"

	"github.com/oktaform/oktaform/schema"
)

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

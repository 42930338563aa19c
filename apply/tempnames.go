package apply

import (
	"context"
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// renameTemporarily renames the objects whose name c is about to take and which are changed or
// deleted only after c. If the run is interrupted, the next one corrects the name.
func (r *run) renameTemporarily(ctx context.Context, c *plan.Change) error {
	for _, addr := range c.TemporaryRenames {
		i := slices.IndexFunc(r.plan.Changes, func(other plan.Change) bool {
			return other.Addr == addr && other.Prior != nil && other.Action != plan.NoOp
		})
		if i < 0 {
			return fmt.Errorf("%s isn't part of the plan", addr)
		}
		other := &r.plan.Changes[i]
		label := other.Kind.Label
		value := other.Prior.Value
		value = value.With(schema.Values{label: cty.StringVal(plan.TemporaryName(other.Kind, other.Prior.Owner, value.GetAttr(label).AsString(), other.ID))})
		object, err := r.org.Update(ctx, *other.Prior, schema.Desired{Addr: addr, Kind: other.Kind, Owner: other.Prior.Owner, Value: value})
		if err != nil {
			return fmt.Errorf("renaming %s temporarily: %w", addr, err)
		}
		r.mu.Lock()
		if r.original[other] == nil {
			r.original[other] = other.Prior
		}
		r.mu.Unlock()
		other.Prior = &object // its own change compares the object with this
	}
	return nil
}

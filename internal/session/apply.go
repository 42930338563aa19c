package session

import (
	"context"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/plan"
)

// ChangesAtOnce is the default number of concurrent changes. The org's limits allow fewer requests.
const ChangesAtOnce = 16

// Apply carries out a plan after Admit and Lock. It stops if the lease is lost.
func (s *Session) Apply(ctx context.Context, p *plan.Plan, o apply.Options) (*apply.Result, hcl.Diagnostics) {
	if o.Parallelism == 0 {
		o.Parallelism = ChangesAtOnce
	}
	o.Clock = s.Clock.LocalNow
	if s.lease != nil {
		o.Hold = s.lease.Hold
	}
	var changes []org.Intent
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Action != plan.NoOp {
			changes = append(changes, org.Intent{Kind: c.Kind, Prior: c.Prior, After: c.After})
		}
	}
	s.Client.Expect(changes)
	return apply.Run(ctx, p, s.Config, s.Client, o)
}

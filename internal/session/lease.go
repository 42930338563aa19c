package session

import (
	"context"
	"fmt"
	"time"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// releaseTimeout is how long giving back the lease may take once the run is
// interrupted. Else it takes as long as the org's limits make it: of many objects
// whose creation has used up a minute's requests, the lists have to wait.
const releaseTimeout = 30 * time.Second

// LeaseOptions say how other runs of the configuration are kept from writing.
type LeaseOptions struct {
	Off  bool                   // something else keeps them
	Wait time.Duration          // how long to wait while another run holds the lease
	Self org.Process            // who holds it
	Dead func(org.Process) bool // whether a process of this machine has ended; may be nil
}

// Release gives the lease back. finished says that the run went to its end.
type Release func(r *apply.Result, finished bool) error

// Lock makes sure that nobody else writes what the plan writes, and that the plan
// is still right: again makes it again, and has it approved where it is another one. It
// returns the plan to carry out, and what to do at the end.
func (s *Session) Lock(ctx context.Context, p *plan.Plan, o LeaseOptions, again func(context.Context, *plan.Plan) (*plan.Plan, error)) (*plan.Plan, Release, error) {
	nothing := func(*apply.Result, bool) error { return nil }
	if s.Alone {
		return p, nothing, nil
	}
	lease := org.LeaseOptions{Owner: s.Config.Owner, Self: o.Self, Dead: o.Dead, Wait: o.Wait}
	switch {
	case p.Empty() && !o.Off:
		// It is no failure of this run that another one left a lease behind.
		_ = s.Client.ClearLease(ctx, lease)
		return p, nothing, nil
	case p.Empty():
		return p, nothing, nil
	case o.Off:
		if len(creates(p)) > 0 {
			if err := s.Client.Wait(ctx); err != nil {
				return nil, nil, err
			}
		}
		// The plan is made again where something that it creates is there already.
		there, err := s.Client.Appeared(ctx, creates(p))
		if err == nil && len(there) > 0 {
			p, err = again(ctx, p)
		}
		return p, nothing, err
	}
	held, fresh, err := s.Client.Acquire(ctx, lease)
	if err != nil {
		return nil, nil, fmt.Errorf("lease: %w", err)
	}
	s.lease = held
	if !fresh { // what the other run wrote may be invisible yet
		err = s.Client.Wait(ctx)
	}
	// The plan was made before the lease was held, and approved perhaps minutes later:
	// another run may have begun and ended since.
	if err == nil {
		p, err = again(ctx, p)
	}
	if err == nil {
		err = held.Announce(ctx, p.Exchanges())
	}
	if err != nil {
		_ = s.release(ctx, nil, false)
		return nil, nil, err
	}
	return p, func(r *apply.Result, finished bool) error { return s.release(ctx, r, finished) }, nil
}

func creates(p *plan.Plan) []schema.Desired {
	var out []schema.Desired
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Action == plan.Create || c.Action == plan.Replace {
			out = append(out, schema.Desired{Addr: c.Addr, Kind: c.Kind, Owner: c.Owner, Value: c.After})
		}
	}
	return out
}

// release gives the lease back, once the next run can see what this one made.
// Where the run was broken off, it isn't known whether its last requests have an
// effect: the lease stays, and tells the next run to wait before it looks.
func (s *Session) release(ctx context.Context, r *apply.Result, finished bool) error {
	if r != nil && r.Uncertain(org.Uncertain) {
		if s.Notice != nil {
			s.Notice("The run was broken off: its lease stays, so that the next run of this configuration waits before it looks what was done.")
		}
		return nil
	}
	ctx, stop := outliving(ctx, releaseTimeout)
	defer stop()
	if r != nil {
		if err := s.Client.AwaitListed(ctx, r.Created()); err != nil {
			return fmt.Errorf("the lease stays, since the org can't be read: %w", err)
		}
	}
	if err := s.lease.Release(ctx, finished); err != nil {
		return fmt.Errorf("the lease stays, and counts until it expires: %w", err)
	}
	return nil
}

// outliving is a context that ends some time after ctx.
func outliving(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(by, cancel) })
	return longer, func() {
		stop()
		cancel()
	}
}

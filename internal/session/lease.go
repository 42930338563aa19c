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

// releaseTimeout is how long releasing the lease may take after an interrupt. Otherwise it takes as
// long as the org's limits require: if creating many objects has used up a minute's requests,
// reading the lists has to wait.
const releaseTimeout = 30 * time.Second

// LeaseOptions configure how other runs of the configuration are kept from writing.
type LeaseOptions struct {
	Off  bool                   // something else prevents concurrent runs
	Wait time.Duration          // how long to wait while another run holds the lease
	Self org.Process            // this process
	Dead func(org.Process) bool // whether a process of this machine has ended; may be nil
}

// Release releases the lease. finished means that the run was completed.
type Release func(r *apply.Result, finished bool) error

// Lock takes the lease and makes sure that the plan is still right: again plans again, and asks for
// approval if the plan has changed. Lock returns the plan to apply and the function to call at the
// end.
func (s *Session) Lock(ctx context.Context, p *plan.Plan, o LeaseOptions, again func(context.Context, *plan.Plan) (*plan.Plan, error)) (*plan.Plan, Release, error) {
	nothing := func(*apply.Result, bool) error { return nil }
	if s.Alone {
		return p, nothing, nil
	}
	lease := org.LeaseOptions{Owner: s.Config.Owner, Self: o.Self, Dead: o.Dead, Wait: o.Wait}
	switch {
	case p.Empty() && !o.Off:
		// A lease that another run left behind does not fail this run.
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
		// Plan again if something that the plan creates already exists.
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
	// The plan was made before the lease was taken, and approved perhaps minutes later: another run
	// may have begun and ended since.
	if err == nil {
		p, err = again(ctx, p)
	}
	if err == nil {
		err = held.Announce(ctx, p.ReplacedRoles())
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

// release releases the lease once the next run can see what this one created. If the run was
// interrupted, its last requests may still take effect: the lease then stays, and makes the next
// run wait before it reads.
func (s *Session) release(ctx context.Context, r *apply.Result, finished bool) error {
	if r != nil && r.Uncertain(org.Uncertain) {
		if s.Notice != nil {
			s.Notice("The run was stopped: its lease stays until it expires, so that the next run of this configuration waits before it reads the org.")
		}
		return nil
	}
	ctx, stop := outliving(ctx, releaseTimeout)
	defer stop()
	if r != nil {
		if err := s.Client.AwaitListed(ctx, r.Created()); err != nil {
			return fmt.Errorf("the lease stays, because the org can't be read: %w", err)
		}
	}
	if err := s.lease.Release(ctx, finished); err != nil {
		return fmt.Errorf("the lease stays until it expires: %w", err)
	}
	return nil
}

// outliving returns a context that ends some time after ctx.
func outliving(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(by, cancel) })
	return longer, func() {
		stop()
		cancel()
	}
}

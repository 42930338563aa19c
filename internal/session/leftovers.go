package session

import (
	"context"
	"errors"
	"fmt"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Leftovers reads the objects of the owners that the pattern selects, and decides which of them a
// sweep deletes. notes say what could not be read.
func (s *Session) Leftovers(ctx context.Context, o plan.SweepOptions, l LeaseOptions) (list []plan.Leftover, found *schema.Snapshot, err error) {
	if found, err = s.Client.Read(ctx, schema.Query{Owners: o.Owners}); err != nil {
		return nil, nil, err
	}
	if o.Busy, err = s.Client.BusyOwners(ctx, o.Owners, org.LeaseOptions{Self: l.Self, Dead: l.Dead}); err != nil {
		return nil, nil, err
	}
	if o.Now, err = s.Now(ctx); err != nil {
		return nil, nil, err
	}
	return plan.Leftovers(found, o), found, nil
}

// AsOwner returns a session in the same org for another owner, whose configuration declares
// nothing.
func (s *Session) AsOwner(owner string) *Session {
	other := *s
	other.Config, other.lease = config.Empty(owner), nil
	return &other
}

// errChanged means that an owner's run has written since the sweep was planned.
var errChanged = errors.New("it has changed since the sweep was planned, so a new run of it may have started")

// Sweep deletes an owner's leftovers under its lease, if nothing has changed since the plan was
// made. The session is the owner's.
func (s *Session) Sweep(ctx context.Context, left plan.Leftover, o plan.SweepOptions, l LeaseOptions, a apply.Options) (*apply.Result, error) {
	o.Owners = schema.OwnerPattern(left.Owner)
	again := func(ctx context.Context, before *plan.Plan) (*plan.Plan, error) {
		found, err := s.Client.Read(ctx, schema.Query{Owners: o.Owners})
		if err != nil {
			return nil, err
		}
		if o.Now, err = s.Now(ctx); err != nil {
			return nil, err
		}
		now := plan.Leftovers(found, o)
		if len(now) != 1 || now[0].Plan == nil || !plan.Equal(before, now[0].Plan) {
			return nil, errChanged
		}
		return now[0].Plan, nil
	}
	p, release, err := s.Lock(ctx, left.Plan, l, again)
	if err != nil {
		return nil, err
	}
	result, diags := s.Apply(ctx, p, a)
	err = s.Failed(diags)
	if err == nil && result.NotDone > 0 {
		err = fmt.Errorf("%d of its objects are still there", result.NotDone)
	}
	return result, errors.Join(err, release(result, err == nil))
}

// Busy reports whether an error means that another run of the owner writes, or has written.
func Busy(err error) bool {
	held := (*org.HeldError)(nil)
	return errors.Is(err, errChanged) || errors.As(err, &held)
}

package org

import (
	"context"
	"fmt"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// Changes in Okta may be invisible for a while, and a request without an answer may or may not have
// been carried out.
//
// An object counts as absent only if it is still missing after the consistency bound. If the
// request that creates an object gets no answer, the client looks for the object by its mark before
// it sends the request again.

// maxRemovals is the maximum number of abandoned leases removed before a lease is taken.
const maxRemovals = 10

// make sends the create request. found is set if the object was found by its mark after a create
// without an answer.
func (c *Client) make(ctx context.Context, d schema.Desired, want schema.Value, doc map[string]any) (made map[string]any, found *orgkinds.Remote, err error) {
	for try := 1; ; try++ {
		// A second create by a run that has lost its lease is the one thing that another run could
		// not repair.
		if lease := c.lease.Load(); lease != nil {
			if err := lease.Hold(ctx); err != nil {
				return nil, nil, err
			}
		}
		made, err = orgkinds.Of(d.Kind).Create(ctx, c.Org, doc, want)
		if err == nil || !okta.OutcomeUnknown(err) || ctx.Err() != nil {
			return made, nil, err
		}
		lookErr := c.Until(ctx, func() (bool, error) {
			var lookErr error
			found, lookErr = c.findMarked(ctx, d, want)
			return found != nil, lookErr
		})
		if lookErr != nil {
			return nil, nil, fmt.Errorf("%w; looking for it by its mark failed too: %w", err, lookErr)
		}
		if found != nil {
			return found.Doc, found, nil
		}
		if try == orgkinds.MaxCreates {
			return nil, nil, err
		}
	}
}

// findMarked looks once for the object with the mark of d, or with its label if the kind has no
// mark; nil if there is none.
func (c *Client) findMarked(ctx context.Context, d schema.Desired, want schema.Value) (*orgkinds.Remote, error) {
	kind := orgkinds.Of(d.Kind)
	if kind.List == nil {
		list, err := kind.Find(ctx, c.Org, []schema.ObjectQuery{{Addr: d.Addr, Name: schema.Text(want.GetAttr(d.Kind.Label))}})
		if err != nil || len(list) == 0 {
			return nil, err
		}
		return list[0], nil
	}
	list, err := kind.List(ctx, c.Org)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		if r.Kind == kind && r.Owner().Finished() == d.Owner.Finished() {
			return r, nil
		}
	}
	return nil, nil
}

// Appeared returns the addresses of those objects to be created that already exist: another run may
// have created them since the plan was made.
func (c *Client) Appeared(ctx context.Context, creates []schema.Desired) ([]schema.Addr, error) {
	type marked struct {
		kind  *orgkinds.Kind
		owner schema.Owner
	}
	have := map[marked]bool{}
	listed := map[string]bool{}
	var there []schema.Addr
	for _, d := range creates {
		if !d.Kind.Owned() {
			continue // matched by their login, whoever created them
		}
		kind := orgkinds.Of(d.Kind)
		if !listed[kind.Collection] {
			listed[kind.Collection] = true
			list, err := kind.List(ctx, c.Org)
			if err != nil {
				return nil, err
			}
			for _, r := range list {
				have[marked{r.Kind, r.Owner().Finished()}] = true
			}
		}
		if have[marked{kind, d.Owner.Finished()}] {
			there = append(there, d.Addr)
		}
	}
	return there, nil
}

// AwaitListed waits until the objects with these ids, by kind, are in the lists that the next run
// reads, but not longer than the consistency bound.
func (c *Client) AwaitListed(ctx context.Context, ids map[string][]string) error {
	byList := map[string]*orgkinds.Kind{} // one kind for each list
	wanted := map[string][]string{}
	for name, more := range ids {
		if kind := orgkinds.Named(name); kind != nil && kind.Owned() {
			list := kind.Collection
			byList[list], wanted[list] = kind, append(wanted[list], more...)
		}
	}
	for list, kind := range byList {
		err := c.Until(ctx, func() (bool, error) {
			found, err := kind.List(ctx, c.Org)
			have := map[string]bool{}
			for _, r := range found {
				have[r.ID()] = true
			}
			return !slices.ContainsFunc(wanted[list], func(id string) bool { return !have[id] }), err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Wait waits for the consistency bound.
func (c *Client) Wait(ctx context.Context) error {
	return c.Machine().Sleep(ctx, c.Consistency())
}

package org

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// What Okta has just been told may be invisible for a while, and a request
// without an answer may have been carried out or not.
//
// So that nothing is there is believed only when it was looked for until the
// consistency bound had passed. A create whose outcome is unknown is looked for
// by its mark before it is sent again.

// maxCreates is how often a create is sent whose outcome stays unknown.
const maxCreates = 4

// maxRemovals is how often an abandoned lease is removed before a lease is taken.
const maxRemovals = 10

// until repeats a look until it finds something, fails, or the consistency
// bound has passed.
func (c *Client) until(ctx context.Context, look func() (found bool, err error)) error {
	begin, pause := c.Machine().LocalNow(), 100*time.Millisecond
	for {
		found, err := look()
		if err != nil || found {
			return err
		}
		left := c.Consistency() - c.Machine().LocalNow().Sub(begin)
		if left <= 0 {
			return nil
		}
		if err := c.Machine().Sleep(ctx, min(pause, left)); err != nil {
			return err
		}
		pause = min(2*pause, time.Second)
	}
}

// present makes a call of a read until the fresh object that it names is visible.
func (c *Client) present(ctx context.Context, read func() error) error {
	var missing error
	err := c.until(ctx, func() (bool, error) {
		if missing = read(); okta.NotFound(missing) {
			return false, nil
		}
		return true, missing
	})
	if err == nil {
		err = missing
	}
	return err
}

// make sends the create. found is set where the object was found by its mark
// after a create without an answer.
func (c *Client) make(ctx context.Context, d schema.Desired, want schema.Value, doc map[string]any) (made map[string]any, found *remote, err error) {
	for try := 1; ; try++ {
		// A second create by a run that has lost its lease would be the one thing that
		// can't be repaired by running again.
		if lease := c.lease.Load(); lease != nil {
			if err := lease.Hold(ctx); err != nil {
				return nil, nil, err
			}
		}
		made, err = c.resource(d.Kind).create(ctx, doc, want)
		if err == nil || !okta.OutcomeUnknown(err) || ctx.Err() != nil {
			return made, nil, err
		}
		lookErr := c.until(ctx, func() (bool, error) {
			var lookErr error
			found, lookErr = c.findMarked(ctx, d, want)
			return found != nil, lookErr
		})
		if lookErr != nil {
			return nil, nil, fmt.Errorf("%w; looking for it by its mark failed too: %w", err, lookErr)
		}
		if found != nil {
			return found.doc, found, nil
		}
		if try == maxCreates {
			return nil, nil, err
		}
	}
}

// findMarked looks once for the object that carries the mark of d; nil where
// there is none. Users, who carry none, are found by their login.
func (c *Client) findMarked(ctx context.Context, d schema.Desired, want schema.Value) (*remote, error) {
	if d.Kind.Name == "user" {
		return c.findUser(ctx, text(want.GetAttr(d.Kind.Label)))
	}
	list, err := c.listKind(ctx, d.Kind)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		if r.kind.Name == d.Kind.Name && r.owner().Finished() == d.Owner.Finished() {
			return r, nil
		}
	}
	return nil, nil
}

// listOf names the list in which the objects of a kind are: apps share one.
func listOf(kind *schema.Kind) string {
	if kind.IsApp() {
		return appsPath
	}
	return kind.Name
}

// listKind lists the objects among which those of a kind are.
func (c *Client) listKind(ctx context.Context, kind *schema.Kind) ([]*remote, error) {
	switch {
	case kind.IsApp():
		return c.listApps(ctx, nil, func(*remote) {})
	case kind.Name == "group":
		return c.listGroups(ctx)
	case kind.Name == "custom_role":
		return c.listCustomRoles(ctx)
	case kind.Name == "resource_set":
		return c.listResourceSets(ctx)
	}
	return nil, fmt.Errorf("there is no list of %s", kind.Name)
}

// Appeared lists which of the objects that are to be created are in the org
// already, by their addresses: another run may have made them since the plan.
func (c *Client) Appeared(ctx context.Context, creates []schema.Desired) ([]schema.Addr, error) {
	type marked struct {
		kind  *schema.Kind
		owner schema.Owner
	}
	have := map[marked]bool{}
	listed := map[string]bool{}
	var there []schema.Addr
	for _, d := range creates {
		if d.Kind.Mark == schema.MarkNone {
			continue // matched by their login, whoever made them
		}
		if !listed[listOf(d.Kind)] {
			listed[listOf(d.Kind)] = true
			list, err := c.listKind(ctx, d.Kind)
			if err != nil {
				return nil, err
			}
			for _, r := range list {
				have[marked{r.kind, r.owner().Finished()}] = true
			}
		}
		if have[marked{d.Kind, d.Owner.Finished()}] {
			there = append(there, d.Addr)
		}
	}
	return there, nil
}

// Settled waits until the objects with these ids, by kind, are in the lists
// that the next run reads, but no longer than the consistency bound.
func (c *Client) Settled(ctx context.Context, ids map[string][]string) error {
	kinds := map[string]*schema.Kind{} // one of each list
	wanted := map[string][]string{}
	for name, more := range ids {
		if kind := schema.KindNamed(name); kind != nil && kind.Mark != schema.MarkNone {
			list := listOf(kind)
			kinds[list], wanted[list] = kind, append(wanted[list], more...)
		}
	}
	for list, kind := range kinds {
		err := c.until(ctx, func() (bool, error) {
			found, err := c.listKind(ctx, kind)
			have := map[string]bool{}
			for _, r := range found {
				have[r.id()] = true
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

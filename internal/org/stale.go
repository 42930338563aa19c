package org

import (
	"cmp"
	"context"
	"slices"
	"strings"

	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// StaleError means that an object is no longer as it was when the plan was made. Nothing was
// changed.
type StaleError struct {
	Object     string   // for example: service app "Nightly user report" (0oa...)
	Attributes []string // the attributes that differ
}

func (e *StaleError) Error() string {
	return e.Object + " has changed since the plan was made (" + strings.Join(e.Attributes, ", ") +
		"); nothing was changed in it. Make a new plan."
}

// Unchanged fails with a StaleError if an object no longer equals prior.
func (c *Client) Unchanged(ctx context.Context, prior schema.Object) error {
	_, err := c.fresh(ctx, prior, orgkinds.Selection{})
	return err
}

// fresh reads an object that should equal prior, and what is selected. Because this run's own
// writes may become visible late, it is stale only if it still differs after the consistency bound.
func (c *Client) fresh(ctx context.Context, prior schema.Object, s orgkinds.Selection) (now *orgkinds.Remote, err error) {
	var stale error
	kind := orgkinds.Named(prior.Kind)
	s.SideData = slices.Concat(kind.SideData(prior.Value), s.SideData)
	err = c.Until(ctx, func() (bool, error) {
		var err error
		now, err = c.Fetch(ctx, kind, prior.ID, s)
		if err != nil {
			return false, err
		}
		stale = checkFresh(prior, now)
		return stale == nil, nil
	})
	return now, cmp.Or(err, stale)
}

// checkFresh compares an object with what the plan saw.
func checkFresh(prior schema.Object, now *orgkinds.Remote) error {
	if err := checkOwner(prior, now); err != nil {
		return err
	}
	if !prior.Complete {
		now = &orgkinds.Remote{Kind: now.Kind, Doc: now.Doc}
	}
	fresh, err := now.Object()
	if err != nil {
		return err
	}
	if differ := differences(now.Kind.Kind, prior.Value, fresh.Value); len(differ) > 0 {
		return &StaleError{Object: now.Title(), Attributes: differ}
	}
	return nil
}

// checkOwner refuses an object whose mark is not the one that the plan saw. Whether its creation is
// finished does not matter here.
func checkOwner(prior schema.Object, now *orgkinds.Remote) error {
	if now.Owner().Finished() != prior.Owner.Finished() {
		return &StaleError{Object: now.Title(), Attributes: []string{"the mark of its owner"}}
	}
	return nil
}

// differences returns the names of the attributes in which two values of a kind differ. The time
// when a person set their password (a hidden attribute) does not count.
func differences(kind *schema.Kind, a, b schema.Value) []string {
	a, b = kinds.Unlabelled(a), kinds.Unlabelled(b)
	var out []string
	compare := func(name string) {
		if !orgkinds.Bare(a.GetAttr(name)).RawEquals(orgkinds.Bare(b.GetAttr(name))) {
			out = append(out, name)
		}
	}
	for _, attr := range kind.Attrs {
		notRead := attr.Unmanaged && a.GetAttr(attr.Name).IsNull()
		if !attr.Local && !attr.WriteOnly && !attr.Hidden && !notRead {
			compare(attr.Name)
		}
	}
	for i := range kind.Blocks {
		if b := &kind.Blocks[i]; b.Unmanaged && (a.GetAttr(b.Type).IsNull() || b.Of != "") {
			continue // not read, or derived from other objects
		}
		compare(kind.Blocks[i].Type)
	}
	return out
}

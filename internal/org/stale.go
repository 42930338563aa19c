package org

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema"
	"github.com/zclconf/go-cty/cty"
)

// StaleError says that an object is no longer as it was when the plan was made.
// Nothing was changed.
type StaleError struct {
	Object     string   // for example: service app "Nightly user report" (0oa...)
	Attributes []string // what differs
}

func (e *StaleError) Error() string {
	return e.Object + " has changed since the plan was made (" + strings.Join(e.Attributes, ", ") +
		"); nothing was changed in it. Make a new plan."
}

// Unchanged fails with a StaleError where an object isn't as prior says any more.
func (c *Client) Unchanged(ctx context.Context, prior schema.Object) error {
	_, err := c.fresh(ctx, prior, nil)
	return err
}

// fresh reads an object that is to be as prior says. What this run wrote itself
// may show late, so it is stale only when it still differs after the consistency
// bound. wanted names further unmanaged attributes to read.
func (c *Client) fresh(ctx context.Context, prior schema.Object, wanted []string) (now *remote, err error) {
	var stale error
	kind := schema.KindNamed(prior.Kind)
	err = c.until(ctx, func() (bool, error) {
		var err error
		now, err = c.fetch(ctx, kind, prior.ID, slices.Concat(kind.Parts(prior.Value), wanted))
		if err != nil {
			return false, err
		}
		stale = checkFresh(prior, now)
		return stale == nil, nil
	})
	return now, cmp.Or(err, stale)
}

// checkFresh compares an object with what the plan saw of it.
func checkFresh(prior schema.Object, now *remote) error {
	if err := checkOwner(prior, now); err != nil {
		return err
	}
	if !prior.Complete {
		now = &remote{kind: now.kind, doc: now.doc}
	}
	fresh, err := now.object()
	if err != nil {
		return err
	}
	if differ := differences(now.kind, prior.Value, fresh.Value); len(differ) > 0 {
		return &StaleError{Object: now.title(), Attributes: differ}
	}
	return nil
}

// checkOwner refuses an object whose mark isn't the one that the plan saw. Whether its creation is
// finished is no matter of who owns it.
func checkOwner(prior schema.Object, now *remote) error {
	if now.owner().Finished() != prior.Owner.Finished() {
		return &StaleError{Object: now.title(), Attributes: []string{"the mark of its owner"}}
	}
	return nil
}

// differences names the attributes in which two values of a kind differ. When a
// person last set the password (hidden) is their own business.
func differences(kind *schema.Kind, a, b schema.Value) []string {
	var out []string
	compare := func(name string) {
		if !bare(a.GetAttr(name)).RawEquals(bare(b.GetAttr(name))) {
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
			continue // not read, or made in part of what other objects are
		}
		compare(kind.Blocks[i].Type)
	}
	return out
}

// bare is a value with each reference brought to its id, in the order of ids:
// what an object is called may change, or become known, without a change here.
func bare(v cty.Value) cty.Value {
	v, _ = v.UnmarkDeep()
	if v.IsNull() || !v.IsKnown() {
		return v
	}
	t := v.Type()
	switch {
	case t.Equals(schema.Ref):
		return v.GetAttr("id")
	case t.IsListType() && v.LengthInt() > 0:
		var list []cty.Value
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			list = append(list, bare(e))
		}
		if t.ElementType().Equals(schema.Ref) {
			slices.SortFunc(list, func(a, b cty.Value) int { return cmp.Compare(text(a), text(b)) })
		}
		return cty.TupleVal(list)
	case t.IsObjectType():
		attrs := v.AsValueMap()
		for name, attr := range attrs {
			attrs[name] = bare(attr)
		}
		return cty.ObjectVal(attrs)
	}
	return v
}

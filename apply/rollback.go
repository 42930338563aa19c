package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Rollback undoes the writes of the run, in reverse order, for objects that have not changed since.
// It gives no access that the configuration does not declare: what was removed stays removed, and
// what was added is removed, but not what limits access that stays. It reports whether everything
// that can be undone is undone.
func (r *Result) Rollback(ctx context.Context) bool {
	all := true
	for _, w := range r.run.wrote {
		w.stays = w.change.After
	}
	for i := len(r.run.wrote) - 1; i >= 0; i-- {
		w := r.run.wrote[i]
		e := Event{Step: Undone, Change: w.change, ID: w.change.ID}
		if w.now != nil {
			e.ID = w.now.ID
		}
		if e.Reason = r.run.undo(schema.WithAddr(ctx, w.change.Addr.String()), w); e.Reason != "" {
			e.Step = Kept
			all = false
		}
		r.run.emit(e)
	}
	return all
}

// undo undoes one write. It returns why it could not, or only in part.
func (r *run) undo(ctx context.Context, w *write) string {
	c := w.change
	switch {
	case c.Action == plan.Delete:
		return "a deletion can't be undone"
	case c.Action == plan.Replace && w.removed:
		return "the old object is deleted, and with it its id and client id"
	case w.now == nil && w.old == nil:
		return "its change may be incomplete: plan shows its state"
	}
	if w.now != nil {
		if err := r.org.Unchanged(ctx, *w.now); err != nil {
			return reason(err)
		}
	}
	if w.made {
		if w.now != nil {
			if what := r.limiting(w); what != "" {
				return what + " stays and needs it: its deletion would remove a limit of access"
			}
			if err := r.org.Delete(ctx, *w.now, "delete"); err != nil {
				return reason(err)
			}
			w.stays = schema.Value{}
		}
		if w.old == nil {
			return ""
		}
		return r.revert(ctx, w, *w.old, r.before(c).Value, nil)
	}
	if w.old != nil { // the old half is marked, and the new one was not created
		return r.revert(ctx, w, *w.old, r.before(c).Value, nil)
	}
	value, left := restored(c.Kind, r.before(c).Value, w.now.Value)
	return r.revert(ctx, w, *w.now, value, left)
}

// limiting returns an attribute or admin role that stays, or may stay, and that is limited by the
// object which made created; "" if there is none.
func (r *run) limiting(made *write) string {
	for _, w := range r.wrote {
		k, v := w.change.Kind, w.stays
		if w == made || v.IsNull() || !v.IsKnown() {
			continue
		}
		for i := range k.Attrs {
			if a := &k.Attrs[i]; a.Limits && made.in(v.GetAttr(a.Name), a.Refs) {
				return a.Name + " of " + w.change.Addr.String()
			}
		}
		for i := range k.Blocks {
			block := &k.Blocks[i]
			for _, limited := range schema.Elements(v.GetAttr(block.Type)) {
				for j := range block.Attrs {
					if a := &block.Attrs[j]; a.Narrows && made.in(limited.GetAttr(a.Name), a.Refs) {
						return block.Type + " " + block.KeyOf(limited) + " of " + w.change.Addr.String()
					}
				}
			}
		}
	}
	return ""
}

// in reports whether a list contains the created object, or may contain it: an id that was not
// known while planning is unknown, and then the kinds of the list decide.
func (w *write) in(list cty.Value, kinds []string) bool {
	return slices.ContainsFunc(schema.Elements(list), func(v cty.Value) bool {
		switch {
		case !v.IsKnown():
			return slices.Contains(kinds, w.change.Kind.Name)
		case v.Type().Equals(schema.Ref):
			return schema.Text(v.GetAttr("id")) == w.now.ID || schema.Text(v.GetAttr("addr")) == w.change.Addr.String()
		}
		return schema.Text(v) == w.now.ID
	})
}

// before returns an object as it was before the run.
func (r *run) before(c *plan.Change) *schema.Object {
	if original := r.original[c]; original != nil {
		return original
	}
	return c.Prior
}

// revert writes an earlier value and mark of an object.
func (r *run) revert(ctx context.Context, w *write, now schema.Object, value schema.Value, left []string) string {
	c := w.change
	if _, err := r.org.Update(ctx, now, schema.Desired{Addr: c.Addr, Kind: c.Kind, Owner: c.Prior.Owner, Value: value}); err != nil {
		return reason(err)
	}
	w.stays = value
	if len(left) > 0 {
		return "undone but for " + strings.Join(left, ", ") + ": access that the configuration doesn't declare isn't restored"
	}
	return ""
}

func reason(err error) string {
	if errors.Is(err, context.Canceled) {
		return "the run was stopped"
	}
	return fmt.Sprint(err)
}

// restored returns what of prior may be given back to an object whose value is now, and names what
// may not. Of lists and blocks it gives back the elements that still exist; if none does, it keeps
// the new ones, because without any nothing would work.
func restored(k *schema.Kind, prior, now schema.Value) (schema.Value, []string) {
	attrs, left := schema.Values{}, []string(nil)
	for i := range k.Attrs {
		a := &k.Attrs[i]
		if a.Local {
			continue
		}
		was, is := prior.GetAttr(a.Name), now.GetAttr(a.Name)
		switch {
		case a.WriteOnly || a.VersionOf != "":
			attrs[a.Name] = cty.NullVal(a.Type)
		case schema.Equal(was, is):
			attrs[a.Name] = was
		case a.Type.IsListType() && !a.Limits:
			var lost bool
			if attrs[a.Name], lost = common(was, is); lost {
				left = append(left, a.Name)
			}
		case a.Access, a.Limits:
			attrs[a.Name] = is
			left = append(left, a.Name)
		default:
			attrs[a.Name] = was
		}
	}
	for i := range k.Blocks {
		name := k.Blocks[i].Type
		var lost bool
		if attrs[name], lost = common(prior.GetAttr(name), now.GetAttr(name)); lost {
			left = append(left, name)
		}
	}
	return k.New(attrs), left
}

// common returns the elements that two lists share, and whether the first has more.
func common(was, is cty.Value) (cty.Value, bool) {
	if was.IsNull() || is.IsNull() {
		return is, !was.IsNull() && was.LengthInt() > 0
	}
	var both []cty.Value
	there := schema.Elements(is)
	for _, v := range schema.Elements(was) {
		if slices.ContainsFunc(there, func(other cty.Value) bool { return schema.Equal(v, other) }) {
			both = append(both, v)
		}
	}
	switch {
	case was.LengthInt() == 0:
		return was, false
	case len(both) == 0:
		return is, true
	}
	return cty.ListVal(both), len(both) < was.LengthInt()
}

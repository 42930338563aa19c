package drift

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// A plan compares the org with the configuration, so a difference means that one of the two was
// changed since they were last equal, as they are after an apply. If the log shows that somebody
// else did something to the object after the last event by which oktaform set the attribute, the
// org was changed. If it shows no such event, the configuration was changed. If the log shows
// neither kind of event, the cause is unknown, and the difference counts as drift.

// Subjects returns what to look for in the System Log to assess a plan.
func Subjects(p *plan.Plan) (ids []string, deletions []org.Deletion) {
	for i := range p.Changes {
		c := &p.Changes[i]
		switch {
		case c.Action == plan.NoOp:
		case c.Prior == nil:
			deletions = append(deletions, org.Deletion{Kind: c.Kind, Name: schema.Text(c.After.GetAttr(c.Kind.Label))})
		default:
			ids = append(ids, idsOf(c)...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), deletions
}

// idsOf returns the ids that events use for an object: an app is also an OAuth client.
func idsOf(c *plan.Change) []string {
	ids := []string{c.ID}
	if c.Before.Has("client_id") {
		if client := schema.Text(c.Before.GetAttr("client_id")); client != "" && client != c.ID {
			ids = append(ids, client)
		}
	}
	return ids
}

// causeFinder finds the cause of each difference in a plan.
type causeFinder struct {
	history   *org.History
	principal string
	options   Options
}

// differences returns the differences of one change, with their causes.
func (f *causeFinder) differences(c *plan.Change) (list []Difference) {
	add := func(d Difference) {
		d.Change = c
		list = append(list, d)
	}
	switch c.Action {
	case plan.NoOp:
	case plan.Import:
		if f.history.Gap == "" && !f.wrote(idsOf(c), f.now()) {
			add(Difference{Cause: Configuration, Why: "no configuration owns the object, and oktaform has not written it: apply --import would import it"})
			break
		}
		lost := f.mark(c)
		lost.Why = strings.TrimSuffix("the object has lost the mark of its owner; "+lost.Why, "; ")
		add(lost)
		for _, name := range c.Kind.Changed(c.Before, c.After) {
			add(f.attribute(c, name))
		}
	case plan.Forget:
		add(Difference{Cause: Configuration, Why: "a removed block releases the object"})
	case plan.Create:
		add(f.missing(c))
	case plan.Delete:
		add(f.undeclared(c))
	default:
		changed := c.Kind.Changed(c.Before, c.After)
		for _, name := range changed {
			add(f.attribute(c, name))
		}
		if len(changed) == 0 {
			add(f.mark(c))
		}
	}
	return list
}

// attribute finds the cause of a difference of one attribute.
func (f *causeFinder) attribute(c *plan.Change, name string) Difference {
	d := f.cause(func(e *org.Event) bool { return e.MayChange(c.Kind, idsOf(c), name) })
	if org.Unlogged(name) {
		d = Difference{Cause: Unknown, Why: "the System Log does not show who changes it, nor whether somebody did"}
	}
	d.Attribute = name
	f.compareBase(c, &d)
	return d
}

// mark finds the cause of a difference of the mark alone.
func (f *causeFinder) mark(c *plan.Change) Difference {
	if c.OnlyMoved() {
		return Difference{Cause: Configuration, Why: "the configuration declares the object under another address"}
	}
	d := f.cause(func(e *org.Event) bool { return e.MayChange(c.Kind, idsOf(c), c.Kind.Label) })
	f.compareBase(c, &d)
	return d
}

// missing finds why a declared object is not in the org.
func (f *causeFinder) missing(c *plan.Change) Difference {
	name := schema.Text(c.After.GetAttr(c.Kind.Label))
	d := Difference{Cause: Configuration, Why: "the System Log shows no deletion of it, so the block is new"}
	if f.history.Gap != "" {
		d = Difference{Cause: Unknown, Why: f.gap()}
	}
	for i := range f.history.Events {
		e := &f.history.Events[i]
		if !e.Deletes(c.Kind, name) || !f.wrote(e.Named(name), e.Time) {
			continue
		}
		if f.ours(e) {
			d = Difference{Cause: Configuration, Applied: e, Why: "oktaform deleted the object that had this name, and the block is new since then"}
		} else {
			d = Difference{Cause: Org, Events: []org.Event{*e}, Why: "the object was deleted in the org"}
		}
	}
	f.compareBase(c, &d)
	if a := c.AbsentImport; a != nil {
		d.Why += fmt.Sprintf("; before an apply, remove the import block at %s:%d, which names %s, or correct its id", a.Range.Filename, a.Range.Start.Line, a.Name())
	}
	return d
}

// wrote reports whether oktaform has ever written one of the objects.
func (f *causeFinder) wrote(ids []string, before time.Time) bool {
	return slices.ContainsFunc(f.history.Events, func(e org.Event) bool { return e.About(ids) && e.Oktaform && !e.Time.After(before) })
}

// now is later than all events.
func (f *causeFinder) now() time.Time { return f.history.Since.Add(1000 * 24 * time.Hour) }

// undeclared finds why an object with this owner's mark is in the org but not declared.
func (f *causeFinder) undeclared(c *plan.Change) Difference {
	of := c.Kind.Label
	if c.UndeclaredAdmin {
		of = "admin_role"
	}
	d := f.cause(func(e *org.Event) bool { return e.MayChange(c.Kind, idsOf(c), of) })
	switch {
	case d.Cause == Org && c.UndeclaredAdmin:
		d.Why = "somebody assigned admin roles to an undeclared principal"
	case d.Cause == Org:
		d.Why = "an object carries this configuration's mark, but somebody else created or changed it"
	}
	f.compareBase(c, &d)
	return d
}

// cause finds the cause from the events that may have made a difference.
func (f *causeFinder) cause(mayMake func(*org.Event) bool) Difference {
	if f.history.Gap != "" {
		return Difference{Cause: Unknown, Why: f.gap()}
	}
	d := Difference{Cause: Unknown}
	for i := range f.history.Events {
		e := &f.history.Events[i]
		switch {
		case !mayMake(e):
		case f.ours(e):
			d.Applied, d.Events = e, nil
		default:
			d.Events = append(d.Events, *e)
		}
	}
	switch {
	case len(d.Events) > 0:
		d.Cause = Org
		if !slices.ContainsFunc(d.Events, func(e org.Event) bool { return !e.Oktaform }) {
			actor := d.Events[0].Actor
			d.Why = "another principal than the one in use used oktaform. If its applies are this configuration's, add --applied-by " + cmp.Or(actor.Login, actor.ID)
		}
	case d.Applied != nil:
		d.Cause, d.Why = Configuration, "nobody else changed it in the org since oktaform applied it"
	default:
		d.Why = fmt.Sprintf("the log goes back to %s and shows no change of this by anybody. The org was changed before that, or the configuration is not applied yet",
			f.history.Since.UTC().Format(time.DateOnly))
	}
	return d
}

// gap says why the log shows nothing.
func (f *causeFinder) gap() string {
	if f.history.Refused {
		return "the System Log can't be read: needs okta.logs.read"
	}
	return "the System Log can't be read: " + f.history.Gap
}

// ours reports whether an event belongs to an apply of this configuration.
func (f *causeFinder) ours(e *org.Event) bool {
	by := func(who string) bool { return who != "" && (who == e.Actor.ID || who == e.Actor.Login) }
	return e.Oktaform && (by(f.principal) || slices.ContainsFunc(f.options.AppliedBy, by))
}

// compareBase uses the version that was applied last, if known: where the org has what that version
// declared, the configuration was changed since.
func (f *causeFinder) compareBase(c *plan.Change, d *Difference) {
	if block := c.Kind.Block(d.Attribute); f.options.Base == nil || block != nil && (block.KeyMaterial || block.SecuritySensitive) {
		return // that version's keys may be missing here; the org's would then count as declared
	}
	if !plan.Differs(f.options.Base, c.Addr, d.Attribute) {
		d.Cause, d.Events, d.Why = Configuration, nil, "the org has what --base declares"
		return
	}
	if d.Cause == Configuration {
		d.Cause, d.Why = Unknown, "the org differs from what --base declares, and the log does not show who changed it"
	}
}

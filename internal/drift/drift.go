// Package drift finds what in an org differs from its configuration, and who changed it. There is
// no state file: a plan shows that the two differ, and the System Log shows whether somebody
// changed the org, or the configuration was changed and not applied yet. Assess is the entry point.
package drift

import (
	"cmp"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Cause says which side was changed.
type Cause string

// Causes of differences.
const (
	Org           Cause = "org"           // somebody changed the org
	Unknown       Cause = "unknown"       // the System Log does not show it
	Configuration Cause = "configuration" // the configuration was changed and is not applied yet
)

// Difference is one attribute, type of nested block or object that differs.
type Difference struct {
	Change *plan.Change
	// Attribute is "" if the object as a whole was created or deleted, or only its mark differs.
	Attribute string
	Cause     Cause
	// Why says how the cause is known, or why it is not.
	Why string
	// Events are the events since the last apply that may have caused the difference.
	Events []org.Event
	// Applied is the last apply that set the attribute; nil if the log shows none.
	Applied *org.Event
	// Risk is how bad it is for access.
	Risk severity.Level
	// Findings are the review's findings about the attribute.
	Findings []review.Finding
	// Gains says which access was gained or lost through the rights that differ.
	Gains []access.Line
}

// Addr returns the address of the object, with the attribute if there is one: the value of
// --accept.
func (d *Difference) Addr() string {
	if d.Attribute == "" {
		return d.Change.Addr.String()
	}
	return d.Change.Addr.String() + "." + d.Attribute
}

// Report contains all differences.
type Report struct {
	Plan *plan.Plan
	// Drift is what somebody has, or may have, changed in the org, the worst first; Pending is what
	// was changed in the configuration.
	Drift, Pending []Difference
	// Risk is the risk of the worst drift.
	Risk  severity.Level
	Notes []string
}

// Options contain what else is known.
type Options struct {
	// AppliedBy are ids and logins of principals whose applies belong to this configuration,
	// besides the current one.
	AppliedBy []string
	// Base is the plan of the version of the configuration that was applied last; nil if unknown.
	Base *plan.Plan
}

// Assess separates drift from changes of the configuration.
func Assess(p *plan.Plan, h *org.History, o Options) *Report {
	r := &Report{Plan: p}
	finder := &causeFinder{history: h, principal: p.Principal, options: o}
	drifted := *p
	drifted.Changes = nil
	found := make([][]Difference, len(p.Changes))
	for i := range p.Changes {
		found[i] = finder.differences(&p.Changes[i])
	}
	lost := deletions(found)
	for i := range p.Changes {
		c := &p.Changes[i]
		var pending []string
		for _, d := range found[i] {
			d.follow(lost)
			if d.Cause == Configuration {
				r.Pending, pending = append(r.Pending, d), append(pending, d.Attribute)
			} else {
				r.Drift = append(r.Drift, d)
			}
		}
		if kept, ok := without(*c, pending); ok {
			drifted.Changes = append(drifted.Changes, kept)
		}
	}
	judged := review.Assess(versions.Drifted(&drifted), review.Options{})
	for i := range r.Drift {
		r.Drift[i].judge(judged)
		r.Risk = max(r.Risk, r.Drift[i].Risk)
	}
	slices.SortStableFunc(r.Drift, func(a, b Difference) int { return cmp.Compare(b.Risk, a.Risk) })
	r.note(h)
	return r
}

// deletions returns the differences that are declared objects which somebody deleted, by address.
func deletions(found [][]Difference) map[string]*Difference {
	lost := map[string]*Difference{}
	for i := range found {
		for k := range found[i] {
			if d := &found[i][k]; d.Cause == Org && d.Attribute == "" && d.Change.Action == plan.Create {
				lost[d.Change.Addr.String()] = d
			}
		}
	}
	return lost
}

// follow makes a difference drift that is a consequence of a deletion: the attribute refers to the
// deleted object. The event of the deletion does not name the objects that referred to it.
func (d *Difference) follow(lost map[string]*Difference) {
	if d.Cause != Configuration || d.Attribute == "" || d.Change.After.IsNull() || len(lost) == 0 {
		return
	}
	value, _ := d.Change.After.GetAttr(d.Attribute).UnmarkDeep()
	_ = cty.Walk(value, func(_ cty.Path, v cty.Value) (bool, error) {
		if v.IsNull() || !v.IsKnown() || !v.Type().Equals(schema.Ref) {
			return true, nil
		}
		if of := lost[schema.Text(v.GetAttr("addr"))]; of != nil && d.Cause == Configuration {
			d.Cause, d.Why, d.Events = Org, "it refers to "+of.Change.Addr.String()+", which was deleted in the org", of.Events
		}
		return false, nil
	})
}

// without returns a change as it would be if the configuration declared the org's values for these
// attributes; false if nothing remains.
func without(c plan.Change, pending []string) (plan.Change, bool) {
	if len(pending) == 0 {
		return c, true
	}
	if slices.Contains(pending, "") {
		c.Action, c.After = plan.NoOp, c.Before
		return c, !c.Before.IsNull()
	}
	attrs := schema.Values{}
	for _, name := range pending {
		attrs[name] = c.Before.GetAttr(name)
	}
	c.After = c.After.With(attrs)
	return c, true
}

// judge rates the difference by the findings about it and, if it is one of rights, by what the
// object may do now.
func (d *Difference) judge(r *review.Review) {
	c := d.Change
	for _, f := range r.Findings {
		own := f.Addr == c.Addr && (f.Attribute == d.Attribute || d.Attribute == "")
		if own || f.Through == c.Addr && (d.Attribute == "" || access.GivesRights(c.Kind, d.Attribute)) {
			d.Findings, d.Risk = append(d.Findings, f), max(d.Risk, f.Severity)
		}
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		if p.Addr != c.Addr {
			continue
		}
		if d.Attribute == "" || access.GivesRights(c.Kind, d.Attribute) {
			d.Gains, d.Risk = p.Delta, max(d.Risk, p.Risk())
		}
		if d.lendsAccess() { // whoever added it may act as the object
			d.Risk = max(d.Risk, severity.Medium, p.After.Worst())
		}
	}
}

// lendsAccess reports whether the org has undeclared credentials or addresses by which somebody may
// act as the object.
func (d *Difference) lendsAccess() bool {
	if d.Attribute == "" || d.Change.Before.IsNull() {
		return false
	}
	if block := d.Change.Kind.Block(d.Attribute); block != nil {
		return len(d.Keys()) > 0 || block.SecuritySensitive
	}
	return access.DecidesWhoActs(d.Change.Kind, d.Attribute)
}

// note adds notes about what the System Log does not show.
func (r *Report) note(h *org.History) {
	if h.Gap != "" {
		r.Notes = append(r.Notes, "Without the System Log, a change of the configuration that is not applied yet looks like drift.")
	}
	if len(r.Pending) > 0 {
		r.Notes = append(r.Notes, "A difference counts as a change of the configuration if the System Log shows no event by anybody else since oktaform last wrote the object. A User-Agent can be forged, so applies by other principals than the one in use count only if --applied-by names them.")
	}
}

// ConcernsAccess reports whether the difference may affect access, so that it can be accepted only
// by name.
func (d *Difference) ConcernsAccess() bool {
	return d.Attribute != "" && access.ConcernsAccess(d.Change.Kind, d.Attribute)
}

// Acceptable reports whether the configuration's files can be edited to declare the org's value: of
// an attribute, or that a declared object is gone.
func (d *Difference) Acceptable() bool {
	return d.Attribute != "" || d.Change.Action == plan.Create
}

// WayOut says what to do about drift that cannot be accepted by editing a block.
func (d *Difference) WayOut() string {
	switch c := d.Change; {
	case c.UndeclaredAdmin:
		return "declare it with an admin block, or remove the roles with apply"
	case c.Action == plan.Delete:
		return "write a block for it (oktaform import " + c.Addr.String() + " " + c.ID + "), or delete it with apply"
	}
	return "restore its mark with apply --import"
}

// Keys returns the undeclared public keys in the org: key ids and thumbprints.
func (d *Difference) Keys() (list []Key) {
	block := d.Change.Kind.Block(d.Attribute)
	if block == nil || !block.KeyMaterial || d.Change.Before.IsNull() {
		return nil
	}
	declared := map[string]bool{}
	if !d.Change.After.IsNull() {
		for _, key := range schema.Elements(d.Change.After.GetAttr(d.Attribute)) {
			declared[schema.Text(key.GetAttr("thumbprint"))] = true
		}
	}
	for _, key := range schema.Elements(d.Change.Before.GetAttr(d.Attribute)) {
		if print := schema.Text(key.GetAttr("thumbprint")); !declared[print] {
			list = append(list, Key{KID: schema.Text(key.GetAttr("kid")), Thumbprint: print})
		}
	}
	return list
}

// Key is a public key.
type Key struct{ KID, Thumbprint string }

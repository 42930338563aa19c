package review

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Values of ObjectChange.Change.
const (
	Created  = "created"
	Updated  = "updated"
	Deleted  = "deleted"
	Replaced = "replaced"
	Left     = "left alone" // no longer declared, but stays in the org
)

// ObjectChange is what happens to an object of any kind.
type ObjectChange struct {
	Addr   schema.Addr
	Kind   string
	Name   string
	Change string
	// Attributes that differ, for Updated and Replaced, and Values, their values.
	Attributes []string
	Values     []ValueChange
}

// Review is the result: what a reviewer must know.
type Review struct {
	// Compared means that there were two versions.
	Compared   bool
	Objects    []ObjectChange
	Principals []Principal // all of them, the most powerful changes first
	// Findings are new with the change, or all findings if nothing was compared. Standing are those
	// that existed before. Both include waived ones.
	Findings, Standing []Finding
	// CountStanding makes standing findings count for the risk, too.
	CountStanding bool
	Warning       string
	Notes         []string
	// Verdict is the review in one sentence that a person can repeat.
	Verdict string
	// Time is when it was made, by the clock that decides about waivers.
	Time time.Time

	after      *access.Index
	findingsOf map[schema.Addr][]*Finding
}

// Options say how to review.
type Options struct {
	// Now decides whether a waiver has expired.
	Now time.Time
	// PolicyApproved means that the owners of the rules, waivers and tests have approved their
	// changes: these do not count if the change does nothing else.
	PolicyApproved bool
	// Limit is the number of deletions above which there is a finding; zero is DefaultLimit.
	Limit int

	// without is a rule that does not apply: tests show with it that each rule is needed.
	without string
}

// DefaultLimit is how many deletions in one change are worth a finding.
const DefaultLimit = 5

// AssessPlan reviews a plan, with the rules of its configuration c if that is known (not nil). Its
// waivers do not count, because there is no second version with them.
func AssessPlan(p *plan.Plan, c *config.Config, options Options) *Review {
	in := versions.FromPlan(p)
	if c == nil {
		in.Notes = append(in.Notes, "A plan contains no rules: to apply the configuration's rules, name its folder. Waivers count only in a review with --base.")
	} else {
		in.Is.Rules, in.Is.Waivers = versions.RulesOf(c), versions.WaiversOf(c)
		in.Is.Tests, _ = c.Evaluate(nil).SmokeTests() // Validate reports the errors
		in.Was.Tests = in.Is.Tests
		if len(in.Is.Waivers) > 0 {
			in.Notes = append(in.Notes, "The waivers of this configuration aren't applied: they count only in a review with --base.")
		}
	}
	return Assess(in, options)
}

// Assess reviews the input.
func Assess(in versions.Input, o Options) *Review {
	before, after := access.NewIndex(in.Before), access.NewIndex(in.After)
	r := &Review{Compared: in.Compared, Warning: in.Warning, Notes: in.Notes, Time: o.Now, after: after}
	differs := differencesOf(before, after, in.Compared)
	r.Objects = objectChanges(&in, before, after, differs)
	r.principals(before, after, differs)
	r.paths(before, after)
	applied := slices.DeleteFunc(rules(), func(r Rule) bool { return r.ID == o.without })
	now := &examined{rules: applied, Index: after, before: before, in: &in, limit: cmp.Or(o.Limit, DefaultLimit), review: r}
	r.Notes = append(slices.Clip(r.Notes), now.testNotes()...)
	findings := append(now.all(), now.custom(in.Was.Rules, in.Is.Rules)...)
	var were []Finding
	if in.Compared {
		was := &examined{rules: applied, Index: before, before: access.NewIndex(nil), in: &versions.Input{After: in.Before}, limit: now.limit, review: &Review{}}
		were = append(was.all(), was.custom(in.Was.Rules, in.Is.Rules)...)
		were = slices.DeleteFunc(were, func(f Finding) bool { return activated(before, after, f.Addr) })
	} else if n := len(in.Is.Waivers); n > 0 {
		r.Notes = append(r.Notes, phrase.Count(n, "waiver")+" of this configuration not applied: a waiver counts where the version that is compared with has it too.")
	}
	old := keys(were)
	stood := func(f *Finding) bool { return len(old) > 0 && old[f.key()] }
	fresh := findings
	if len(old) > 0 {
		fresh = slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return stood(&f) })
	}
	findings = append(findings, now.gained(fresh)...)
	findings = append(findings, waive(&in, findings, were, old, o.Now)...)
	for _, f := range findings {
		f.Range = in.Relocated(f.Range)
		if stood(&f) {
			r.Standing = append(r.Standing, f)
		} else {
			r.Findings = append(r.Findings, f)
		}
	}
	if o.PolicyApproved {
		r.approvePolicy()
	}
	sortFindings(r.Findings)
	sortFindings(r.Standing)
	r.judge(now)
	return r
}

// activated reports whether an object had no effect in the first version, whatever it declared, and
// has one in the second.
func activated(before, after *access.Index, addr schema.Addr) bool {
	was, is := before.ByAddr[addr.String()], after.ByAddr[addr.String()]
	return was != nil && is != nil && !was.Active() && is.Active()
}

// approvePolicy accepts the findings about what judges a change, if the change does nothing else.
func (r *Review) approvePolicy() {
	other := func(f Finding) bool { return (!f.Policy || f.Rule == ruleConverted) && f.Waiver == nil }
	changed := func(p Principal) bool { return p.AccessChanged() || len(p.Values) > 0 }
	if !r.Compared || len(r.Objects) > 0 || slices.ContainsFunc(r.Findings, other) || slices.ContainsFunc(r.Principals, changed) {
		r.Notes = append(r.Notes, "The approval of the policy's owners doesn't count: it is for changes of nothing but rules, waivers or tests, and this change does more.")
		return
	}
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Waiver == nil {
			f.Waiver = &versions.Waiver{Rule: f.Rule, Owner: "the owners of these files", Reason: "--policy-approved"}
		}
	}
}

// Worst returns the severity of the worst finding of the change that is not waived.
func (r *Review) Worst() severity.Level { return Worst(r.Findings) }

// Worst returns the severity of the worst finding that is not waived.
func Worst(findings []Finding) (worst severity.Level) {
	for _, f := range findings {
		if f.Waiver == nil {
			worst = max(worst, f.Severity)
		}
	}
	return worst
}

// Risk is the risk that the review shows and that gates use: the worst finding that is not waived.
// Gains of principals are among the findings.
func (r *Review) Risk() severity.Level {
	worst := r.Worst()
	if r.CountStanding {
		worst = max(worst, Worst(r.Standing))
	}
	return worst
}

// Through returns what a user may do through an app that acts for users in the second version: what
// both the app's scopes and the user's rights allow.
func (r *Review) Through(app, user schema.Addr) []access.Entry {
	a, u := r.after.ByAddr[app.String()], r.after.ByAddr[user.String()]
	if a == nil || u == nil || !a.Active() || !u.Active() {
		return nil
	}
	return r.after.Through(a, u)
}

func (r *Review) principals(before, after *access.Index, differs map[string]difference) {
	// Principals with equal rights share their entries, and therefore their gains.
	type change struct {
		lines  []access.Line
		gained *access.EntrySet
	}
	changes := map[[2]*access.Entry]change{}
	changeOf := func(was, is *access.Access) change {
		key := [2]*access.Entry{was.FirstEntry(), is.FirstEntry()}
		c, known := changes[key]
		if !known {
			c.lines = access.Delta(was, is)
			c.gained = access.Gained(c.lines, is)
			changes[key] = c
		}
		return c
	}
	add := func(o *access.Object, was, is *access.Access) {
		p := Principal{Addr: o.Addr, Kind: o.Kind.Title, Name: o.Name(), Before: was, After: is, Range: o.Range, compared: r.Compared}
		c := changeOf(was, is)
		p.gained = c.gained
		if r.Compared {
			p.Delta, p.SignIns = c.lines, signIns(was, is)
			p.Values = differs[o.Addr.String()].values
		}
		r.Principals = append(r.Principals, p)
	}
	for i := range after.Objects {
		o := &after.Objects[i]
		if !access.IsPrincipal(o) {
			continue
		}
		var was *access.Access
		if b := before.ByAddr[o.Addr.String()]; b != nil {
			was = before.Of(b)
		}
		add(o, was, after.Of(o))
	}
	for i := range before.Objects {
		if o := &before.Objects[i]; access.IsPrincipal(o) && after.ByAddr[o.Addr.String()] == nil {
			add(o, before.Of(o), nil)
		}
	}
}

// paths finds how the principals can become super admins.
func (r *Review) paths(before, after *access.Index) {
	is, was := after.PathsToSuperAdmin(), map[string]*access.Path{}
	if r.Compared {
		was = before.PathsToSuperAdmin()
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		old := was[p.Addr.String()]
		p.Path = is[p.Addr.String()]
		p.NewPath = r.Compared && p.Path != nil && len(p.Path.Steps) > 0 && (old == nil || old.Limit != "")
	}
}

func objectChanges(in *versions.Input, before, after *access.Index, differs map[string]difference) []ObjectChange {
	var out []ObjectChange
	add := func(o *access.Object, change string, attributes []string) {
		out = append(out, ObjectChange{o.Addr, o.Kind.Title, o.Name(), change, attributes, differs[o.Addr.String()].values})
	}
	if !in.Compared {
		return nil
	}
	for i := range after.Objects {
		o := &after.Objects[i]
		was := before.ByAddr[o.Addr.String()]
		switch {
		case o.Gone:
			add(o, Left, nil)
		case was == nil:
			add(o, Created, nil)
		case len(in.Replaced[o.Addr.String()]) > 0:
			add(o, Replaced, in.Replaced[o.Addr.String()])
		default:
			if attributes := differs[o.Addr.String()].attributes; len(attributes) > 0 {
				add(o, Updated, attributes)
			}
		}
	}
	for i := range before.Objects {
		if o := &before.Objects[i]; after.ByAddr[o.Addr.String()] == nil {
			add(o, Deleted, nil)
		}
	}
	order := []string{Deleted, Replaced, Left, Updated, Created}
	slices.SortFunc(out, func(x, y ObjectChange) int {
		return cmp.Or(slices.Index(order, x.Change)-slices.Index(order, y.Change), strings.Compare(x.Addr.String(), y.Addr.String()))
	})
	return out
}

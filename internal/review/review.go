package review

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
)

// Principal is an app, user or group, with its access in both versions.
type Principal struct {
	Addr schema.Addr
	Kind string // title, such as "service app"
	Name string // what people call it
	// Before and After are nil for a version without the principal.
	Before, After *Access
	Delta         []Line
	// SignIns are administrators who may, or no longer may, sign in to an app that acts for users.
	SignIns []SignIn
	// Values are the attributes that differ, and Tests says which smoke tests of an app do.
	Values []ValueChange
	Tests  []string
	// Headline is the change in one sentence, or without a comparison the worst use of the access;
	// "" if there is nothing to say.
	Headline string
	// Worst and WorstBefore are the worst uses of the access, in words that follow "may".
	Worst, WorstBefore string
	// Path is the shortest path to being a super admin, and NewPath reports whether there was none
	// before.
	Path    *Path
	NewPath bool
	Range   hcl.Range

	gained   *entrySet // what Delta gains; all of After if nothing is compared
	compared bool
	urgency  urgency
}

// SignIn is a principal who may now, or no longer may, sign in to an app: an administrator, or
// somebody whose rights are unknown.
type SignIn struct {
	Verb     Verb // Gains or Loses
	Admin    string
	Stranger bool
}

// Sentence returns the sign-in for people.
func (s SignIn) Sentence() string {
	switch {
	case s.Stranger:
		return "may be used by " + s.Admin + ", of whose own rights nothing is known here: gains what its scopes allow of them"
	case s.Verb == Gains:
		return "gains what its scopes allow in the name of " + s.Admin + ", who may sign in now"
	}
	return "loses what its scopes allowed in the name of " + s.Admin + ", who may no longer sign in"
}

// risk returns how bad it is that they sign in to an app with these entries. NamedOthers may be
// administrators, but mostly are not.
func (s SignIn) risk(a *Access) Severity {
	worst := a.Worst()
	if s.Stranger && worst > Low {
		return worst - 1
	}
	return worst
}

// signIns compares which administrators may sign in, and who else is new to an app that acted for
// users before.
func signIns(before, after *Access) (list []SignIn) {
	some := func(a *Access) (admins, strangers []string) {
		if a == nil || len(a.Entries) == 0 {
			return nil, nil
		}
		return a.Admins, a.NamedOthers
	}
	was, knew := some(before)
	is, knows := some(after)
	for _, admin := range without(is, was) {
		list = append(list, SignIn{Verb: Gains, Admin: admin})
	}
	for _, admin := range without(was, is) {
		list = append(list, SignIn{Verb: Loses, Admin: admin})
	}
	if before == nil || len(before.Entries) == 0 {
		return list // it gains everything that its scopes allow
	}
	for _, stranger := range without(knows, knew) {
		list = append(list, SignIn{Verb: Gains, Admin: stranger, Stranger: true})
	}
	return list
}

// AccessChanged reports whether the principal is new, is deleted, has other scopes, roles or
// access, or newly has a path to being a super admin.
func (p *Principal) AccessChanged() bool {
	return p.NewPath || len(p.Delta) > 0 || len(p.SignIns) > 0 || (p.Before == nil) != (p.After == nil) ||
		p.After != nil && (!slices.Equal(p.Before.Scopes, p.After.Scopes) || !slices.Equal(p.Before.Roles, p.After.Roles))
}

// Changed reports whether a reviewer must look at the principal: its access changes, or a key,
// secret, URI, assignment, safeguard or test of it.
func (p *Principal) Changed() bool {
	return p.AccessChanged() || len(p.Tests) > 0 || slices.ContainsFunc(p.Values, func(v ValueChange) bool { return v.Access })
}

// BecomesSuperAdmin reports whether the principal gets the role SUPER_ADMIN, itself or through a
// group.
func (p *Principal) BecomesSuperAdmin() bool {
	return p.compared && p.After.super() && !p.Before.super()
}

// Risk returns the risk of the worst gain, waived or not.
func (p *Principal) Risk() (worst Severity) {
	if p.BecomesSuperAdmin() {
		return Critical
	}
	for _, l := range p.Delta {
		worst = max(worst, l.Risk)
	}
	for _, s := range p.SignIns {
		if s.Verb == Gains {
			worst = max(worst, s.risk(p.After))
		}
	}
	return worst
}

// Gone reports whether the principal is deleted.
func (p *Principal) Gone() bool { return p.After == nil }

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

	after      *versionIndex
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

// Assess reviews the input.
func Assess(in Input, o Options) *Review {
	before, after := newVersionIndex(in.Before), newVersionIndex(in.After)
	r := &Review{Compared: in.Compared, Warning: in.Warning, Notes: in.Notes, Time: o.Now, after: after}
	differs := differencesOf(before, after, in.Compared)
	r.Objects = objectChanges(&in, before, after, differs)
	r.principals(before, after, differs)
	r.paths(before, after)
	applied := slices.DeleteFunc(rules(), func(r Rule) bool { return r.ID == o.without })
	now := &examined{rules: applied, versionIndex: after, before: before, in: &in, limit: cmp.Or(o.Limit, DefaultLimit), review: r}
	r.Notes = append(slices.Clip(r.Notes), now.testNotes()...)
	findings := append(now.all(), now.custom(in.Was.Rules, in.Is.Rules)...)
	var were []Finding
	if in.Compared {
		was := &examined{rules: applied, versionIndex: before, before: newVersionIndex(nil), in: &Input{After: in.Before}, limit: now.limit, review: &Review{}}
		were = append(was.all(), was.custom(in.Was.Rules, in.Is.Rules)...)
	} else if n := len(in.Is.Waivers); n > 0 {
		r.Notes = append(r.Notes, plural(n, "waiver")+" of this configuration not applied: a waiver counts where the version that is compared with has it too.")
	}
	old := keys(were)
	stood := func(f *Finding) bool { return len(old) > 0 && old[f.key()] }
	fresh := findings
	if len(old) > 0 {
		fresh = slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return stood(&f) })
	}
	findings = append(findings, now.gained(fresh)...)
	findings = append(findings, in.waive(findings, were, old, o.Now)...)
	for _, f := range findings {
		if in.relocate != nil {
			f.Range = in.relocate(f.Range)
		}
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
			f.Waiver = &Waiver{Rule: f.Rule, Owner: "the owners of these files", Reason: "--policy-approved"}
		}
	}
}

// Worst returns the severity of the worst finding of the change that is not waived.
func (r *Review) Worst() Severity { return Worst(r.Findings) }

// Worst returns the severity of the worst finding that is not waived.
func Worst(findings []Finding) (worst Severity) {
	for _, f := range findings {
		if f.Waiver == nil {
			worst = max(worst, f.Severity)
		}
	}
	return worst
}

// Risk is the risk that the review shows and that gates use: the worst finding that is not waived.
// Gains of principals are among the findings.
func (r *Review) Risk() Severity {
	worst := r.Worst()
	if r.CountStanding {
		worst = max(worst, Worst(r.Standing))
	}
	return worst
}

// Through returns what a user may do through an app that acts for users in the second version: what
// both the app's scopes and the user's rights allow.
func (r *Review) Through(app, user schema.Addr) []Entry {
	a, u := r.after.byAddr[app.String()], r.after.byAddr[user.String()]
	if a == nil || u == nil || !a.active() || !u.active() {
		return nil
	}
	return r.after.through(a, u)
}

func (r *Review) principals(before, after *versionIndex, differs map[string]difference) {
	// Principals with equal rights share their entries, and therefore their gains.
	type change struct {
		lines  []Line
		gained *entrySet
	}
	changes := map[[2]*Entry]change{}
	changeOf := func(was, is *Access) change {
		key := [2]*Entry{was.first(), is.first()}
		c, known := changes[key]
		if !known {
			c.lines = delta(was, is)
			c.gained = &entrySet{list: gainedEntries(c.lines, is)}
			changes[key] = c
		}
		return c
	}
	add := func(o *Object, was, is *Access) {
		p := Principal{Addr: o.Addr, Kind: o.Kind.Title, Name: o.name(), Before: was, After: is, Range: o.Range, compared: r.Compared}
		c := changeOf(was, is)
		p.gained = c.gained
		if r.Compared {
			p.Delta, p.SignIns = c.lines, signIns(was, is)
			p.Values = differs[o.Addr.String()].values
		}
		r.Principals = append(r.Principals, p)
	}
	for i := range after.objects {
		o := &after.objects[i]
		if !isPrincipal(o) {
			continue
		}
		var was *Access
		if b := before.byAddr[o.Addr.String()]; b != nil {
			was = before.of(b)
		}
		add(o, was, after.of(o))
	}
	for i := range before.objects {
		if o := &before.objects[i]; isPrincipal(o) && after.byAddr[o.Addr.String()] == nil {
			add(o, before.of(o), nil)
		}
	}
}

// paths finds how the principals can become super admins.
func (r *Review) paths(before, after *versionIndex) {
	is, was := after.pathsToSuperAdmin(), map[string]*Path{}
	if r.Compared {
		was = before.pathsToSuperAdmin()
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		old := was[p.Addr.String()]
		p.Path = is[p.Addr.String()]
		p.NewPath = r.Compared && p.Path != nil && len(p.Path.Steps) > 0 && (old == nil || old.Limit != "")
	}
}

func objectChanges(in *Input, before, after *versionIndex, differs map[string]difference) []ObjectChange {
	var out []ObjectChange
	add := func(o *Object, change string, attributes []string) {
		out = append(out, ObjectChange{o.Addr, o.Kind.Title, o.name(), change, attributes, differs[o.Addr.String()].values})
	}
	if !in.Compared {
		return nil
	}
	for i := range after.objects {
		o := &after.objects[i]
		was := before.byAddr[o.Addr.String()]
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
	for i := range before.objects {
		if o := &before.objects[i]; after.byAddr[o.Addr.String()] == nil {
			add(o, Deleted, nil)
		}
	}
	order := []string{Deleted, Replaced, Left, Updated, Created}
	slices.SortFunc(out, func(x, y ObjectChange) int {
		return cmp.Or(slices.Index(order, x.Change)-slices.Index(order, y.Change), strings.Compare(x.Addr.String(), y.Addr.String()))
	})
	return out
}

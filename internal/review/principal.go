package review

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema"
)

// Principal is an app, user or group, with its access in both versions.
type Principal struct {
	Addr schema.Addr
	Kind string // title, such as "service app"
	Name string // what people call it
	// Before and After are nil for a version without the principal.
	Before, After *access.Access
	Delta         []access.Line
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
	Path    *access.Path
	NewPath bool
	Range   hcl.Range

	gained   *access.EntrySet // what Delta gains; all of After if nothing is compared
	compared bool
	urgency  urgency
}

// SignIn is a principal who may now, or no longer may, sign in to an app: an administrator, or
// somebody whose rights are unknown.
type SignIn struct {
	Verb     access.Verb // Gains or Loses
	Admin    string
	Stranger bool
}

// Sentence returns the sign-in for people.
func (s SignIn) Sentence() string {
	switch {
	case s.Stranger:
		return "may be used by " + s.Admin + ", of whose own rights nothing is known here: gains what its scopes allow of them"
	case s.Verb == access.Gains:
		return "gains what its scopes allow in the name of " + s.Admin + ", who may sign in now"
	}
	return "loses what its scopes allowed in the name of " + s.Admin + ", who may no longer sign in"
}

// risk returns how bad it is that they sign in to an app with these entries. NamedOthers may be
// administrators, but mostly are not.
func (s SignIn) risk(a *access.Access) severity.Level {
	worst := a.Worst()
	if s.Stranger && worst > severity.Low {
		return worst - 1
	}
	return worst
}

// signIns compares which administrators may sign in, and who else is new to an app that acted for
// users before.
func signIns(before, after *access.Access) (list []SignIn) {
	some := func(a *access.Access) (admins, strangers []string) {
		if a == nil || len(a.Entries) == 0 {
			return nil, nil
		}
		return a.Admins, a.NamedOthers
	}
	was, knew := some(before)
	is, knows := some(after)
	for _, admin := range access.Without(is, was) {
		list = append(list, SignIn{Verb: access.Gains, Admin: admin})
	}
	for _, admin := range access.Without(was, is) {
		list = append(list, SignIn{Verb: access.Loses, Admin: admin})
	}
	if before == nil || len(before.Entries) == 0 {
		return list // it gains everything that its scopes allow
	}
	for _, stranger := range access.Without(knows, knew) {
		list = append(list, SignIn{Verb: access.Gains, Admin: stranger, Stranger: true})
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
	return p.compared && p.After.IsSuperAdmin() && !p.Before.IsSuperAdmin()
}

// Risk returns the risk of the worst gain, waived or not.
func (p *Principal) Risk() (worst severity.Level) {
	if p.BecomesSuperAdmin() {
		return severity.Critical
	}
	for _, l := range p.Delta {
		worst = max(worst, l.Risk)
	}
	for _, s := range p.SignIns {
		if s.Verb == access.Gains {
			worst = max(worst, s.risk(p.After))
		}
	}
	return worst
}

// HoldsSuperAdmin reports whether the principal has the role SUPER_ADMIN.
func (p *Principal) HoldsSuperAdmin() bool { return p.After.IsSuperAdmin() }

// ByPath returns the principals that are super admins or can become one, those with the fewest
// steps first and those whose scopes limit the role last.
func (r *Review) ByPath() []*Principal {
	var list []*Principal
	for i := range r.Principals {
		if r.Principals[i].Path != nil {
			list = append(list, &r.Principals[i])
		}
	}
	limited := func(p *Principal) int { return min(len(p.Path.Limit), 1) }
	slices.SortStableFunc(list, func(a, b *Principal) int {
		return cmp.Or(limited(a)-limited(b), len(a.Path.Steps)-len(b.Path.Steps), schema.CompareAddr(a.Addr, b.Addr))
	})
	return list
}

// become says how a principal uses its path.
func (p *Principal) become() string {
	s := "become a super admin"
	if p.After.IsSuperAdmin() {
		s = "use all rights of a super admin"
	}
	if n := len(p.Path.Steps); n > 1 {
		s += " in " + phrase.Count(n, "step")
	}
	return s
}

// pathRisk returns how bad a new path to being a super admin is.
func (p *Principal) pathRisk() severity.Level {
	if p.NewPath {
		return severity.High
	}
	return severity.None
}

package review

import (
	"cmp"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema"
)

// This file compares the rights of principals with what their smoke tests use.

// Values of RightUse.Use.
const (
	UseCalled = "used"       // a request of a test needs it
	UseAsked  = "asked for"  // a test asks for it in a token, and no request needs it
	UseReads  = "only reads" // a .manage scope by which requests only read
	UseNever  = "not used"
	// UseUnknown: no test calls an API as the principal, or what one calls isn't known.
	UseUnknown = "not known"
)

// RightUse says what tests do with a scope or role.
type RightUse struct {
	Right string
	Use   string
	Tests []string // names of the tests that use it, or ask for it
}

// Suggestion compares the rights of one principal with what its tests use.
type Suggestion struct {
	Addr   schema.Addr
	Kind   string
	Name   string
	Tests  int // those that act as the principal and expect success
	Scopes []RightUse
	Roles  []RightUse
	// Fewer are the scopes that would do; nil if nothing is known.
	Fewer []string
	// Role is the least standard role that would do, Permissions those of a custom role; empty if
	// no request is known, or none would do.
	Role        string
	Permissions []string
	// ClientID identifies the app in the System Log; "" if it isn't known, or for others.
	ClientID string
}

// Smaller reports whether the suggestion is less than what the principal has.
func (s *Suggestion) Smaller() bool {
	unused := func(u RightUse) bool { return u.Use == UseNever || u.Use == UseReads }
	return slices.ContainsFunc(s.Scopes, unused) || slices.ContainsFunc(s.Roles, unused) || s.Role != "" && !slices.ContainsFunc(s.Roles, func(u RightUse) bool { return u.Right == s.Role })
}

// testedUse is what the tests of a principal do.
type testedUse struct {
	asked  map[string][]string // scope -> tests
	called map[access.OperationName][]string
	calls  []catalog.Operation
	tests  int
	// unknown means that a request isn't known, and may need any right.
	unknown bool
}

// Suggest compares the rights of the second version's principals with what tests use.
func (r *Review) Suggest(tests []schema.SmokeTest) (list []Suggestion) {
	for i := range r.Principals {
		if s, ok := r.suggestFor(&r.Principals[i], tests); ok {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b Suggestion) int { return schema.CompareAddr(a.Addr, b.Addr) })
	return list
}

// SuggestFor is Suggest for one principal; ok is false if it is none, or has no rights.
func (r *Review) SuggestFor(addr schema.Addr, tests []schema.SmokeTest) (s Suggestion, ok bool) {
	i := slices.IndexFunc(r.Principals, func(p Principal) bool { return p.Addr == addr })
	if i < 0 {
		return s, false
	}
	return r.suggestFor(&r.Principals[i], tests)
}

func (r *Review) suggestFor(p *Principal, tests []schema.SmokeTest) (s Suggestion, ok bool) {
	o := r.after.ByAddr[p.Addr.String()]
	if o == nil || p.After == nil || p.After.Actor == access.Nobody || len(p.After.Scopes)+len(p.After.Roles) == 0 {
		return s, false
	}
	return suggest(r.after, o, tests), true
}

func suggest(w *access.Index, o *access.Object, tests []schema.SmokeTest) Suggestion {
	a, p := w.Of(o), testedUseOf(o, tests)
	s := Suggestion{Addr: o.Addr, Kind: o.Kind.Title, Name: o.Name(), Tests: p.tests}
	if o.IsApp() {
		s.ClientID = cmp.Or(o.Text(access.AttrClientID), o.ID)
	}
	for _, scope := range a.Scopes {
		s.Scopes = append(s.Scopes, p.scope(scope))
	}
	roles := w.AllRoles(o)
	for i, r := range roles {
		s.Roles = append(s.Roles, p.role(w, r, slices.Delete(slices.Clone(roles), i, i+1)))
	}
	if p.tests == 0 || p.unknown {
		return s
	}
	for _, u := range s.Scopes {
		switch u.Use {
		case UseCalled, UseAsked:
			s.Fewer = append(s.Fewer, u.Right)
		case UseReads:
			s.Fewer = append(s.Fewer, strings.TrimSuffix(u.Right, ".manage")+".read")
		}
	}
	slices.Sort(s.Fewer)
	s.Fewer = slices.Compact(s.Fewer)
	if len(p.calls) > 0 && len(roles) > 0 {
		s.Role, s.Permissions = leastRole(p.calls), leastPermissions(p.calls)
	}
	return s
}

// testedUseOf returns what the tests do as the principal. A test that derives others from the
// declarations, or expects a refusal, says nothing about the purpose.
func testedUseOf(o *access.Object, tests []schema.SmokeTest) *testedUse {
	p := &testedUse{asked: map[string][]string{}, called: map[access.OperationName][]string{}}
	for i := range tests {
		t := &tests[i]
		acts := t.App.Addr == o.Addr
		if !o.IsApp() {
			acts = t.SignIn != nil && t.SignIn.Addr == o.Addr
		}
		if !acts || t.Generate != "" || t.ExpectError != "" {
			continue
		}
		p.tests++
		if _, unknown := t.Unknown["scopes"]; unknown {
			p.unknown = true
		}
		for _, scope := range t.Scopes {
			p.asked[scope] = append(p.asked[scope], t.Name)
		}
		if _, dynamic := t.Unknown["request"]; dynamic {
			p.unknown = true
		}
		for k := range t.Requests {
			if refused(t.Requests[k]) {
				continue
			}
			request := sent{t, &t.Requests[k]}
			operations := request.operations()
			if request.unknown("method") || len(operations) != 1 && request.unknown("path") {
				p.unknown = true
				continue
			}
			for _, called := range operations {
				name := access.NameOf(called)
				if p.called[name] == nil {
					p.calls = append(p.calls, called)
				}
				if !slices.Contains(p.called[name], t.Name) {
					p.called[name] = append(p.called[name], t.Name)
				}
			}
		}
	}
	return p
}

// scope says what the tests do with a granted scope.
func (p *testedUse) scope(scope string) RightUse {
	u := RightUse{Right: scope, Use: UseNever}
	reads := strings.TrimSuffix(scope, ".manage") + ".read"
	for _, o := range p.calls {
		switch tests := p.called[access.NameOf(o)]; {
		case slices.Contains(o.Scopes, scope):
			if u.Use != UseCalled {
				u.Tests = nil
			}
			u.Use, u.Tests = UseCalled, append(u.Tests, tests...)
		case u.Use != UseCalled && slices.Contains(o.Scopes, reads) && p.asked[reads] == nil:
			u.Use, u.Tests = UseReads, append(u.Tests, tests...)
		}
	}
	if tests := p.asked[scope]; u.Use == UseNever && tests != nil {
		u.Use, u.Tests = UseAsked, slices.Clone(tests)
	}
	if u.Use == UseNever && (p.tests == 0 || p.unknown) {
		u.Use = UseUnknown
	}
	slices.Sort(u.Tests)
	u.Tests = slices.Compact(u.Tests)
	return u
}

// role says what the tests do with a role beside others.
func (p *testedUse) role(w *access.Index, r access.Role, others []access.Role) RightUse {
	u := RightUse{Right: r.String(), Use: UseNever}
	entries, unjudged := w.RoleEntries(r, p.calls)
	for _, e := range entries {
		u.Use, u.Tests = UseCalled, append(u.Tests, p.called[access.NameOf(e.Operation)]...)
	}
	if u.Use == UseCalled && r.Type == access.SuperAdmin && slices.ContainsFunc(others, func(other access.Role) bool {
		less, _ := w.RoleEntries(other, p.calls)
		return len(less) == len(p.calls)
	}) {
		return RightUse{Right: u.Right, Use: UseNever} // another role allows all of it
	}
	if u.Use == UseNever && (len(p.calls) == 0 || p.unknown || unjudged != "") {
		u.Use = UseUnknown
	}
	slices.Sort(u.Tests)
	u.Tests = slices.Compact(u.Tests)
	return u
}

// leastRole returns the least standard role that allows all of the operations; "" if none does but
// SUPER_ADMIN.
func leastRole(calls []catalog.Operation) string {
	var names []string
	for _, r := range catalog.Roles() {
		if r.Type != access.SuperAdmin {
			names = append(names, r.Type)
		}
	}
	return least(names, calls, catalog.RolePermits)
}

// leastPermissions returns permissions of a custom role that together allow all of the operations,
// for each the least one; nil if there are none.
func leastPermissions(calls []catalog.Operation) (list []string) {
	for _, o := range calls {
		best := least(catalog.Permissions(), []catalog.Operation{o}, catalog.PermissionPermits)
		if best == "" {
			return nil
		}
		if !slices.Contains(list, best) {
			list = append(list, best)
		}
	}
	slices.Sort(list)
	return list
}

// least returns the role or permission that allows all calls and can do the least harm, and of
// several the one that allows the fewest operations; "" if there is none. What Okta documents comes
// before what is concluded.
func least(names []string, calls []catalog.Operation, permits func(string, catalog.Operation) (catalog.Basis, bool)) (best string) {
	type harm struct {
		unsure int
		risk   severity.Level
		count  int
	}
	var fewest harm
	for _, name := range names {
		var h harm
		able := true
		for _, o := range calls {
			basis, may := permits(name, o)
			able = able && may
			if basis.Confidence.Low() {
				h.unsure = 1
			}
		}
		if !able {
			continue
		}
		for _, o := range catalog.All() {
			if _, may := permits(name, o); may {
				h.risk, h.count = max(h.risk, access.Risk(o)), h.count+1
			}
		}
		if best == "" || cmp.Or(h.unsure-fewest.unsure, int(h.risk-fewest.risk), h.count-fewest.count) < 0 {
			best, fewest = name, h
		}
	}
	return best
}

// newUnused finds new scopes and roles of apps that no smoke test of theirs uses, although the
// tests say what the apps are for.
func newUnused(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	for i := range x.Objects {
		o := &x.Objects[i]
		if !o.IsApp() || o.Gone || !o.Active() {
			continue
		}
		a, before := x.Of(o), &access.Access{}
		if was := x.before.ByAddr[o.Addr.String()]; was != nil {
			before = x.before.Of(was)
		}
		if len(access.Without(a.Scopes, before.Scopes))+len(access.Without(a.Roles, before.Roles)) == 0 {
			continue
		}
		s := suggest(x.Index, o, x.in.Is.Tests)
		for _, u := range s.Scopes {
			idle := slices.Contains(a.IdleScopes, u.Right)
			if u.Use == UseNever && !idle && !slices.Contains(before.Scopes, u.Right) {
				hits = append(hits, hit{o: o, attribute: access.AttrOktaAPIScopes, message: u.Right + " is new, and no smoke test of the app asks for it", fix: Correction{Remove: u.Right}})
			}
		}
		for _, u := range s.Roles {
			idle := slices.ContainsFunc(a.IdleRoles, func(i access.Idle) bool { return i.Role == u.Right })
			if u.Use == UseNever && !idle && !slices.Contains(before.Roles, u.Right) {
				hits = append(hits, hit{o: o, attribute: access.BlockAdminRole, message: u.Right + " is new, and no request in a smoke test of the app needs it"})
			}
		}
	}
	return hits
}

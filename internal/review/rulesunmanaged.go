package review

import (
	"slices"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// unmanagedGains finds who is newly let in on rights that nobody can tell here: those that the org
// decides, and those that are unknown. Other rules report that a set is left to the org.
func (x *examined) unmanagedGains(o *access.Object, p *Principal) (hits []hit) {
	was := x.before.ByAddr[o.Addr.String()]
	if !o.Active() {
		return nil
	}
	add := func(attribute string, level severity.Level, message string) {
		hits = append(hits, hit{o: o, attribute: attribute, severity: level, message: message})
	}
	var had []access.Unmanaged
	if was != nil {
		had = x.before.UnmanagedRoles(was)
	}
	for _, u := range x.UnmanagedRoles(o) {
		known := func(old access.Unmanaged) bool { return old.Addr == u.Addr }
		if u.Addr != o.Addr.String() && !slices.ContainsFunc(had, known) && x.leftBefore(u) {
			add(access.BlockAdminRole, severity.High, "gains "+u.String()+", which no file shows")
		}
	}
	if p.Before == nil {
		return hits // other rules report what of a new principal can't be judged
	}
	hits = append(hits, x.unjudgedMembers(o)...)
	if !o.IsService() {
		return hits
	}
	if unjudged := x.RolesUnjudged(o); len(unjudged) > 0 {
		for _, scope := range access.Without(p.After.Scopes, p.Before.Scopes) {
			add(access.AttrOktaAPIScopes, x.worstOfScope(scope), "gains the scope "+scope+", and nobody can tell here what its roles allow with it: "+phrase.List(unjudged))
		}
	}
	for _, u := range o.Unmanaged(access.AttrOktaAPIScopes) {
		for _, role := range access.Without(p.After.Roles, p.Before.Roles) {
			add(access.BlockAdminRole, severity.High, "gains the admin role "+role+", and nobody can tell here with which scopes: "+u.String())
		}
	}
	return hits
}

// leftBefore reports whether the first version left rights of the object to the org as well.
func (x *examined) leftBefore(u access.Unmanaged) bool {
	was := x.before.ByAddr[u.Addr]
	return was != nil && len(was.UnmanagedRights()) > 0
}

// unjudgedMembers finds new members of a group with rights that nobody can tell here. Members who
// are declared have findings of their own.
func (x *examined) unjudgedMembers(g *access.Object) (hits []hit) {
	unjudged := x.RolesUnjudged(g)
	if !g.Facts.Has(access.AttrMembers) || len(unjudged) == 0 {
		return nil
	}
	for _, m := range x.joining(g) {
		if x.Find(m) == nil {
			hits = append(hits, hit{o: g, attribute: access.AttrMembers, verdict: "gives " + m.Shown() + " rights that nobody can tell here",
				message: m.Shown() + " becomes a member, and nobody can tell here what the group may do: " + phrase.List(unjudged)})
		}
	}
	return hits
}

// worstOfScope returns the risk of what a scope allows a super admin, at least Medium and at most
// High.
func (x *examined) worstOfScope(scope string) severity.Level {
	worst := severity.Medium
	for _, operation := range x.Granted([]string{scope}) {
		worst = max(worst, access.Risk(operation))
	}
	return min(worst, severity.High)
}

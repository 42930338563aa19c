package review

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema"
)

// gainRules report each administrative right that a principal gains. There is one id for each level
// of risk, so that a waiver for a small right does not cover a large one.
func gainRules() []Rule {
	const rationale = "Whoever acts as this principal may do more than before."
	const source = "what the role or scope allows, by the catalog of this version"
	level := func(levels ...severity.Level) func(*examined, []Finding) []hit {
		return func(x *examined, others []Finding) []hit { return x.gainsOf(levels, others) }
	}
	return []Rule{
		{ID: "G31", Title: "Access is gained", Severity: severity.Low, Worst: severity.Medium, Rationale: rationale, Source: source,
			Fix: "Make sure that the principal needs it.", gains: level(severity.Low, severity.Medium)},
		{ID: "G32", Title: "Access that takes over or destroys is gained", Severity: severity.High, Rationale: rationale + " It suffices to take over an account or an app, or to delete it.", Source: source,
			Fix: "Assign the least role that does, within target groups, target apps or a resource set.", gains: level(severity.High)},
		{ID: "G33", Title: "Access that gives access is gained", Severity: severity.Critical, Rationale: rationale + " It may give itself or others every other right.", Source: source,
			Fix: "Leave roles and grants to super admins who are people.", gains: level(severity.Critical)},
		{ID: "G34", Title: "Access that can't be judged", Severity: severity.High,
			Rationale: "A value that isn't known here, or isn't in the catalog, may give any right.",
			Source:    "this review", Fix: "Write the value out, or give the variable a value in a file of the configuration.", gains: unjudged},
		{ID: ruleNewPath, Title: "A way to become a super admin opens", Severity: severity.High,
			Rationale: "The rights of the principal, combined with those of others, now lead to the rights of a super admin. No single right shows it.",
			Source:    "the operations of each step, by the catalog of this version", Fix: "Remove one step: the right that the first step uses, or the rights of the principal that it acts on.", gains: newPath},
	}
}

// gainsOf finds the rights of these levels that a principal gains and that no other finding
// reports.
func (x *examined) gainsOf(levels []severity.Level, others []Finding) (hits []hit) {
	reports := map[schema.Addr][]Finding{}
	for _, f := range others {
		if f.reported != nil {
			reports[f.Addr] = append(reports[f.Addr], f)
		}
	}
	for i := range x.review.Principals {
		p := &x.review.Principals[i]
		o := x.ByAddr[p.Addr.String()]
		if o == nil || p.After == nil {
			continue
		}
		reported := func(e *access.Entry, level severity.Level) bool {
			return slices.ContainsFunc(reports[p.Addr], func(f Finding) bool { return f.Severity >= level && f.reported(*e) })
		}
		var gained []*access.Entry
		var worst severity.Level
		risks := p.gained.Risks()
		for i := range p.gained.List {
			e := &p.gained.List[i]
			if level := riskTo(o, risks[i]); slices.Contains(levels, level) && !reported(e, level) {
				gained, worst = append(gained, e), max(worst, level)
			}
		}
		if len(gained) > 0 {
			hits = append(hits, x.gain(o, gained, worst))
		}
		for _, s := range p.SignIns {
			if level := s.risk(p.After); s.Verb == access.Gains && slices.Contains(levels, level) {
				hits = append(hits, hit{o: o, attribute: signInAttribute(o), severity: level, message: s.Sentence()})
			}
		}
		if slices.Contains(levels, severity.Medium) {
			hits = append(hits, x.unlistedRoles(o, p)...)
		}
		hits = append(hits, x.newMembers(o, p, levels)...)
	}
	return hits
}

// riskTo returns how bad it is that the principal has a right of that risk. If everybody in the org
// has it, an attacker can use any account.
func riskTo(o *access.Object, risk severity.Level) severity.Level {
	if o.Nameless || o.IsEveryone() {
		return max(risk, severity.High)
	}
	return risk
}

// gain returns the finding for what a principal gains, at the position that gives it.
func (x *examined) gain(o *access.Object, gained []*access.Entry, level severity.Level) hit {
	first := gained[0]
	h := hit{o: o, attribute: access.AttrOktaAPIScopes, severity: level}
	var ways []string
	operations := map[*string]bool{} // by the key of rankings
	for _, e := range gained {
		operations[&e.Operation.Scopes[0]] = true
		if !slices.Contains(ways, e.Via) {
			ways = append(ways, e.Via)
		}
	}
	slices.Sort(ways)
	h.message = x.verb() + " " + first.Operation.String()
	if more := len(operations) - 1; more > 0 {
		h.message += " and " + phrase.Count(more, "other operation")
	}
	switch first.Extent {
	case "":
		h.message += " on the whole org"
	case access.ThroughUsers:
		h.message += ", " + string(first.Extent)
	default:
		h.message += ", within " + string(first.Extent)
	}
	if o.IsService() || !o.IsApp() {
		h.message += ", by " + strings.Join(ways, ", by ")
		h.attribute, h.at, h.through = x.giver(o, *first)
	}
	return h
}

func (x *examined) verb() string {
	if x.in.Compared {
		return "gains"
	}
	return "may call"
}

// giver returns the source of a right: the block of the role, the members of the group that has it,
// or the scopes if only the scope is new. through is that group.
func (x *examined) giver(o *access.Object, e access.Entry) (attribute string, at *hcl.Range, through schema.Addr) {
	before := x.before.ByAddr[o.Addr.String()]
	had := func(o *access.Object, r access.Role) bool {
		b := x.before.ByAddr[o.Addr.String()]
		return b != nil && slices.ContainsFunc(access.RolesOf(b), func(b access.Role) bool { return b.String() == r.String() })
	}
	for _, r := range x.AllRoles(o) {
		if r.String() != e.Via {
			continue
		}
		if g := r.Through; g != nil {
			r.Through = nil
			if at := g.At(access.AttrMembers); had(g, r) {
				return "", &at, g.Addr
			}
			return "", access.RoleRange(g, r), g.Addr
		}
		if had(o, r) && o.IsService() && !catalog.Granted(e.Operation, before.List(access.AttrOktaAPIScopes).Texts...) {
			return access.AttrOktaAPIScopes, nil, through
		}
		return access.BlockAdminRole, access.RoleRange(o, r), through
	}
	return access.BlockAdminRole, nil, through
}

// unlistedRoles finds roles that a user or group gains and for which the catalog lists no
// operation: they are administrative rights nevertheless.
func (x *examined) unlistedRoles(o *access.Object, p *Principal) (hits []hit) {
	if p.After.Actor != access.Admin {
		return nil
	}
	for _, r := range access.RolesOf(o) {
		if p.Before != nil && slices.Contains(p.Before.Roles, r.String()) || r.Type == "CUSTOM" && x.Find(r.Role) == nil {
			continue
		}
		if slices.ContainsFunc(p.After.Entries, func(e access.Entry) bool { return e.Via == r.String() }) {
			continue
		}
		hits = append(hits, hit{o: o, attribute: access.BlockAdminRole, at: access.RoleRange(o, r), severity: severity.Medium,
			message: "has the admin role " + r.String() + ", which allows no operation of the API that the catalog lists"})
	}
	return hits
}

// newMemberOf precedes the roles in the message about a new member.
const newMemberOf = " becomes a member and has the admin roles of the group: "

// newMembers finds new members of a group with admin roles who are not declared here and therefore
// have no line of their own.
func (x *examined) newMembers(o *access.Object, p *Principal, levels []severity.Level) (hits []hit) {
	if !o.Facts.Has(access.AttrMembers) {
		return nil
	}
	level := p.After.Worst()
	if !slices.Contains(levels, level) {
		return nil
	}
	for _, m := range x.joining(o) {
		if x.Find(m) == nil {
			hits = append(hits, hit{o: o, attribute: access.AttrMembers, severity: level, message: m.String() + newMemberOf + phrase.List(p.After.Roles)})
		}
	}
	return hits
}

// unlistedRisk returns the risk of a permission that the catalog doesn't list, by its name.
func unlistedRisk(permission string) severity.Level {
	if strings.HasSuffix(permission, ".manage") {
		return severity.High
	}
	return severity.Medium
}

// joining returns the members that a group gains.
func (x *examined) joining(g *access.Object) (list []access.Ref) {
	var had []string
	if before := x.before.ByAddr[g.Addr.String()]; before != nil {
		for _, m := range before.List(access.AttrMembers).Refs {
			had = append(had, x.before.WhoIs(m))
		}
	}
	for _, m := range g.List(access.AttrMembers).Refs {
		if !slices.Contains(had, x.WhoIs(m)) {
			list = append(list, m)
		}
	}
	return list
}

// signInAttribute returns the attribute that lets people sign in to an app.
func signInAttribute(o *access.Object) string {
	for _, name := range []string{access.AttrAssignedUsers, access.AttrAssignedGroups} {
		if _, found := o.Positions.At(name); found {
			return name
		}
	}
	return access.AttrImplicitAssignment
}

// unjudged finds principals with unknown access that was known before.
func unjudged(x *examined, _ []Finding) (hits []hit) {
	for i := range x.in.Unexpanded {
		hits = append(hits, hit{o: &x.in.Unexpanded[i], message: "for_each or count isn't known, so nobody can tell which there will be"})
	}
	for i := range x.review.Principals {
		p := &x.review.Principals[i]
		o := x.ByAddr[p.Addr.String()]
		if o == nil || p.After == nil {
			continue
		}
		unknown := slices.Clone(p.After.Unknown)
		if members := o.List(access.AttrMembers); members.Unknown && len(p.After.Roles) > 0 {
			unknown = append(unknown, "some members aren't known yet, and the group has admin roles")
		}
		if o.List(access.AttrOktaAPIScopes).Unknown && p.Before != nil {
			for _, role := range p.After.Roles {
				if !slices.Contains(p.Before.Roles, role) {
					hits = append(hits, hit{o: o, attribute: access.BlockAdminRole, message: "gains the admin role " + role + ", and the scopes that it uses it with aren't known"})
				}
			}
		}
		for _, why := range unknown {
			if p.Before != nil && slices.Contains(p.Before.Unknown, why) {
				continue
			}
			attribute := access.BlockAdminRole
			switch {
			case strings.Contains(why, "scope"):
				attribute = access.AttrOktaAPIScopes
			case strings.HasPrefix(why, access.WhoMayUse):
				attribute = signInAttribute(o)
			}
			hits = append(hits, hit{o: o, attribute: attribute, message: why})
		}
		hits = append(hits, x.unmanagedGains(o, p)...)
		for _, b := range p.After.UnlistedPermissions {
			if p.Before == nil || !slices.Contains(p.Before.UnlistedPermissions, b) {
				hits = append(hits, hit{o: o, attribute: access.BlockAdminRole, severity: unlistedRisk(b.Permission),
					message: "gains " + b.Permission + ", by " + b.Via + ": the catalog lists no operation for it, so nobody can tell here what it allows"})
			}
		}
	}
	return hits
}

// newPath returns the finding for a principal that can become a super admin by what changes
// elsewhere. What it gains itself other findings report.
func newPath(x *examined, _ []Finding) (hits []hit) {
	for i := range x.review.Principals {
		p := &x.review.Principals[i]
		o := x.ByAddr[p.Addr.String()]
		if o == nil || !p.NewPath || p.Risk() >= severity.High {
			continue
		}
		hits = append(hits, hit{o: o, verdict: "can now " + p.become(), message: strings.Join(p.Path.Words(), ", then ")})
	}
	return hits
}

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

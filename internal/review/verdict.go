package review

import (
	"cmp"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// This file says in one sentence what a change means: for each principal, and for the review as a
// whole.

const superAdmin = "SUPER_ADMIN"

// NoChange is the verdict about a change that concerns nobody's access.
const NoChange = "No change of access"

// super reports whether the access comes with the role SUPER_ADMIN.
func (a *Access) super() bool {
	return a != nil && a.Actor != Nobody && slices.ContainsFunc(a.Roles, isSuper)
}

func isSuper(role string) bool { return role == superAdmin || strings.HasPrefix(role, superAdmin+", ") }

// urgency orders principals for a reader: the smaller, the sooner.
type urgency struct {
	severity Severity // of the sentence about the principal
	class    int      // see the classes
	rank     int      // of the worst use
}

// Classes of sentences about principals.
const (
	classSuper = iota
	classGain
	classControl
	classIdle
	classLoss
	classOther
)

// judge writes the sentences and orders the principals by what they are about.
func (r *Review) judge(x *examined) {
	r.findingsOf = map[schema.Addr][]*Finding{}
	for i := range r.Findings {
		f := &r.Findings[i]
		r.findingsOf[f.Addr] = append(r.findingsOf[f.Addr], f)
	}
	paths, before := x.pathsToSuperAdmin(), map[string]*Path{}
	if r.Compared {
		before = x.before.pathsToSuperAdmin()
	}
	worst := map[*Entry]string{} // principals with equal rights share their entries
	useOf := func(a *Access) string {
		use, known := worst[a.first()]
		if !known {
			use = a.WorstUse()
			worst[a.first()] = use
		}
		return use
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		p.Worst, p.WorstBefore = useOf(p.After), useOf(p.Before)
		o := x.byAddr[p.Addr.String()]
		if o != nil && r.Compared {
			p.Tests = x.testChanges(o)
		}
		p.Path = paths[p.Addr.String()]
		was := before[p.Addr.String()]
		p.NewPath = r.Compared && p.Path != nil && len(p.Path.Steps) > 0 && (was == nil || was.Limit != "")
		p.Headline, p.urgency = r.headline(p, o)
	}
	slices.SortStableFunc(r.Principals, func(a, b Principal) int {
		changed := func(p *Principal) int {
			if p.Changed() || !r.Compared {
				return 0
			}
			return 1
		}
		u, v := a.urgency, b.urgency
		return cmp.Or(changed(&a)-changed(&b), int(v.severity-u.severity), u.class-v.class, u.rank-v.rank, schema.CompareAddr(a.Addr, b.Addr))
	})
	r.Verdict = r.verdict()
}

// subject names a principal as the beginning of a sentence.
func subject(p *Principal, o *Object) string {
	name := p.Name
	switch {
	case o != nil && o.isEveryone():
		return "Everybody in the org"
	case o != nil && o.kind.has(attrMembers):
		return "Each member of " + name
	case o != nil && o.Kind.OnExisting && strings.HasPrefix(name, groupSource+" "):
		return "Each member of " + strings.TrimPrefix(name, groupSource+" ")
	case o != nil && o.Kind.OnExisting:
		return strings.TrimPrefix(name, userKind.source+" ")
	}
	return name
}

// headline returns the sentence about one principal.
func (r *Review) headline(p *Principal, o *Object) (string, urgency) {
	who, may := subject(p, o), " may now "
	if !r.Compared {
		return standing(who, p)
	}
	if p.Before == nil && p.After != nil && o != nil && o.isApp() {
		who, may = "The new "+p.Kind+" "+p.Name, " may "
	}
	worst, gains := worstUse(p.gained)
	rank := 0
	if gains {
		_, rank = useOf(worst.Operation)
	}
	switch {
	case p.BecomesSuperAdmin():
		return who + " becomes a super admin" + through(p.After) + scopesLimit(p), urgency{Critical, classSuper, 0}
	case gains:
		s := who + may + worst.Use()
		if p.NewPath {
			s += ", and so " + p.become()
		}
		return s, urgency{max(riskTo(o, worst), p.pathRisk()), classGain, rank}
	case p.NewPath:
		return who + " can now " + p.become(), urgency{p.pathRisk(), classGain, rank}
	case p.After == nil:
		return r.goes(p, "is deleted"), urgency{None, classLoss, rankOfUse(p.Before)}
	case p.After.Actor == Nobody && p.Before != nil && p.Before.Actor != Nobody:
		return r.goes(p, "is deactivated"), urgency{None, classLoss, rankOfUse(p.Before)}
	}
	if s, severity := signInSentence(who, p); s != "" {
		return s, urgency{severity, classGain, rankOfUse(p.After)}
	}
	if s := r.control(who, p); s != "" {
		return s, urgency{min(p.After.Worst(), High), classControl, rankOfUse(p.After)}
	}
	if s := idleSentence(who, p); s != "" {
		return s, urgency{None, classIdle, rankOfUse(p.After)}
	}
	if s := lossSentence(who, p); s != "" {
		return s, urgency{None, classLoss, rankOfUse(p.Before)}
	}
	return otherSentence(who, p), urgency{None, classOther, rankOfUse(p.After)}
}

// become says how a principal uses its path.
func (p *Principal) become() string {
	s := "become a super admin"
	if p.After.super() {
		s = "use all rights of a super admin"
	}
	if n := len(p.Path.Steps); n > 1 {
		s += " in " + plural(n, "step")
	}
	return s
}

// pathRisk returns how bad a new path to being a super admin is.
func (p *Principal) pathRisk() Severity {
	if p.NewPath {
		return High
	}
	return None
}

func rankOfUse(a *Access) int {
	if a == nil || len(a.Entries) == 0 {
		return len(uses) + len(reads) + 2
	}
	if a.super() {
		return -1
	}
	worst, _ := worstUse(a.Entries)
	_, rank := useOf(worst.Operation)
	return rank
}

// standing is the sentence about a principal if nothing is compared.
func standing(who string, p *Principal) (string, urgency) {
	worst := p.Worst
	u := urgency{p.After.Worst(), classGain, rankOfUse(p.After)}
	switch {
	case p.After.super():
		u.severity, u.class = Critical, classSuper
		return who + " is a super admin" + through(p.After) + scopesLimit(p), u
	case worst == "":
		return "", urgency{None, classOther, u.rank}
	}
	return who + " may " + worst, u
}

// through names the group that makes somebody a super admin.
func through(a *Access) string {
	if slices.Contains(a.Roles, superAdmin) {
		return ""
	}
	for _, role := range a.Roles {
		if _, group, found := strings.Cut(role, ", through "); found && isSuper(role) {
			return " through " + group
		}
	}
	return ""
}

// scopesLimit says how the scopes of a service app limit the role of a super admin.
func scopesLimit(p *Principal) string {
	if p.After.Actor != Itself {
		return ""
	}
	worst, found := worstUse(p.After.Entries)
	if !found {
		return "; no scope lets it use that yet"
	}
	if _, rank := useOf(worst.Operation); rank <= 1 {
		return ""
	}
	return "; the worst that its scopes let it do is to " + worst.Use()
}

// goes is about a principal that can no longer act.
func (r *Review) goes(p *Principal, how string) string {
	s := "The " + p.Kind + " " + p.Name + " " + how
	switch {
	case p.Before.super():
		s += ", " + p.pronoun() + " was a super admin"
	case p.WorstBefore != "":
		s += ", " + p.pronoun() + " could " + p.WorstBefore
	}
	return s
}

// pronoun refers to a principal.
func (p *Principal) pronoun() string {
	if kind := schema.KindNamed(p.Addr.Kind); kind != nil && (kind.Person || kind.OnExisting) {
		return "who"
	}
	return "which"
}

// signInSentence is about who may newly sign in to an app that acts for users.
func signInSentence(who string, p *Principal) (string, Severity) {
	var admins, strangers []string
	severity := None
	for _, s := range p.SignIns {
		if s.Verb != Gains {
			continue
		}
		severity = max(severity, s.risk(p.After.Entries))
		if s.Stranger {
			strangers = append(strangers, s.Admin)
		} else {
			admins = append(admins, s.Admin)
		}
	}
	use := "act"
	if worst, found := worstUse(p.After.Entries); found {
		worst.Extent = ""
		use = worst.Use()
	}
	switch {
	case len(admins) > 0:
		return who + " may " + use + " in the name of " + enumerate(admins) + ", who may newly sign in", severity
	case len(strangers) > 0:
		return enumerate(strangers) + " may newly use " + p.Name + ", of whose own rights nothing is known here", severity
	}
	return "", None
}

// control is about who can newly act as the principal.
func (r *Review) control(who string, p *Principal) string {
	for _, f := range r.findingsOf[p.Addr] {
		if f.Waiver == nil && slices.Contains([]string{ruleOtherClient, ruleOtherSignIn}, f.Rule) {
			s := "Somebody else can act as " + strings.TrimPrefix(inside(who), "the new "+p.Kind+" ")
			switch {
			case p.After.super():
				s += ", " + p.pronoun() + " is a super admin"
			case p.Worst != "":
				s += ", " + p.pronoun() + " may " + p.Worst
			}
			return s + ": " + f.Message
		}
	}
	return ""
}

// idleSentence is about scopes and roles that come without effect.
func idleSentence(who string, p *Principal) string {
	before := &Access{}
	if p.Before != nil {
		before = p.Before
	}
	if unknown := without(p.After.Unknown, before.Unknown); len(unknown) > 0 {
		return "Nobody can tell here what " + inside(who) + " may do: " + unknown[0]
	}
	scopes, roles := without(p.After.Scopes, before.Scopes), without(p.After.Roles, before.Roles)
	switch {
	case len(roles) > 0 && len(scopes) > 0:
		return who + " gets " + enumerate(append(quantity("the role", "the roles", roles), scopes...)) + ", which together allow nothing new"
	case len(roles) > 0:
		return who + " gets " + enumerate(quantity("the role", "the roles", roles)) + ", which allows nothing new"
	case len(scopes) > 0:
		if p.After.Actor == SignedIn && len(without(p.After.OwnAccount, before.OwnAccount)) > 0 {
			return who + " may use the own account of whoever signs in, by " + enumerate(scopes)
		}
		return who + " gets " + enumerate(quantity("the scope", "the scopes", scopes)) + ", which " + p.withoutEffect(scopes)
	}
	return ""
}

// withoutEffect says why scopes have no effect.
func (p *Principal) withoutEffect(scopes []string) string {
	switch {
	case p.After.Actor == Itself && len(without(scopes, ownAccount(scopes))) == 0:
		return "a service app can't use: nobody signs in to it"
	case len(without(scopes, p.After.IdleScopes)) == 0:
		return "no role makes usable"
	}
	return "allows nothing new"
}

// inside returns the beginning of a sentence for use inside of another one.
func inside(who string) string {
	for _, first := range []string{"The new ", "Each member of ", "Everybody in the org"} {
		if strings.HasPrefix(who, first) {
			return lowerFirst(who)
		}
	}
	return who
}

// quantity puts a noun before the first of some names.
func quantity(one, several string, names []string) []string {
	names = slices.Clone(names)
	noun := one
	if len(names) > 1 {
		noun = several
	}
	names[0] = noun + " " + names[0]
	return names
}

// lossSentence is about what a principal may no longer do.
func lossSentence(who string, p *Principal) string {
	if p.Before == nil {
		return ""
	}
	if p.Before.super() && !p.After.super() {
		return who + " is no longer a super admin"
	}
	names := map[operationName]bool{}
	for _, l := range p.Delta {
		if l.Verb == Loses || l.Verb == Narrows {
			for _, o := range l.Operations {
				names[nameOf(o)] = true
			}
		}
	}
	var lost []Entry
	for _, e := range p.Before.Entries {
		if names[nameOf(e.Operation)] {
			lost = append(lost, e)
		}
	}
	worst, found := worstUse(lost)
	stays := slices.IndexFunc(p.After.Entries, func(e Entry) bool { return nameOf(e.Operation) == nameOf(worst.Operation) })
	switch {
	case found && stays >= 0:
		return who + " may no longer " + worst.Use() + ", only " + p.After.Entries[stays].Use()
	case found:
		return who + " may no longer " + worst.Use()
	case slices.ContainsFunc(p.SignIns, func(s SignIn) bool { return s.Verb == Loses }):
		return "Fewer administrators may sign in to " + p.Name
	case len(without(p.Before.Scopes, p.After.Scopes))+len(without(p.Before.Roles, p.After.Roles)) > 0:
		return who + " loses " + enumerate(append(without(p.Before.Scopes, p.After.Scopes), without(p.Before.Roles, p.After.Roles)...)) + ", which allowed nothing by itself"
	}
	return ""
}

func otherSentence(who string, p *Principal) string {
	var names []string
	for _, v := range p.Values {
		if v.Access {
			names = append(names, v.Name)
		}
	}
	switch {
	case len(names) > 0:
		changes := " changes"
		if len(names) > 1 {
			changes = " change"
		}
		return who + " keeps its rights; " + enumerate(names) + changes
	case len(p.Tests) > 0:
		return who + " keeps its rights; " + enumerate(p.Tests)
	case p.Before == nil:
		return who + " has no rights of an administrator"
	}
	return ""
}

// verdict returns the review in one sentence.
func (r *Review) verdict() string {
	if !r.Compared {
		return r.standingVerdict()
	}
	first, others := r.firstPrincipal()
	worst, policy := r.worstUnexplained()
	s := NoChange
	switch {
	case worst != nil && (first == nil || worst.Severity > r.severityOf(first)):
		s = worst.sentence(r)
	case policy != nil && (first == nil || first.urgency.class == classOther):
		return NoChange + ", but a safeguard changes: " + lowerFirst(policy.Title) + r.named(policy.Addr) + "."
	case first != nil:
		s = first.Headline
	}
	if first != nil && others > 0 {
		s += "; access changes for " + plural(others, "other principal") + " as well"
	}
	if policy != nil {
		s += "; a safeguard changes as well: " + lowerFirst(policy.Title)
	}
	return s + "."
}

// firstPrincipal returns the principal whose sentence comes first, and the number of others whose
// access changes; nil if nobody changes.
func (r *Review) firstPrincipal() (first *Principal, others int) {
	for i := range r.Principals {
		p := &r.Principals[i]
		switch {
		case p.Headline == "" || !p.Changed():
		case first == nil:
			first = p
		case p.AccessChanged() && p.urgency.class != classOther:
			others++
		}
	}
	return first, others
}

// severityOf returns how bad it is what the sentence about a principal says, by the findings that
// it includes.
func (r *Review) severityOf(p *Principal) Severity {
	severity := p.urgency.severity
	for _, f := range r.findingsOf[p.Addr] {
		if f.Waiver == nil && p.explains(*f) {
			severity = max(severity, f.Severity)
		}
	}
	return severity
}

// explains reports whether the sentence about a principal includes a finding.
func (p *Principal) explains(f Finding) bool {
	switch p.urgency.class {
	case classSuper, classGain:
		return slices.Contains(gainRuleIDs, f.Rule)
	case classControl:
		return f.Rule == ruleOtherClient || f.Rule == ruleOtherSignIn
	case classIdle:
		return slices.Contains(idleRuleIDs, f.Rule)
	case classLoss:
		return slices.Contains(idleRuleIDs, f.Rule) || slices.Contains(gainRuleIDs, f.Rule) || f.Rule == ruleGoes
	}
	return false
}

// Ids of rules that verdicts refer to.
const (
	ruleOtherClient = "G37"
	ruleOtherSignIn = "G43"
	ruleGoes        = "G30"
	ruleUnjudged    = "G34"
)

// gainRuleIDs are the rules about what a principal gains, idleRuleIDs those about scopes and roles
// that have no effect or cannot be judged.
var (
	gainRuleIDs = []string{"G16", "G17", "G18", "G19", "G31", "G32", "G33", "G38", "G45"}
	idleRuleIDs = []string{"G20", "G21", "G22", ruleUnjudged, "G58"}
)

// worstUnexplained returns the worst finding that no sentence about a principal includes, and the
// worst about what judges the change.
func (r *Review) worstUnexplained() (worst, policy *Finding) {
	byAddr := map[schema.Addr]*Principal{}
	for i := range r.Principals {
		byAddr[r.Principals[i].Addr] = &r.Principals[i]
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		p := byAddr[f.Addr]
		switch {
		case f.Waiver != nil || p != nil && p.Changed() && p.explains(*f):
		case f.Policy && (policy == nil || f.Severity > policy.Severity):
			policy = f
		case !f.Policy && (worst == nil || f.Severity > worst.Severity):
			worst = f
		}
	}
	return worst, policy
}

// sentence returns a finding as a sentence without its full stop.
func (f *Finding) sentence(r *Review) string {
	message := strings.TrimSuffix(f.Message, ".")
	who, joins := strings.CutSuffix(message, newMemberOf+superAdmin)
	switch {
	case strings.HasPrefix(f.Rule, "rule."):
		return "The rule " + strings.TrimPrefix(f.Rule, "rule.") + " finds a violation" + r.named(f.Addr) + ": " + message
	case f.says != "":
		return r.nameOf(f.Addr) + " " + f.says
	case f.Rule == ruleUnjudged && strings.HasPrefix(message, "gains "):
		return r.nameOf(f.Addr) + " " + message
	case f.Rule == ruleUnjudged && r.after.byAddr[f.Addr.String()] != nil:
		return "Nobody can tell here what " + r.nameOf(f.Addr) + " may do: " + message
	case joins:
		return who + " becomes a super admin as a new member of a group" + r.named(f.Addr)
	}
	return f.Title + r.named(f.Addr) + ": " + message
}

// named returns the name of an object in parentheses; "" for the zero address.
func (r *Review) named(addr schema.Addr) string {
	if addr.Kind == "" {
		return ""
	}
	return " (" + r.nameOf(addr) + ")"
}

func (r *Review) nameOf(addr schema.Addr) string {
	if o := r.after.byAddr[addr.String()]; o != nil {
		return o.name()
	}
	return addr.String()
}

func (r *Review) standingVerdict() string {
	first, others := r.firstStanding()
	if first == nil {
		return "Nobody here has rights of an administrator."
	}
	s := first.Headline
	if others > 0 {
		s += "; " + plural(others, "other principal") + " may do something as well"
	}
	return s + "."
}

// firstStanding returns the most powerful principal, and the number of others with rights.
func (r *Review) firstStanding() (first *Principal, others int) {
	for i := range r.Principals {
		switch p := &r.Principals[i]; {
		case p.Headline == "":
		case first == nil:
			first = p
		default:
			others++
		}
	}
	return first, others
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

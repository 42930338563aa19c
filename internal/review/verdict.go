package review

import (
	"cmp"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema"
)

// This file says in one sentence what a change means: for each principal, and for the review as a
// whole.

// NoChange is the verdict about a change that concerns nobody's access.
const NoChange = "No change of access"

// urgency orders principals for a reader: the smaller, the sooner.
type urgency struct {
	severity severity.Level // of the sentence about the principal
	class    int            // see the classes
	rank     int            // of the worst use
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
	worst := map[*access.Entry]string{} // principals with equal rights share their entries
	useOf := func(a *access.Access) string {
		use, known := worst[a.FirstEntry()]
		if !known {
			use = a.WorstUse()
			worst[a.FirstEntry()] = use
		}
		return use
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		p.Worst, p.WorstBefore = useOf(p.After), useOf(p.Before)
		o := x.ByAddr[p.Addr.String()]
		if o != nil && r.Compared {
			p.Tests = x.testChanges(o)
		}
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
func subject(p *Principal, o *access.Object) string {
	name := p.Name
	switch {
	case o != nil && o.IsEveryone():
		return "Everybody in the org"
	case o != nil && o.Facts.Has(access.AttrMembers):
		return "Each member of " + name
	case o != nil && o.Kind.OnExisting && strings.HasPrefix(name, access.GroupSource+" "):
		return "Each member of " + strings.TrimPrefix(name, access.GroupSource+" ")
	case o != nil && o.Kind.OnExisting:
		return strings.TrimPrefix(name, access.UserKind.Source+" ")
	}
	return name
}

// headline returns the sentence about one principal.
func (r *Review) headline(p *Principal, o *access.Object) (string, urgency) {
	who, may := subject(p, o), " may now "
	if !r.Compared {
		return standing(who, p)
	}
	if p.Before == nil && p.After != nil && o != nil && o.IsApp() {
		who, may = "The new "+p.Kind+" "+p.Name, " may "
	}
	worst, gains := p.gained.WorstEntry()
	rank := 0
	if gains {
		rank = access.UseRank(worst.Operation)
	}
	switch {
	case p.BecomesSuperAdmin():
		return who + " becomes a super admin" + through(p.After) + scopesLimit(p), urgency{severity.Critical, classSuper, 0}
	case gains:
		s := who + may + worst.Use()
		if p.NewPath {
			s += ", and so " + p.become()
		}
		return s, urgency{max(riskTo(o, worst.Risk()), p.pathRisk()), classGain, rank}
	case p.NewPath:
		return who + " can now " + p.become(), urgency{p.pathRisk(), classGain, rank}
	case p.After == nil:
		return r.goes(p, "is deleted"), urgency{severity.None, classLoss, p.Before.UseRank()}
	case p.After.Actor == access.Nobody && p.Before != nil && p.Before.Actor != access.Nobody:
		return r.goes(p, "is deactivated"), urgency{severity.None, classLoss, p.Before.UseRank()}
	}
	if s, level := signInSentence(who, p); s != "" {
		return s, urgency{level, classGain, p.After.UseRank()}
	}
	if s := r.control(who, p); s != "" {
		return s, urgency{min(p.After.Worst(), severity.High), classControl, p.After.UseRank()}
	}
	if s := r.unjudgedSentence(who, p); s != "" {
		return s, urgency{severity.High, classIdle, p.After.UseRank()}
	}
	if s := idleSentence(who, p); s != "" {
		return s, urgency{severity.None, classIdle, p.After.UseRank()}
	}
	if s := lossSentence(who, p); s != "" {
		return s, urgency{severity.None, classLoss, p.Before.UseRank()}
	}
	return otherSentence(who, p), urgency{severity.None, classOther, p.After.UseRank()}
}

// verdict returns the review in one sentence.
func (r *Review) verdict() string {
	if !r.Compared {
		for i := range r.Findings {
			if r.Findings[i].Rule == ruleNoBase {
				return "Nothing is compared, because the version to compare with isn't valid; as it is, " + inside(r.standingVerdict())
			}
		}
		return r.standingVerdict()
	}
	first, others := r.firstPrincipal()
	worst, policy := r.worstUnexplained()
	s := NoChange
	switch {
	case worst != nil && (first == nil || worst.Severity > r.severityOf(first)):
		s = worst.sentence(r)
	case policy != nil && (first == nil || first.urgency.class == classOther):
		return NoChange + ", but a safeguard changes: " + phrase.LowerFirst(policy.Title) + r.named(policy.Addr) + "."
	case first != nil:
		s = first.Headline
	}
	if first != nil && others > 0 {
		s += "; access changes for " + phrase.Count(others, "other principal") + " as well"
	}
	if policy != nil {
		s += "; a safeguard changes as well: " + phrase.LowerFirst(policy.Title)
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

// severityOf returns the severity of the sentence about a principal: that of the findings that it
// includes.
func (r *Review) severityOf(p *Principal) severity.Level {
	level := p.urgency.severity
	for _, f := range r.findingsOf[p.Addr] {
		if f.Waiver == nil && p.explains(*f) {
			level = max(level, f.Severity)
		}
	}
	return level
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
	ruleNewPath     = "G61"
)

// gainRuleIDs are the rules about what a principal gains, idleRuleIDs those about scopes and roles
// that have no effect or cannot be judged.
var (
	gainRuleIDs = []string{"G16", "G17", "G18", "G19", "G31", "G32", "G33", "G38", "G45", ruleNewPath}
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
	who, joins := strings.CutSuffix(message, newMemberOf+access.SuperAdmin)
	switch {
	case strings.HasPrefix(f.Rule, "rule."):
		return "The rule " + strings.TrimPrefix(f.Rule, "rule.") + " finds a violation" + r.named(f.Addr) + ": " + message
	case f.verdict != "":
		return r.nameOf(f.Addr) + " " + f.verdict
	case f.Rule == ruleUnjudged && strings.HasPrefix(message, "gains "):
		return r.nameOf(f.Addr) + " " + message
	case f.Rule == ruleUnjudged && r.after.ByAddr[f.Addr.String()] != nil:
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
	if o := r.after.ByAddr[addr.String()]; o != nil {
		return o.Name()
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
		s += "; " + phrase.Count(others, "other principal") + " may do something as well"
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

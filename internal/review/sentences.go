package review

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema/kinds"
)

// The sentences that say what a change means for one principal.

// standing is the sentence about a principal if nothing is compared.
func standing(who string, p *Principal) (string, urgency) {
	worst := p.Worst
	u := urgency{p.After.Worst(), classGain, p.After.UseRank()}
	switch {
	case p.After.IsSuperAdmin():
		u.severity, u.class = severity.Critical, classSuper
		return who + " is a super admin" + through(p.After) + scopesLimit(p), u
	case worst == "":
		return "", urgency{severity.None, classOther, u.rank}
	}
	return who + " may " + worst, u
}

// through names the group that makes somebody a super admin.
func through(a *access.Access) string {
	if slices.Contains(a.Roles, access.SuperAdmin) {
		return ""
	}
	for _, role := range a.Roles {
		if _, group, found := strings.Cut(role, ", through "); found && access.GivesSuperAdmin(role) {
			return " through " + group
		}
	}
	return ""
}

// scopesLimit says how the scopes of a service app limit the role of a super admin.
func scopesLimit(p *Principal) string {
	if p.After.Actor != access.Itself {
		return ""
	}
	worst, found := p.After.WorstEntry()
	if !found {
		return "; no scope lets it use that yet"
	}
	if access.UseRank(worst.Operation) <= 1 {
		return ""
	}
	return "; the worst that its scopes let it do is to " + worst.Use()
}

// goes is about a principal that can no longer act.
func (r *Review) goes(p *Principal, how string) string {
	s := "The " + p.Kind + " " + p.Name + " " + how
	switch {
	case p.Before.IsSuperAdmin():
		s += ", " + p.pronoun() + " was a super admin"
	case p.WorstBefore != "":
		s += ", " + p.pronoun() + " could " + p.WorstBefore
	}
	return s
}

// pronoun refers to a principal.
func (p *Principal) pronoun() string {
	if kind := kinds.Named(p.Addr.Kind); kind != nil && (kind.Person || kind.OnExisting) {
		return "who"
	}
	return "which"
}

// signInSentence is about who may newly sign in to an app that acts for users.
func signInSentence(who string, p *Principal) (string, severity.Level) {
	var admins, strangers []string
	level := severity.None
	for _, s := range p.SignIns {
		if s.Verb != access.Gains {
			continue
		}
		level = max(level, s.risk(p.After))
		if s.Stranger {
			strangers = append(strangers, s.Admin)
		} else {
			admins = append(admins, s.Admin)
		}
	}
	use := "act"
	if worst, found := p.After.WorstEntry(); found {
		worst.Extent = ""
		use = worst.Use()
	}
	switch {
	case len(admins) > 0:
		return who + " may " + use + " in the name of " + phrase.List(admins) + ", who may newly sign in", level
	case len(strangers) > 0:
		return phrase.List(strangers) + " may newly use " + p.Name + ", of whose own rights nothing is known here", level
	}
	return "", severity.None
}

// control is about who can newly act as the principal.
func (r *Review) control(who string, p *Principal) string {
	for _, f := range r.findingsOf[p.Addr] {
		if f.Waiver == nil && slices.Contains([]string{ruleOtherClient, ruleOtherSignIn}, f.Rule) {
			s := "Somebody else can act as " + strings.TrimPrefix(inside(who), "the new "+p.Kind+" ")
			switch {
			case p.After.IsSuperAdmin():
				s += ", " + p.pronoun() + " is a super admin"
			case p.Worst != "":
				s += ", " + p.pronoun() + " may " + p.Worst
			}
			return s + ": " + f.Message
		}
	}
	return ""
}

// unjudgedSentence is about a right of which nobody can tell what it allows.
func (r *Review) unjudgedSentence(who string, p *Principal) string {
	for _, f := range r.findingsOf[p.Addr] {
		if f.Rule == ruleUnjudged && f.Waiver == nil && strings.HasPrefix(f.Message, "gains ") {
			return who + " " + f.Message
		}
	}
	return ""
}

// idleSentence is about scopes and roles that come without effect.
func idleSentence(who string, p *Principal) string {
	before := &access.Access{}
	if p.Before != nil {
		before = p.Before
	}
	if unknown := access.Without(p.After.Unknown, before.Unknown); len(unknown) > 0 {
		return "Nobody can tell here what " + inside(who) + " may do: " + unknown[0]
	}
	scopes, roles := access.Without(p.After.Scopes, before.Scopes), access.Without(p.After.Roles, before.Roles)
	switch {
	case len(roles) > 0 && len(scopes) > 0:
		return who + " gets " + phrase.List(append(quantity("the role", "the roles", roles), scopes...)) + ", which together allow nothing new"
	case len(roles) > 0:
		return who + " gets " + phrase.List(quantity("the role", "the roles", roles)) + ", which allows nothing new"
	case len(scopes) > 0:
		if p.After.Actor == access.SignedIn && len(access.Without(p.After.OwnAccount, before.OwnAccount)) > 0 {
			return who + " may use the account of the user who signs in, by " + phrase.List(scopes)
		}
		return who + " gets " + phrase.List(quantity("the scope", "the scopes", scopes)) + ", which " + p.withoutEffect(scopes)
	}
	return ""
}

// withoutEffect says why scopes have no effect.
func (p *Principal) withoutEffect(scopes []string) string {
	switch {
	case p.After.Actor == access.Itself && len(access.Without(scopes, access.OwnAccount(scopes))) == 0:
		return "a service app can't use: nobody signs in to it"
	case len(access.Without(scopes, p.After.IdleScopes)) == 0:
		return "no role makes usable"
	}
	return "allows nothing new"
}

// inside returns the beginning of a sentence for use inside of another one.
func inside(who string) string {
	for _, first := range []string{"The new ", "Each member of ", "Everybody in the org", "Nobody "} {
		if strings.HasPrefix(who, first) {
			return phrase.LowerFirst(who)
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
	if p.Before.IsSuperAdmin() && !p.After.IsSuperAdmin() {
		return who + " is no longer a super admin"
	}
	names := map[access.OperationName]bool{}
	for _, l := range p.Delta {
		if l.Verb == access.Loses || l.Verb == access.Narrows {
			for _, o := range l.Operations {
				names[access.NameOf(o)] = true
			}
		}
	}
	var lost []access.Entry
	for _, e := range p.Before.Entries {
		if names[access.NameOf(e.Operation)] {
			lost = append(lost, e)
		}
	}
	worst, found := access.WorstEntry(lost)
	stays := slices.IndexFunc(p.After.Entries, func(e access.Entry) bool { return access.NameOf(e.Operation) == access.NameOf(worst.Operation) })
	switch {
	case found && stays >= 0:
		return who + " may no longer " + worst.Use() + ", only " + p.After.Entries[stays].Use()
	case found:
		return who + " may no longer " + worst.Use()
	case slices.ContainsFunc(p.SignIns, func(s SignIn) bool { return s.Verb == access.Loses }):
		return "Fewer administrators may sign in to " + p.Name
	case len(access.Without(p.Before.Scopes, p.After.Scopes))+len(access.Without(p.Before.Roles, p.After.Roles)) > 0:
		return who + " loses " + phrase.List(append(access.Without(p.Before.Scopes, p.After.Scopes), access.Without(p.Before.Roles, p.After.Roles)...)) + ", which allowed nothing by itself"
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
		return who + " keeps its rights; " + phrase.List(names) + changes
	case len(p.Tests) > 0:
		return who + " keeps its rights; " + phrase.List(p.Tests)
	case p.Before == nil:
		return who + " has no rights of an administrator"
	}
	return ""
}

package review

import (
	"regexp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema/kinds"
)

// audienceRules are about who may use apps, and what apps and tokens tell about people. They give
// no rights in the org, but in whatever the apps are for.
func audienceRules() []Rule {
	return []Rule{
		{ID: "G64", Title: "Somebody gains an app or a group, or can sign in again", Severity: severity.Low, Worst: severity.High,
			Rationale: "They gain what the app is for, and what apps, policies and other rules of the org give the group, which no file shows.",
			Source:    "Okta's apps and groups API (by inference)", Fix: "Make sure that they need it.", gains: newAudience},
		{ID: "G65", Title: "An app, or its tokens, may say something else about people", Severity: severity.Medium,
			Rationale: "Claims of authorization servers may use an app's profile, for example a list of groups that its tokens may contain, and an app may let people do what the profile of their assignment says.",
			Source:    "Okta's apps API: profile; Okta expression language: getFilteredGroups", Fix: "Make sure that the app's owner expects it.", change: otherClaims},
	}
}

// newAudience finds people and groups who may newly use an app, and new members of groups, unless
// another finding reports them.
func newAudience(x *examined, others []Finding) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *access.Object) {
		if was == nil || !is.Active() {
			return
		}
		told := func(r access.Ref) bool {
			return slices.ContainsFunc(others, func(f Finding) bool {
				return f.Addr == is.Addr && mentions(f.Message, r.String()) || f.Addr.String() == r.String() && (f.Through == is.Addr || slices.Contains(gainRuleIDs, f.Rule) || f.Rule == ruleUnjudged)
			})
		}
		if is.Kind.Person && !was.Active() && !told(access.Ref{Addr: is.Addr.String()}) {
			hits = append(hits, hit{o: is, attribute: access.AttrStatus, verdict: "can sign in again", message: "can sign in again"})
		}
		for _, name := range []string{access.AttrAssignedUsers, access.AttrAssignedGroups, access.AttrMembers} {
			var who []string
			for _, r := range x.newlyListed(was, is, name) {
				if !told(r) && !r.LikelyEveryone() && !x.MayBeEveryone(r) {
					who = append(who, r.Shown())
				}
			}
			if len(who) > 0 {
				hits = append(hits, x.audience(is, name, who))
			}
		}
	})
	return hits
}

// mentions reports whether a text names an object, and not only one whose address contains it.
func mentions(text, name string) bool {
	if !strings.Contains(text, name) {
		return false
	}
	return regexp.MustCompile(`(^|[^\w.\-\]])` + regexp.QuoteMeta(name) + `($|[^\w\-\[])`).MatchString(text)
}

// newlyListed returns what an attribute refers to and did not refer to before, with effect.
func (x *examined) newlyListed(was, is *access.Object, name string) []access.Ref {
	var had []string
	if !was.Active() {
		return is.List(name).Refs
	}
	for _, r := range was.List(name).Refs {
		had = append(had, x.before.WhoIs(r))
	}
	return slices.DeleteFunc(slices.Clone(is.List(name).Refs), func(r access.Ref) bool { return slices.Contains(had, x.WhoIs(r)) })
}

// audience returns the finding for who may newly use an app, or is new in a group.
func (x *examined) audience(o *access.Object, name string, who []string) hit {
	h := hit{o: o, attribute: name}
	switch apps := x.appsOf(o); {
	case name == access.AttrMembers && len(apps) > 0:
		h.verdict = "has new members, who may use " + phrase.List(apps) + ": " + phrase.List(who)
	case name == access.AttrMembers:
		h.verdict = "has new members: " + phrase.List(who)
	case x.Unjudged(o):
		h.severity, h.verdict = severity.High, "may be used by "+phrase.List(who)+", and nobody can tell here what it may do for them"
	default:
		h.verdict = "may be used by " + phrase.List(who)
	}
	h.message = h.verdict
	return h
}

// appsOf returns the addresses of the apps that a group is assigned to.
func (x *examined) appsOf(g *access.Object) (apps []string) {
	for i := range x.Objects {
		o := &x.Objects[i]
		if slices.ContainsFunc(o.List(access.AttrAssignedGroups).Refs, func(r access.Ref) bool { return x.WhoIs(r) == g.Addr.String() }) {
			apps = append(apps, o.Addr.String())
		}
	}
	return apps
}

// otherClaims names what of the profiles of apps and of their assignments changes. It does not
// return the values, which may be personal data.
func otherClaims(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	renamed := x.renamedGroups()
	x.pairs(func(was, is *access.Object) {
		if was == nil || !is.IsApp() {
			return
		}
		for _, g := range renamed {
			if is.ClaimContains(g.is.Name()) && !is.ClaimContains(g.was.Name()) {
				hits = append(hits, hit{o: g.is, attribute: g.is.Kind.Label, message: "its new name, " + g.is.Name() + ", is one that the groups claim of " + is.Addr.String() + " contains"})
			}
		}
		add := func(attribute, of string, names []string) {
			if len(names) > 0 {
				hits = append(hits, hit{o: is, attribute: attribute, message: phrase.List(names) + " of " + of + " changes"})
			}
		}
		add(access.AttrProfile, "the app's profile", changedNames(was.Get(access.AttrProfile), is.Get(access.AttrProfile)))
		before := was.Assignments()
		fresh := slices.Concat(x.newlyListed(was, is, access.AttrAssignedGroups), x.newlyListed(was, is, access.AttrAssignedUsers))
		for _, a := range is.Assignments() {
			if slices.Contains(fresh, a.To) {
				continue // G64 reports it
			}
			old := access.Assignment{Profile: cty.NullVal(cty.String), Priority: cty.NullVal(cty.Number)}
			for _, b := range before {
				if x.before.WhoIs(b.To) == x.WhoIs(a.To) {
					old = b
				}
			}
			names := changedNames(old.Profile, a.Profile)
			if !old.Priority.RawEquals(a.Priority) {
				names = append(names, "the priority")
			}
			add(a.Block, "the assignment of "+a.To.Shown(), names)
		}
	})
	return hits
}

// renamedGroup is a group that has another name than before.
type renamedGroup struct{ was, is *access.Object }

func (x *examined) renamedGroups() (list []renamedGroup) {
	x.pairs(func(was, is *access.Object) {
		if was != nil && is.Facts.Has(access.AttrMembers) && was.Name() != is.Name() {
			list = append(list, renamedGroup{was, is})
		}
	})
	return list
}

// changedNames returns the names that a profile gives another value; G52 reports a profile that is
// unknown and computed differently.
func changedNames(before, after cty.Value) []string {
	switch {
	case before.RawEquals(after):
		return nil
	case !before.IsKnown(), !after.IsKnown():
		return []string{"what isn't known here"}
	}
	return kinds.ChangedNames(before, after)
}

package review

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/schema"
)

// covers reports whether the waiver is about the finding: on the object, all
// instances of its block, or all of its module.
func covers(w *versions.Waiver, f *Finding) bool {
	return w.Rule == f.Rule && !unwaivable(f.Rule) && within(w.On, f.Addr.String())
}

// within reports whether the address is one that on names.
func within(on, addr string) bool {
	return on == "*" || on == addr || addr != "*" && schema.Under(on, addr)
}

// Rules about waivers themselves.
const (
	ruleExpired     = "W01"
	ruleUnused      = "W02"
	ruleNewWaiver   = "W03"
	ruleWiderWaiver = "W04"
)

// Rules that need to know which findings there are; waive applies them.
var (
	expiredWaiver = Rule{ID: ruleExpired, Title: "Expired waiver", Severity: severity.Medium, Worst: severity.Critical,
		Rationale: "A waiver is a decision for a limited time; afterwards somebody has to decide again.",
		Source:    "this project's waivers", Fix: "Fix what the finding reports, or decide again: set a new date with a reason."}
	unusedWaiver = Rule{ID: ruleUnused, Title: "Unused waiver", Severity: severity.Low,
		Rationale: "A waiver without a finding would hide the next one.",
		Source:    "this project's waivers", Fix: "Take the waiver out."}
)

// agreed is a waiver that both versions have. Its reason and owner are those of the first version,
// which was approved; the earlier of the two last days counts.
type agreed struct {
	versions.Waiver
	was *versions.Waiver
}

// agree pairs the waivers that both versions have.
func agree(in *versions.Input) (list []agreed) {
	for i := range in.Was.Waivers {
		was := &in.Was.Waivers[i]
		for _, is := range in.Is.Waivers {
			if was.Rule != is.Rule {
				continue
			}
			both := agreed{Waiver: *was, was: was}
			both.On, both.Range = is.On, is.Range
			if is.Expires.Before(was.Expires) {
				both.Expires = is.Expires
			}
			list = append(list, both)
		}
	}
	return list
}

// covers reports whether both versions waive the finding on the object, which may
// have had another address in the first.
func (a *agreed) covers(in *versions.Input, f *Finding) bool {
	former, known := in.Former(f.Addr.String())
	return known && covers(&a.Waiver, f) && within(a.was.On, former)
}

// waive marks the findings that both versions waive, and returns what is wrong with
// the waivers of the second. was are the findings of the first version; what was
// wrong with its waivers is added to old.
func waive(in *versions.Input, findings, was []Finding, old map[string]bool, now time.Time) []Finding {
	for _, a := range agree(in) {
		for j := range findings {
			if f := &findings[j]; a.covers(in, f) && !a.Expired(now) {
				f.Waiver = &a.Waiver
			}
		}
	}
	var wrong []Finding
	for i := range in.Is.Waivers {
		w := &in.Is.Waivers[i]
		found := covered(w, findings)
		addr, _ := schema.ParseAddr(w.On)
		like, widened := likeBefore(in, w)
		switch {
		case w.Expired(now) && len(found) > 0:
			wrong = append(wrong, expiredWaiver.finding(hit{addr: addr, at: &w.Range, severity: max(worstFinding(found), severity.Medium),
				message: "the waiver of " + w.Rule + " on " + w.On + " by " + w.Owner + " expired on " + w.Expires.Format(time.DateOnly) + ": " + w.Reason}))
		case len(found) == 0 && !(in.Judged && widened):
			wrong = append(wrong, unusedWaiver.finding(hit{addr: addr, at: &w.Range,
				message: "the waiver of " + w.Rule + " on " + w.On + " covers no finding"}))
			if like != nil && len(covered(like, was)) == 0 {
				old[wrong[len(wrong)-1].key()] = true
			}
		}
	}
	return wrong
}

func covered(w *versions.Waiver, findings []Finding) (list []Finding) {
	for i := range findings {
		if covers(w, &findings[i]) {
			list = append(list, findings[i])
		}
	}
	return list
}

func worstFinding(findings []Finding) (worst severity.Level) {
	for _, f := range findings {
		worst = max(worst, f.Severity)
	}
	return worst
}

// likeBefore returns the most similar waiver of the first version, and whether this one covers more
// or lasts longer than all similar ones. It returns nil if the first version has no waiver of the
// rule on such objects.
func likeBefore(in *versions.Input, w *versions.Waiver) (like *versions.Waiver, wider bool) {
	for i := range in.Was.Waivers {
		was := &in.Was.Waivers[i]
		on := in.Readdressed(was.On)
		if was.Rule != w.Rule || !within(on, w.On) && !within(w.On, on) {
			continue
		}
		if within(on, w.On) && !was.Expires.Before(w.Expires) {
			return was, false
		}
		like = was
	}
	return like, true
}

func newWaivers(x *examined) []hit   { return x.waiverChanges(false) }
func widerWaivers(x *examined) []hit { return x.waiverChanges(true) }

// waiverChanges finds the waivers that the change adds, or those that it makes
// cover more. Their severity is that of the worst that they could silence.
func (x *examined) waiverChanges(existing bool) (hits []hit) {
	if !x.in.Judged {
		return nil
	}
	for i := range x.in.Is.Waivers {
		w := &x.in.Is.Waivers[i]
		like, wider := likeBefore(x.in, w)
		if !wider || (like != nil) != existing {
			continue
		}
		level := x.potential(w.Rule)
		addr, _ := schema.ParseAddr(w.On)
		h := hit{at: &w.Range, severity: level, addr: addr,
			message: "this waiver would silence " + w.Rule + " (up to " + level.String() + ") on " + cmp.Or(map[string]string{"*": "every object"}[w.On], w.On) +
				" until " + w.Expires.Format(time.DateOnly) + ", by " + w.Owner + ": " + w.Reason}
		if like != nil {
			h.message += "; before, it was on " + like.On + " until " + like.Expires.Format(time.DateOnly)
		}
		hits = append(hits, h)
	}
	return hits
}

// potential is the worst severity that a finding of the rule can have.
func (x *examined) potential(id string) severity.Level {
	worst := severity.Low
	for _, r := range Rules() {
		if r.ID == id {
			worst = max(worst, r.Severity, r.Worst)
		}
	}
	if name, own := strings.CutPrefix(id, "rule."); own {
		worst = severity.Medium
		for _, r := range slices.Concat(x.in.Was.Rules, x.in.Is.Rules) {
			if r.Name() == name {
				worst = severity.High // a rule that can't be evaluated is a finding of this severity
				worst = max(worst, severityOf(r))
			}
		}
	}
	return worst
}

package review

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/schema"
)

// policyRules report changes of what judges a change. They come first in every review.
func policyRules() []Rule {
	const source = "this project's rules and waivers"
	const owners = "Let the owners of these files approve this as a change of its own."
	rules := []Rule{
		{ID: ruleNewWaiver, Title: "New waiver", Severity: severity.Low, Rationale: "Once it is merged, it silences the finding in every later change. In this change it silences nothing.",
			Source: source, Fix: owners, change: newWaivers},
		{ID: ruleWiderWaiver, Title: "Waiver that covers more, or for longer", Severity: severity.Low, Rationale: "Once it is merged, it silences more findings. In this change the narrower one counts.",
			Source: source, Fix: owners, change: widerWaivers},
		{ID: ruleRemoved, Title: "Rule of this project removed", Severity: severity.Medium, Rationale: "Later changes aren't judged by it any longer. This one still is.",
			Source: source, Fix: owners, change: removedRules},
		{ID: ruleChanged, Title: "Rule of this project changed", Severity: severity.Medium, Rationale: "Later changes are judged by the new one. This one is judged by both, with the stricter severity.",
			Source: source, Fix: owners, change: changedRules},
		{ID: "P03", Title: "What is authoritative changes", Severity: severity.Medium, Worst: severity.High, Rationale: "A set that isn't authoritative keeps what others add, and no plan shows that. A set that becomes authoritative loses it.",
			Source: "this configuration", Fix: "Make sure that those who add to the set know of it.", change: authoritative},
		{ID: "P07", Title: "Protection against deletion removed", Severity: severity.High, Rationale: "Nothing prevents the deletion of the object any longer.",
			Source: "this configuration", Fix: "Keep prevent_destroy, or let the owner of the object approve its removal.", change: unprotected},
		{ID: "P08", Title: "Changes of access ignored", Severity: severity.Medium, Worst: severity.High, Rationale: "Changes by others stay, and no plan shows them as drift.",
			Source: "this configuration", Fix: "Take the attribute out of ignore_changes.", change: ignored},
		{ID: "P09", Title: "Sensitive value may be shown", Severity: severity.High, Rationale: "Plans, outputs and logs show a value that isn't marked as sensitive, and everybody who can read the org sees it.",
			Source: "this configuration", Fix: "Keep the value sensitive.", change: revealed},
		{ID: "P10", Title: "Object is released", Severity: severity.Medium, Rationale: "It stays in the org with its rights, and no later plan shows or removes it.",
			Source: "this configuration", Fix: "Destroy the object, or take its rights away first.", change: releasedObjects},
		{ID: "P11", Title: "Assertion about the org changes", Severity: severity.Medium, Rationale: "org.url refuses a credential for another org.",
			Source: "this configuration", Fix: "Keep org.url.", change: orgURL},
		{ID: "P15", Title: "The configuration is in another folder", Severity: severity.High, Rationale: "Rules of the repository and of CI that match the path, such as CODEOWNERS, no longer cover its files.",
			Source: "this repository", Fix: "Keep the folder at its path, or let the owners of both folders approve it.", change: otherFolder},
		{ID: ruleConverted, Title: "Files that git changes", Severity: severity.Critical, Rationale: "The version to compare with is read as git stores it. A file that git converts when it is checked out can contain what no comparison shows.",
			Source: "gitattributes(5): eol, ident, working-tree-encoding, filter", Fix: "Remove the attribute, or don't let it match the configuration's files.", change: convertedFiles},
		{ID: ruleNoBase, Title: "Nothing to compare with", Severity: severity.Critical, Rationale: "What the change removes, such as a rule, a test or a safeguard, can't be seen.",
			Source: "this repository", Fix: "Compare with the last version that is valid (--base REVISION, --base-dir DIR). A change that repairs that version needs the approval of its owners instead of this review.", change: noBase},
	}
	rules = append(rules, conditionRules()...)
	rules = append(rules, smokeRules()...)
	rules = append(rules, testFileRules()...)
	for i := range rules {
		rules[i].Policy = true
	}
	return rules
}

// unwaivable reports whether no waiver covers a rule: those about waivers and rules, and the one
// whose findings no review of the files has.
func unwaivable(id string) bool {
	return strings.HasPrefix(id, "W") || id == ruleRemoved || id == ruleChanged || id == ruleNoBase || id == ruleConverted || id == acceptedDrift.ID
}

const (
	ruleRemoved   = "P01"
	ruleChanged   = "P02"
	ruleNoBase    = "P16"
	ruleConverted = "P17"
)

func authoritative(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	if was, is := x.in.Was.AuthoritativeAdmins, x.in.Is.AuthoritativeAdmins; was != is {
		h := hit{severity: severity.High, at: &x.in.Is.Org, message: "authoritative_admins is switched off: admins that nobody declares keep their roles"}
		if is {
			h.message = "authoritative_admins is switched on: admins that nobody declares lose their roles"
		}
		hits = append(hits, h)
	}
	x.pairs(func(was, is *access.Object) {
		var before []string
		if was != nil {
			before = was.Additive
		}
		for _, name := range is.Additive {
			if !slices.Contains(before, name) {
				h := on(is, argAuthoritative, "%s isn't authoritative any longer: what others add to it stays", name)
				if was == nil {
					h[0].message = name + " isn't authoritative: what others add to it stays"
				}
				hits = append(hits, h...)
			}
		}
		for _, name := range before {
			if !slices.Contains(is.Additive, name) {
				hits = append(hits, on(is, argAuthoritative, "%s becomes authoritative: what others added to it is taken away", name)...)
			}
		}
	})
	return hits
}

// pairs calls f with each declared object of the second version and the object that it was; was is
// nil if it is new.
func (x *examined) pairs(f func(was, is *access.Object)) {
	for i := range x.Objects {
		if is := &x.Objects[i]; !is.Gone {
			f(x.before.ByAddr[is.Addr.String()], is)
		}
	}
}

func unprotected(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	for i := range x.before.Objects {
		was := &x.before.Objects[i]
		if !was.Lifecycle.PreventDestroy {
			continue
		}
		switch is := x.ByAddr[was.Addr.String()]; {
		case is == nil || is.Gone:
			hits = append(hits, hit{o: was, message: "is no longer declared, although prevent_destroy protected it"})
		case !is.Lifecycle.PreventDestroy:
			hits = append(hits, hit{o: is, message: "prevent_destroy protects it no longer"})
		}
	}
	return hits
}

func ignored(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *access.Object) {
		before := schema.Lifecycle{}
		if was != nil {
			before = was.Lifecycle
		}
		if is.Lifecycle.IgnoreAll && !before.IgnoreAll {
			hits = append(hits, hit{o: is, severity: severity.High, message: "ignore_changes = all: nothing that others change is shown"})
		}
		for _, name := range is.Lifecycle.Ignore {
			if before.Ignores(name) {
				continue
			}
			h := hit{o: is, severity: severity.Low, message: "changes of " + name + " are ignored"}
			if is.Facts.Attribute(name).Meaning != access.DisplayOnly {
				h.severity = severity.High
			}
			hits = append(hits, h)
		}
		if is.OnDestroy == "keep" && was != nil && was.OnDestroy != "keep" {
			hits = append(hits, on(is, access.AttrOnDestroy, "on_destroy becomes keep: the object will stay in the org when it is no longer declared")...)
		}
	})
	return hits
}

// revealed finds calls of nonsensitive that are new.
func revealed(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	had := map[string]int{}
	for _, r := range x.in.Was.Revealed {
		had[r.Text]++
	}
	for i := range x.in.Is.Revealed {
		r := &x.in.Is.Revealed[i]
		if had[r.Text]--; had[r.Text] < 0 {
			hits = append(hits, hit{at: &r.Range, message: r.Text + " is new"})
		}
	}
	return append(hits, x.unmarked()...)
}

// unmarked finds values that are no longer marked as sensitive, and sensitive values in attributes
// that others can read.
func (x *examined) unmarked() (hits []hit) {
	for _, was := range x.in.Was.Secrecy {
		for i := range x.in.Is.Secrecy {
			if is := &x.in.Is.Secrecy[i]; is.Name == was.Name && was.Sensitive && !is.Sensitive {
				hits = append(hits, hit{at: &is.Range, message: is.Name + " isn't sensitive any longer"})
			}
		}
	}
	has := map[string]int{}
	for _, r := range x.in.Is.Concealed {
		has[r.Text]++
	}
	for _, r := range x.in.Was.Concealed {
		if has[r.Text]--; has[r.Text] < 0 {
			hits = append(hits, hit{at: &x.in.Is.Org, severity: severity.Medium, message: "a call of sensitive, which stood at " + x.in.Place(r.Range) + ", is gone or changed"})
		}
	}
	x.pairs(func(was, is *access.Object) {
		for _, name := range is.Exposed {
			if was == nil || !slices.Contains(was.Exposed, name) {
				hits = append(hits, on(is, name, "%s is computed from a sensitive value: whoever reads the org sees it", name)...)
			}
		}
	})
	return hits
}

func releasedObjects(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	for i := range x.in.Is.Removals {
		r := &x.in.Is.Removals[i]
		had := slices.ContainsFunc(x.in.Was.Removals, func(w schema.Removal) bool { return w.From == r.From && !w.Destroy })
		if !r.Destroy && !had {
			hits = append(hits, hit{at: &r.Range, message: r.From + " is removed with destroy = false: it stays in the org, without this configuration's mark"})
		}
	}
	return hits
}

func orgURL(x *examined) []hit {
	was, is := x.in.Was.URL, x.in.Is.URL
	switch {
	case !x.in.Compared || was == "" || was == is:
		return nil
	case is == "":
		return []hit{{at: &x.in.Is.Org, message: "org.url, " + was + ", is removed, or isn't known any longer"}}
	}
	return []hit{{at: &x.in.Is.Org, message: "org.url was " + was + " and is " + is}}
}

func otherFolder(x *examined) []hit {
	was, is := x.in.Was.Folder, x.in.Is.Folder
	if was == "" || was == is {
		return nil
	}
	return []hit{{at: &x.in.Is.Org, message: "the configuration's path leads to the folder " + is + " by a link, and led to " + was + " before"}}
}

func convertedFiles(x *examined) (hits []hit) {
	for _, name := range x.in.Converted {
		hits = append(hits, hit{at: &x.in.Is.Org, message: name + " differs from the commit: git converts it when it is checked out (.gitattributes)"})
	}
	return hits
}

func noBase(x *examined) []hit {
	if x.in.Incomparable == "" {
		return nil
	}
	return []hit{{at: &x.in.Is.Org, message: "the version to compare with isn't valid: " + x.in.Incomparable}}
}

// removedRules finds rules that only the first version has.
func removedRules(x *examined) (hits []hit) {
	for _, was := range x.in.Was.Rules {
		if named(x.in.Is.Rules, was.Name()) == nil {
			hits = append(hits, hit{at: &x.in.Is.Org, severity: severityOf(was), message: "the rule \"" + was.Name() + "\", which stood at " + x.in.Place(was.Place()) + ", is removed"})
		}
	}
	return hits
}

func changedRules(x *examined) (hits []hit) {
	for _, was := range x.in.Was.Rules {
		is := named(x.in.Is.Rules, was.Name())
		if is == nil {
			continue
		}
		before, after := was.Logic(), is.Logic()
		var changed []string
		for _, name := range []string{"for_each", "condition"} {
			if before[name] != after[name] {
				changed = append(changed, name)
			}
		}
		if severityOf(is) < severityOf(was) {
			changed = append(changed, "severity, from "+was.Severity()+" to "+is.Severity())
		}
		if len(changed) > 0 {
			at := is.Place()
			hits = append(hits, hit{at: &at, severity: severityOf(was), message: "the rule \"" + was.Name() + "\" has another " + phrase.List(changed)})
		}
	}
	return hits
}

func named(rules []versions.Custom, name string) versions.Custom {
	for _, r := range rules {
		if r.Name() == name {
			return r
		}
	}
	return nil
}

func severityOf(r versions.Custom) severity.Level {
	s, err := severity.Parse(r.Severity())
	if err != nil {
		return severity.Medium
	}
	return s
}

// conditionRules report conditions that values no longer have to meet.
func conditionRules() []Rule {
	return []Rule{
		{ID: "P18", Title: "Condition removed or changed", Severity: severity.Medium, Rationale: "Validations, preconditions, postconditions and types of variables refuse invalid values. Without this one, a later change is accepted, and so is a value that is set where the configuration is applied.",
			Source: "this configuration", Fix: "Keep the condition, or let its owners approve its removal.", change: weakenedConditions},
	}
}

func weakenedConditions(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	blocks := x.in.SuccessorBlocks()
	for _, was := range x.in.Was.Conditions {
		if was.Addr.Kind == "" {
			hits = append(hits, x.weakened(was, was.Of)...)
			continue
		}
		for _, block := range blocks[was.Addr.String()] { // none: the object is removed with its conditions
			hits = append(hits, x.weakened(was, block)...)
		}
	}
	return append(hits, x.widerVariables()...)
}

// widerVariables finds variables that now accept values which they refused before.
func (x *examined) widerVariables() (hits []hit) {
	were := map[string]config.Constraint{}
	for _, was := range x.in.Was.Constraints {
		were[was.Name] = was
	}
	for i := range x.in.Is.Constraints {
		is := &x.in.Is.Constraints[i]
		was, found := were[is.Name]
		if !found {
			continue
		}
		if !is.Within(was) {
			hits = append(hits, hit{at: &is.Range, message: "the type of " + is.Name + " was " + was.Type.FriendlyName() + ", and takes other values now"})
		}
		if is.Nullable && !was.Nullable {
			hits = append(hits, hit{at: &is.Range, message: "nullable = false of " + is.Name + " is removed: it may be null now"})
		}
	}
	return hits
}

// weakened reports a condition of the first version that the block or variable with this name lacks
// in the second.
func (x *examined) weakened(was config.Condition, name string) []hit {
	same := func(c config.Condition) bool {
		of := c.Of
		if c.Addr.Kind != "" {
			of = c.Addr.String()
		}
		return of == name && c.Type == was.Type
	}
	if slices.ContainsFunc(x.in.Is.Conditions, func(c config.Condition) bool { return same(c) && c.Print == was.Print }) {
		return nil
	}
	h := hit{at: &x.in.Is.Org, message: "the " + was.Type + " of " + name + ", which stood at " + x.in.Place(was.Range) + ", is removed or changed"}
	if at := slices.IndexFunc(x.in.Is.Conditions, same); at >= 0 {
		h.at = &x.in.Is.Conditions[at].Range
	}
	if addr, err := schema.ParseAddr(name); err == nil && was.Addr.Kind != "" {
		h.addr = addr
	}
	return []hit{h}
}

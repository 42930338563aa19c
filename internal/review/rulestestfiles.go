package review

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/internal/testfile"
)

// testFileRules report that test files, *.oktest.hcl, prove less than before.
func testFileRules() []Rule {
	const source = "this configuration's test files"
	return []Rule{
		{ID: "P19", Title: "Test removed", Severity: severity.Medium, Worst: severity.High, Rationale: "A run or an assertion of a test file refused unwanted changes. Without it, they pass.",
			Source: source, Fix: "Keep the test, or let its owners approve its removal.", change: removedRuns},
		{ID: "P20", Title: "Test weakened", Severity: severity.Medium, Worst: severity.High, Rationale: "The run passes where it failed before, or shows something else.",
			Source: source, Fix: "Keep what the test asserts, or say in the change why that is different now.", change: weakenedRuns},
	}
}

// comparedRun is a run of the first version with what became of it; is is nil if the second has
// none.
type comparedRun struct{ was, is *versions.TestRun }

// comparedRuns returns the runs of the first version that the second lacks or has changed. A run
// that was only renamed, or moved to another file, is neither.
func (x *examined) comparedRuns() (list []comparedRun) {
	if !x.in.Compared {
		return nil
	}
	var all []*versions.TestRun
	for i := range x.in.Is.TestFiles {
		for j := range x.in.Is.TestFiles[i].Runs {
			all = append(all, &x.in.Is.TestFiles[i].Runs[j])
		}
	}
	taken := map[*versions.TestRun]bool{}
	take := func(same func(is *versions.TestRun) bool) *versions.TestRun {
		at := slices.IndexFunc(all, func(is *versions.TestRun) bool { return !taken[is] && same(is) })
		if at < 0 {
			return nil
		}
		taken[all[at]] = true
		return all[at]
	}
	var changed []*versions.TestRun
	for i := range x.in.Was.TestFiles {
		for j := range x.in.Was.TestFiles[i].Runs {
			was := &x.in.Was.TestFiles[i].Runs[j]
			if take(func(is *versions.TestRun) bool {
				return is.Name == was.Name && is.File == was.File && x.provesAll(is, was)
			}) == nil {
				changed = append(changed, was)
			}
		}
	}
	// First those that kept their names, so that a renamed run does not take the place of another.
	var rest []*versions.TestRun
	for _, was := range changed {
		if is := take(func(is *versions.TestRun) bool { return is.Name == was.Name && is.File == was.File }); is != nil {
			list = append(list, comparedRun{was, is})
			continue
		}
		rest = append(rest, was)
	}
	for _, was := range rest {
		if slices.ContainsFunc(x.in.Is.TestFiles, func(f versions.TestFile) bool { return f.Name == was.File && f.Problem != "" }) {
			continue // its file has errors, which is a finding of its own
		}
		if take(func(is *versions.TestRun) bool { return x.provesAll(is, was) }) == nil {
			list = append(list, comparedRun{was, take(func(is *versions.TestRun) bool { return is.Name == was.Name })})
		}
	}
	return list
}

// provesAll reports whether a run shows all that another one did.
func (x *examined) provesAll(is, was *versions.TestRun) bool {
	return is.Command == was.Command && maps.Equal(is.Values, was.Values) && is.Events == was.Events &&
		slices.Equal(slices.Sorted(slices.Values(is.Expected)), slices.Sorted(slices.Values(was.Expected))) && len(x.lostAssertions(was, is)) == 0
}

// lostAssertions returns the assertions of the first run that the second lacks, except those about
// objects that are no longer declared.
func (x *examined) lostAssertions(was, is *versions.TestRun) (lost []versions.TestAssertion) {
	for _, a := range was.Asserts {
		if !slices.ContainsFunc(is.Asserts, func(b versions.TestAssertion) bool { return b.Print == a.Print }) && !x.allGone(a.Objects) {
			lost = append(lost, a)
		}
	}
	return lost
}

// allGone reports whether there are blocks in a list, and none of them is declared any longer.
func (x *examined) allGone(blocks []string) bool {
	return len(blocks) > 0 && !slices.ContainsFunc(x.Objects, func(o access.Object) bool {
		return !o.Gone && slices.Contains(blocks, o.Addr.Kind+"."+o.Addr.Name)
	})
}

// assertionSeverity returns how much is lost with an assertion.
func assertionSeverity(a *versions.TestAssertion) severity.Level {
	if a.Access {
		return severity.High
	}
	return severity.Medium
}

// runSeverity returns how much is lost with a run.
func runSeverity(r *versions.TestRun) severity.Level {
	worst := severity.Medium
	if len(r.Expected) > 0 {
		worst = severity.High // it showed that something fails
	}
	for i := range r.Asserts {
		worst = max(worst, assertionSeverity(&r.Asserts[i]))
	}
	return worst
}

func removedRuns(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	gone := map[string]bool{}
	for i := range x.in.Was.TestFiles {
		f := &x.in.Was.TestFiles[i]
		if slices.ContainsFunc(x.in.Is.TestFiles, func(is versions.TestFile) bool { return is.Name == f.Name }) {
			continue
		}
		lost := 0
		for _, c := range x.comparedRuns() {
			if c.was.File == f.Name && c.is == nil {
				lost++
			}
		}
		if lost > 1 && lost == len(f.Runs) {
			gone[f.Name] = true
			hits = append(hits, hit{at: &x.in.Is.Org, severity: worstOf(f.Runs), message: "the test file " + f.Name + " with its " + strconv.Itoa(lost) + " runs, which stood at " + x.in.Place(f.Range) + ", is removed"})
		}
	}
	for _, c := range x.comparedRuns() {
		switch {
		case c.is == nil && !gone[c.was.File]:
			hits = append(hits, hit{at: &x.in.Is.Org, severity: runSeverity(c.was), message: "the run \"" + c.was.Name + "\", which stood at " + x.in.Place(c.was.Range) + ", is removed"})
		case c.is != nil:
			for _, a := range x.lostAssertions(c.was, c.is) {
				if c.is.HasAssertion(a.Text) {
					continue // what it refers to is another value
				}
				hits = append(hits, hit{at: &c.is.Range, severity: assertionSeverity(&a), message: "the run \"" + c.is.Name + "\" no longer asserts " + a.Text + ", which stood at " + x.in.Place(a.Range)})
			}
		}
	}
	return hits
}

func worstOf(runs []versions.TestRun) severity.Level {
	worst := severity.Medium
	for i := range runs {
		worst = max(worst, runSeverity(&runs[i]))
	}
	return worst
}

func weakenedRuns(x *examined) (hits []hit) {
	for _, c := range x.comparedRuns() {
		if c.is == nil {
			continue
		}
		changes, level := weakerRun(c.was, c.is)
		for _, a := range x.lostAssertions(c.was, c.is) {
			if c.is.HasAssertion(a.Text) {
				changes, level = append(changes, "asserts something else with "+a.Text+", which refers to other values now"), max(level, assertionSeverity(&a))
			}
		}
		if len(changes) > 0 {
			hits = append(hits, hit{at: &c.is.Range, severity: level, message: "the run \"" + c.is.Name + "\" " + strings.Join(changes, ", and ")})
		}
	}
	for i := range x.in.Is.TestFiles {
		f := &x.in.Is.TestFiles[i]
		if f.Problem != "" && x.in.Judged && !slices.ContainsFunc(x.in.Was.TestFiles, func(was versions.TestFile) bool { return was.Name == f.Name && was.Problem != "" }) {
			hits = append(hits, hit{at: &f.Range, message: "the test file " + f.Name + " has errors, so it tests nothing"})
		}
	}
	return append(append(hits, x.otherSeeds()...), x.noStandardTest()...)
}

// weakerRun returns what a run no longer shows, besides its assertions.
func weakerRun(was, is *versions.TestRun) (changes []string, level severity.Level) {
	say := func(s severity.Level, text string) {
		changes, level = append(changes, text), max(level, s)
	}
	if was.Command != is.Command {
		s := severity.Medium
		if was.Command == testfile.Apply || was.Command == testfile.Review || len(was.Expected) > 0 {
			s = severity.High // smoke tests, a second plan, or the rules are no longer tried
		}
		say(s, "has command = "+string(is.Command)+" instead of "+string(was.Command))
	}
	if more := access.Without(is.Expected, was.Expected); len(more) > 0 {
		say(severity.High, "expects "+phrase.List(more)+" to fail")
	}
	if gone := access.Without(was.Expected, is.Expected); len(gone) > 0 {
		say(severity.High, "no longer expects "+phrase.List(gone)+" to fail")
	}
	if names := differing(was.Values, is.Values); len(names) > 0 {
		slices.Sort(names)
		say(severity.Medium, "has other values of "+phrase.List(names))
	}
	if was.Events != is.Events {
		say(severity.Medium, "has another org: seed, setup or before changed")
	}
	return changes, level
}

// noStandardTest reports that the first test file replaces the standard test without doing what
// that does.
func (x *examined) noStandardTest() []hit {
	if !x.in.Judged || x.in.Was.Org.Filename == "" || len(x.in.Was.TestFiles) > 0 || len(x.in.Is.TestFiles) == 0 {
		return nil
	}
	does := func(command testfile.Command) bool {
		return slices.ContainsFunc(x.in.Is.TestFiles, func(f versions.TestFile) bool {
			return slices.ContainsFunc(f.Runs, func(r versions.TestRun) bool { return r.Command == command && len(r.Expected) == 0 })
		})
	}
	var lacks []string
	if !does(testfile.Apply) {
		lacks = append(lacks, "applies")
	}
	if !does(testfile.Review) {
		lacks = append(lacks, "reviews")
	}
	if len(lacks) == 0 {
		return nil
	}
	return []hit{{at: &x.in.Is.TestFiles[0].Range, message: "oktaform test runs " + x.in.Is.TestFiles[0].Name + " in place of its own steps now, and no run " + strings.Join(lacks, " or ") + " the configuration"}}
}

// otherSeeds reports that the tests run in another org than before.
func (x *examined) otherSeeds() (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	add := func(message string) { hits = append(hits, hit{at: &x.in.Is.Org, message: message}) }
	find := func(list []versions.Seed, name string) *versions.Seed {
		if at := slices.IndexFunc(list, func(s versions.Seed) bool { return s.Name == name }); at >= 0 {
			return &list[at]
		}
		return nil
	}
	for _, was := range x.in.Was.Seeds {
		switch is := find(x.in.Is.Seeds, was.Name); {
		case is != nil && is.Print != was.Print:
			add(was.Name + " has another content, so the tests run in another org")
		case is == nil && was.Name == config.SeedFile:
			add(was.Name + " is removed, so the tests run in an org without its content")
		}
	}
	if len(x.in.Was.TestFiles) > 0 && find(x.in.Is.Seeds, config.SeedFile) != nil && find(x.in.Was.Seeds, config.SeedFile) == nil {
		add(config.SeedFile + " is new, so the tests no longer run in an empty org")
	}
	return hits
}

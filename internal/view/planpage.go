package view

import (
	"strings"

	"github.com/oktaform/oktaform/plan"
)

// PlanPage is the data of a plan's page.
type PlanPage struct {
	Headline string
	Where    string       // the org, the owner and the principal
	Changes  []PlanAction // those that destroy or replace first
	Outputs  []DiffLine
	Notes    []string
}

// PlanAction is what happens to one object. Goes says that it is destroyed or replaced, Open that
// the page shows its diff at once.
type PlanAction struct {
	Verb, Sentence string
	Goes, Open     bool
	Lines          []DiffLine
}

// DiffLine is one line of a diff; Class is "" where nothing changes.
type DiffLine struct{ Class, Text string }

// Unfolded is the maximum number of actions for which a page shows all diffs. With more actions, it
// shows only those that destroy or replace.
const Unfolded = 40

// NewPlanPage returns the data of the page that shows a plan.
func NewPlanPage(p *plan.Plan) *PlanPage {
	page := &PlanPage{Headline: Summary(p, Style{}), Where: strings.TrimSpace(Where(p, p.As, Style{})), Notes: p.Notes}
	if p.Empty() {
		page.Headline = NoChanges
	}
	for _, first := range []bool{true, false} {
		for i := range p.Changes {
			if c := &p.Changes[i]; c.Action != plan.NoOp && goes(c) == first {
				page.Changes = append(page.Changes, newPlanAction(c))
			}
		}
	}
	for i := range page.Changes {
		page.Changes[i].Open = page.Changes[i].Goes || len(page.Changes) <= Unfolded
	}
	var b strings.Builder
	(&differ{out: &b}).outputs(p)
	if _, lines, found := strings.Cut(b.String(), ":\n"); found {
		page.Outputs = DiffLines(lines)
	}
	return page
}

func newPlanAction(c *plan.Change) PlanAction {
	about, more, _ := strings.Cut(header(c, Style{}), "\n")
	var b strings.Builder
	b.WriteString(more)
	(&differ{out: &b}).change(c)
	verb := verbs[c.Action]
	if c.OnlyMoved() {
		verb = "move"
	}
	return PlanAction{Verb: verb, Sentence: strings.TrimPrefix(about, "  # "), Goes: goes(c), Lines: DiffLines(b.String())}
}

// verbs are the actions in one word each.
var verbs = map[plan.Action]string{plan.Create: "create", plan.Update: "update", plan.Delete: "destroy", plan.Replace: "replace",
	plan.Import: "import", plan.Forget: "forget"}

// DiffLines returns the lines of a diff, each with the class of its symbol.
func DiffLines(text string) (lines []DiffLine) {
	classes := map[byte]string{'+': "added", '-': "removed", '!': "changed"}
	for line := range strings.Lines(SignsFirst(text)) {
		line = strings.TrimRight(line, "\n")
		l := DiffLine{Text: line}
		if line != "" {
			l.Class = classes[line[0]]
		}
		lines = append(lines, l)
	}
	return lines
}

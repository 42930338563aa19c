package view

import (
	"strings"

	"github.com/oktaform/oktaform/plan"
)

// planPage is the data of a plan's page.
type planPage struct {
	Headline string
	Where    string       // the org, the owner and the principal
	Changes  []planAction // those that destroy or replace first
	Outputs  []diffLine
	Notes    []string
}

type planAction struct {
	Verb, Sentence string
	Goes, Open     bool
	Lines          []diffLine
}

// diffLine is one line of a diff; Class is "" where nothing changes.
type diffLine struct{ Class, Text string }

// unfolded is the maximum number of actions for which a page shows all diffs. With more actions, it
// shows only those that destroy or replace.
const unfolded = 40

func newPlanPage(p *plan.Plan) *planPage {
	page := &planPage{Headline: Summary(p, Style{}), Where: strings.TrimSpace(Where(p, p.As, Style{})), Notes: p.Notes}
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
		page.Changes[i].Open = page.Changes[i].Goes || len(page.Changes) <= unfolded
	}
	var b strings.Builder
	(&differ{out: &b}).outputs(p)
	if _, lines, found := strings.Cut(b.String(), ":\n"); found {
		page.Outputs = diffLines(lines)
	}
	return page
}

func newPlanAction(c *plan.Change) planAction {
	about, more, _ := strings.Cut(header(c, Style{}), "\n")
	var b strings.Builder
	b.WriteString(more)
	(&differ{out: &b}).change(c)
	verb := verbs[c.Action]
	if c.OnlyMoved() {
		verb = "move"
	}
	return planAction{Verb: verb, Sentence: strings.TrimPrefix(about, "  # "), Goes: goes(c), Lines: diffLines(b.String())}
}

// verbs are the actions in one word each.
var verbs = map[plan.Action]string{plan.Create: "create", plan.Update: "update", plan.Delete: "destroy", plan.Replace: "replace",
	plan.Import: "import", plan.Forget: "forget"}

func diffLines(text string) (lines []diffLine) {
	classes := map[byte]string{'+': "added", '-': "removed", '!': "changed"}
	for line := range strings.Lines(signsFirst(text)) {
		line = strings.TrimRight(line, "\n")
		l := diffLine{Text: line}
		if line != "" {
			l.Class = classes[line[0]]
		}
		lines = append(lines, l)
	}
	return lines
}

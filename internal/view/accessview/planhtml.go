package accessview

import (
	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

// PlanHTML returns a plan as one self-contained page: what happens to each object, and, from d, the
// change of effective access.
func PlanHTML(p *plan.Plan, d *ReviewDocument) (string, error) {
	return d.html("Plan", view.NewPlanPage(p))
}

// planNode shows the actions of a plan.
func planNode(p *view.PlanPage) g.Node {
	return section("actions", "Actions",
		g.If(len(p.Changes) == 0, h.P(g.Text("None."))),
		g.Map(p.Changes, func(c view.PlanAction) g.Node {
			class := "badge"
			if c.Goes {
				class += " high"
			}
			return g.Group{h.Details(h.Class("action"), g.If(c.Open, open), newline,
				h.Summary(h.Span(h.Class(class), g.Text(c.Verb)), g.Text(" "), plain(c.Sentence)), newline, diffNode("What changes", c.Lines)), newline}
		}),
		g.Iff(len(p.Outputs) > 0, func() g.Node {
			return g.Group{h.H3(g.Text("Outputs")), newline, diffNode("What changes", p.Outputs)}
		}))
}

func diffNode(label string, lines []view.DiffLine) g.Node {
	return g.Group{h.Pre(h.Class("diff"), h.TabIndex("0"), h.Role("group"), h.Aria("label", label), g.Map(lines, func(l view.DiffLine) g.Node {
		return g.Group{h.Span(g.If(l.Class != "", h.Class(l.Class)), g.Text(l.Text)), newline}
	})), newline}
}

package accessview

import (
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"github.com/oktaform/oktaform/internal/view"
)

// DriftHTML writes a report as one page that needs nothing else and runs nothing.
func DriftHTML(d *DriftDocument) (string, error) {
	var out strings.Builder
	err := d.page().Render(&out)
	return out.String(), err
}

func (d *DriftDocument) page() g.Node {
	differences := func(list []DriftDifference) g.Node {
		return g.Map(list, func(difference DriftDifference) g.Node { return difference.node() })
	}
	return document("Drift", "default-src 'none'; style-src "+inlineHash(reviewStyle),
		h.Header(newline, h.H1(g.Text("Drift")), newline,
			h.P(plain(d.where())), newline,
			h.P(badge(d.Risk, "risk: "+d.Risk), g.Text(" "), h.B(plain(d.Headline()))), newline), newline,
		h.Main(newline,
			differences(d.Differences),
			g.Iff(len(d.Pending) > 0, func() g.Node {
				return section("pending", "Changes of the configuration that are not applied yet", differences(d.Pending))
			}),
			g.Map(d.Notes, note)))
}

func (d *DriftDifference) node() g.Node {
	isDrift := d.Cause != "configuration"
	command := func(name, line string) g.Node {
		return g.Group{h.P(g.Text(name+": "), h.Code(plain(line))), newline}
	}
	item := func(content ...g.Node) g.Node { return g.Group{h.Li(content...), newline} }
	return g.Group{h.Article(h.Class("finding"), newline,
		h.H3(g.If(isDrift, g.Group{badge(d.Risk, d.Risk), g.Text(" ")}), h.Code(plain(d.title())), g.Text(" "), plain(d.Name), g.Text(" ("), plain(d.Kind), g.Text(")")), newline,
		g.If(d.Attribute == "", g.Group{h.P(plain(d.Summary)), newline}),
		g.If(d.Diff != "", diffNode("What differs", view.DiffLines(d.Diff))),
		h.Ul(g.Map(d.said(), func(text string) g.Node { return item(plain(text)) }),
			g.Map(d.Findings, func(f ReviewFinding) g.Node {
				return item(h.B(g.Text(f.Severity+" "), plain(f.Rule)), g.Text(" "), plain(f.Title), g.Text(": "), plain(f.Message))
			})), newline,
		g.If(isDrift && d.Accept != "", command("Accept", d.Accept)),
		g.If(isDrift, command("Revert", d.Revert))), newline}
}

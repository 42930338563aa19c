package accessview

import (
	"fmt"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"github.com/oktaform/oktaform/internal/view"
)

// reviewPage is what the page of a review, or of a plan with its review, shows.
type reviewPage struct {
	*ReviewDocument
	title string
	plan  *view.PlanPage // nil for a review
	data  string         // JSON for the script
	// Findings about what judges the change, other ones, those of them that are folded, and those
	// that were there before.
	policies, others, minor, standing []findingGroup
}

func (p *reviewPage) node() g.Node {
	return document(p.title, "default-src 'none'; style-src "+inlineHash(reviewStyle)+"; script-src "+inlineHash(reviewScript),
		h.A(h.Class("skip"), h.Href("#who"), g.Text("Skip to who can do what")),
		h.Header(p.header()...), newline,
		p.nav(), newline,
		h.Main(
			g.Iff(len(p.policies) > 0, func() g.Node {
				return section("policy", PolicyTitle, h.Class("warning"), findingNodes(p.policies))
			}),
			p.findings(),
			g.Iff(p.plan != nil, func() g.Node { return planNode(p.plan) }),
			p.who(),
			g.Iff(len(p.standing) > 0, func() g.Node {
				return h.Section(g.Attr("aria-labelledby", "standing-title"), h.H2(h.ID("standing-title"), g.Text("Findings that were there before")),
					h.Details(h.Summary(g.Textf("%d that this change doesn't bring", len(p.Standing))), findingNodes(p.standing)), newline)
			}),
			g.Iff(p.showsChanges(), p.changes),
			p.notes(),
			p.about(),
		), newline,
		h.Script(h.ID("data"), h.Type("application/json"), g.Raw(p.data)), newline,
		h.Script(g.Raw(reviewScript)))
}

// document returns a page that needs nothing else. The policy says what its browser may run and
// load.
func document(title, policy string, body ...g.Node) g.Node {
	return h.Doctype(h.HTML(h.Lang("en"), newline,
		h.Head(newline,
			h.Meta(h.Charset("utf-8")), newline,
			h.Meta(g.Attr("http-equiv", "Content-Security-Policy"), h.Content(policy)), newline,
			h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")), newline,
			h.Meta(h.Name("referrer"), h.Content("no-referrer")), newline,
			h.TitleEl(g.Text(title)), newline,
			h.StyleEl(g.Raw(reviewStyle)), newline), newline,
		h.Body(newline, g.Group(body), newline), newline))
}

// newline is between elements that begin a line of the page's source.
var newline = g.Raw("\n")

// plain is a text of others.
func plain(text string) g.Node { return g.Text(view.Plain(text)) }

func badge(risk, text string) g.Node { return h.Span(h.Class("badge "+risk), g.Text(text)) }

func note(text string) g.Node { return g.Group{h.P(h.Class("note"), plain(text)), newline} }

// section is a part of the page with a heading that links name.
func section(id, title string, content ...g.Node) g.Node {
	return g.Group{h.Section(h.ID(id), g.Attr("aria-labelledby", id+"-title"), newline, h.H2(h.ID(id+"-title"), g.Text(title)), newline, g.Group(content)), newline}
}

func (p *reviewPage) header() []g.Node {
	class := "verdict"
	if len(p.Verdict) > 90 {
		class += " long"
	}
	nodes := []g.Node{newline, h.P(h.Class("kind"), g.Text(p.title)), newline, h.H1(h.Class(class), plain(p.Verdict)), newline}
	if p.plan != nil {
		if p.plan.Where != "" {
			nodes = append(nodes, h.P(plain(p.plan.Where)), newline)
		}
		nodes = append(nodes, h.P(h.B(g.Text(p.plan.Headline))), newline)
	}
	nodes = append(nodes, h.P(badge(p.Summary.Risk, "risk: "+p.Summary.Risk), g.Text(" "), plain(p.headline())), newline)
	if p.Warning != "" {
		nodes = append(nodes, h.P(h.Class("warning"), plain(p.Warning)), newline)
	}
	if p.Compared && p.Base != "" {
		nodes = append(nodes, h.P(h.Class("dim"), g.Text("Compared with "), h.Code(plain(p.Base)), g.Text(".")), newline)
	}
	return nodes
}

// showsChanges reports whether the page lists changes: a plan shows them as actions.
func (p *reviewPage) showsChanges() bool { return len(p.Changes) > 0 && p.plan == nil }

func (p *reviewPage) nav() g.Node {
	link := func(id, text string) g.Node {
		return g.Group{h.A(h.Href("#"+id), g.Text(text)), g.Text(" ")}
	}
	first := "findings"
	if len(p.policies) > 0 {
		first = "policy"
	}
	return h.Nav(h.Aria("label", "Parts of this page"),
		g.Iff(p.plan != nil, func() g.Node { return link("actions", fmt.Sprintf("Actions (%d)", len(p.plan.Changes))) }),
		link(first, fmt.Sprintf("Findings (%d)", len(p.Findings))),
		link("who", "Who can do what"),
		g.If(p.showsChanges(), link("changes", fmt.Sprintf("Changes (%d)", len(p.Changes)))),
		link("about", "About this page"),
		h.Button(h.ID("copy"), h.Type("button"), hidden, g.Text("Copy as Markdown")), g.Text(" "),
		h.Span(h.ID("copied"), h.Role("status")))
}

var hidden = g.Attr("hidden")

func (p *reviewPage) findings() g.Node {
	title := "Findings"
	if len(p.policies) > 0 {
		title = "Other findings"
	}
	return section("findings", title, findingNodes(p.others),
		g.Iff(len(p.minor) > 0, func() g.Node {
			return h.Details(h.Class("minor"), h.Summary(g.Textf("Low and waived findings (%d)", counted(p.minor))), newline, findingNodes(p.minor))
		}))
}

func (p *reviewPage) who() g.Node {
	choose := ""
	if p.Compared {
		choose = " Choose under “Show” what this change brings, or how things are before or after it."
	}
	controls := h.Aria("controls", "list")
	field := func(label string, attributes ...g.Node) g.Node {
		return g.Group{h.Label(g.Text(label+" "), h.Input(h.Type("search"), h.AutoComplete("off"), controls, g.Group(attributes))), newline}
	}
	return section("who", "Who can do what",
		h.P(g.Text("Each box is an app, user or group, the most powerful first. A line says what it can do with Okta's API and where; open it to see the calls."+choose)), newline,
		h.NoScript(h.P(g.Text("The list of principals needs JavaScript. The findings above don't."))), newline,
		h.Form(h.ID("filters"), h.Role("search"), h.Aria("label", "Filter the principals"), newline,
			field("Principal", h.ID("principal"), h.Placeholder("name or address")),
			field("Scope or operation", h.ID("scope"), h.Placeholder("okta.users or DELETE")),
			h.Label(g.Text("Show "), h.Select(h.ID("version"), controls, h.Option(h.Value("delta"), g.Text("the change")), h.Option(h.Value("after"), g.Text("after")), h.Option(h.Value("before"), g.Text("before")))), newline,
			h.Label(h.Class("check"), h.Input(h.ID("writes"), h.Type("checkbox"), controls), g.Text(" write access only")), newline), newline,
		h.P(h.ID("count"), h.Class("dim"), h.Role("status")), newline,
		h.Div(h.ID("list")), newline,
		h.P(h.Button(h.ID("more"), h.Type("button"), hidden, g.Text("Show more"))), newline,
		g.Iff(len(p.Principals) > 0, p.drawing))
}

// drawing is where the script draws the graph.
func (p *reviewPage) drawing() g.Node {
	line := func(class, text string) g.Node {
		return g.Group{h.Span(g.El("svg", g.Attr("viewBox", "0 0 36 10"), h.Aria("hidden", "true"), g.El("path", h.Class(class), g.Attr("d", "M0 5H36"))), g.Text(" "+text)), g.Text(" ")}
	}
	return g.Group{h.Details(h.ID("drawing"), hidden, h.Summary(g.Text("Graph of who may act to what")), newline,
		h.Div(h.ID("graph")), newline,
		h.Ul(h.ID("arrows"), h.Aria("label", "Who may act to what")), newline,
		h.P(h.ID("legend"), h.Class("legend dim"), hidden, line("read", "reads"), line("write", "writes"), g.If(p.Compared, line("read loses", "is lost or narrowed"))), newline), newline}
}

func (p *reviewPage) changes() g.Node {
	var items []g.Node
	for i := range p.Changes {
		c := &p.Changes[i]
		items = append(items, h.Li(h.B(g.Text(c.Change)), g.Text(" "), h.Code(plain(c.Address)), g.Text(" "), plain(c.Name), g.Text(" ("), plain(c.Kind), g.Text(")"), rowsTable(c.Values)), newline)
	}
	return section("changes", "Changes", h.Details(g.If(len(p.Changes) <= view.Unfolded, open), h.Summary(g.Textf("%d objects", len(p.Changes))), newline, h.Ul(items...), newline))
}

var open = g.Attr("open")

func rowsTable(rows []ReviewRow) g.Node {
	if len(rows) == 0 {
		return nil
	}
	column := func(name string) g.Node { return h.Th(g.Attr("scope", "col"), g.Text(name)) }
	return h.Table(h.Class("rows"), h.THead(h.Tr(column("what"), column("before"), column("after"))),
		h.TBody(newline, g.Map(rows, func(r ReviewRow) g.Node {
			return g.Group{h.Tr(h.Th(g.Attr("scope", "row"), plain(r.Name)), h.Td(plain(orNone(r.Before))), h.Td(plain(orNone(r.After)))), newline}
		})))
}

func (p *reviewPage) notes() g.Node {
	nodes := g.Group{}
	if p.plan != nil {
		nodes = append(nodes, g.Map(p.plan.Notes, note))
	}
	return append(nodes, g.Map(p.Notes, note))
}

func (p *reviewPage) about() g.Node {
	return section("about", "About this page",
		g.Iff(p.Evidence != nil, func() g.Node {
			return g.Group{h.Dl(h.Class("evidence"), g.Map(p.Evidence.rows(), func(row [2]string) g.Node {
				return g.Group{h.Div(h.Dt(g.Text(row[0])), h.Dd(plain(row[1]))), newline}
			})), newline}
		}),
		h.P(g.Text("An app, user or group can call an operation of Okta's API when its scopes and its admin roles both allow it, on the objects that the roles cover. A web app acts for the people who sign in: of what its scopes allow, each of them may do what their own rights allow. What a role allows is compiled from what Okta publishes; where that isn't certain, the line is marked with “?” and says why.")), newline)
}

// findingNodes shows groups of findings.
func findingNodes(list []findingGroup) g.Node {
	if len(list) == 0 {
		return h.P(g.Text("None."))
	}
	return g.Map(list, func(f findingGroup) g.Node { return f.node() })
}

func (f *findingGroup) node() g.Node {
	dim := func(text string) g.Node { return g.Group{g.Text(" "), h.Span(h.Class("dim"), g.Text(text))} }
	title := view.Plain(f.Rule) + " " + view.Plain(f.Title)
	return g.Group{h.Article(h.Class("finding "+f.Severity), h.ID(f.ID), newline,
		h.H3(badge(f.Severity, f.Severity), g.Text(" "+title),
			g.If(f.Count > 1, dim(fmt.Sprintf("(%d)", f.Count))), g.If(f.Waiver != nil, dim("(waived)")),
			g.Text(" "), h.A(h.Class("link"), h.Href("#"+f.ID), h.Aria("label", "# link to "+title), g.Text("#"))), newline,
		g.Map(f.First, findingNode),
		g.Iff(len(f.More) > 0, func() g.Node {
			return h.Details(h.Summary(g.Textf("%d more", len(f.More))), g.Map(f.More, findingNode))
		}), newline,
		g.Iff(f.Waiver != nil, func() g.Node { return h.P(plain(f.Waiver.sentence())) }), newline,
		h.Details(h.Class("why"), h.Summary(g.Text("Why, and what to do")),
			h.P(plain(f.Rationale), g.Text(" "), h.Span(h.Class("dim"), plain(f.Source))),
			g.If(f.Fix != "", h.P(h.B(g.Text("Fix:")), g.Text(" "), plain(f.Fix))),
			g.If(f.Diff != "", h.Pre(h.Class("diff"), h.TabIndex("0"), h.Role("group"), h.Aria("label", "The fix as a diff"), g.Text(view.Lines(f.Diff)))),
			g.If(strings.HasPrefix(f.HelpURI, "https://"), h.P(h.A(h.Href(f.HelpURI), g.Text("How "+f.Rule+" is abused, with examples"))))), newline), newline}
}

func findingNode(f ReviewFinding) g.Node {
	return g.Group{h.P(h.Class("said"),
		g.If(f.Address != "", g.Group{h.Code(plain(f.Address)), g.Text(": ")}), plain(f.Message),
		g.Iff(f.Place != nil, func() g.Node {
			return g.Group{g.Text(" "), h.Span(h.Class("place"), plain(f.Place.File), g.Textf(":%d", f.Place.Line))}
		})), newline}
}

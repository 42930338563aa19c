package accessview

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/view"
)

// PathsDocument says who is or can become a super admin, and how. Its JSON form is published.
type PathsDocument struct {
	FormatVersion string          `json:"format_version"`
	To            string          `json:"paths_to"`
	Principals    []PathPrincipal `json:"principals"` // with a path, the shortest first
	NotRead       []string        `json:"not_read"`
	NotJudged     []string        `json:"not_judged"` // whose paths may be missing, and why
}

// PathPrincipal is an app, user or group with the shortest path that it has.
type PathPrincipal struct {
	Address string `json:"address"`
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	// Holds reports whether the principal has the role already.
	Holds bool `json:"holds_role"`
	// Steps are none if the principal is a super admin, or if Limit says why it cannot act as one.
	Steps []PathStep `json:"steps"`
	Limit string     `json:"limit,omitempty"`
}

// PathStep is one step of a path.
type PathStep struct {
	How       string `json:"how"`
	To        string `json:"to,omitempty"` // the principal that is acted as after it
	Operation string `json:"operation"`
	Certainty string `json:"certainty,omitempty"` // why the step is not certain
}

// SuperAdmin is the role to which paths lead, as users write it.
const SuperAdmin = "super_admin"

// NewPaths returns the document of the paths in a review.
func NewPaths(r *review.Review, unread []string) *PathsDocument {
	d := &PathsDocument{FormatVersion: ReviewVersion, To: SuperAdmin, Principals: []PathPrincipal{}, NotRead: view.OrEmpty(unread), NotJudged: []string{}}
	for _, p := range r.ByPath() {
		one := PathPrincipal{Address: p.Addr.String(), Kind: p.Kind, Name: p.Name, Holds: p.HoldsSuperAdmin(), Steps: []PathStep{}, Limit: p.Path.Limit}
		for _, s := range p.Path.Steps {
			step := PathStep{How: s.How, Operation: s.Operation, Certainty: s.Basis}
			if s.To.Kind != "" {
				step.To = s.To.String()
			}
			one.Steps = append(one.Steps, step)
		}
		d.Principals = append(d.Principals, one)
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		switch {
		case p.After == nil:
		case len(p.After.Unknown) > 0:
			d.NotJudged = append(d.NotJudged, p.Addr.String()+": "+strings.Join(p.After.Unknown, "; "))
		case p.Path == nil && p.After.Actor == access.SignedIn && p.After.Open && len(p.After.Entries) > 0:
			d.NotJudged = append(d.NotJudged, p.Addr.String()+" "+strconv.Quote(p.Name)+": others may sign in to it, whose rights aren't known here")
		}
	}
	return d
}

// JSON returns the document in its published form.
func (d *PathsDocument) JSON() (string, error) {
	text, err := json.MarshalIndent(d, "", "  ")
	return string(text) + "\n", err
}

// PathsText returns the paths for a terminal, or the text nobody if there are none.
func PathsText(d *PathsDocument, style view.Style, width int, nobody string) string {
	t := &reviewText{style: style, width: width}
	for i := range d.Principals {
		p := &d.Principals[i]
		if i > 0 {
			t.line(0, "")
		}
		t.line(0, style.Bold(view.Plain(p.Address))+" "+view.Plain(strconv.Quote(p.Name))+" ("+p.Kind+")")
		switch {
		case p.Limit != "":
			t.line(2, view.Plain(p.Limit))
			continue
		case len(p.Steps) == 0:
			t.line(2, risky(style, "critical", "is a super admin"))
			continue
		}
		for n, s := range p.Steps {
			text := fmt.Sprintf("%d. %s", n+1, view.Plain(s.How))
			if s.Certainty != "" {
				text += fmt.Sprintf(" [%d]", t.marks.of(s.Certainty))
			}
			t.line(2, text)
		}
		end := "is a super admin"
		if p.Holds {
			end = "uses all rights of its role SUPER_ADMIN"
		}
		t.line(2, risky(style, "critical", fmt.Sprintf("%d. %s", len(p.Steps)+1, end)))
	}
	if len(d.Principals) == 0 {
		t.line(0, view.Plain(nobody))
	}
	t.certainties()
	for i, unjudged := range d.NotJudged {
		if i == 0 {
			t.line(0, "")
		}
		t.line(0, "Not judged: "+view.Plain(unjudged))
	}
	for i, unread := range d.NotRead {
		if i == 0 {
			t.line(0, "")
		}
		t.line(0, view.Plain(unread))
	}
	return t.b.String()
}

// pathGraph is the paths as nodes and arrows: the steps that are the same for several principals
// are one.
type pathGraph struct {
	nodes  []pathNode
	arrows []pathArrow
}

type pathNode struct{ id, label string }

type pathArrow struct {
	from, to string
	label    string
	certain  bool
}

func (d *PathsDocument) graph() *pathGraph {
	g := &pathGraph{}
	ids := map[string]string{}
	node := func(key, label string) string {
		if ids[key] == "" {
			ids[key] = fmt.Sprint("n", len(ids))
			g.nodes = append(g.nodes, pathNode{ids[key], label})
		}
		return ids[key]
	}
	for i := range d.Principals {
		if p := &d.Principals[i]; p.Limit == "" {
			node(p.Address, view.Plain(p.Address+" "+strconv.Quote(p.Name)))
		}
	}
	for i := range d.Principals {
		p := &d.Principals[i]
		if p.Limit != "" {
			continue
		}
		steps := p.Steps
		if len(steps) == 0 {
			steps = []PathStep{{How: "is"}}
		}
		from := p.Address
		for _, s := range steps {
			a := pathArrow{from: node(from, view.Plain(from)), to: node(s.To, view.Plain(cmp.Or(s.To, "super admin"))), label: view.Plain(s.How), certain: s.Certainty == ""}
			if !slices.Contains(g.arrows, a) {
				g.arrows = append(g.arrows, a)
			}
			from = s.To
		}
		if from != "" && len(p.Steps) > 0 { // it acts as a super admin now
			a := pathArrow{from: node(from, view.Plain(from)), to: node("", "super admin"), label: "is", certain: true}
			if !slices.Contains(g.arrows, a) {
				g.arrows = append(g.arrows, a)
			}
		}
	}
	return g
}

// PathsDOT returns the paths in the language of Graphviz. Steps that are not certain are dashed.
func PathsDOT(d *PathsDocument) string {
	var b strings.Builder
	b.WriteString("digraph paths {\n  rankdir = \"LR\";\n  node [shape = rect, fontname = \"sans-serif\"];\n  edge [fontname = \"sans-serif\"];\n")
	g := d.graph()
	for _, n := range g.nodes {
		fmt.Fprintf(&b, "  %s [label=%q];\n", n.id, n.label)
	}
	for _, a := range g.arrows {
		style := ""
		if !a.certain {
			style = ", style = dashed"
		}
		fmt.Fprintf(&b, "  %s -> %s [label=%q%s];\n", a.from, a.to, a.label, style)
	}
	b.WriteString("}\n")
	return b.String()
}

// PathsMermaid returns the paths in the language that GitHub and others render in Markdown. Steps
// that are not certain are dashed.
func PathsMermaid(d *PathsDocument) string {
	var b strings.Builder
	b.WriteString("graph LR\n")
	g := d.graph()
	for _, n := range g.nodes {
		fmt.Fprintf(&b, "  %s[\"%s\"]\n", n.id, mermaidText(n.label))
	}
	for _, a := range g.arrows {
		arrow := "==>"
		if !a.certain {
			arrow = "-.->"
		}
		fmt.Fprintf(&b, "  %s %s|\"%s\"| %s\n", a.from, arrow, mermaidText(a.label), a.to)
	}
	return b.String()
}

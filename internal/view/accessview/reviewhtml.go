package accessview

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/view"
)

var (
	//go:embed review.js
	reviewScript string
	//go:embed review.css
	reviewStyle string
)

// ReviewHTML returns a review as one self-contained page: it loads nothing, and its content
// security policy forbids it to. Texts are inserted by package gomponents, which escapes them, or
// as JSON data, which its script only ever writes as text.
func ReviewHTML(d *ReviewDocument) (string, error) { return d.html("Access review", nil) }

// html returns the page of a review, or that of a plan with its review.
func (d *ReviewDocument) html(title string, plan *view.PlanPage) (string, error) {
	data, err := json.Marshal(pageData(d)) // escapes <, > and & for a script element
	if err != nil {
		return "", err
	}
	findings := groups(d.others())
	var minor []findingGroup // folded when there are others
	if at := slices.IndexFunc(findings, func(g findingGroup) bool { return g.Waiver != nil || g.Severity == severity.Low.String() }); at > 0 {
		findings, minor = findings[:at], findings[at:]
	}
	p := &reviewPage{ReviewDocument: d, title: title, plan: plan, data: string(data), policies: groups(d.policy()), others: findings, minor: minor, standing: groups(d.Standing)}
	var out strings.Builder
	err = p.node().Render(&out)
	return out.String(), err
}

// findingGroup is the findings of one rule and severity, which share their explanation.
type findingGroup struct {
	ReviewFinding
	ID          string
	Count       int
	First, More []ReviewFinding
}

// inSight is the number of findings of a rule that a page shows unfolded.
const inSight = 5

func groups(list []ReviewFinding) (out []findingGroup) {
	for i := range list {
		f := &list[i]
		if last := len(out) - 1; last >= 0 && f.Waiver == nil && out[last].Waiver == nil && sameRule(f, &out[last].ReviewFinding) {
			g := &out[last]
			if g.Count++; g.Count <= inSight {
				g.First = append(g.First, *f)
			} else {
				g.More = append(g.More, *f)
			}
			continue
		}
		out = append(out, findingGroup{ReviewFinding: *f, ID: "finding-" + fingerprint(f)[:10], Count: 1, First: []ReviewFinding{*f}})
	}
	return out
}

// counted returns the number of findings in groups.
func counted(list []findingGroup) (n int) {
	for i := range list {
		n += list[i].Count
	}
	return n
}

// inlineHash is how a page's policy names a style or script that the page holds.
func inlineHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// page is the review in the form that the page's script reads. Data that many principals share is
// written once.
type page struct {
	Operations []string        `json:"operations"`
	Lines      []pageLine      `json:"lines"`
	Principals []pagePrincipal `json:"principals"`
	Compared   bool            `json:"compared"`
}

type pageLine struct {
	Verb       string   `json:"verb"`
	Families   []string `json:"families"`
	Write      bool     `json:"write"`
	Operations []int    `json:"ops"`
	Within     string   `json:"within"`
	From       string   `json:"from"`
	Certainty  string   `json:"certainty"`
	Risk       string   `json:"risk"`
}

type pagePrincipal struct {
	Address string      `json:"address"`
	Kind    string      `json:"kind"`
	Name    string      `json:"name"`
	Changed bool        `json:"changed"`
	Risk    string      `json:"risk"`
	Delta   []int       `json:"delta"`
	SignIns []string    `json:"signIns"`
	Before  *pageAccess `json:"before"`
	After   *pageAccess `json:"after"`
	Head    string      `json:"headline"`
	Super   bool        `json:"superAdmin"`
	Path    []string    `json:"path"`
	Rows    [][]string  `json:"rows"`
}

type pageAccess struct {
	Scopes  []string `json:"scopes"`
	Roles   []string `json:"roles"`
	Lines   []int    `json:"lines"`
	Remarks []string `json:"remarks"`
}

func pageData(d *ReviewDocument) page {
	p := page{Compared: d.Compared, Operations: []string{}, Lines: []pageLine{}, Principals: []pagePrincipal{}}
	operations, lines := map[string]int{}, map[string]int{}
	line := func(l ReviewLine) int {
		one := pageLine{Verb: l.Verb, Families: plainAll(l.Families), Write: l.Write, Within: view.Plain(l.Within), From: view.Plain(l.From), Certainty: view.Plain(l.Certainty), Risk: l.Risk}
		for _, o := range l.Operations {
			if _, known := operations[o]; !known {
				operations[o] = len(p.Operations)
				p.Operations = append(p.Operations, o)
			}
			one.Operations = append(one.Operations, operations[o])
		}
		key, _ := json.Marshal(one)
		if at, known := lines[string(key)]; known {
			return at
		}
		lines[string(key)] = len(p.Lines)
		p.Lines = append(p.Lines, one)
		return len(p.Lines) - 1
	}
	shared := map[*ReviewLine][]int{} // by the first of the lines, which principals with equal rights share
	numbers := func(list []ReviewLine) []int {
		if len(list) == 0 {
			return []int{}
		}
		if _, known := shared[&list[0]]; !known {
			out := make([]int, len(list))
			for i, l := range list {
				out[i] = line(l)
			}
			shared[&list[0]] = out
		}
		return shared[&list[0]]
	}
	access := func(a *ReviewAccess) *pageAccess {
		if a == nil {
			return nil
		}
		return &pageAccess{Scopes: plainAll(a.Scopes), Roles: plainAll(a.Roles), Remarks: plainAll(remarks(a)), Lines: numbers(a.Allows)}
	}
	for _, r := range d.Principals {
		one := pagePrincipal{Address: view.Plain(r.Address), Kind: r.Kind, Name: view.Plain(r.Name), Changed: r.Changed, Risk: r.Risk, SignIns: plainAll(slices.Concat(r.SignIns, r.Tests)), Head: view.Plain(r.Headline), Super: r.SuperAdmin, Path: plainAll(r.Path), Rows: [][]string{},
			Before: access(r.Before), After: access(r.After), Delta: numbers(r.Delta)}
		for _, row := range r.Comparison {
			one.Rows = append(one.Rows, []string{view.Plain(row.Name), view.Plain(orNone(row.Before)), view.Plain(orNone(row.After))})
		}
		p.Principals = append(p.Principals, one)
	}
	return p
}

func plainAll(list []string) []string {
	out := []string{}
	for _, text := range list {
		out = append(out, view.Plain(text))
	}
	return out
}

package view

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
)

var (
	//go:embed review.html.tmpl
	reviewPage string
	//go:embed review.js
	reviewScript string
	//go:embed review.css
	reviewStyle string
)

// ReviewHTML returns a review as one self-contained page: it loads nothing, and its content
// security policy forbids it to. Texts are inserted by html/template or as JSON data, which its
// script only ever writes as text.
func ReviewHTML(d *ReviewDocument) (string, error) { return d.html("Access review", nil) }

// html returns the page of a review, or that of a plan with its review.
func (d *ReviewDocument) html(title string, plan *planPage) (string, error) {
	page, err := template.New("review").Funcs(template.FuncMap{"plain": Plain, "waived": (*ReviewWaiver).sentence}).Parse(reviewPage)
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(pageData(d)) // escapes <, > and & for a script element
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = page.Execute(&out, map[string]any{
		"Title": title, "Plan": plan, "Document": d, "Policies": d.policy(), "PolicyTitle": PolicyTitle, "Findings": d.others(), "Headline": d.headline(), "Policy": "default-src 'none'; style-src " + inlineHash(reviewStyle) + "; script-src " + inlineHash(reviewScript),
		"Style": template.CSS(reviewStyle), "Script": template.JS(reviewScript), "Data": template.JS(data), //nolint:gosec // ours, and JSON
	})
	return out.String(), err
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
	Unsure     int      `json:"unsure"`
	Basis      string   `json:"basis"`
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
		one := pageLine{Verb: l.Verb, Families: plainAll(l.Families), Write: l.Write, Within: Plain(l.Within), From: Plain(l.From), Unsure: l.Unsure, Basis: Plain(l.Basis), Risk: l.Risk}
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
	access := func(a *ReviewAccess) *pageAccess {
		if a == nil {
			return nil
		}
		out := &pageAccess{Scopes: plainAll(a.Scopes), Roles: plainAll(a.Roles), Remarks: plainAll(remarks(a)), Lines: []int{}}
		for _, l := range a.Allows {
			out.Lines = append(out.Lines, line(l))
		}
		return out
	}
	for _, r := range d.Principals {
		one := pagePrincipal{Address: Plain(r.Address), Kind: r.Kind, Name: Plain(r.Name), Changed: r.Changed, Risk: r.Risk, SignIns: plainAll(r.SignIns),
			Before: access(r.Before), After: access(r.After), Delta: []int{}}
		for _, l := range r.Delta {
			one.Delta = append(one.Delta, line(l))
		}
		p.Principals = append(p.Principals, one)
	}
	return p
}

func plainAll(list []string) []string {
	out := []string{}
	for _, text := range list {
		out = append(out, Plain(text))
	}
	return out
}

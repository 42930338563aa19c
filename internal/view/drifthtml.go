package view

import (
	"bytes"
	_ "embed"
	"html/template"
)

//go:embed drift.html.tmpl
var driftPage string

// DriftHTML writes a report as one page that needs nothing else and runs nothing.
func DriftHTML(d *DriftDocument) (string, error) {
	page, err := template.New("drift").Funcs(template.FuncMap{"plain": Plain,
		"title": (*DriftDifference).title, "said": (*DriftDifference).said,
		"lines": func(d *DriftDifference) []diffLine { return diffLines(d.Diff) },
		"at":    func(list []DriftDifference, i int) *DriftDifference { return &list[i] }}).Parse(driftPage)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = page.Execute(&out, map[string]any{"Document": d, "Headline": d.Headline(), "Where": d.where(),
		"Policy": "default-src 'none'; style-src " + inlineHash(reviewStyle), "Style": template.CSS(reviewStyle)}) //nolint:gosec // ours
	return out.String(), err
}

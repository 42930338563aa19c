package accessview

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/view"
)

// AccessText writes effective access for a terminal.
func AccessText(d *ReviewDocument, style view.Style, width int) string {
	t := &reviewText{style: style, width: width}
	for _, p := range d.Principals {
		t.access(&p)
		t.rights(&p)
	}
	if t.b.Len() == 0 {
		text := "Nobody here may do anything that a scope or an admin role decides.\n"
		for _, note := range d.Notes {
			text += "Note: " + view.Plain(note) + "\n"
		}
		return text
	}
	t.certainties()
	return strings.TrimPrefix(t.b.String(), "\n")
}

// rights writes the scopes and roles that access comes from.
func (t *reviewText) rights(p *ReviewPrincipal) {
	if p.After == nil {
		return
	}
	if len(p.After.Scopes) > 0 {
		fmt.Fprintf(&t.b, "  scopes: %s\n", strings.Join(plainAll(p.After.Scopes), ", "))
	}
	if len(p.After.Roles) > 0 {
		fmt.Fprintf(&t.b, "  roles: %s\n", strings.Join(plainAll(p.After.Roles), "; "))
	}
}

// AccessJSON is AccessText for programs: the principals of a review's JSON form.
func AccessJSON(d *ReviewDocument, unread []string) (string, error) {
	text, err := json.MarshalIndent(map[string]any{"format_version": ReviewVersion, "principals": d.Principals, "not_read": view.OrEmpty(unread)}, "", "  ")
	return string(text) + "\n", err
}

// WhoText writes who may do an operation, and why; unread says who wasn't looked at.
func WhoText(o catalog.Operation, list []review.Who, nobody, unread string, style view.Style) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s needs %s.\n", style.Bold(o.String()), strings.Join(o.Scopes, " and "))
	if len(list) == 0 {
		b.WriteString(nobody + "\n")
	}
	for _, w := range list {
		fmt.Fprintf(&b, "\n%s %s\n", style.Bold(view.Plain(w.Addr.String())), view.Plain(strconv.Quote(w.Name)))
		switch {
		case w.Extent == access.ThroughUsers:
			b.WriteString("  " + string(w.Extent) + "\n")
		case w.Extent == "":
			fmt.Fprintf(&b, "  on the whole org, by %s\n", view.Plain(w.Via))
		default:
			fmt.Fprintf(&b, "  within %s, by %s\n", view.Plain(string(w.Extent)), view.Plain(w.Via))
		}
		fmt.Fprintf(&b, "  %s: %s\n", w.Confidence, view.Plain(w.Source))
	}
	b.WriteString(view.Lines(unread) + "\n")
	return b.String()
}

// WhoJSON is WhoText for programs.
func WhoJSON(o catalog.Operation, list []review.Who, unread []string) (string, error) {
	type who struct {
		Address    string `json:"address"`
		Name       string `json:"name"`
		Actor      string `json:"actor"`
		Within     string `json:"within,omitempty"`
		Via        string `json:"via"`
		Confidence string `json:"confidence"`
		Source     string `json:"source"`
	}
	out := []who{}
	for _, w := range list {
		out = append(out, who{w.Addr.String(), w.Name, string(w.Actor), string(w.Extent), w.Via, string(w.Confidence), w.Source})
	}
	text, err := json.MarshalIndent(map[string]any{"format_version": ReviewVersion, "operation": o.String(), "scopes": o.Scopes, "who": out, "not_read": view.OrEmpty(unread)}, "", "  ")
	return string(text) + "\n", err
}

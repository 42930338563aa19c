package view

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/smoke"
)

// Inspection shows the contents of a token, and what the org says about it.
func Inspection(in *smoke.Inspection, style Style) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", style.Bold(strings.ToUpper(in.Kind[:1])+in.Kind[1:]))
	fields(&b, "header", in.Header)
	fields(&b, "claims", in.Claims)
	b.WriteString("\n")
	for _, text := range in.Right {
		fmt.Fprintf(&b, "  %s %s\n", style.Green("right    "), Plain(text))
	}
	for _, text := range in.Unchecked {
		fmt.Fprintf(&b, "  %s %s\n", style.Yellow("unchecked"), Plain(text))
	}
	for _, p := range in.Problems {
		fmt.Fprintf(&b, "  %s %s\n            %s\n", style.Red("wrong    "), Plain(p.Problem), Plain(p.Fix))
	}
	verdict := style.Success("Accepted.")
	if len(in.Problems) > 0 {
		verdict = style.Bold(style.Red("Not accepted."))
	}
	return b.String() + "\n" + verdict + "\n"
}

// fields writes an object of a token with a line for each field, sorted.
func fields(b *strings.Builder, name string, object map[string]any) {
	fmt.Fprintf(b, "\n  %s\n", name)
	width := 0
	for field := range object {
		width = max(width, len(Plain(field)))
	}
	for _, field := range slices.Sorted(maps.Keys(object)) {
		fmt.Fprintf(b, "    %-*s  %s\n", width, Plain(field), fieldText(field, object[field]))
	}
}

// fieldText returns a value; times are followed by their date.
func fieldText(field string, value any) string {
	if text, ok := value.(string); ok {
		return Plain(text)
	}
	data, err := json.Marshal(value)
	if err != nil {
		return "?"
	}
	text := Plain(string(data))
	if number, ok := value.(json.Number); ok && slices.Contains([]string{"exp", "iat", "nbf", "auth_time"}, field) {
		if seconds, err := number.Int64(); err == nil {
			text += " (" + time.Unix(seconds, 0).UTC().Format(time.RFC3339) + ")"
		}
	}
	return text
}

// InspectionJSON is the same for programs.
func InspectionJSON(in *smoke.Inspection) (string, error) {
	data, err := json.MarshalIndent(in, "", "  ")
	return string(data) + "\n", err
}

package view

import (
	"fmt"
	"strings"

	"github.com/oktaform/oktaform/plan"
)

// PlanDocument returns a plan as one JSON document, in Terraform's form.
func PlanDocument(d *plan.Document) (string, error) {
	var b strings.Builder
	err := JSON(&b, d)
	return b.String(), err
}

// SavedPlan says where a plan was saved, and how to apply it.
func SavedPlan(p *plan.Plan, path string, options, untold []string) string {
	command := "apply"
	if p.Destroy {
		command = "destroy"
	}
	line := "oktaform " + command + " " + ShellWord(path)
	for _, word := range options {
		line += " " + ShellWord(word)
	}
	text := fmt.Sprintf("\nSaved the plan to: %s\n\nTo perform exactly these actions, run the following command:\n    %s\n", Plain(path), line)
	if len(untold) > 0 {
		text += "with the same values of what is not shown here: " + Plain(strings.Join(untold, ", ")) + "\n"
	}
	return text
}

// ShellWord quotes a text as one word of a shell.
func ShellWord(s string) string {
	strange := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./=+:,@", r))
	}
	if s != "" && strings.IndexFunc(s, strange) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(Plain(s), "'", `'\''`) + "'"
}

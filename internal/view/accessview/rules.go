package accessview

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/mitchellh/go-wordwrap"

	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/view"
)

// rulesAddress is where docs/rules.md is read.
const rulesAddress = "https://github.com/oktaform/oktaform/blob/main/docs/rules.md"

var builtIn = regexp.MustCompile(`^[GPW]\d\d$`)

// RuleAddress returns the address of the page of a built-in rule, "" for another rule.
func RuleAddress(id string) string {
	if !builtIn.MatchString(id) {
		return ""
	}
	return rulesAddress + "#" + strings.ToLower(id)
}

// severities returns the severity of a rule's findings.
func severities(p *review.RulePage) string {
	if p.Worst > p.Severity {
		return p.Severity.String() + " to " + p.Worst.String()
	}
	return p.Severity.String()
}

// references returns the source of a rule, and the controls of the STIG, which the source names.
func references(p *review.RulePage) string {
	text := strings.ToUpper(p.Source[:1]) + p.Source[1:] + "."
	if !p.Waivable {
		text += " No waiver covers this rule."
	}
	return text
}

// RulesReference returns the pages of all built-in rules, as Markdown.
func RulesReference() string {
	var b strings.Builder
	b.WriteString("# Rules of a review\n\nGenerated from the rules themselves. [review.md](review.md#findings) groups them by what they are about;\n`oktaform review --explain G16` prints one. The examples are tested: a review reports the first, and no\nlonger the second.\n\n| Rule | | Severity | DISA STIG for Okta |\n| --- | --- | --- | --- |\n")
	pages := review.RulePages()
	for i := range pages {
		p := &pages[i]
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", p.ID, strings.ToLower(p.ID), ruleText(p.Title), severities(p), strings.Join(p.STIG, ", "))
	}
	for i := range pages {
		p := &pages[i]
		fmt.Fprintf(&b, "\n## %s\n\n**%s.** Severity: %s.\n\n**Why:** %s\n\n**How it is abused:** %s\n\n**What to do:** %s\n", p.ID, ruleText(p.Title), severities(p), ruleText(p.Rationale), ruleText(p.Abuse), ruleText(p.Fix))
		if p.Reported != "" {
			if p.Before != "" {
				fmt.Fprintf(&b, "\nBefore the change:\n\n```hcl\n%s```\n", p.Before)
			}
			fmt.Fprintf(&b, "\nReported:\n\n```hcl\n%s```\n", p.Reported)
			if p.Fixed != p.Before {
				fmt.Fprintf(&b, "\nInstead:\n\n```hcl\n%s```\n", p.Fixed)
			} else {
				b.WriteString("\nInstead: as it was before.\n")
			}
		}
		fmt.Fprintf(&b, "\n**References:** %s\n", ruleText(references(p)))
	}
	return b.String()
}

// ruleText writes a text of a rule, which is ours, as Markdown.
func ruleText(text string) string {
	return strings.NewReplacer("*", `\*`, "<", "&lt;", "|", `\|`).Replace(text)
}

// RuleText returns the page of a rule for a terminal.
func RuleText(p *review.RulePage, style view.Style, width int) string {
	var b strings.Builder
	if width <= 0 {
		width = 100
	}
	part := func(name, text string) {
		fmt.Fprintf(&b, "\n%s\n%s\n", style.Bold(name), wordwrap.WrapString(text, uint(width))) //nolint:gosec // positive
	}
	example := func(name, hcl string) {
		if hcl != "" {
			fmt.Fprintf(&b, "\n%s\n\n    %s\n", style.Bold(name), strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(hcl), "\n", "\n    "), "\n    \n", "\n\n"))
		}
	}
	fmt.Fprintf(&b, "%s\nSeverity: %s\n", style.Bold(p.ID+" "+p.Title), severities(p))
	part("Why", p.Rationale)
	part("How it is abused", p.Abuse)
	part("What to do", p.Fix)
	example("Before the change", p.Before)
	example("Reported", p.Reported)
	if p.Fixed != p.Before {
		example("Instead", p.Fixed)
	}
	part("References", references(p)+" "+RuleAddress(p.ID))
	return b.String()
}

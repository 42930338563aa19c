package review_test

import (
	"strings"
	"testing"
)

// What a data source finds is part of what a change does, also where that can't be told.
func TestDataSourcesThatCannotBeTold(t *testing.T) {
	with := func(data string) string {
		return `
variable "team" {
  type = string
}
variable "other" {
  type = string
}
variable "teams" {
  type = set(string)
}
` + data + `
user "ona" {
  login      = "ona@example.com"
  first_name = "O"
  last_name  = "O"
}
`
	}
	data := func(argument string) string { return with("data \"group\" \"some\" {\n  " + argument + "\n}\n") }
	for name, row := range map[string]struct{ before, after, want, never string }{
		"another name":              {data(`name = "Interns"`), data(`name = "Everyone"`), `medium G40 data.group.some (): data.group.some looks up name "Everyone" instead of name "Interns"`, ""},
		"a name becomes unknown":    {data(`name = "Interns"`), data(`name = var.team`), `high G40 data.group.some (): what data.group.some finds isn't known: its name isn't known here, and was "Interns"`, ""},
		"a part of the name does":   {data(`name = "Interns"`), data(`name = "${var.team}rns"`), `high G40 data.group.some ()`, ""},
		"an id becomes unknown":     {data(`id = "00g1"`), data(`id = var.team`), `high G40 data.group.some (): what data.group.some finds isn't known: its id isn't known here, and was "00g1"`, ""},
		"a name becomes unknown id": {data(`name = "Interns"`), data(`id = var.team`), `high G40 data.group.some ()`, ""},
		"a new one is unknown":      {with(""), data(`name = var.team`), `high G40 data.group.some ()`, ""},
		"unknown becomes known":     {data(`name = var.team`), data(`name = "Everyone"`), `medium G40 data.group.some (): data.group.some looks up name "Everyone", and what it looked up before isn't known here`, ""},
		"unknown twice":             {data(`name = var.team`), data(`name = var.other`), `medium G40 data.group.some ()`, ""},
		"a new one is known":        {with(""), data(`name = "Interns"`), "risk: none", "G40"},
		"instances become unknown": {with("data \"group\" \"some\" {\n  for_each = toset([\"a\"])\n  name = each.key\n}\n"), with("data \"group\" \"some\" {\n  for_each = var.teams\n  name = each.key\n}\n"),
			`high G34 data.group.some ()`, ""},
		"unchanged": {data(`name = "Interns"`), data(`name = "Interns"`), "risk: none", "G40"},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(assess(t, row.before, row.after))
			if !strings.Contains(got, row.want) || row.never != "" && strings.Contains(got, row.never) {
				t.Errorf("want %q and not %q in\n%s", row.want, row.never, got)
			}
		})
	}
}

package review_test

import (
	"strings"
	"testing"
)

// What a configuration demands of values and objects is a safeguard: its removal is a finding.
func TestConditionsGo(t *testing.T) {
	block := func(kind, condition string) string {
		return kind + " {\n condition = " + condition + "\n error_message = \"no\"\n}\n"
	}
	variable := func(rules string) string {
		return "locals {\n  few = [\"a\", \"b\"]\n}\nvariable \"limit\" {\n  default = 3\n}\nvariable \"role\" {\n  type = string\n  default = \"a\"\n" + rules + "}\n"
	}
	group := func(rules string) string {
		return "group \"staff\" {\n  name = \"Staff\"\n  description = \"D\"\n  lifecycle {\n" + rules + "  }\n}\n"
	}
	output := func(rules string) string {
		return "variable \"n\" {\n  default = 1\n}\noutput \"o\" {\n  value = var.n\n" + rules + "}\n"
	}
	valid := block("validation", "contains(local.few, var.role)")
	before := block("precondition", "1 < 2")
	for name, row := range map[string]struct{ before, after, want string }{
		"validation removed":         {variable(valid), variable(""), "the validation of var.role"},
		"validation of an unknown":   {strings.Replace(variable(valid), "default = \"a\"", "", 1), strings.Replace(variable(""), "default = \"a\"", "", 1), "the validation of var.role"},
		"validation changed":         {variable(valid), variable(block("validation", "contains(local.few, var.role) || true")), "the validation of var.role"},
		"its local value":            {variable(valid), strings.Replace(variable(valid), `["a", "b"]`, `["a", "b", "SUPER_ADMIN"]`, 1), "the validation of var.role"},
		"its other variable":         {variable(block("validation", "length(var.role) < var.limit")), strings.Replace(variable(block("validation", "length(var.role) < var.limit")), "default = 3", "default = 300", 1), "the validation of var.role"},
		"one of two":                 {variable(valid + block("validation", "var.role != \"\"")), variable(valid), "the validation of var.role"},
		"the variable goes":          {variable(valid), "", "the validation of var.role"},
		"precondition":               {group(before), group(""), "the precondition of group.staff"},
		"precondition changed":       {group(before), group(block("precondition", "1 < 3")), "the precondition of group.staff"},
		"precondition, moved":        {group(before), strings.Replace(group(""), "\"staff\"", "\"people\"", 1) + "moved {\n  from = group.staff\n  to = group.people\n}\n", "the precondition of group.people"},
		"postcondition":              {group(block("postcondition", "self.name != \"\"")), group(""), "the postcondition of group.staff"},
		"postcondition for another":  {group(block("postcondition", "self.name != \"\"")), group(block("precondition", "1 < 2")), "the postcondition of group.staff"},
		"of an output":               {output(block("precondition", "var.n < 2")), output(""), "the precondition of output.o"},
		"reformatted":                {variable(valid), variable(strings.ReplaceAll(valid, "condition = ", "condition   =   ")), ""},
		"the variable has a default": {variable(valid), strings.Replace(variable(valid), "default = \"a\"", "default = \"b\"", 1), ""},
		"the object changes":         {group(block("postcondition", "self.description != \"\"")), strings.Replace(group(block("postcondition", "self.description != \"\"")), "\"D\"", "\"E\"", 1), ""},
		"the object goes":            {group(before), "", ""},
		"another condition":          {group(before), group(before + block("precondition", "2 < 3")), ""},
		"conditions change places":   {group(before + block("precondition", "2 < 3")), group(block("precondition", "2 < 3") + before), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(assess(t, row.before, row.after))
			if row.want == "" && strings.Contains(got, "P18") || !strings.Contains(got, row.want) || row.want != "" && !strings.Contains(got, "medium P18") {
				t.Errorf("want %q in\n%s", row.want, got)
			}
		})
	}
}

func TestUnknownURL(t *testing.T) {
	of := func(variable string) string {
		return "variable \"a\" {\n  type = string\n}\nvariable \"b\" {\n  type = string\n}\norg {\n  owner = \"team/iam\"\n  url = var." + variable + "\n}\n"
	}
	if got := told(assess(t, of("a"), of("b"))); !strings.Contains(got, "high G52") {
		t.Error(got)
	}
	if got := told(assess(t, of("a"), of("a"))); !strings.Contains(got, "\nrisk: none") {
		t.Error(got)
	}
}

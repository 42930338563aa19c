package review_test

import (
	"strings"
	"testing"
)

// TestVariablesTakeMore: a type, or nullable = false, that goes from a variable is a finding.
func TestVariablesTakeMore(t *testing.T) {
	of := func(lines string) string { return "variable \"v\" {\n" + lines + "}\n" }
	typed := func(typ string) string { return of("  type = " + typ + "\n") }
	for name, row := range map[string]struct{ before, after, want string }{
		"the type goes":            {typed("number"), of(""), "medium P18 . (): the type of var.v was number, and takes other values now"},
		"a number becomes a text":  {typed("number"), typed("string"), "medium P18"},
		"a bool becomes a text":    {typed("bool"), typed("string"), "medium P18"},
		"the elements' type":       {typed("list(number)"), typed("list(string)"), "medium P18"},
		"any element":              {typed("set(string)"), typed("set(any)"), "medium P18"},
		"an object becomes a map":  {typed("object({ a = string })"), typed("map(string)"), "medium P18"},
		"an attribute isn't asked": {typed("object({ a = string, b = string })"), typed("object({ a = string })"), "medium P18"},
		"an attribute's type":      {typed("object({ a = number })"), typed("object({ a = string })"), "medium P18"},
		"one of a list's objects":  {typed("list(object({ a = bool }))"), typed("list(any)"), "medium P18"},
		"nullable = false goes":    {of("  nullable = false\n"), of(""), "medium P18 . (): nullable = false of var.v is removed"},
		"nullable becomes true":    {of("  nullable = false\n"), of("  nullable = true\n"), "medium P18"},
		"a type comes":             {of(""), typed("number"), "!P18"},
		"a text becomes a number":  {typed("string"), typed("number"), "!P18"},
		"another attribute":        {typed("object({ a = string })"), typed("object({ a = string, b = string })"), "!P18"},
		"an optional attribute":    {typed("object({ a = string })"), typed("object({ a = string, b = optional(string) })"), "!P18"},
		"nullable = false comes":   {of(""), of("  nullable = false\n"), "!P18"},
		"the same":                 {typed("list(string)"), typed("list(string)"), "!P18"},
		"written otherwise":        {typed("object({ a = string, b = bool })"), typed("object({ b = bool, a = string })"), "!P18"},
		"the variable goes":        {typed("number"), "", "!P18"},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(assess(t, row.before, row.after))
			if never, found := strings.CutPrefix(row.want, "!"); found && strings.Contains(got, never) || !found && !strings.Contains(got, row.want) {
				t.Errorf("want %q in\n%s", row.want, got)
			}
		})
	}
}

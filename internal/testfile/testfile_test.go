package testfile

import (
	"strings"
	"testing"
)

// TestParse reads what a test file can hold, in the order in which it happens.
func TestParse(t *testing.T) {
	f, diags := Parse("a.oktest.hcl", []byte(`
seed = "org.json"
variables {
  name = "x"
}
setup {
  request {
    name = "boss"
    path = "/api/v1/users"
  }
}
run "a" {
  before {
    advance = "1h"
    request {
      path = "/1"
    }
    faults = ["500"]
  }
  assert {
    condition     = true
    error_message = "x"
  }
  expect_failures = [smoke_test["it works"], var.name, service_app.bot, finding.G18]
}
run "b" {
  command = destroy
}
`))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if f.Seed != "org.json" || len(f.Variables) != 1 || len(f.Setup) != 1 || f.Setup[0].Request.Name != "boss" || len(f.Runs) != 2 {
		t.Fatalf("%+v", f)
	}
	a, b := f.Runs[0], f.Runs[1]
	if a.Command != Apply || b.Command != Destroy || len(a.Asserts) != 1 {
		t.Errorf("%+v %+v", a, b)
	}
	if len(a.Before) != 3 || a.Before[0].Advance == nil || a.Before[1].Request == nil || a.Before[2].Faults == nil {
		t.Errorf("events in another order: %+v", a.Before)
	}
	var keys []string
	for _, e := range a.Expected {
		keys = append(keys, e.Key)
	}
	if got := strings.Join(keys, " "); got != `smoke_test["it works"] var.name service_app.bot finding.G18` {
		t.Error(got)
	}
}

// TestParseRefuses shows what is wrong with a file, at its place.
func TestParseRefuses(t *testing.T) {
	many := strings.Repeat("run \"a\" {}\n", 1)
	for i := range maxRuns + 1 {
		many += "run \"" + strings.Repeat("x", i+1) + "\" {}\n"
	}
	for text, want := range map[string]string{
		"":                                     "No run",
		"run \"a\" {\n":                        "Unclosed configuration block",
		"provider \"x\" {}":                    "Unsupported block type",
		"run \"a\" {}\nrun \"a\" {}":           "Duplicate run",
		"run \"a\" {\n  command = \"plan\"\n}": "Invalid command",
		"run \"a\" {\n  expect_failures = [\"x\"]\n}":                "Invalid reference in expect_failures",
		"run \"a\" {\n  expect_failures = x\n}":                      "",
		"run \"a\" {\n  variables {}\n  variables {}\n}":             "Two variables blocks",
		"run \"a\" {\n  before {\n    request {}\n  }\n}":            "Missing required argument",
		"seed = 1\nrun \"a\" {}":                                     "Invalid seed",
		"run \"a\" {\n  assert {\n    condition = true\n  }\n}":      "Missing required argument",
		"x = " + strings.Repeat("[", 600) + strings.Repeat("]", 600): "deep",
		many: "Too many runs",
	} {
		_, diags := Parse("a.oktest.hcl", []byte(text))
		if !diags.HasErrors() || !strings.Contains(strings.ToLower(diags.Error()), strings.ToLower(want)) {
			t.Errorf("%.60q: %v, and not %s", text, diags, want)
		}
	}
	if _, diags := Parse("a.oktest.hcl.json", []byte("{}")); !diags.HasErrors() {
		t.Error("JSON is read")
	}
}

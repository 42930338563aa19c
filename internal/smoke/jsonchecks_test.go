package smoke

import (
	"encoding/json"
	"testing"

	"github.com/oktaform/oktaform/schema"
)

// What a json block finds wrong, in words that hold nobody's data.
func TestJSONChecks(t *testing.T) {
	const body = `[{"login":"ada@example.com","status":"ACTIVE","n":1.0,"big":12345678901234567890,"tags":["a","b"],"none":null},{"status":"STAGED"}]`
	document, err := decodeJSON([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, op, want, problem string }{
		{"[0].status", "equals", `"ACTIVE"`, ""},
		{"[0].n", "equals", `1`, ""},
		{"[0].big", "equals", `12345678901234567891`, "it is 12345678901234567890, not 12345678901234567891"},
		{"[0].login", "equals", `"bob@example.com"`, `it is a text of 15 characters, not "bob@example.com"`},
		{"[0].none", "equals", `null`, ""},
		{"[0].tags", "equals", `["b","a"]`, `it is a list of length 2, not ["b","a"]`},
		{"[*].status", "equals", `"ACTIVE"`, `one of them is "STAGED", not "ACTIVE"`},
		{"[*].login", "type", `"string"`, "there is nothing at this place"},
		{"[0].none", "type", `"null"`, ""},
		{"[0].tags", "contains", `"b"`, ""},
		{"[0].tags", "contains", `"c"`, `it is a list of length 2 without "c"`},
		{"[0].login", "contains", `"ada"`, ""},
		{"[0].n", "contains", `1`, "it is 1.0 without 1"},
		{"[0].login", "matches", `"^ada@"`, ""},
		{"[0].n", "matches", `"1"`, "it is 1.0, which doesn't match 1"},
		{"[0].none", "exists", `true`, ""},
		{"[0].nothing", "exists", `false`, ""},
		{"[0].login", "exists", `false`, "there is a text of 15 characters"},
		{"$", "length", `2`, ""},
		{"[0].n", "length", `1`, "it is 1.0, not of length 1"},
		{"[0].n", "max_length", `1`, "it is 1.0, not of length 1 or less"},
		{"$", "min_length", `3`, "it is a list of length 2, not of length 3 or more"},
		{"[0].status", "not_equals", `"ACTIVE"`, `it is "ACTIVE"`},
	} {
		path, err := schema.ParseJSONPath(c.path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := decodeJSON([]byte(c.want))
		if err != nil {
			t.Fatal(err)
		}
		if got := checkPlace(path, schema.TestCheck{Op: c.op, Want: want}, document); got != c.problem {
			t.Errorf("%s %s %s: got %q, want %q", c.path, c.op, c.want, got, c.problem)
		}
	}
	if _, ok := document.([]any)[0].(map[string]any)["n"].(json.Number); !ok {
		t.Error("numbers lose digits")
	}
}

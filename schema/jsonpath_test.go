package schema

import (
	"encoding/json"
	"fmt"
	"testing"
)

func TestJSONPath(t *testing.T) {
	// The members of an object come sorted, as json.Marshal writes them.
	const document = `[{"id":"a","profile":{"odd.name":1,"tags":["x","y"]}},{"id":"b","profile":{}}]`
	var decoded any
	if err := json.Unmarshal([]byte(document), &decoded); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"$":                         "[" + document + "] true",
		"[0].id":                    `["a"] true`,
		"$[1].id":                   `["b"] true`,
		"[*].id":                    `["a","b"] true`,
		`[0].profile["odd.name"]`:   "[1] true",
		"[0].profile.tags[1]":       `["y"] true`,
		"[*].profile.tags[*]":       `["x","y"] false`, // the second has none
		"[2]":                       "null false",
		"id":                        "null false",
		"[0].profile.tags[0].x":     "null false",
		"[0].profile.tags.length":   "null false",
		`[0]["id"]`:                 `["a"] true`,
		`[0].profile.tags[*].a[*]`:  "null false",
		`$[*].profile["tags"][0]`:   `["x"] false`,
		`[0].profile["no.name"][0]`: "null false",
	} {
		p, err := ParseJSONPath(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		found, all := p.Find(decoded)
		// Find may give an empty list for none, which is the same.
		if len(found) == 0 {
			found = nil
		}
		text, _ := json.Marshal(found)
		if got := fmt.Sprintf("%s %v", text, all); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	for _, path := range []string{"[", "[x]", "[-1]", "a..b", ".", "[0]id", `["x`, `["x"`, "$id", "a.", "[0].", "[]"} {
		if _, err := ParseJSONPath(path); err == nil {
			t.Errorf("%q is taken for a path", path)
		}
	}
}

package org

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// answer is a note of an answer with that body.
func answer(body []byte) *note {
	req, _ := http.NewRequest(http.MethodGet, "https://example.okta.com/api/v1/apps", nil)
	return &note{request: req, status: http.StatusOK, header: http.Header{}, body: body}
}

// TestDocuments: a page is read as encoding/json reads it, whatever stands in it, and
// of that the fields that were asked for.
func TestDocuments(t *testing.T) {
	pieces := []string{"[", "]", "{", "}", ",", ":", "null", "true", "1", "-0.10e3", "12345678901234567890", `"a"`, `"b"`, `"a":`, `"b":`, `"\u00e9\ud83d"`, "\"\xff\"", " ", "\n",
		`{"a":{"b":1,"c":[{"a":2}]},"b":"x"}`, `{"a":1,"a":{"b":2}}`, `[{"a":null},null]`, `{}`}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 8).Draw(t, "pieces"), "")
		if rapid.Bool().Draw(t, "whole") {
			text = "[" + text + "]"
		}
		got, err := answer([]byte(text)).documents(nil)
		var want []map[string]any
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		wrong := decoder.Decode(&want)
		if wrong == nil && decoder.Decode(new(any)) == nil || wrong == nil && len(bytes.TrimSpace([]byte(text[decoder.InputOffset():]))) > 0 {
			t.Skip("more than one value")
		}
		if (err == nil) != (wrong == nil) || err == nil && len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("%q\n%#v %v\nwant %#v %v", text, got, err, want, wrong)
		}
		some, err := answer([]byte(text)).documents(fieldsAt("a.b", "b", ""))
		if (err == nil) != (wrong == nil) {
			t.Fatalf("%q with a few fields: %v", text, err)
		}
		for i, doc := range some {
			for name, v := range doc {
				whole, _ := want[i][name].(map[string]any)
				part, nested := v.(map[string]any)
				if name != "a" && name != "b" || !reflect.DeepEqual(v, want[i][name]) && !(name == "a" && nested && len(part) <= 1 && reflect.DeepEqual(part["b"], whole["b"])) {
					t.Fatalf("%q: %s is %#v", text, name, v)
				}
			}
			if len(doc) != len(only(want[i], "a", "b")) {
				t.Fatalf("%q: %v of %v", text, doc, want[i])
			}
		}
	})
}

func only(doc map[string]any, names ...string) map[string]any {
	out := map[string]any{}
	for _, name := range names {
		if v, ok := doc[name]; ok {
			out[name] = v
		}
	}
	return out
}

func TestFieldsAt(t *testing.T) {
	got := fieldsAt("id", "a.b.c", "a.b.d", "x.y", "x", "x.z", "")
	want := fields{"id": nil, "a": {"b": {"c": nil, "d": nil}}, "x": nil}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

package jsondoc

import (
	"encoding/json"
	"reflect"
	"testing"
)

// decode returns a JSON object as the functions of this package take it.
func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	doc := map[string]any{}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestReadMembers(t *testing.T) {
	doc := decode(t, `{"label": "Portal", "settings": {"oauthClient": {"response_types": ["code", 7, "token"]}}, "priority": 3}`)
	oauth := Object(doc, "settings", "oauthClient")
	for _, tt := range []struct {
		name      string
		got, want any
	}{
		{"an object on a path", oauth != nil, true},
		{"an object that is missing", Object(doc, "settings", "signOn") == nil, true},
		{"a path through a string", Object(doc, "label", "x") == nil, true},
		{"a string", Text(doc, "label"), "Portal"},
		{"a string that is missing", Text(doc, "name"), ""},
		{"a number is no string", Text(doc, "priority"), ""},
		{"only the strings of an array", Texts(oauth, "response_types"), []string{"code", "token"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !reflect.DeepEqual(tt.got, tt.want) {
				t.Errorf("got %#v, want %#v", tt.got, tt.want)
			}
		})
	}
}

// TestWriteMembers shows what each function returns, and that none changes the document given.
func TestWriteMembers(t *testing.T) {
	const before = `{"label": "Portal", "note": null, "settings": {"app": {"url": "a", "mode": "b"}}}`
	for _, tt := range []struct {
		name  string
		write func(doc map[string]any) map[string]any
		want  string
	}{
		{"defaults for missing and null members", func(doc map[string]any) map[string]any {
			return Filled(doc, map[string]any{"label": "ignored", "note": "none", "status": "ACTIVE"})
		}, `{"label": "Portal", "note": "none", "status": "ACTIVE", "settings": {"app": {"url": "a", "mode": "b"}}}`},
		{"without nulls", WithoutNulls,
			`{"label": "Portal", "settings": {"app": {"url": "a", "mode": "b"}}}`},
		{"without a nested member", func(doc map[string]any) map[string]any {
			return Without(doc, []string{"settings", "app", "url"})
		}, `{"label": "Portal", "note": null, "settings": {"app": {"mode": "b"}}}`},
		{"with a nested member", func(doc map[string]any) map[string]any {
			return With(doc, []string{"settings", "app", "url"}, "c")
		}, `{"label": "Portal", "note": null, "settings": {"app": {"url": "c", "mode": "b"}}}`},
		{"with a member of a missing object", func(doc map[string]any) map[string]any {
			return With(doc, []string{"credentials", "scheme"}, "c")
		}, before},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := decode(t, before)
			if got := tt.write(doc); !reflect.DeepEqual(got, decode(t, tt.want)) {
				t.Errorf("got %v, want %s", got, tt.want)
			}
			if !reflect.DeepEqual(doc, decode(t, before)) {
				t.Errorf("the document was changed to %v", doc)
			}
		})
	}
}

func TestNullElement(t *testing.T) {
	type role struct {
		Type string `json:"type"`
	}
	type user struct {
		Roles   []*role        `json:"roles"`
		Profile map[string]any `json:"profile"`
	}
	type seed struct {
		Users []*user `json:"users"`
	}
	for text, want := range map[string]string{
		`{}`:                                      "",
		`{"users": [{"roles": null}]}`:            "", // a list that is null has no elements
		`{"users": [{}, null]}`:                   "users[1]",
		`{"users": [{"roles": [{}, null]}]}`:      "users[0].roles[1]",
		`{"users": [{"profile": {"a": [null]}}]}`: "", // free-form members may contain anything
	} {
		var s seed
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatal(err)
		}
		if got := NullElement(reflect.ValueOf(s)); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

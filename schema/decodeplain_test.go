package schema

import (
	"encoding/json"
	"testing"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// TestDecodePlain compares the short way from Okta's JSON to a value with the way over JSON.
func TestDecodePlain(t *testing.T) {
	fields := []any{"", "text", true, false, []any{}, []any{"a"}, []any{"b", "a", "b"}, []any{"a", true}, json.Number("7"), map[string]any{"a": "b"}}
	short := 0
	for _, typ := range []cty.Type{cty.String, cty.Bool, cty.Number, cty.List(cty.String), cty.Set(cty.String), cty.List(cty.Bool), cty.Map(cty.String)} {
		for _, field := range fields {
			a := &Attr{Name: "a", Type: typ}
			got, ok := a.decodePlain(field)
			if !ok {
				continue
			}
			short++
			raw, err := json.Marshal(field)
			if err != nil {
				t.Fatal(err)
			}
			want, err := ctyjson.Unmarshal(raw, typ)
			if err != nil || !got.RawEquals(want) {
				t.Errorf("%s as %#v is %#v, over JSON %#v, %v", raw, typ, got, want, err)
			}
		}
	}
	if short != 8 {
		t.Errorf("%d combinations are read the short way, want 8: two texts, two booleans, two lists as lists and as sets", short)
	}
}

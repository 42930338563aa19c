package okta

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/schema"
	"pgregory.net/rapid"
)

// answer is an exchange whose answer has that body.
func answer(body []byte) *Exchange {
	req, _ := http.NewRequest(http.MethodGet, "https://example.okta.com/api/v1/apps", nil)
	return &Exchange{request: req, status: http.StatusOK, Header: http.Header{}, body: body}
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
		some, err := answer([]byte(text)).documents(FieldsAt("a.b", "b", ""))
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

// pagesOf answers each request with the next page.
type pagesOf []string

func (p *pagesOf) RoundTrip(req *http.Request) (*http.Response, error) {
	page := (*p)[0]
	*p = (*p)[1:]
	header := http.Header{"Content-Type": {"application/json"}}
	if len(*p) > 0 {
		header.Set("Link", fmt.Sprintf(`<https://example.okta.com/api/v1/groups?after=%d>; rel="next"`, len(*p)))
	}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(page)), Request: req}, nil
}

// TestBufferIsReused: the pages of a list are read into the same buffer, one after the
// other, and what was made of the first ones stays as it was.
func TestBufferIsReused(t *testing.T) {
	list := func() *pagesOf {
		return &pagesOf{`[{"id":"00g1","name":"one"}]`, `[{"id":"00g2","name":"two"}]`, `[{"id":"00g3","name":"san"}]`}
	}
	for range 2 {
		c, err := Connect(Credentials{Mode: SSWS, URL: "https://example.okta.com", Token: schema.NewSecret("t")}, Options{Transport: list()})
		if err != nil {
			t.Fatal(err)
		}
		docs, err := c.List(t.Context(), "/api/v1/groups", "")
		want := []map[string]any{{"id": "00g1", "name": "one"}, {"id": "00g2", "name": "two"}, {"id": "00g3", "name": "san"}}
		if err != nil || !reflect.DeepEqual(docs, want) {
			t.Errorf("%v %v", docs, err)
		}
	}
	c, _ := Connect(Credentials{Mode: SSWS, URL: "https://example.okta.com", Token: schema.NewSecret("t")}, Options{Transport: list()})
	type named struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	typed, err := ListOf[named](t.Context(), c, "/api/v1/groups", "")
	if want := []named{{"00g1", "one"}, {"00g2", "two"}, {"00g3", "san"}}; err != nil || !reflect.DeepEqual(typed, want) {
		t.Errorf("%v %v", typed, err)
	}
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
	got := FieldsAt("id", "a.b.c", "a.b.d", "x.y", "x", "x.z", "")
	want := Fields{"id": nil, "a": {"b": {"c": nil, "d": nil}}, "x": nil}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

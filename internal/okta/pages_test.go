package okta

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/schema"
)

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

func clientOf(t *testing.T, pages ...string) *Client {
	t.Helper()
	transport := pagesOf(pages)
	c, err := Connect(Credentials{Mode: SSWS, URL: "https://example.okta.com", Token: schema.NewSecret("t")}, Options{Transport: &transport})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestPages: the pages of a list come one after the other, whole or as what a type names.
func TestPages(t *testing.T) {
	pages := []string{`[{"id":"00g1","name":"one"}]`, `[{"id":"00g2","name":"two"}]`, `[{"id":"00g3","name":"san"}]`}
	docs, err := clientOf(t, pages...).List(t.Context(), "/api/v1/groups", "")
	want := []map[string]any{{"id": "00g1", "name": "one"}, {"id": "00g2", "name": "two"}, {"id": "00g3", "name": "san"}}
	if err != nil || !reflect.DeepEqual(docs, want) {
		t.Errorf("%v %v", docs, err)
	}
	type named struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	typed, err := ListOf[named](t.Context(), clientOf(t, pages...), "/api/v1/groups", "")
	if want := []named{{"00g1", "one"}, {"00g2", "two"}, {"00g3", "san"}}; err != nil || !reflect.DeepEqual(typed, want) {
		t.Errorf("%v %v", typed, err)
	}
}

// TestPage: numbers stay as they were written, since documents are sent back, and what isn't
// one list of objects is refused.
func TestPage(t *testing.T) {
	for _, test := range []struct {
		page string
		want []map[string]any // nil: refused
	}{
		{`[{"a":{"b":-0.10e3,"c":[12345678901234567890,null,true]}},{}]`, []map[string]any{{"a": map[string]any{"b": json.Number("-0.10e3"), "c": []any{json.Number("12345678901234567890"), nil, true}}}, {}}},
		{`[{"a":1,"a":2}]`, []map[string]any{{"a": json.Number("2")}}}, {"[{\"a\":\"\xff\"}]\n", []map[string]any{{"a": "\ufffd"}}},
		{`null`, nil}, {` null `, nil}, {`[]`, []map[string]any{}}, {`[null]`, []map[string]any{nil}},
		{`[{"a":1}] [`, nil}, {`[{"a":1}]x`, nil}, {`[{"a":1}]]`, nil}, {`[{"a":1},]`, nil}, {`[{"a":1}`, nil}, {`{"a":1}`, nil}, {`[1]`, nil}, {`["a"]`, nil}, {``, nil},
	} {
		docs, err := clientOf(t, test.page).List(t.Context(), "/api/v1/groups", "")
		if (err == nil) != (test.want != nil) || len(docs)+len(test.want) > 0 && err == nil && !reflect.DeepEqual(docs, test.want) {
			t.Errorf("%q: %#v, %v", test.page, docs, err)
		}
	}
}

// TestWrappedPage: an answer without the list is not an empty list. Okta sends links beside a list
// that it leaves out.
func TestWrappedPage(t *testing.T) {
	for page, refused := range map[string]bool{
		`{"roles":[]}`: false, `{"roles":[{"id":"cr01"}]}`: false, `{"_links":{}}`: false,
		`{}`: true, `null`: true, `{"roles":null}`: true, `{"roles":{}}`: true, `[]`: true, `<html>`: true, ``: true,
	} {
		if docs, err := clientOf(t, page).WrappedList(t.Context(), "/api/v1/iam/roles", "roles"); (err != nil) != refused {
			t.Errorf("%s: %v %v", page, docs, err)
		}
	}
}

// TestDo: a page of a proxy is no answer to a write either.
func TestDo(t *testing.T) {
	for answer, refused := range map[string]bool{``: false, `{}`: false, `{"status":"ACTIVE"}`: false, `<html>Sign in</html>`: true, `{"status":`: true} {
		c := clientOf(t, answer)
		if err := c.Do(t.Context(), c.DeleteGroup("00g1")); (err != nil) != refused || refused && !OutcomeUnknown(err) {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

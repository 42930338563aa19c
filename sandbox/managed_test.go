package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// call makes a call of the Management API as the super admin, whatever comes
// back.
func (o *testOrg) call(method, path string, body any) *answer {
	o.t.Helper()
	raw := ""
	switch b := body.(type) {
	case nil:
	case string:
		raw = b
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			o.t.Fatal(err)
		}
		raw = string(encoded)
	}
	return o.send(method, path, raw, "Authorization", "SSWS "+o.server.Token(), "Content-Type", "application/json")
}

// refuses checks status, code and causes of an error of the Management API.
func (o *testOrg) refuses(got *answer, status int, code string, cause string) {
	o.t.Helper()
	if got.status != status || got.text("errorCode") != code || got.text("errorLink") != code ||
		!strings.HasPrefix(got.text("errorId"), "oae") || !strings.Contains(string(got.body), strings.ReplaceAll(cause, `"`, `\"`)) {
		o.t.Errorf("got %d %s\nwant %d %s with %q", got.status, got.body, status, code, cause)
	}
}

// list decodes an answer that is an array of objects.
func (a *answer) list(t *testing.T) []doc {
	t.Helper()
	var all []doc
	if err := json.Unmarshal(a.body, &all); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
	return all
}

// at walks nested objects of an answer to a value.
func (a *answer) at(path string) any {
	var value any = a.doc
	for name := range strings.SplitSeq(path, ".") {
		value = member(value, name)
	}
	return value
}

func webAppDoc(change func(app, settings, credentials doc)) doc {
	settings := doc{"application_type": "web", "grant_types": []any{"authorization_code"}, "response_types": []any{"code"},
		"redirect_uris": []any{"http://127.0.0.1:8484/callback"}}
	credentials := doc{"token_endpoint_auth_method": "client_secret_basic"}
	app := doc{"name": "oidc_client", "label": "web", "signOnMode": "OPENID_CONNECT",
		"settings": doc{"oauthClient": settings}, "credentials": doc{"oauthClient": credentials}}
	if change != nil {
		change(app, settings, credentials)
	}
	return app
}

func serviceAppDoc(t *testing.T, kids ...string) doc {
	var keys []any
	for _, kid := range kids {
		keys = append(keys, newTestKey(t, kid).public(t))
	}
	return webAppDoc(func(app, settings, credentials doc) {
		app["label"] = "service"
		settings["application_type"], settings["grant_types"], settings["response_types"] = "service", []any{"client_credentials"}, []any{"token"}
		delete(settings, "redirect_uris")
		settings["jwks"] = doc{"keys": keys}
		credentials["token_endpoint_auth_method"] = "private_key_jwt"
	})
}

func TestPagination(t *testing.T) {
	o := newTestOrg(t)
	want := map[string]bool{}
	for i := range 7 {
		want[o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": fmt.Sprintf("page %d", i)}}).text("id")] = true
	}
	next, pages := "/api/v1/groups?limit=3&search=profile.name+sw+%22page%22", 0
	for next != "" {
		got := o.call("GET", next, nil)
		links := got.header.Values("Link")
		if len(links) == 0 || !strings.HasSuffix(links[0], `rel="self"`) || !strings.Contains(links[0], "limit=3") {
			t.Fatalf("Link headers %q", links)
		}
		next = ""
		if len(links) == 2 {
			next = strings.TrimSuffix(strings.TrimPrefix(links[1], "<"), `>; rel="next"`)
		}
		for _, g := range got.list(t) {
			id := g["id"].(string)
			if !want[id] {
				t.Errorf("%s came twice, or doesn't match", id)
			}
			delete(want, id)
			if pages == 0 { // what was read may go before the next page is asked for
				o.admin("DELETE", "/api/v1/groups/"+id, nil)
			}
		}
		pages++
	}
	if len(want) > 0 || pages != 3 {
		t.Errorf("%d pages, missing %v", pages, want)
	}
	o.refuses(o.call("GET", "/api/v1/groups?after=nonsense", nil), 400, "E0000029", "")
	o.refuses(o.call("GET", "/api/v1/groups?limit=many", nil), 400, "E0000001", "limit")
}

func TestUnknownPathsAndMethods(t *testing.T) {
	o := newTestOrg(t)
	o.refuses(o.call("GET", "/api/v1/nothing", nil), 404, "E0000008", "")
	o.refuses(o.call("PATCH", "/api/v1/users", nil), 405, "E0000022", "")
	o.refuses(o.call("POST", "/api/v1/groups", "{"), 400, "E0000003", "")
	o.refuses(o.call("GET", "/api/v1/apps/0oa1", nil), 404, "E0000007", "Not found: Resource not found: 0oa1 (AppInstance)")
	got := o.admin("GET", "/api/v1/groups", nil)
	for _, name := range []string{"X-Okta-Request-Id", "X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset", "Date"} {
		if got.header.Get(name) == "" {
			t.Errorf("no header %s", name)
		}
	}
}

func TestHostOfTheRequestNamesTheOrg(t *testing.T) {
	o := newTestOrg(t)
	id := o.admin("POST", "/api/v1/apps", serviceAppDoc(t, "k1")).text("id")
	other := strings.Replace(o.url, "127.0.0.1", "localhost", 1)
	grants := other + "/api/v1/apps/" + id + "/grants"
	o.refuses(o.call("POST", grants, doc{"issuer": o.url, "scopeId": "okta.users.read"}), 400, "E0000001", "issuer")
	if got := o.admin("POST", grants, doc{"issuer": other, "scopeId": "okta.users.read"}); got.status != 200 || got.text("issuer") != other {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := o.admin("GET", "/api/v1/apps/"+id+"/grants", nil).list(t); got[0]["issuer"] != o.url {
		t.Errorf("the grant's issuer is %v through %s", got[0]["issuer"], o.url)
	}
}

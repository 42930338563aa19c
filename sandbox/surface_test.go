package sandbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestStart(t *testing.T) {
	o := Start(t, Options{AdminToken: "fixed-admin-token-of-this-test"})
	if o.Token() != "fixed-admin-token-of-this-test" || !strings.HasPrefix(o.URL, "http://127.0.0.1:") {
		t.Errorf("%s", o.URL)
	}
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	for _, client := range []*http.Client{{}, {Transport: &http.Transport{Protocols: &protocols}}} {
		request, err := http.NewRequestWithContext(context.Background(), "GET", o.URL+"/.well-known/okta-organization", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != 200 {
			t.Errorf("%s answers %d", response.Proto, response.StatusCode)
		}
	}
}

// FuzzManagementAPI: no request makes the org panic or answer 500.
func FuzzManagementAPI(f *testing.F) {
	server, err := New(Options{SigningKey: testSigningKey})
	if err != nil {
		f.Fatal(err)
	}
	for i, rt := range routes() {
		if rt.Scope != "" {
			f.Add(i, "x", "limit=1&after=x&q=a&filter=id+eq+%22x%22", `{"type":"CUSTOM","profile":{"name":"n"}}`)
			f.Add(i, "me", "search=id+pr", `{"label":"l","signOnMode":"OPENID_CONNECT","settings":{"oauthClient":{"grant_types":["implicit"]}}}`)
			f.Add(i, "oidc_client", "", `null`)
		}
	}
	all := routes()
	f.Fuzz(func(t *testing.T, which int, name, query, body string) {
		rt := all[((which%len(all))+len(all))%len(all)]
		if rt.Scope == "" {
			return
		}
		method, pattern, _ := strings.Cut(rt.Pattern, " ")
		request := httptest.NewRequest(method, "/", strings.NewReader(body))
		request.URL.Path, request.URL.RawQuery = fillPattern(pattern, name), query
		request.Header.Set("Authorization", "SSWS "+server.Token())
		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, request)
		if recorder.Code >= 500 {
			t.Errorf("%s: %d %s", rt.Pattern, recorder.Code, recorder.Body)
		}
	})
}

// fillPattern puts the name in the place of all path parameters.
func fillPattern(pattern, name string) string {
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = name
		}
	}
	return strings.Join(parts, "/")
}

func BenchmarkGetApp(b *testing.B) {
	server, err := New(Options{SigningKey: testSigningKey})
	if err != nil {
		b.Fatal(err)
	}
	create := func() string {
		request := httptest.NewRequest("POST", "/api/v1/apps", strings.NewReader(`{"label":"a","signOnMode":"OPENID_CONNECT",
			"settings":{"oauthClient":{"grant_types":["authorization_code"],"redirect_uris":["https://a.example/"]}}}`))
		request.Header.Set("Authorization", "SSWS "+server.Token())
		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, request)
		_, id, _ := strings.Cut(recorder.Body.String(), `"id":"`)
		return id[:20]
	}
	id := ""
	for range 10_000 {
		id = create()
	}
	b.ResetTimer()
	for b.Loop() {
		request := httptest.NewRequest("GET", "/api/v1/apps/"+id, nil)
		request.Header.Set("Authorization", "SSWS "+server.Token())
		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, request)
		if recorder.Code != 200 {
			b.Fatalf("%d %s", recorder.Code, recorder.Body)
		}
	}
}

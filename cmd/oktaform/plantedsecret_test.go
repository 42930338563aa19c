package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const preparedApp = `
org {
  owner = "team/prepared"
}
web_app "portal" {
  label           = "Portal"
  redirect_uris   = ["https://portal.example.com/cb"]
  okta_api_scopes = ["okta.users.read"]
}
`

// TestPreparedMeanwhile: somebody who may edit apps adds a client secret while a run creates the
// app (before its grant, after it), or repairs one that was left unfinished. The run notices.
func TestPreparedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, unfinished := range []bool{false, true} {
		for _, when := range []string{"before", "after"} {
			s := &sweep{t: t, folder: t.TempDir()}
			s.write("app", preparedApp)
			clock := newFakeClock()
			g := s.org(clock)
			grants := func(r *http.Request) bool {
				return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/grants")
			}
			if unfinished {
				g.instead = func(w http.ResponseWriter, r *http.Request) bool {
					if grants(r) {
						w.Header().Set("Content-Type", "application/json")
						w.WriteHeader(http.StatusBadRequest)
						_, _ = w.Write([]byte(`{"errorCode":"E0000001","errorSummary":"Api validation failed: scopeId","errorCauses":[]}`))
					}
					return grants(r)
				}
				if status, out := s.inside(g, clock, "app"); status != 1 {
					t.Fatalf("%d: %s", status, out)
				}
			}
			mallory := func(w http.ResponseWriter, r *http.Request) {
				id := strings.Split(r.URL.Path, "/")[4]
				req := httptest.NewRequest(http.MethodPost, "/api/v1/apps/"+id+"/credentials/secrets", strings.NewReader(`{"client_secret":"mallory-knows-this-one"}`))
				req.Header.Set("Authorization", "SSWS "+g.org.Token())
				req.Header.Set("Content-Type", "application/json")
				answer := httptest.NewRecorder()
				g.org.ServeHTTP(answer, req)
				if answer.Code != http.StatusCreated {
					t.Errorf("%d %s", answer.Code, answer.Body)
				}
			}
			g.instead = func(w http.ResponseWriter, r *http.Request) bool {
				if !grants(r) {
					return false
				}
				if when == "before" {
					mallory(w, r)
				}
				g.org.ServeHTTP(w, r)
				if when == "after" {
					mallory(w, r)
				}
				return true
			}
			status, out := s.inside(g, clock, "app")
			if status != 1 || !strings.Contains(out, "has changed since the plan was made (client_secret)") {
				t.Errorf("unfinished %v, a secret %s the grant: %d\n%s", unfinished, when, status, out)
			}
		}
	}
}

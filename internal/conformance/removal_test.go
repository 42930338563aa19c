package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/oktaform/oktaform/sandbox"
)

// objects returns an org's objects without what ordinary use changes: times, and the numbers of
// earlier sign-ins.
func objects(t *testing.T, server *sandbox.Server) string {
	t.Helper()
	var dump bytes.Buffer
	if err := server.Dump(&dump); err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`"(lastUpdated|lastMembershipUpdated|lastLogin)": "[^"]*",?`).ReplaceAllString(dump.String(), "")
}

// call makes a request as the org's admin, and returns the id of what it creates.
func call(t *testing.T, server *sandbox.Server, method, path, body string) string {
	t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Authorization", "SSWS "+server.Token())
	recorder := httptest.NewRecorder()
	server.ServeHTTP(recorder, request)
	if recorder.Code >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, recorder.Code, recorder.Body)
	}
	var doc struct{ ID string }
	_ = json.Unmarshal(recorder.Body.Bytes(), &doc)
	return doc.ID
}

// others are objects of other people, some of which carry one of the marks.
func others(t *testing.T, server *sandbox.Server) {
	t.Helper()
	for _, group := range []string{"Staff", family + "mine", "Mentions " + domain} {
		call(t, server, "POST", "/api/v1/groups", `{"profile":{"name":"`+group+`"}}`)
	}
	call(t, server, "POST", "/api/v1/groups", `{"profile":{"name":"Not `+family+`","description":"`+mark+`"}}`)
	call(t, server, "POST", "/api/v1/zones", `{"type":"IP","name":"`+family+`office","gateways":[{"type":"CIDR","value":"192.0.2.0/24"}]}`)
	call(t, server, "POST", "/api/v1/trustedOrigins", `{"name":"`+family+`page","origin":"https://page.example.com","scopes":[{"type":"CORS"}]}`)
	call(t, server, "POST", "/api/v1/users?activate=false", `{"profile":{"firstName":"A","lastName":"B","email":"a@example.com","login":"`+family+`a@example.com"}}`)
	call(t, server, "POST", "/api/v1/iam/roles", `{"label":"`+family+`role","description":"mine","permissions":["okta.users.read"]}`)
	call(t, server, "POST", "/api/v1/iam/resource-sets", `{"label":"`+family+`set","description":"mine","resources":["http://example.com/api/v1/users"]}`)
}

func unchanged(h http.Handler) http.Handler { return h }

// TestRunLeavesNothing: after a run, the org has the objects that it had before, also those of
// other people that carry one of the two marks.
func TestRunLeavesNothing(t *testing.T) {
	server, client := newOrg(t, unchanged)
	others(t, server)
	before := objects(t, server)
	if _, err := Run(t.Context(), client, Options{}); err != nil {
		t.Fatal(err)
	}
	if after := objects(t, server); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

// TestInterruptedRunLeavesNothing interrupts runs after different numbers of exchanges.
func TestInterruptedRunLeavesNothing(t *testing.T) {
	server, client := newOrg(t, unchanged)
	others(t, server)
	before := objects(t, server)
	for _, n := range []int{1, 25, 90, 150, 260, 400} {
		ctx, interrupt := context.WithCancel(t.Context())
		report, err := Run(ctx, client, Options{Progress: func(done, _ int) {
			if done == n {
				interrupt()
			}
		}})
		if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("interrupted after %d of ", n)) || report.Exchanges != n {
			t.Errorf("after %d exchanges: %v, %d", n, err, report.Exchanges)
		}
		if after := objects(t, server); after != before {
			t.Errorf("interrupted after %d exchanges:\n%s\nbefore:\n%s", n, after, before)
		}
	}
}

// TestCrashedRunIsCleanedUp: what a run leaves that ends without removing anything, the next one
// removes.
func TestCrashedRunIsCleanedUp(t *testing.T) {
	server, client := newOrg(t, unchanged)
	others(t, server)
	before := objects(t, server)
	for _, n := range []int{40, 150, 300} {
		func() {
			defer func() { _ = recover() }()
			_, _ = Run(t.Context(), client, Options{Progress: func(done, _ int) {
				if done == n {
					panic("the program ends")
				}
			}})
		}()
		if objects(t, server) == before {
			t.Fatalf("nothing is left after %d exchanges", n)
		}
	}
	report, err := Run(t.Context(), client, Options{})
	if err != nil || len(report.Leftovers) < 10 || len(report.Differences) > 0 || len(report.NotRun) > 0 {
		t.Errorf("%v\n%s", err, report.Text())
	}
	if after := objects(t, server); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

// TestLostAnswers: an object whose creation had no answer is removed, too.
func TestLostAnswers(t *testing.T) {
	server, err := sandbox.New(sandbox.Options{SigningKey: signingKey})
	if err != nil {
		t.Fatal(err)
	}
	before := objects(t, server)
	for _, path := range []string{"/api/v1/groups", "/api/v1/apps", "/api/v1/users", "/api/v1/zones", "/api/v1/iam/roles", "/oauth2/v1/clients"} {
		var lost atomic.Int32
		client := connect(t, server, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == "POST" && r.URL.Path == path && lost.Add(1) == 1 {
					next.ServeHTTP(httptest.NewRecorder(), r)
					panic(http.ErrAbortHandler)
				}
				next.ServeHTTP(w, r)
			})
		})
		if _, err := Run(t.Context(), client, Options{}); err == nil || !strings.Contains(err.Error(), "closed before the answer") {
			t.Errorf("%s: %v", path, err)
		}
		if after := objects(t, server); after != before {
			t.Errorf("%s:\n%s\nbefore:\n%s", path, after, before)
		}
	}
}

// TestIDsThatArePaths: an org that names paths as ids of what was created, or lists them, gets no
// request for them.
func TestIDsThatArePaths(t *testing.T) {
	var asked atomic.Bool
	_, client := newOrg(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.EscapedPath(), "users/me/") {
				asked.Store(true)
			}
			proxy(next, planted{path: "/api/v1/groups", status: 200, change: replaceText(`"id":"00g`, `"id":"../users/me/`)}).ServeHTTP(w, r)
		})
	})
	_, err := Run(t.Context(), client, Options{})
	if asked.Load() {
		t.Errorf("a path was asked for that the org named as an id: %v", err)
	}
}

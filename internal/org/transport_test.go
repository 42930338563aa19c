package org_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/schema"
)

const oneSecret = `[{"id":"ocs1","status":"ACTIVE","client_secret":"made-up-secret"}]`

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// cut ends the connection in the middle of the answer.
func cut(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `[{"id":`)
	panic(http.ErrAbortHandler)
}

// nextPage says that there is one more page, with a cursor of its own.
func nextPage(w http.ResponseWriter, r *http.Request) {
	after, _ := strconv.Atoi(r.URL.Query().Get("after"))
	w.Header().Set("Link", fmt.Sprintf(`<http://%s%s?after=%d>; rel="next"`, r.Host, r.URL.Path, after+1))
}

// gzipBomb is 128 MB of spaces, compressed.
var gzipBomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	block := bytes.Repeat([]byte(" "), 1<<20)
	for range 128 {
		_, _ = z.Write(block)
	}
	_ = z.Close()
	return b.Bytes()
})

// Requests that may be sent again are, others aren't.
func TestRetries(t *testing.T) {
	status := func(code int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { answer(w, code, body) }
	}
	busy := `{"errorCode":"E0000268","errorSummary":"Another request is making changes to the role assignments. Please try again."}`
	limited := func(w http.ResponseWriter) {
		now := time.Now()
		w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
		w.Header().Set("X-Rate-Limit-Reset", strconv.FormatInt(now.Unix()+17, 10))
		answer(w, 429, `{"errorCode":"E0000047"}`)
	}
	for _, test := range []struct {
		name       string
		fail       func(http.ResponseWriter)
		get, write bool // whether a read, and a create, is sent again
	}{
		{"429", limited, true, true},
		{"429 without headers", status(429, ""), true, true},
		{"409 role assignments", status(409, busy), true, true},
		{"423", status(423, `{"errorCode":"E0000239"}`), true, true},
		{"409", status(409, `{"errorCode":"E0000062"}`), false, false},
		{"500", status(500, `{"errorCode":"E0000009"}`), true, false},
		{"502 HTML", status(502, "<html>"), true, false},
		{"503", status(503, ""), true, false},
		{"501", status(501, `{"errorCode":"E0000060"}`), false, false},
		{"400", status(400, `{"errorCode":"E0000001"}`), false, false},
		{"cut", cut, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var requests atomic.Int32
			client, clock := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if requests.Add(1) == 1 {
					test.fail(w)
					return
				}
				if r.Method == http.MethodGet {
					answer(w, 200, oneSecret)
					return
				}
				if body, _ := io.ReadAll(r.Body); !strings.Contains(string(body), `"name":"g"`) {
					t.Errorf("the second request holds %q", body)
				}
				answer(w, 403, `{"errorCode":"E0000006"}`) // far enough
			})
			_, err := client.ClientSecret(t.Context(), "0oa1")
			if again := requests.Swap(0) == 2; again != test.get || (err == nil) != test.get {
				t.Errorf("read sent again: %v, %v", again, err)
			}
			_, err = client.Create(t.Context(), group("g"))
			if again := requests.Load() == 2; again != test.write {
				t.Errorf("create sent again: %v, %v", again, err)
			}
			if test.name == "429" && (clock.slept[0] < 17*time.Second || clock.slept[0] > 19*time.Second) {
				t.Errorf("waited %v, want 18s", clock.slept[0])
			}
		})
	}
}

// A failure that stays is told, after about half a minute of tries.
func TestRetriesEnd(t *testing.T) {
	client, clock := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 500, `{"errorCode":"E0000009"}`) })
	_, err := client.ClientSecret(t.Context(), "0oa1")
	var refused *okta.Error
	if !errors.As(err, &refused) || refused.Status != 500 || okta.Denied(err) || okta.Unreachable(err) {
		t.Errorf("got %v", err)
	}
	var total time.Duration
	for _, d := range clock.slept {
		total += d
	}
	if total < 30*time.Second || total > time.Minute {
		t.Errorf("waited %v in all", total)
	}
}

// Answers that aren't Okta's, or have no end, end the call with an error that says
// so.
func TestHostileAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		handle http.HandlerFunc
		want   string
	}{
		"HTML": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html>Please sign in to the network</html>")
		}, "text/html"},
		"HTML error": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(404)
			_, _ = io.WriteString(w, "<html>No such page</html>")
		}, "Okta org"},
		"huge": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			block := strings.Repeat(" ", 1<<20)
			for {
				if _, err := io.WriteString(w, block); err != nil {
					return
				}
			}
		}, "larger than"},
		"huge header": {func(w http.ResponseWriter, _ *http.Request) {
			for i := range 2048 {
				w.Header().Add("X-More", strings.Repeat(strconv.Itoa(i%10), 1024))
			}
			answer(w, 200, `[]`)
		}, "header"},
		"link to itself": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", `<http://`+r.Host+`/api/v1/groups?after=x>; rel="next"`)
			answer(w, 200, `[]`)
		}, "pages repeat"},
		"pages without end": {func(w http.ResponseWriter, r *http.Request) {
			nextPage(w, r)
			answer(w, 200, `[{"id":"00g1","profile":{"name":"other"}}]`)
		}, "more than 5000 pages"},
		"empty pages without end": {func(w http.ResponseWriter, r *http.Request) {
			nextPage(w, r)
			answer(w, 200, `[]`)
		}, "goes on after 20 pages without an object"},
		"pages of too many objects": {func(w http.ResponseWriter, r *http.Request) {
			nextPage(w, r)
			answer(w, 200, "["+strings.Repeat("{},", 200_000)+"{}]")
		}, "more than 1000000 objects"},
		"pages that grow": {func(w http.ResponseWriter, r *http.Request) {
			nextPage(w, r)
			answer(w, 200, `[{"id":"`+strings.Repeat("x", 33<<20)+`"}]`)
		}, "larger than 256 MB"},
		"compressed without end": {func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				answer(w, 500, "")
				return
			}
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(gzipBomb())
		}, "larger than 64 MB"},
		"an object for a list": {func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"a":1}`) }, "expected"},
		"cut for ever":         {func(w http.ResponseWriter, _ *http.Request) { cut(w) }, "before the answer was complete"},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/.well-known/okta-organization":
					answer(w, 200, `{"id":"00o1"}`)
				case "/api/v1/users/me":
					answer(w, 404, `{"errorCode":"E0000007"}`)
				default:
					test.handle(w, r)
				}
			})
			_, err := client.Read(t.Context(), schema.Query{Objects: []schema.ObjectQuery{{Addr: schema.Addr{Kind: "group", Name: "g"}, Name: "g"}}})
			if err == nil || !strings.Contains(err.Error(), test.want) || !okta.Unreachable(err) {
				t.Errorf("got %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "made-up-token") {
				t.Error("the token is in the error")
			}
		})
	}
}

// TestAnswersWithoutEnd: an answer that goes on for ever ends with the time of its attempts.
func TestAnswersWithoutEnd(t *testing.T) {
	for name, handle := range map[string]http.HandlerFunc{
		"a byte at a time": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100000")
			trickle(w, r)
		},
		"chunks": trickle,
		"a compressed byte at a time": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			trickle(w, r)
		},
		"headers": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				w.WriteHeader(http.StatusEarlyHints)
				time.Sleep(time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handle)
			t.Cleanup(server.Close)
			client, err := org.Connect(
				okta.Credentials{URL: server.URL, Mode: okta.SSWS, Token: schema.NewSecret("made-up-token"), Source: "the test"},
				okta.Options{Clock: &instant{}, Timeout: 200 * time.Millisecond},
			)
			if err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			_, err = client.Read(t.Context(), schema.Query{Objects: []schema.ObjectQuery{{Addr: schema.Addr{Kind: "group", Name: "g"}, Name: "g"}}})
			if err == nil || !okta.Unreachable(err) || time.Since(begun) > 30*time.Second {
				t.Errorf("after %s: %v", time.Since(begun), err)
			}
		})
	}
}

func trickle(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, " ")
		_ = http.NewResponseController(w).Flush()
		time.Sleep(10 * time.Millisecond)
	}
}

// Links are followed at the org, whatever host they name, and whether a proxy has
// joined them or not.
func TestLinksStayHome(t *testing.T) {
	for name, links := range map[string][]string{
		"lines":  {`<https://evil.example.com/api/v1/groups?limit=200>; rel="self"`, `<https://evil.example.com/api/v1/groups?after=c2&limit=200>; rel="next"`},
		"joined": {`<https://evil.example.com/api/v1/groups?limit=200>; rel="self", <https://evil.example.com/api/v1/groups?after=c2>; rel="next"`},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == "/.well-known/okta-organization":
					answer(w, 200, `{"id":"00o1"}`)
				case r.URL.Path == "/api/v1/users/me":
					answer(w, 404, `{"errorCode":"E0000007"}`)
				case r.URL.Query().Get("after") == "c2":
					answer(w, 200, `[{"id":"00g2","type":"OKTA_GROUP","profile":{"name":"two"}}]`)
				default:
					w.Header()["Link"] = links
					answer(w, 200, `[{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"one"}},{"id":"00g0","type":"BUILT_IN","profile":{"name":"two"}}]`)
				}
			})
			snapshot, err := client.Read(t.Context(), schema.Query{Objects: []schema.ObjectQuery{{Addr: schema.Addr{Kind: "group", Name: "g"}, Name: "two"}}})
			if err != nil || len(snapshot.Objects) != 1 || snapshot.Objects[0].ID != "00g2" {
				t.Errorf("%v, %v", snapshot, err)
			}
		})
	}
}

// A principal that the org does not show is unknown. One that was not read is an error: a plan
// without it would not be checked for the loss of its own rights.
func TestIdentityWithoutAnAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		fails  bool
	}{
		"not shown":    {404, `{"errorCode":"E0000007"}`, false},
		"not allowed":  {403, `{"errorCode":"E0000006"}`, false},
		"not accepted": {401, `{"errorCode":"E0000011"}`, false},
		"broken":       {500, `{"errorCode":"E0000009"}`, true},
		"a proxy":      {200, `<html>Sign in</html>`, true},
		"nothing":      {200, ``, true},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/api/v1/users/me" {
					answer(w, test.status, test.body)
					return
				}
				answer(w, 200, `{"id":"00o1"}`)
			})
			if who, err := client.Identity(t.Context()); (err != nil) != test.fails {
				t.Errorf("%+v, %v", who, err)
			}
		})
	}
}

// Who can't be reached is told apart from who refuses, at once.
func TestUnreachable(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer untrusted.Close()
	for name, url := range map[string]string{"refused": closed.URL, "TLS": untrusted.URL, "not TLS": strings.Replace(closed.URL, "http:", "https:", 1)} {
		t.Run(name, func(t *testing.T) {
			clock := &instant{}
			client, err := org.Connect(okta.Credentials{URL: url, Mode: okta.SSWS, Token: schema.NewSecret("made-up-token")},
				okta.Options{Clock: clock, Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Read(t.Context(), schema.Query{Owner: owner})
			if !okta.Unreachable(err) || okta.Denied(err) || !strings.Contains(err.Error(), url) || len(clock.slept) > 0 {
				t.Errorf("waits %v, %v", clock.slept, err)
			}
		})
	}
}

// A caller that gives up gets its own error back.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		answer(w, 500, "")
	})
	_, err := client.ClientSecret(ctx, "0oa1")
	if !errors.Is(err, context.Canceled) || okta.Unreachable(err) {
		t.Errorf("got %v", err)
	}
}

// At no time are more requests under way than Parallelism says.
func TestParallelism(t *testing.T) {
	var now, most atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		defer now.Add(-1)
		login := strings.TrimPrefix(r.URL.Path, "/api/v1/users/")
		answer(w, 200, fmt.Sprintf(`{"id":"00u%s","status":"ACTIVE","profile":{"login":"%s"}}`, login, login))
	}))
	defer server.Close()
	client, err := org.Connect(okta.Credentials{URL: server.URL, Mode: okta.SSWS, Token: schema.NewSecret("made-up-token")}, okta.Options{Parallelism: 2})
	if err != nil {
		t.Fatal(err)
	}
	var query schema.Query
	for i := range 30 {
		query.Objects = append(query.Objects, schema.ObjectQuery{Addr: schema.Addr{Kind: "user", Name: "u"}, Name: fmt.Sprintf("u%d@example.com", i)})
	}
	_, _ = client.Read(t.Context(), query)
	if most.Load() > 2 {
		t.Errorf("%d requests at once", most.Load())
	}
}

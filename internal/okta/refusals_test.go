package okta_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// busy runs f with a client of an org that answers as told, in simulated time.
func busy(t *testing.T, handle http.HandlerFunc, f func(*testing.T, *okta.Client)) {
	t.Helper()
	transport := &inside{org: handle}
	client, err := okta.Connect(okta.Credentials{URL: "http://127.0.0.1", Mode: okta.SSWS, Token: schema.NewSecret(adminToken), Source: "the test"}, okta.Options{Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) { f(t, client) })
}

// ask makes n requests beside each other, and returns their errors.
func ask(t *testing.T, client *okta.Client, n int) (failed []error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, client.URL()+"/api/v1/apps", nil)
			if err != nil {
				t.Error(err)
				return
			}
			resp, err := client.HTTP().Do(req)
			if err != nil {
				mu.Lock()
				failed = append(failed, err)
				mu.Unlock()
				return
			}
			_ = resp.Body.Close()
		})
	}
	wg.Wait()
	return failed
}

// TestRefusalsEnd: an org that answers nothing but 429 ends every request within
// minutes, however many wait and whatever it says of its limits.
func TestRefusalsEnd(t *testing.T) {
	for name, headers := range map[string]func(h http.Header){
		"without headers": func(http.Header) {},
		"a window that never opens": func(h http.Header) {
			h.Set("X-Rate-Limit-Limit", "100")
			h.Set("X-Rate-Limit-Remaining", "0")
			h.Set("X-Rate-Limit-Reset", fmt.Sprint(time.Now().Add(2*time.Minute).Unix()))
		},
		"a window that has passed": func(h http.Header) {
			h.Set("X-Rate-Limit-Limit", "100")
			h.Set("X-Rate-Limit-Remaining", "99")
			h.Set("X-Rate-Limit-Reset", fmt.Sprint(time.Now().Unix()))
		},
		"too many at once": func(h http.Header) {
			h.Set("X-Rate-Limit-Limit", "0")
			h.Set("X-Rate-Limit-Remaining", "0")
		},
	} {
		t.Run(name, func(t *testing.T) {
			var mended bool
			var mu sync.Mutex
			busy(t, func(w http.ResponseWriter, _ *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
				if mended {
					writeAnswer(w, http.StatusOK, `[]`)
					return
				}
				headers(w.Header())
				writeAnswer(w, http.StatusTooManyRequests, `{"errorCode":"E0000047"}`)
			}, func(t *testing.T, client *okta.Client) {
				begun := time.Now()
				failed := ask(t, client, 200)
				if waited := time.Since(begun); len(failed) != 200 || waited > 15*time.Minute || waited < 8*time.Minute {
					t.Fatalf("%d of 200 requests failed after %s", len(failed), waited)
				}
				for _, err := range failed {
					if !strings.Contains(err.Error(), "the org answered 429 (too many requests)") {
						t.Fatal(err)
					}
				}
				// Those that come later, one after the other, don't wait as long each.
				begun = time.Now()
				for range 100 {
					if len(ask(t, client, 1)) != 1 {
						t.Fatal("answered")
					}
				}
				if waited := time.Since(begun); waited > 5*time.Minute {
					t.Errorf("100 requests more failed after %s", waited)
				}
				mu.Lock()
				mended = true
				mu.Unlock()
				time.Sleep(3 * time.Minute)
				if failed := ask(t, client, 50); len(failed) > 0 {
					t.Errorf("after the org answers again: %v", failed[0])
				}
			})
		})
	}
}

// TestQueueOfABusyOrg: while some requests pass, the others go on to wait.
func TestQueueOfABusyOrg(t *testing.T) {
	var mu sync.Mutex
	var passed time.Time
	busy(t, func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
		w.Header().Set("X-Rate-Limit-Limit", "100")
		w.Header().Set("X-Rate-Limit-Remaining", "0")
		w.Header().Set("X-Rate-Limit-Reset", fmt.Sprint(now.Add(time.Minute).Unix()))
		if now.Sub(passed) < 8*time.Minute {
			writeAnswer(w, http.StatusTooManyRequests, `{"errorCode":"E0000047"}`)
			return
		}
		passed = now
		writeAnswer(w, http.StatusOK, `[]`)
	}, func(t *testing.T, client *okta.Client) {
		begun := time.Now()
		if failed := ask(t, client, 30); len(failed) > 0 {
			t.Errorf("after %s: %v", time.Since(begun), failed[0])
		}
		if waited := time.Since(begun); waited < 3*time.Hour {
			t.Errorf("it took %s", waited)
		}
	})
}

// TestRefusedRequestNamesTheNextStep: the error of a request says what to do.
func TestRefusedRequestNamesTheNextStep(t *testing.T) {
	busy(t, func(w http.ResponseWriter, _ *http.Request) {
		writeAnswer(w, http.StatusTooManyRequests, `{"errorCode":"E0000047"}`)
	}, func(t *testing.T, client *okta.Client) {
		_, err := client.List(t.Context(), "/api/v1/groups", "")
		for _, want := range []string{"429", "in the rate-limit bucket ", "Rate Limits", "run the same command again later"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("want %q in %v", want, err)
			}
		}
	})
}

func writeAnswer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

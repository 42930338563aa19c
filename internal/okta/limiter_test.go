package okta_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// inside carries requests to an org in the same process: with synctest's time,
// the limits of the org and the waits of the client take none.
type inside struct {
	org http.Handler

	mu      sync.Mutex
	answers []answered
}

// answered is one answer of the org.
type answered struct {
	at                            time.Time
	path, limit, remaining, reset string
	status                        int
}

func (i *inside) RoundTrip(req *http.Request) (*http.Response, error) {
	in := req.Clone(req.Context())
	in.Host, in.RequestURI = req.URL.Host, req.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	i.org.ServeHTTP(rec, in)
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	h := rec.Header()
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answers = append(i.answers, answered{time.Now(), req.URL.Path, h.Get("X-Rate-Limit-Limit"), h.Get("X-Rate-Limit-Remaining"), h.Get("X-Rate-Limit-Reset"), rec.Code})
	return rec.Result(), nil
}

// refusals counts the answers 429.
func (i *inside) refusals() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	n := 0
	for _, a := range i.answers {
		if a.status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

const adminToken = "made-up-admin-token"

// signingKey is that of all orgs of these tests.
var signingKey, _ = sandbox.NewSigningKey()

// simulate runs f with a client of an org in this process, in simulated time:
// one clock for the limits of the org and the waits of the client. The client is
// made outside, since the SDK's begins a goroutine that never ends.
func simulate(t *testing.T, options sandbox.Options, o okta.Options, f func(*testing.T, *okta.Client, *inside)) {
	t.Helper()
	transport := &inside{}
	o.Transport = transport
	client, err := okta.Connect(okta.Credentials{URL: "http://127.0.0.1", Mode: okta.SSWS, Token: schema.NewSecret(adminToken), Source: "the test"}, o)
	if err != nil {
		t.Fatal(err)
	}
	options.AdminToken, options.SigningKey = adminToken, signingKey
	synctest.Test(t, func(t *testing.T) {
		if transport.org, err = sandbox.New(options); err != nil {
			t.Fatal(err)
		}
		f(t, client, transport)
	})
}

// get makes requests of the org's own sign-in, beside each other.
func get(ctx context.Context, t *testing.T, client *okta.Client, paths []string) {
	var wg sync.WaitGroup
	for _, path := range paths {
		wg.Go(func() {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, client.URL()+path, nil)
			if err != nil {
				t.Error(err)
				return
			}
			req.Header.Set("Authorization", "SSWS "+adminToken)
			resp, err := client.HTTP().Do(req)
			if err != nil {
				if ctx.Err() == nil {
					t.Error(err)
				}
				return
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", path, resp.StatusCode)
			}
		})
	}
	wg.Wait()
}

func repeat(n int, path string) []string { return strings.Split(strings.Repeat(path+" ", n), " ")[:n] }

// Alone in an org, whatever its limits and the share, the client never has a
// request refused, loses none, and takes no more than its share of any minute.
func TestLimiterAlone(t *testing.T) {
	paths := []string{"/api/v1/apps", "/api/v1/groups", "/api/v1/users", "/.well-known/okta-organization", "/api/v1/iam/roles"}
	for seed := range uint64(15) {
		draw := rand.New(rand.NewPCG(seed, 0))
		profile, limit := sandbox.RateLimitFree, 20.0
		if seed%2 == 1 {
			profile, limit = sandbox.RateLimitEnterprise, 100
		}
		o := okta.Options{Share: []float64{0.1, 0.25, 0.5}[seed%3], Parallelism: draw.IntN(40)}
		options := sandbox.Options{RateLimit: profile, ClockOffset: time.Duration(draw.IntN(6000)-3000) * 333 * time.Millisecond,
			Faults: []sandbox.Fault{{Kind: "latency", Duration: time.Duration(1+draw.IntN(300)) * time.Millisecond}}}
		var work []string
		for _, path := range paths {
			work = append(work, repeat(draw.IntN(80), path)...)
		}
		draw.Shuffle(len(work), func(i, j int) { work[i], work[j] = work[j], work[i] })
		simulate(t, options, o, func(t *testing.T, client *okta.Client, transport *inside) {
			get(t.Context(), t, client, work)
			if n := transport.refusals(); n > 0 {
				t.Errorf("seed %d: %d of %d requests refused", seed, n, len(work))
			}
			used := map[string]int{}
			for _, a := range transport.answers {
				if a.path == "/api/v1/apps" {
					used[a.reset]++
				}
			}
			for reset, n := range used {
				if n > int(limit*o.Share) {
					t.Errorf("seed %d: %d requests in the minute until %s, want at most %v", seed, n, reset, limit*o.Share)
				}
			}
		})
	}
}

// The client uses what it may: a job takes about as many minutes as its fullest
// bucket needs.
func TestLimiterPace(t *testing.T) {
	for _, test := range []struct {
		profile sandbox.RateLimit
		n       int
		floor   time.Duration
	}{
		{sandbox.RateLimitFree, 10, 0},
		{sandbox.RateLimitFree, 101, 10 * time.Minute},
		{sandbox.RateLimitEnterprise, 1000, 19 * time.Minute},
	} {
		t.Run(fmt.Sprint(test.profile, test.n), func(t *testing.T) {
			simulate(t, sandbox.Options{RateLimit: test.profile}, okta.Options{}, func(t *testing.T, client *okta.Client, transport *inside) {
				begin := time.Now()
				get(t.Context(), t, client, repeat(test.n, "/api/v1/apps"))
				took := time.Since(begin)
				if took < test.floor || took > test.floor*105/100+time.Second || transport.refusals() > 0 {
					t.Errorf("%v, want %v; %d refused", took, test.floor, transport.refusals())
				}
			})
		})
	}
}

// Another client that takes two thirds of the bucket costs time, and hardly
// more.
func TestLimiterBesideOthers(t *testing.T) {
	const path = "/.well-known/okta-organization" // without a sign-in all count as one: 600 a minute
	simulate(t, sandbox.Options{RateLimit: sandbox.RateLimitEnterprise}, okta.Options{}, func(t *testing.T, client *okta.Client, transport *inside) {
		ctx, cancel := context.WithCancel(t.Context())
		other := &inside{org: transport.org}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for ctx.Err() == nil {
				_, _ = other.RoundTrip(httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+path, nil))
				select {
				case <-ctx.Done():
				case <-time.After(time.Minute / 400):
				}
			}
		}()
		begin := time.Now()
		get(t.Context(), t, client, repeat(2000, path))
		took := time.Since(begin)
		cancel()
		<-done
		if took > 13*time.Minute || transport.refusals() > 20 {
			t.Errorf("%v, %d refused; of others %d", took, transport.refusals(), other.refusals())
		}
	})
}

// Who gives up leaves the queue to the others.
func TestLimiterCancelled(t *testing.T) {
	simulate(t, sandbox.Options{RateLimit: sandbox.RateLimitFree}, okta.Options{}, func(t *testing.T, client *okta.Client, transport *inside) {
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() { get(ctx, t, client, repeat(100, "/api/v1/apps")) })
		wg.Go(func() { get(t.Context(), t, client, repeat(10, "/api/v1/apps")) })
		wg.Wait()
		if len(transport.answers) > 40 || transport.refusals() > 0 {
			t.Errorf("%d requests, %d refused", len(transport.answers), transport.refusals())
		}
	})
}

// Where the org finds too many requests at once, the client makes fewer.
func TestLimiterCrowded(t *testing.T) {
	simulate(t, sandbox.Options{}, okta.Options{}, func(t *testing.T, client *okta.Client, transport *inside) {
		var mu sync.Mutex
		now := 0
		transport.org = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			mu.Lock()
			now++
			crowded := now > 4
			mu.Unlock()
			time.Sleep(50 * time.Millisecond)
			mu.Lock()
			now--
			mu.Unlock()
			w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
			if crowded {
				w.Header().Set("X-Rate-Limit-Limit", "0")
				w.Header().Set("X-Rate-Limit-Remaining", "0")
				w.Header().Set("X-Rate-Limit-Reset", fmt.Sprint(time.Now().Unix()))
				w.WriteHeader(http.StatusTooManyRequests)
			}
		})
		get(t.Context(), t, client, repeat(500, "/api/v1/groups"))
		if n := transport.refusals(); n == 0 || n > 150 {
			t.Errorf("%d of 500 refused", n)
		}
	})
}

// No answer makes the client wait for longer than two minutes, wherever it puts the end
// of the window and whatever the org's clock does in between.
func TestLimiterBoundsEveryWait(t *testing.T) {
	far := func(now time.Time) string { return fmt.Sprint(now.Add(277_777 * time.Hour).Unix()) }
	for name, answer := range map[string]func(h http.Header, n int, now time.Time) int{
		"reset of a good answer": func(h http.Header, n int, now time.Time) int {
			h.Set("X-Rate-Limit-Limit", "100")
			h.Set("X-Rate-Limit-Remaining", "0")
			h.Set("X-Rate-Limit-Reset", far(now))
			return http.StatusOK
		},
		"largest reset": func(h http.Header, n int, now time.Time) int {
			h.Set("X-Rate-Limit-Limit", "100")
			h.Set("X-Rate-Limit-Remaining", "0")
			h.Set("X-Rate-Limit-Reset", "9223372036854775807")
			return http.StatusOK
		},
		"negative remaining": func(h http.Header, n int, now time.Time) int {
			h.Set("X-Rate-Limit-Limit", "100")
			h.Set("X-Rate-Limit-Remaining", "-9000000000")
			h.Set("X-Rate-Limit-Reset", far(now))
			return http.StatusOK
		},
		"clock that jumps back": func(h http.Header, n int, now time.Time) int {
			h.Set("X-Rate-Limit-Limit", "100")
			h.Set("X-Rate-Limit-Remaining", "0")
			h.Set("X-Rate-Limit-Reset", fmt.Sprint(now.Unix()+60))
			if n == 0 {
				h.Set("Date", "Fri, 31 Dec 9999 23:59:59 GMT")
				h.Set("X-Rate-Limit-Reset", "253402300799")
			}
			return http.StatusOK
		},
		"reset of a refusal": func(h http.Header, n int, now time.Time) int {
			h.Set("X-Rate-Limit-Limit", "100")
			h.Set("X-Rate-Limit-Remaining", "0")
			h.Set("X-Rate-Limit-Reset", far(now))
			h.Set("Retry-After", "999999999")
			if n == 1 {
				return http.StatusTooManyRequests
			}
			return http.StatusOK
		},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, sandbox.Options{}, okta.Options{}, func(t *testing.T, client *okta.Client, transport *inside) {
				var mu sync.Mutex
				n := 0
				transport.org = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					mu.Lock()
					defer mu.Unlock()
					w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
					w.WriteHeader(answer(w.Header(), n, time.Now()))
					n++
				})
				begin := time.Now()
				for range 4 {
					get(t.Context(), t, client, []string{"/api/v1/groups"})
				}
				if took := time.Since(begin); took > 10*time.Minute {
					t.Errorf("four requests took %s", took)
				}
			})
		})
	}
}

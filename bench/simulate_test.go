package bench_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/org/readcache"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// phase is what one part of a run took.
type phase struct {
	stats   []schema.BucketStats
	took    time.Duration
	changes int
}

func (p phase) requests() (total, refused int) {
	for _, s := range p.stats {
		total, refused = total+s.Requests, refused+s.Refused
	}
	return total, refused
}

func (p phase) in(bucket string) int {
	for _, s := range p.stats {
		if s.Bucket == bucket {
			return s.Requests
		}
	}
	return 0
}

// floor is the least time that the requests can take: those of the fullest
// bucket, at the rate that one credential may make of an enterprise org's limit.
// The first minute's requests go at once.
func (p phase) floor() time.Duration {
	most := time.Duration(0)
	for _, s := range p.stats {
		rate := map[string]int{"/api/v1/apps": 50, "/oauth2/v1/clients": 50, "/api/v1/users/{id:.+}": 500, "/api/v1/logs": 25}[s.Bucket]
		if rate == 0 {
			rate = 300
		}
		most = max(most, time.Duration(s.Requests)*time.Minute/time.Duration(rate))
	}
	return most
}

// inside carries requests to an org in this process.
type inside struct{ org http.Handler }

func (i *inside) RoundTrip(req *http.Request) (*http.Response, error) {
	in := req.Clone(req.Context())
	in.Host, in.RequestURI = req.URL.Host, req.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	i.org.ServeHTTP(rec, in)
	return rec.Result(), req.Context().Err()
}

const adminToken = "made-up-admin-token"

// simulation is an org and its clients in simulated time: the org's limits and
// the clients' waits go by one clock, and only waiting takes time.
type simulation struct {
	transport *inside
	clients   []*org.Client // one for each phase
}

// simulate runs f in simulated time with as many clients as there are phases.
// Clients are made outside, since the SDK's begin goroutines that never end.
func simulate(t *testing.T, options sandbox.Options, phases int, f func(*testing.T, *simulation)) {
	t.Helper()
	s := &simulation{transport: &inside{}}
	for range phases {
		client, err := org.Connect(okta.Credentials{URL: "http://127.0.0.1", Mode: okta.SSWS, Token: schema.NewSecret(adminToken), Source: "the benchmark"},
			okta.Options{Transport: s.transport})
		if err != nil {
			t.Fatal(err)
		}
		s.clients = append(s.clients, client)
	}
	options.AdminToken = adminToken
	synctest.Test(t, func(t *testing.T) {
		server, err := sandbox.New(options)
		if err != nil {
			t.Fatal(err)
		}
		s.transport.org = server
		f(t, s)
	})
}

// run plans, and applies where asked to, with the next client, after a pause in
// which all windows end.
func (s *simulation) run(t *testing.T, dir string, applies bool) phase {
	t.Helper()
	time.Sleep(2 * time.Minute)
	return s.phase(t, dir, applies, (*org.Client).Read)
}

// runByEvents plans by events, with what an earlier run remembered, after a pause in
// which what was done before has settled. It returns what to remember.
func (s *simulation) runByEvents(t *testing.T, dir string, past *readcache.Cache) (p phase, next *readcache.Cache) {
	t.Helper()
	time.Sleep(11 * time.Minute)
	p = s.phase(t, dir, false, func(client *org.Client, ctx context.Context, q schema.Query) (*schema.Snapshot, error) {
		who, err := client.Identity(ctx)
		if err != nil {
			return nil, err
		}
		snapshot, kept, how, err := readcache.Read(ctx, client, who, q, past, "bench")
		if err == nil && kept == nil {
			err = errors.New(how)
		}
		next = kept
		return snapshot, err
	})
	return p, next
}

type reading func(*org.Client, context.Context, schema.Query) (*schema.Snapshot, error)

// phase plans, and applies where asked to, with the next client.
func (s *simulation) phase(t *testing.T, dir string, applies bool, read reading) phase {
	t.Helper()
	client := s.clients[0]
	s.clients = s.clients[1:]
	c, diags := config.Load(dir, config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	defer c.Close()
	begin := time.Now()
	p := planOf(t, client, c, read)
	n := 0
	for _, change := range p.Changes {
		if change.Action != plan.NoOp {
			n++
		}
	}
	if applies {
		result, diags := apply.Run(t.Context(), p, c, client, apply.Options{Parallelism: 16, Clock: time.Now})
		if diags.HasErrors() || result.Failed+result.NotDone > 0 {
			t.Fatal(diags)
		}
	}
	return phase{client.Stats(), time.Since(begin), n}
}

func planOf(t *testing.T, client *org.Client, c *config.Config, read reading) *plan.Plan {
	t.Helper()
	o := plan.Options{Owner: c.Owner}
	eval := c.Evaluate(nil)
	declared, _ := eval.All()
	identity, _ := eval.Identity()
	snapshot, err := read(client, t.Context(), plan.Query(declared, identity, o))
	if err != nil {
		t.Fatal(err)
	}
	p, diags := plan.Make(c, snapshot, o)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return p
}

// send makes a request of the org beside the client.
func (s *simulation) send(t *testing.T, method, path, body string) []byte {
	t.Helper()
	req := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
	req.Header.Set("Authorization", "SSWS "+adminToken)
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	s.transport.org.ServeHTTP(rec, req)
	if rec.Code >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, rec.Code, rec.Body)
	}
	return rec.Body.Bytes()
}

// widen gives ten apps one more scope each, as somebody would in the console.
func (s *simulation) widen(t *testing.T) {
	t.Helper()
	var docs []struct{ ID string }
	if err := json.Unmarshal(s.send(t, http.MethodGet, tenApps, ""), &docs); err != nil {
		t.Fatal(err)
	}
	for _, doc := range docs {
		s.send(t, http.MethodPost, "/api/v1/apps/"+doc.ID+"/grants", oneMoreScope("http://127.0.0.1"))
	}
}

const tenApps = "/api/v1/apps?limit=10&filter=name+eq+%22oidc_client%22"

// oneMoreScope is a grant of a scope that no app of the configuration has.
func oneMoreScope(url string) string {
	return `{"issuer":"` + url + `","scopeId":"okta.policies.manage"}`
}

package bench_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/org"
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
		client, err := org.Connect(org.Credentials{URL: "http://127.0.0.1", Mode: org.SSWS, Token: schema.NewSecret(adminToken), Source: "the benchmark"},
			org.Options{Transport: s.transport})
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
	client := s.clients[0]
	s.clients = s.clients[1:]
	c, diags := config.Load(dir, config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	defer c.Close()
	begin := time.Now()
	p := planOf(t, client, c)
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

func planOf(t *testing.T, client *org.Client, c *config.Config) *plan.Plan {
	t.Helper()
	o := plan.Options{Owner: c.Owner}
	eval := c.Evaluate(nil)
	declared, _ := eval.All()
	identity, _ := eval.Identity()
	snapshot, err := client.Read(context.Background(), plan.Query(declared, identity, o))
	if err != nil {
		t.Fatal(err)
	}
	p, diags := plan.Make(c, snapshot, o)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return p
}

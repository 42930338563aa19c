//go:build unix

package bench_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/oktaform/oktaform/bench"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// An import takes hardly longer than the limits make it, without one refusal. In simulated time.
func TestImportUnderLimits(t *testing.T) {
	const n = 60
	dir := t.TempDir()
	if err := bench.WriteConfig(dir, n, 0); err != nil {
		t.Fatal(err)
	}
	simulate(t, sandbox.Options{RateLimit: sandbox.RateLimitEnterprise}, 2, func(t *testing.T, s *simulation) {
		s.run(t, dir, true)
		time.Sleep(2 * time.Minute)
		client, begin := s.clients[0], time.Now()
		inv, err := client.Inventory(t.Context(), org.InventoryOptions{MostMembers: 50})
		if err != nil {
			t.Fatal(err)
		}
		p := phase{client.Stats(), time.Since(begin), 0}
		total, refused := p.requests()
		t.Logf("%d objects, %d requests, %d of them in the bucket of apps; %v, floor %v", len(inv.Objects), total, p.in("/api/v1/apps"), p.took, p.floor())
		if refused > 0 || len(inv.Gaps) > 0 || p.took > p.floor()*11/10 {
			t.Errorf("%d refused, gaps %v; %v, floor %v", refused, inv.Gaps, p.took, p.floor())
		}
	})
}

// Under the limits of an enterprise org, an import of 1,000 apps takes hardly longer than they make
// it, and the plan of what it wrote hardly more requests. One that was interrupted halfway goes on,
// and both parts together make hardly more requests than one whole import. In simulated time.
func TestImportOfThousandAppsUnderLimits(t *testing.T) {
	const n = 1000
	dir := t.TempDir()
	simulate(t, sandbox.Options{Seed: orgOf(t, n), RateLimit: sandbox.RateLimitEnterprise}, 3, func(t *testing.T, s *simulation) {
		read := func(client *org.Client, o org.InventoryOptions, limit time.Duration) (*schema.Inventory, phase, error) {
			time.Sleep(2 * time.Minute)
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			begin := time.Now()
			o.MostMembers = 50
			inv, err := client.Inventory(ctx, o)
			return inv, phase{client.Stats(), time.Since(begin), 0}, err
		}
		inv, whole, err := read(s.clients[0], org.InventoryOptions{}, 24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		total, refused := whole.requests()
		t.Logf("%d objects, %d requests; %v, floor %v", len(inv.Objects), total, whole.took, whole.floor())
		if refused > 0 || len(inv.Gaps) > 0 || whole.took > whole.floor()*11/10 {
			t.Errorf("%d refused, gaps %v; %v, floor %v", refused, inv.Gaps, whole.took, whole.floor())
		}
		planned := plannedImport(t, dir, s.clients[0], inv)
		after, _ := phase{s.clients[0].Stats(), 0, 0}.requests()
		t.Logf("the plan of %d imports takes %d more requests", planned, after-total)
		if planned != n+1 || after-total > total/50 {
			t.Errorf("the plan has %d imports, and takes %d requests more than the %d of the import", planned, after-total, total)
		}

		var lock sync.Mutex
		kept := map[string]schema.Object{}
		keep := func(o schema.Object, print string) {
			lock.Lock()
			defer lock.Unlock()
			kept[o.ID+print] = o
		}
		_, first, err := read(s.clients[1], org.InventoryOptions{Keep: keep}, whole.took/2)
		if err == nil || len(kept) < n/4 || len(kept) > n*3/4 {
			t.Fatalf("interrupted with %d objects kept: %v", len(kept), err)
		}
		again, second, err := read(s.clients[2], org.InventoryOptions{Known: func(c org.Candidate, print string) (schema.Object, bool) {
			o, ok := kept[c.ID+print]
			return o, ok
		}}, 24*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		one, _ := first.requests()
		two, _ := second.requests()
		t.Logf("interrupted after %d requests, continued with %d, in %v and %v", one, two, first.took, second.took)
		if len(again.Objects) != len(inv.Objects) || one+two > total*11/10 {
			t.Errorf("%d objects of %d with %d and %d requests instead of %d", len(again.Objects), len(inv.Objects), one, two, total)
		}
	})
}

// plannedImport plans what an import of the inventory writes, and returns how many objects it
// imports. It does nothing else.
func plannedImport(t *testing.T, dir string, client *org.Client, inv *schema.Inventory) (imports int) {
	t.Helper()
	result, err := generate.Configuration(inv, generate.Select(inv, nil, nil), generate.Options{Owner: "bench", Header: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range result.Files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, diags := config.Load(dir, config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	defer c.Close()
	read := client.ReadAfter(inv)
	p := planOf(t, client, c, func(_ *org.Client, ctx context.Context, q schema.Query) (*schema.Snapshot, error) {
		return read(ctx, q)
	})
	for i := range p.Changes {
		change := &p.Changes[i]
		if change.Action != plan.Import || len(change.Kind.Changed(change.Before, change.After)) > 0 {
			t.Fatalf("%s %s", change.Action, change.Addr)
		}
		imports++
	}
	return imports
}

// An import of 1,000 apps takes less than 5 s of processor time and 200 MB, the emulated org's own
// included, and four times the apps take no more than five times as long.
func TestImportOfThousandApps(t *testing.T) {
	few, _ := importOf(t, 250)
	many, memory := importOf(t, 1000)
	t.Logf("250 apps: %v; 1,000 apps: %v of processor time, %d MB", few, many, memory>>20)
	if many > 5*time.Second || memory > 200<<20 || many > 6*few {
		t.Errorf("250 apps took %v; 1,000 apps took %v and %d MB", few, many, memory>>20)
	}
}

// orgOf is the seed of an org of n apps, each with scopes and a group.
func orgOf(t *testing.T, n int) []byte {
	t.Helper()
	var apps []any
	for i := range n {
		apps = append(apps, map[string]any{"grants": []string{"okta.users.read", "okta.groups.read"}, "groups": []string{"Team"},
			"document": map[string]any{"name": "oidc_client", "label": fmt.Sprintf("App %d", i), "signOnMode": "OPENID_CONNECT",
				"credentials": map[string]any{"oauthClient": map[string]any{"token_endpoint_auth_method": "client_secret_basic"}},
				"settings": map[string]any{"oauthClient": map[string]any{"application_type": "web", "grant_types": []string{"authorization_code"}, "response_types": []string{"code"},
					"redirect_uris": []string{fmt.Sprintf("https://app%d.example.com/callback", i)}}}}})
	}
	seed, err := json.Marshal(map[string]any{"apps": apps, "groups": []any{map[string]any{"id": "00gteam0000000000001", "profile": map[string]any{"name": "Team"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// importOf imports an org of n apps, and returns the processor time and the memory that it took.
func importOf(t *testing.T, n int) (processor time.Duration, memory uint64) {
	t.Helper()
	seed := orgOf(t, n)
	server, err := sandbox.New(sandbox.Options{Seed: seed, RateLimit: sandbox.RateLimitOff})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	listener := httptest.NewServer(server)
	defer listener.Close()
	client, err := org.Connect(okta.Credentials{URL: listener.URL, Mode: okta.SSWS, Token: schema.NewSecret(server.Token()), Source: "the benchmark"}, okta.Options{})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	before, peak, done := inUse(), atomic.Uint64{}, make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
				peak.Store(max(peak.Load(), inUse()))
			}
		}
	}()
	begin := processorTime(t)
	inv, err := client.Inventory(t.Context(), org.InventoryOptions{MostMembers: 50})
	if err != nil {
		t.Fatal(err)
	}
	result, err := generate.Configuration(inv, generate.Select(inv, nil, nil), generate.Options{Owner: "bench", Header: true, Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	processor = processorTime(t) - begin
	close(done)
	if len(result.Written) != n+1 {
		t.Errorf("%d of %d objects are written: %v", len(result.Written), n+1, result.LeftOut)
	}
	return processor, max(peak.Load(), before) - before
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

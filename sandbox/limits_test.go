package sandbox

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func limitsOf(got *answer) (limit, remaining int, wait time.Duration) {
	limit, _ = strconv.Atoi(got.header.Get("X-Rate-Limit-Limit"))
	remaining, _ = strconv.Atoi(got.header.Get("X-Rate-Limit-Remaining"))
	reset, _ := strconv.ParseInt(got.header.Get("X-Rate-Limit-Reset"), 10, 64)
	date, _ := http.ParseTime(got.header.Get("Date"))
	return limit, remaining, time.Duration(reset-date.Unix()) * time.Second
}

func TestRateLimits(t *testing.T) {
	cases := []struct {
		profile RateLimit
		path    string
		limit   int // of one API token: half of the bucket
	}{
		{RateLimitFree, "/api/v1/apps", 10},
		{RateLimitFree, "/api/v1/apps/{app}", 50},
		{RateLimitFree, "/oauth2/v1/clients/{app}/roles", 12},
		{RateLimitFree, "/api/v1/logs", 10},
		{RateLimitEnterprise, "/api/v1/apps/{app}/grants", 50},
		{RateLimitEnterprise, "/api/v1/logs", 25},
	}
	for _, one := range cases {
		t.Run(string(one.profile)+one.path, func(t *testing.T) {
			o := newTestOrg(t)
			app := o.admin("POST", "/api/v1/apps", serviceAppDoc(t, "k")).text("id")
			path := strings.ReplaceAll(one.path, "{app}", app)
			if err := o.server.SetSettings(Settings{RateLimit: one.profile}); err != nil {
				t.Fatal(err)
			}
			o.advance(500 * time.Millisecond)
			for n := 1; n <= one.limit; n++ {
				limit, remaining, wait := limitsOf(o.admin("GET", path, nil))
				if limit != one.limit || remaining != one.limit-n || wait <= 0 || wait > 61*time.Second {
					t.Fatalf("request %d: %d of %d, reset in %v", n, remaining, limit, wait)
				}
				o.advance(time.Second)
			}
			refused := o.call("GET", path, nil)
			o.refuses(refused, 429, "E0000047", "")
			limit, remaining, wait := limitsOf(refused)
			if limit != one.limit || remaining != 0 || wait <= 0 {
				t.Errorf("429 says %d of %d, reset in %v", remaining, limit, wait)
			}
			o.advance(wait)
			if _, remaining, _ := limitsOf(o.admin("GET", path, nil)); remaining != one.limit-1 {
				t.Errorf("after the reset %d remain", remaining)
			}
		})
	}
}

// TestRefusedRequestHasNoEffect: what is over the limit isn't done, and other
// buckets and principals aren't touched.
func TestRefusedRequestHasNoEffect(t *testing.T) {
	o := openTestOrg(t, Options{RateLimit: RateLimitFree})
	reader := o.newServiceApp("okta.apps.read")
	o.admin("POST", "/oauth2/v1/clients/"+reader.id+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	token := reader.token("okta.apps.read")
	made := 0
	for range 15 {
		got := o.call("POST", "/api/v1/apps", webAppDoc(func(app, _, _ doc) { app["label"] = fmt.Sprint("app ", made) }))
		if got.status == 200 {
			made++
		}
	}
	o.admin("GET", "/api/v1/groups", nil)
	listed := 0
	for range 15 { // the app has a half of its own, but no more than is left
		got := o.get("/api/v1/apps?limit=200", token)
		if got.status == 200 {
			listed++
			if apps := len(got.list(t)); apps != made+1 {
				t.Fatalf("%d apps, made %d and the reader", apps, made)
			}
		}
	}
	if made == 15 || listed > 10 {
		t.Errorf("%d made, %d listed", made, listed)
	}
	o.advance(time.Minute)
	events := o.admin("GET", "/api/v1/logs?filter="+`eventType+eq+"system.org.rate_limit.violation"`, nil).list(t)
	if len(events) != 2 {
		t.Errorf("%d violations in the log, want one for the token and one for the app", len(events))
	}
}

func TestOffNeverRefuses(t *testing.T) {
	o := newTestOrg(t)
	for range 200 {
		if limit, remaining, wait := limitsOf(o.admin("GET", "/api/v1/apps", nil)); limit < 1000 || remaining < 1000 || wait <= 0 {
			t.Fatalf("%d of %d, %v", remaining, limit, wait)
		}
	}
}

func TestAuthorizeIsLimitedPerClient(t *testing.T) {
	o := openTestOrg(t, Options{RateLimit: RateLimitEnterprise})
	app := o.newWebApp(nil)
	path := "/oauth2/v1/authorize?" + app.authorizeParams("openid").Encode()
	for n := range authorizePerClient {
		if got := o.send("GET", path, ""); got.status != 200 {
			t.Fatalf("request %d: %d", n, got.status)
		}
	}
	o.refuses(o.send("GET", path, ""), 429, "E0000047", "")
	other := o.newWebApp(func(app doc) { app["label"] = "another" })
	if got := o.send("GET", "/oauth2/v1/authorize?"+other.authorizeParams("openid").Encode(), ""); got.status != 200 {
		t.Errorf("another client: %d", got.status)
	}
}

// TestConcurrencyLimit has as many requests under way as a free org takes; the
// next one is refused.
func TestConcurrencyLimit(t *testing.T) {
	o := Start(t, Options{RateLimit: RateLimitFree})
	for range RateLimitFree.concurrent() {
		leave, crowded := o.enter(mustRequest(t, "GET", o.URL+"/api/v1/groups"))
		if crowded {
			t.Fatal("refused below the limit")
		}
		t.Cleanup(leave)
	}
	r := mustRequest(t, "GET", o.URL+"/api/v1/groups")
	r.Header.Set("Authorization", "SSWS "+o.Token())
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != 429 || response.Header.Get("X-Rate-Limit-Limit") != "0" || response.Header.Get("X-Rate-Limit-Remaining") != "0" {
		t.Errorf("%d %v", response.StatusCode, response.Header)
	}
}

func mustRequest(t *testing.T, method, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestBucketsOfTheProvidersTable compares the rules with the whole table.
func TestBucketsOfTheProvidersTable(t *testing.T) {
	file, err := os.Open(filepath.Join("..", "internal", "catalog", "buckets.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rules := bucketRules()
	scanner := bufio.NewScanner(file)
	for range 2 {
		scanner.Scan() // the comment
	}
	for rows := 0; ; rows++ {
		if !scanner.Scan() {
			if rows < 500 {
				t.Errorf("%d rows", rows)
			}
			break
		}
		columns := strings.Split(scanner.Text(), "\t")
		path, method, want := columns[0], columns[1], columns[2]
		if slices.ContainsFunc([]string{"/oauth2/ID/", "/oauth2/a", "/oauth2/code", "/oauth2/reject", "/oauth2/token"},
			func(other string) bool { return strings.HasPrefix(path, other) }) {
			continue // custom authorization servers and the console: not served
		}
		if got := bucketOf(rules, method, strings.ReplaceAll(path, "ID", "00x1")).name; got != want {
			t.Errorf("%s %s: %q, want %q", method, path, got, want)
		}
	}
}

func TestEveryRouteHasABucket(t *testing.T) {
	for _, rt := range routes() {
		method, path, _ := strings.Cut(rt.Pattern, " ")
		if b := bucketOf(bucketRules(), method, fillPattern(path, "x")); b.limit(RateLimitFree) <= 0 || b.limit(RateLimitEnterprise) < b.limit(RateLimitFree) {
			t.Errorf("%s: %+v", rt.Pattern, b)
		}
	}
}

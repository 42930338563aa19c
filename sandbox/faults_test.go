package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestFaultText(t *testing.T) {
	good := map[string]Fault{
		"latency=50ms":                        {Kind: "latency", Duration: 50 * time.Millisecond, First: 1},
		"reset-after POST /api/v1/apps 1":     {Kind: "reset-after", Method: "POST", Path: "/api/v1/apps", First: 1, Count: 1},
		"429 3x2":                             {Kind: "429", Duration: time.Second, First: 3, Count: 2},
		"503-after /api/v1/**":                {Kind: "503-after", Path: "/api/v1/**", First: 1},
		"invisible=2s POST /api/v1/groups 2+": {Kind: "invisible", Duration: 2 * time.Second, Method: "POST", Path: "/api/v1/groups", First: 2},
	}
	for text, want := range good {
		got, err := ParseFault(text)
		if err != nil || got != want {
			t.Errorf("%s: %+v %v", text, got, err)
		}
	}
	bad := map[string]string{
		"":                           "empty",
		"boom":                       `no kind "boom"`,
		"latency":                    "needs a duration",
		"latency=soon":               "no duration",
		"500=1s":                     "takes no duration",
		"500 GET /a 0":               "which requests",
		"500 GET /a 1x0":             "which requests",
		"500 GET /a 1 2":             "one word too many",
		"500 /a[ 1":                  "no valid pattern",
		"latency=-1s":                "negative",
		"500 get /api/v1/apps":       "which requests",
		"reset-after POST api/v1 1":  "which requests",
		"truncate GET /a 1 and more": "one word too many",
	}
	for text, want := range bad {
		if _, err := ParseFault(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// TestFaultTextIsReversible: what a fault prints is the same fault.
func TestFaultTextIsReversible(t *testing.T) {
	kinds := FaultKinds()
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		f := Fault{Kind: kind.Name, Method: rapid.SampledFrom([]string{"", "GET", "POST"}).Draw(t, "method"),
			Path: rapid.SampledFrom([]string{"", "/a", "/a/*", "/a/b*/**"}).Draw(t, "path"), First: rapid.IntRange(1, 9).Draw(t, "first"),
			Count: rapid.IntRange(0, 9).Draw(t, "count")}
		if kind.Duration != 0 {
			f.Duration = time.Duration(rapid.Int64Range(1, 1e12).Draw(t, "duration"))
		}
		got, err := ParseFault(f.String())
		if err != nil || got != f {
			t.Fatalf("%q: %+v %v", f.String(), got, err)
		}
	})
}

func TestPathPatterns(t *testing.T) {
	for _, one := range []struct {
		pattern, path string
		want          bool
	}{
		{"/api/v1/apps", "/api/v1/apps", true}, {"/api/v1/apps", "/api/v1/apps/1", false}, {"/api/v1/apps/*", "/api/v1/apps/1", true},
		{"/api/v1/apps/*", "/api/v1/apps", false}, {"/api/v1/apps/*", "/api/v1/apps/1/grants", false},
		{"/api/v1/apps/**", "/api/v1/apps", true}, {"/api/v1/apps/**", "/api/v1/apps/1/grants", true}, {"/api/v1/a*/1", "/api/v1/apps/1", true},
		{"/**", "/", true}, {"/**", "/a/b", true}, {"/api/v1/apps/**", "/api/v1/appsx", false},
	} {
		if got := (Fault{Path: one.pattern}).matches("GET", one.path); got != one.want {
			t.Errorf("%s %s: %v", one.pattern, one.path, got)
		}
	}
}

func (o *testOrg) set(texts ...string) {
	o.t.Helper()
	o.admin("PUT", "/_sandbox/faults", doc{"faults": texts})
}

func TestServerErrors(t *testing.T) {
	o := newTestOrg(t)
	create := func(name string) *answer { return o.call("POST", "/api/v1/groups", doc{"profile": doc{"name": name}}) }
	count := func() int { return len(o.admin("GET", "/api/v1/groups", nil).list(t)) }
	before := count()
	o.set("500 POST /api/v1/groups 1", "503 POST /api/v1/groups 2", "500-after POST /api/v1/groups 3", "429=30s POST /api/v1/groups 4x2")
	o.refuses(create("a"), 500, "E0000009", "")
	o.refuses(create("b"), 503, "E0000010", "")
	if count() != before {
		t.Error("a request that failed before its effect had one")
	}
	o.refuses(create("d"), 500, "E0000009", "")
	if count() != before+1 {
		t.Error("a request that failed after its effect had none")
	}
	for range 2 {
		refused := create("e")
		o.refuses(refused, 429, "E0000047", "")
		if _, remaining, wait := limitsOf(refused); remaining != 0 || wait != 30*time.Second {
			t.Errorf("%d remain, reset in %v", remaining, wait)
		}
	}
	if got := create("f"); got.status != 200 || count() != before+2 {
		t.Errorf("after the faults: %d", got.status)
	}
}

// TestGatewayErrors: what stands before the org speaks HTML.
func TestGatewayErrors(t *testing.T) {
	s, err := New(Options{SigningKey: testSigningKey, Faults: []Fault{{Kind: "502", Count: 1}, {Kind: "504"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{502, 504} {
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, httptest.NewRequest("GET", "/oauth2/v1/keys", nil))
		if recorder.Code != want || recorder.Header().Get("Content-Type") != "text/html" {
			t.Errorf("%d %s, want %d", recorder.Code, recorder.Body, want)
		}
	}
	if _, err := New(Options{SigningKey: testSigningKey, Faults: []Fault{{Kind: "boom"}}}); err == nil {
		t.Error("an unknown fault is taken")
	}
}

func TestConnectionFaults(t *testing.T) {
	o := Start(t, Options{})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	do := func(method, path, body string) (*http.Response, []byte, error) {
		r, err := http.NewRequest(method, o.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.GetBody = nil // so that the client doesn't try again by itself
		r.Header.Set("Authorization", "SSWS "+o.Token())
		response, err := client.Do(r)
		if err != nil {
			return nil, nil, err
		}
		defer func() { _ = response.Body.Close() }()
		read, err := io.ReadAll(response.Body)
		return response, read, err
	}
	groups := func() int {
		_, body, err := do("GET", "/api/v1/groups", "")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(body), `"objectClass"`)
	}
	mustFault(t, o.Server, "reset-before POST /api/v1/groups 1", "reset-after POST /api/v1/groups 2", "truncate POST /api/v1/groups 3")
	for n, want := range []int{1, 2, 3} {
		_, body, err := do("POST", "/api/v1/groups", `{"profile":{"name":"`+string(rune('a'+n))+`"}}`)
		if n < 2 && !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
			t.Errorf("request %d: %v", n, err)
		}
		if n == 2 && (!errors.Is(err, io.ErrUnexpectedEOF) || len(body) == 0) {
			t.Errorf("truncated: %v after %d bytes", err, len(body))
		}
		if got := groups(); got != want {
			t.Errorf("after request %d there are %d groups, want %d", n, got, want)
		}
	}
}

func mustFault(t *testing.T, s *Server, texts ...string) {
	t.Helper()
	var list []Fault
	for _, text := range texts {
		f, err := ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, f)
	}
	if err := s.SetFaults(list...); err != nil {
		t.Fatal(err)
	}
}

// TestWaitingFaults counts the pauses instead of waiting.
func TestWaitingFaults(t *testing.T) {
	var mu sync.Mutex
	var pauses []time.Duration
	o := openTestOrg(t, Options{Sleep: func(_ context.Context, d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		pauses = append(pauses, d)
	}})
	plain := o.admin("GET", "/api/v1/groups", nil)
	o.set("latency=3s GET /api/v1/groups", "slow=2s GET /api/v1/groups")
	got := o.admin("GET", "/api/v1/groups", nil)
	if string(got.body) != string(plain.body) {
		t.Errorf("a slow body is %s", got.body)
	}
	if len(pauses) != 1+slowPieces || pauses[0] != 3*time.Second || pauses[1] != 2*time.Second {
		t.Errorf("%v", pauses)
	}
	o.admin("GET", "/api/v1/apps", nil)
	if len(pauses) != 1+slowPieces {
		t.Error("another path waited")
	}
}

// TestInvisible: reads don't see a new object until the time is over; writes
// do, and uniqueness holds.
func TestInvisible(t *testing.T) {
	o := newTestOrg(t)
	old := o.admin("POST", "/api/v1/apps", webAppDoc(nil)).text("id")
	o.set("invisible=5s POST /api/v1/**")
	app := o.admin("POST", "/api/v1/apps", webAppDoc(nil)).text("id")
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "testers"}}).text("id")
	user := o.admin("POST", "/api/v1/users", person("ada@example.com")).text("id")
	lists := map[string]string{"/api/v1/apps": app, "/api/v1/groups?q=test": group, `/api/v1/users?search=profile.login+eq+"ada@example.com"`: user}
	see := func(want bool) {
		t.Helper()
		for path, id := range lists {
			if got := strings.Contains(string(o.admin("GET", path, nil).body), id); got != want {
				t.Errorf("%s: %v", path, got)
			}
			base, _, _ := strings.Cut(path, "?")
			if got := o.call("GET", base+"/"+id, nil).status == 200; got != want {
				t.Errorf("%s/%s: %v", base, id, got)
			}
		}
	}
	see(false)
	o.refuses(o.call("POST", "/api/v1/groups", doc{"profile": doc{"name": "testers"}}), 400, "E0000001", "already exists")
	o.admin("PUT", "/api/v1/groups/"+group+"/users/"+user, nil)
	o.admin("PUT", "/api/v1/apps/"+app+"/groups/"+group, doc{})
	o.admin("PUT", "/api/v1/apps/"+old+"/groups/"+group, doc{})
	assignments := "/api/v1/apps/" + old + "/groups?expand=group"
	if got := string(o.admin("GET", assignments, nil).body); !strings.Contains(got, group) || strings.Contains(got, "_embedded") {
		t.Errorf("an assignment shows a group that isn't visible: %s", got)
	}
	o.advance(5*time.Second - 1)
	see(false)
	o.advance(1)
	see(true)
	if got := string(o.admin("GET", assignments, nil).body); !strings.Contains(got, "_embedded") {
		t.Errorf("an assignment doesn't show its group: %s", got)
	}
}

func TestControl(t *testing.T) {
	o := newTestOrg(t)
	for _, header := range []string{"", "SSWS wrong", "Bearer " + o.server.Token()} {
		for _, path := range []string{"faults", "clock", "settings", "org"} {
			if got := o.send("GET", "/_sandbox/"+path, "", "Authorization", header); got.status != 401 {
				t.Errorf("%q reads %s: %d", header, path, got.status)
			}
		}
	}
	o.set("500 GET /api/v1/apps", "latency=1ms")
	if got := o.admin("GET", "/_sandbox/faults", nil); string(got.body) != `{"faults":["500 GET /api/v1/apps","latency=1ms"]}` {
		t.Errorf("%s", got.body)
	}
	o.refuses(o.call("PUT", "/_sandbox/faults", doc{"faults": []string{"boom"}}), 400, "E0000001", "no kind")
	o.refuses(o.call("GET", "/api/v1/apps", nil), 500, "E0000009", "")
	o.admin("DELETE", "/_sandbox/faults", nil)
	o.admin("GET", "/api/v1/apps", nil)

	o.admin("PUT", "/_sandbox/settings", doc{"rateLimit": "free"})
	if limit, _, _ := limitsOf(o.admin("GET", "/api/v1/apps", nil)); limit != 10 {
		t.Errorf("limit %d", limit)
	}
	got := o.admin("PUT", "/_sandbox/settings", doc{"publicClientAppAdmins": true})
	if got.text("rateLimit") != "free" || got.doc["publicClientAppAdmins"] != true {
		t.Errorf("%s", got.body)
	}
	o.refuses(o.call("PUT", "/_sandbox/settings", doc{"rateLimit": "gold"}), 400, "E0000001", "no rate-limit profile")
	o.refuses(o.call("PUT", "/_sandbox/settings", "{"), 400, "E0000003", "")
	o.refuses(o.call("POST", "/_sandbox/settings", doc{}), 405, "E0000022", "")
	o.refuses(o.call("GET", "/_sandbox/nothing", nil), 404, "E0000008", "")
}

func TestClockOffset(t *testing.T) {
	o := openTestOrg(t, Options{ClockOffset: -time.Hour})
	date := func() time.Time {
		at, err := http.ParseTime(o.send("GET", "/oauth2/v1/keys", "").header.Get("Date"))
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	start := o.clock()
	if got := date().Sub(start); got != -time.Hour {
		t.Errorf("the org's clock is off by %v", got)
	}
	o.admin("PUT", "/_sandbox/clock", doc{"advance": "90m"})
	if got := date().Sub(start); got != 30*time.Minute {
		t.Errorf("moved, it is off by %v", got)
	}
	// A client with the right clock is an hour behind an org that is ahead.
	o.admin("PUT", "/_sandbox/clock", doc{"offset": "2h"})
	app := o.newServiceApp("okta.users.read")
	claims := app.claims()
	claims["exp"] = start.Add(5 * time.Minute).Unix()
	form := app.form("okta.users.read")
	form.Set("client_assertion", app.key.sign(t, claims, nil))
	if got := o.post("/oauth2/v1/token", form); got.status == 200 {
		t.Errorf("an assertion that the org's clock calls expired: %d", got.status)
	}
	o.refuses(o.call("PUT", "/_sandbox/clock", doc{"offset": "tomorrow"}), 400, "E0000001", "Send one of")
	o.refuses(o.call("PUT", "/_sandbox/clock", doc{"offset": "1s", "advance": "1s"}), 400, "E0000001", "Send one of")
}

//go:build linux

package sandbox

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
)

var loadUsers = flag.Int("load", 500, "how many users the org of TestLoad has; it makes ten requests for each of the first 10,000")

// processor returns the processor time of a process, and the most memory that it had.
func processor(t *testing.T, pid int) (used time.Duration, memory int) {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	field := strings.Fields(rest)
	user, _ := strconv.Atoi(field[11])
	system, _ := strconv.Atoi(field[12])
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	memory, _ = strconv.Atoi(strings.Fields(peak)[0])
	return time.Duration(user+system) * 10 * time.Millisecond, memory >> 10 // ticks of 10 ms
}

// TestLoad reads users of an org with many, and gets tokens, from a sandbox in a process of its
// own. It counts the processor time of that process, because the machine may be busy with other
// work: two cores serve twice the requests that fit in a second of it. `go test ./sandbox -run
// TestLoad -v -load 50000` measures what docs/sandbox.md says.
func TestLoad(t *testing.T) {
	type user struct {
		ID      string            `json:"id"`
		Profile map[string]string `json:"profile"`
	}
	var seed struct {
		Users []user           `json:"users"`
		Apps  []map[string]any `json:"apps"`
	}
	const client = "0oaload0000000000000"
	key := newTestKey(t, "load")
	seed.Apps = []map[string]any{{"id": client, "grants": []string{"okta.users.read"}, "document": doc{"label": "Load", "signOnMode": "OPENID_CONNECT",
		"credentials": doc{"oauthClient": doc{"client_id": client, "token_endpoint_auth_method": "private_key_jwt"}},
		"settings": doc{"oauthClient": doc{"application_type": "service", "grant_types": []string{"client_credentials"},
			"response_types": []string{"token"}, "jwks": doc{"keys": []doc{key.public(t)}}}}}}}
	for n := range *loadUsers {
		login := fmt.Sprintf("user%d@example.com", n)
		seed.Users = append(seed.Users, user{fmt.Sprintf("00u%017d", n), map[string]string{"login": login, "email": login, "firstName": "Ada", "lastName": "Smith"}})
	}
	text, err := json.Marshal(seed)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "seed.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	c, out := startChild(t, "", file)
	c.ready(t, out)
	caller := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	measure := func(what string, requests int, build func(n int) *http.Request) float64 {
		before, _ := processor(t, c.Process.Pid)
		began := time.Now()
		var workers sync.WaitGroup
		for w := range 8 {
			workers.Go(func() {
				for n := w; n < requests; n += 8 {
					response, err := caller.Do(build(n))
					if err != nil {
						t.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, response.Body)
					_ = response.Body.Close()
					if response.StatusCode != 200 {
						t.Errorf("%s: %d", what, response.StatusCode)
						return
					}
				}
			})
		}
		workers.Wait()
		elapsed := time.Since(began)
		after, memory := processor(t, c.Process.Pid)
		perSecond := 2 * float64(requests) / max(after-before, 10*time.Millisecond).Seconds()
		t.Logf("%s: %d requests, %.0f a second on two cores by processor time (%.0f measured beside other work), at most %d MB",
			what, requests, perSecond, float64(requests)/elapsed.Seconds(), memory)
		return perSecond
	}
	rate := measure("GET /api/v1/users/{id}", 10*min(*loadUsers, 10_000), func(n int) *http.Request {
		r, _ := http.NewRequest("GET", c.url+"/api/v1/users/"+seed.Users[n*7919%len(seed.Users)].ID, nil)
		r.Header.Set("Authorization", "SSWS "+c.token)
		return r
	})
	forms := make([]string, min(*loadUsers, 5000))
	for n := range forms {
		now := time.Now()
		forms[n] = url.Values{"grant_type": {"client_credentials"}, "scope": {"okta.users.read"}, "client_assertion_type": {oauth.AssertionType},
			"client_assertion": {key.sign(t, doc{"iss": client, "sub": client, "aud": c.url + "/oauth2/v1/token", "iat": now.Unix(),
				"exp": now.Add(30 * time.Minute).Unix(), "jti": strconv.Itoa(n)}, nil)}}.Encode()
	}
	measure("POST /oauth2/v1/token", len(forms), func(n int) *http.Request {
		r, _ := http.NewRequest("POST", c.url+"/oauth2/v1/token", strings.NewReader(forms[n]))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return r
	})
	_, memory := processor(t, c.Process.Pid)
	if memory > 512 {
		t.Errorf("%d MB", memory)
	}
	if *loadUsers >= 50_000 && rate < 5000 {
		t.Errorf("%.0f requests a second on two cores", rate)
	}
}

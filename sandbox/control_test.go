package sandbox

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestControlRefusesOtherOrigins: pages of other origins, names that an attacker resolves to this
// machine, and other machines get nothing of the control API and its page, even with the token.
func TestControlRefusesOtherOrigins(t *testing.T) {
	loopback, lan := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 8080}
	for name, test := range map[string]struct {
		local  net.Addr
		host   string
		header []string
		remote bool // Options.RemoteControl
		status int
	}{
		"a client on this machine":     {loopback, "127.0.0.1:8080", nil, false, 200},
		"by name":                      {loopback, "localhost:8080", nil, false, 200},
		"by a name below it":           {loopback, "org.localhost:8080", nil, false, 200},
		"by IPv6":                      {loopback, "[::1]:8080", nil, false, 200},
		"its own page":                 {loopback, "127.0.0.1:8080", []string{"Origin", "http://127.0.0.1:8080", "Sec-Fetch-Site", "same-origin"}, false, 200},
		"a rebound name":               {loopback, "evil.example:8080", []string{"Origin", "http://evil.example:8080", "Sec-Fetch-Site", "same-origin"}, false, 403},
		"a rebound name, no origin":    {loopback, "evil.example:8080", nil, false, 403},
		"a name that looks like it":    {loopback, "localhost.evil.example", nil, false, 403},
		"another name that does":       {loopback, "127.0.0.1.evil.example", nil, false, 403},
		"any address":                  {loopback, "0.0.0.0:8080", nil, false, 403},
		"no host":                      {loopback, "", nil, false, 403},
		"another site's page":          {loopback, "127.0.0.1:8080", []string{"Origin", "https://evil.example"}, false, 403},
		"another port's page":          {loopback, "127.0.0.1:8080", []string{"Origin", "http://127.0.0.1:3000"}, false, 403},
		"a page without an origin":     {loopback, "127.0.0.1:8080", []string{"Origin", "null"}, false, 403},
		"an image on another page":     {loopback, "127.0.0.1:8080", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, false, 403},
		"another port's script":        {loopback, "127.0.0.1:8080", []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors"}, false, 403},
		"a frame on another page":      {loopback, "127.0.0.1:8080", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, false, 403},
		"a link on another page":       {loopback, "127.0.0.1:8080", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, false, 200},
		"another machine":              {lan, "192.0.2.7:8080", nil, false, 403},
		"another machine, forged host": {lan, "127.0.0.1:8080", nil, false, 403},
		"another machine, allowed":     {lan, "192.0.2.7:8080", nil, true, 200},
		"another site's page, allowed": {lan, "192.0.2.7:8080", []string{"Origin", "https://evil.example"}, true, 403},
	} {
		s, err := New(Options{SigningKey: testSigningKey, RemoteControl: test.remote})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/_sandbox/", "/_sandbox/page.js", "/_sandbox/faults", "/_sandbox/requests", "/_sandbox/org?secrets=true"} {
			r := httptest.NewRequest("GET", path, nil)
			r.Host = test.host
			r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, test.local))
			r.Header.Set("Authorization", "SSWS "+s.Token())
			for i := 0; i+1 < len(test.header); i += 2 {
				r.Header.Set(test.header[i], test.header[i+1])
			}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != test.status {
				t.Errorf("%s: %s: %d, want %d: %s", name, path, w.Code, test.status, w.Body)
			}
			if w.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s: %s: CORS", name, path)
			}
		}
		r := httptest.NewRequest("GET", "/_sandbox/health", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, test.local))
		r.Host = test.host
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != 200 {
			t.Errorf("%s: health: %d", name, w.Code)
		}
	}
}

// TestControlPreflight: a browser asks before it sends the token from another origin, and gets no
// permission.
func TestControlPreflight(t *testing.T) {
	o := newTestOrg(t)
	for _, path := range []string{"/_sandbox/", "/_sandbox/faults", "/_sandbox/org", "/_sandbox/reset"} {
		got := o.send("OPTIONS", path, "", "Origin", "https://evil.example", "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "authorization")
		if got.status < 400 || got.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", path, got.status, got.header)
		}
	}
}

func TestHealth(t *testing.T) {
	o := openTestOrg(t, Options{RateLimit: RateLimitFree})
	o.set("500", "reset-before")
	for _, method := range []string{"GET", "HEAD"} {
		if got := o.send(method, "/_sandbox/health", ""); got.status != 200 || method == "GET" && string(got.body) != `{"status":"ok"}` {
			t.Errorf("%s: %d %s", method, got.status, got.body)
		}
	}
	if got := o.send("POST", "/_sandbox/health", ""); got.status != 405 {
		t.Errorf("POST: %d", got.status)
	}
}

// TestRefusalsAreExplained: the control API says why a request was refused, where Okta's answer
// does not, and shows no secret.
func TestRefusalsAreExplained(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.groups.read")
	token := o.post("/oauth2/v1/token", app.form("okta.groups.read")).text("access_token")
	o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", doc{"type": "APP_ADMIN"})
	weak := o.newServiceApp("okta.users.manage")
	weakToken := o.post("/oauth2/v1/token", weak.form("okta.users.manage")).text("access_token")
	limited := o.newServiceApp("okta.users.manage")
	limitedToken := o.post("/oauth2/v1/token", limited.form("okta.users.manage")).text("access_token")
	o.admin("POST", "/oauth2/v1/clients/"+limited.id+"/roles", doc{"type": "APP_ADMIN"})
	if token == "" || weakToken == "" || limitedToken == "" {
		t.Fatal("no token")
	}
	for _, test := range []struct {
		name, method, target, authorization string
		status                              int
		code, reason                        string
	}{
		{"scope", "GET", "/api/v1/users", "Bearer " + token, 403, "", "token lacks okta.users.read or okta.users.manage; it has okta.groups.read"},
		{"manage", "DELETE", "/api/v1/users/00u1", "Bearer " + token, 403, "", "token lacks okta.users.manage;"},
		{"nothing", "GET", "/api/v1/users", "", 403, "E0000005", "no Authorization header"},
		{"scheme", "GET", "/api/v1/users", "Basic eDp5", 401, "E0000011", "none of SSWS, Bearer and DPoP"},
		{"API token", "GET", "/api/v1/users", "SSWS wrong-token-value", 401, "E0000011", "does not know the API token"},
		{"no token", "GET", "/api/v1/users", "Bearer wrong-token-value", 401, "E0000011", "access token is invalid"},
		{"no role", "GET", "/api/v1/users", "Bearer " + weakToken, 403, "E0000006", "the caller has no admin role, and users.read needs one"},
		{"weak role", "DELETE", "/api/v1/users/" + o.server.org.Self().SuperAdmin, "Bearer " + limitedToken, 403, "E0000006", "no admin role of the caller (APP_ADMIN) allows users.lifecycle.delete"},
		{"missing", "GET", "/api/v1/groups/00gnone?sessionToken=secret-in-query", "SSWS " + o.server.Token(), 404, "E0000007", "Resource not found: 00gnone"},
		{"path", "GET", "/nowhere", "", 404, "E0000008", "was not found"},
		{"redirect", "GET", "/oauth2/v1/authorize?client_id=none&state=secret-in-query", "", 400, "", "invalid_client: Invalid value for 'client_id'"},
	} {
		if got := o.send(test.method, test.target, "", "Authorization", test.authorization); got.status != test.status {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
		answer := o.admin("GET", "/_sandbox/requests", nil)
		newest := answer.doc["requests"].([]any)[0].(map[string]any)
		code, _ := newest["errorCode"].(string)
		reason, _ := newest["reason"].(string)
		if code != test.code || !strings.Contains(reason, test.reason) || int(newest["status"].(float64)) != test.status {
			t.Errorf("%s: %v", test.name, newest)
		}
		for _, secret := range []string{"secret-in-query", "wrong-token-value", token, o.server.Token()} {
			if strings.Contains(string(answer.body), secret) {
				t.Errorf("%s: the list of requests holds a secret", test.name)
			}
		}
	}
	o.advance(2 * time.Hour)
	o.send("GET", "/api/v1/groups", "", "Authorization", "Bearer "+token)
	o.set("503 GET /api/v1/apps")
	o.call("GET", "/api/v1/apps", nil)
	list := o.admin("GET", "/_sandbox/requests", nil).doc["requests"].([]any)
	if newest := list[0].(map[string]any); newest["fault"] != "503" {
		t.Errorf("%v", newest)
	}
	if expired := list[1].(map[string]any); expired["status"] != 401.0 || !strings.Contains(expired["reason"].(string), "expired") {
		t.Errorf("%v", expired)
	}
	number := int(list[1].(map[string]any)["number"].(float64))
	if newer := o.admin("GET", "/_sandbox/requests?after="+url.QueryEscape(strconv.Itoa(number)), nil).doc["requests"].([]any); len(newer) != 1 {
		t.Errorf("%d newer requests", len(newer))
	}
	for range requestsKept + 10 {
		o.server.requests.add(loggedRequest{})
	}
	if kept := o.admin("GET", "/_sandbox/requests", nil).doc["requests"].([]any); len(kept) != requestsKept {
		t.Errorf("%d requests are kept", len(kept))
	}
}

// TestReset: a reset brings the seed back and keeps the token; so does a restart after it. Another
// seed replaces the org, and a wrong one changes nothing.
func TestReset(t *testing.T) {
	path := filepath.Join(t.TempDir(), "org.db")
	seed := `{"groups": [{"profile": {"name": "seeded"}}]}`
	o := openTestOrg(t, Options{DataFile: path, Seed: []byte(seed), RateLimit: RateLimitFree})
	token := o.server.Token()
	names := func() string {
		var names []string
		for _, g := range o.server.org.Groups.All() {
			names = append(names, g.Name())
		}
		return strings.Join(names, " ")
	}
	change := func() {
		o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "made"}})
		o.admin("PUT", "/_sandbox/settings", doc{"rateLimit": "off"})
		o.admin("PUT", "/_sandbox/clock", doc{"advance": "1h"})
		o.set("latency=1ms")
	}
	keys := string(o.send("GET", "/oauth2/v1/keys", "").body)
	change()
	o.admin("POST", "/_sandbox/reset", nil)
	if got := names(); got != "seeded Everyone" {
		t.Errorf("groups after a reset: %s", got)
	}
	if o.server.ClockOffset() != 0 || len(o.server.Faults()) != 0 || o.server.Settings().RateLimit != RateLimitFree {
		t.Error("clock, faults or settings stayed")
	}
	if o.server.Token() != token || string(o.send("GET", "/oauth2/v1/keys", "").body) != keys {
		t.Error("the token or the keys changed")
	}
	if events := o.admin("GET", "/api/v1/logs", nil).list(t); len(events) != 0 {
		t.Errorf("%d events", len(events))
	}
	o.refuses(o.call("PUT", "/_sandbox/org", `{"groups": [{}]}`), 400, "E0000001", "groups[0]")
	if got := names(); got != "seeded Everyone" {
		t.Errorf("groups after a wrong seed: %s", got)
	}
	o.admin("PUT", "/_sandbox/org", doc{"groups": []doc{{"profile": doc{"name": "other"}}}})
	change()
	o.admin("POST", "/_sandbox/reset", nil)
	if got := names(); got != "other Everyone" {
		t.Errorf("groups after a reset to another seed: %s", got)
	}
	if err := o.server.Close(); err != nil {
		t.Fatal(err)
	}
	o = openTestOrg(t, Options{DataFile: path})
	if got := names(); got != "other Everyone" || o.server.Token() != token {
		t.Errorf("after a restart: %s", got)
	}
	if events := o.admin("GET", "/api/v1/logs", nil).list(t); len(events) != 0 {
		t.Errorf("%d events after a restart", len(events))
	}
}

func TestObjects(t *testing.T) {
	o := newTestOrg(t)
	o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "staff"}})
	got := string(o.admin("GET", "/_sandbox/objects", nil).body)
	for _, part := range []string{`"kind":"groups","count":2`, `"name":"staff"`, `"kind":"users","count":1`, `"kind":"policies"`} {
		if !strings.Contains(got, part) {
			t.Errorf("no %s in %s", part, got)
		}
	}
}

// TestControlPageIsClosed: the page loads nothing from elsewhere, cannot be framed, and makes no
// markup of texts.
func TestControlPageIsClosed(t *testing.T) {
	o := newTestOrg(t)
	for _, path := range []string{"/_sandbox/", "/_sandbox/page.js", "/_sandbox/page.css"} {
		got := o.send("GET", path, "")
		policy := got.header.Get("Content-Security-Policy")
		if got.status != 200 || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") || got.header.Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %d %v", path, got.status, got.header)
		}
		for _, part := range []string{"http://", "https://", "innerHTML", "insertAdjacentHTML", "document.write", " style=", "onclick="} {
			if strings.Contains(string(got.body), part) {
				t.Errorf("%s contains %s", path, part)
			}
		}
	}
	if got := o.send("GET", "/_sandbox", ""); got.status != 302 || got.header.Get("Location") != "/_sandbox/" {
		t.Errorf("without the slash: %d %v", got.status, got.header)
	}
}

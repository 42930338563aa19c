package okta

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/schema"
)

func TestScrub(t *testing.T) {
	var doc map[string]any
	err := json.Unmarshal([]byte(`{
		"credentials":{"oauthClient":{"client_id":"c","client_secret":"HUSH"},"password":{"value":"HUSH"},"recovery_question":{"answer":"HUSH"}},
		"settings":{"oauthClient":{"jwks":{"keys":[{"kid":"k","kty":"RSA","n":"n","e":"e","d":"HUSH","p":"HUSH","q":"HUSH","dp":"HUSH","dq":"HUSH","qi":"HUSH","oth":"HUSH"},{"kty":"oct","k":"HUSH"}]}}}}`), &doc)
	if err != nil {
		t.Fatal(err)
	}
	scrub(doc)
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "HUSH") || !strings.Contains(string(text), `"client_id":"c"`) || !strings.Contains(string(text), `"n":"n"`) {
		t.Errorf("left: %s", text)
	}
	scrub(map[string]any{"credentials": nil, "settings": "odd"}) // nothing to take, and no panic
}

// Each refusal says what to do, and none of them is taken for another kind.
func TestErrorAdvice(t *testing.T) {
	for _, test := range []struct {
		method, path string
		status       int
		code         string
		header       string
		want         string
		denied       bool
	}{
		{"GET", "/api/v1/apps", 401, "E0000011", "", "OKTA_CLIENT_TOKEN", true},
		{"GET", "/api/v1/apps", 401, "E0000015", "", "have this feature", false},
		{"GET", "/api/v1/none", 405, "E0000022", "", "have this feature", false},
		{"GET", "/api/v1/groups", 403, "", `Bearer realm="x", scope="okta.groups.read", error="insufficient_scope", error_description="no"`, "scope okta.groups.read", true},
		{"GET", "/api/v1/groups", 401, "", `Bearer scope="okta.groups.read", error="invalid_token", error_description="The token has expired."`, "token has expired", true},
		{"GET", "/api/v1/groups", 403, "E0000006", "", "READ_ONLY_ADMIN", true},
		{"PUT", "/api/v1/apps/0oa1", 403, "E0000006", "", "APP_ADMIN", true},
		{"POST", "/api/v1/apps/0oa1/grants", 403, "E0000006", "", "SUPER_ADMIN", true},
		{"POST", "/oauth2/v1/clients/0oa1/roles", 403, "E0000006", "", "SUPER_ADMIN", true},
		{"POST", "/api/v1/groups", 403, "E0000006", "", "USER_ADMIN", true},
		{"DELETE", "/api/v1/apps/0oa1", 403, "E0000056", "", "new plan", false},
		{"POST", "/api/v1/apps", 400, "E0000001", "", "Correct the attribute", false},
		{"GET", "/api/v1/policies", 400, "E0000002", "", "Classic Engine", false},
		{"POST", "/api/v1/users/00u1/roles", 400, "E0000002", "", "Correct the attribute", false},
		{"GET", "/api/v1/apps", 500, "E0000009", "", "status.okta.com", false},
		{"POST", "/oauth2/v1/clients/0oa1/roles", 400, "E0000227", "", "admin_role", false},
	} {
		req := &http.Request{Method: test.method, URL: &url.URL{Scheme: "https", Host: "x", Path: test.path}}
		body := ""
		if test.code != "" {
			body = `{"errorCode":"` + test.code + `","errorSummary":"A summary.","errorCauses":[{"errorSummary":"a cause"}]}`
		}
		h := http.Header{"X-Okta-Request-Id": {"req-1"}, "Www-Authenticate": {test.header}}
		err := fmt.Errorf("reading: %w", (&sentSecrets{}).refusal(req, test.status, h, []byte(body)))
		message := err.Error()
		if !strings.Contains(message, test.want) || !strings.Contains(message, "req-1") || !strings.Contains(message, test.method+" "+test.path) {
			t.Errorf("%s %s %s: %s", test.method, test.path, test.code, message)
		}
		if test.code != "" && !strings.Contains(message, "A summary (a cause)") {
			t.Errorf("no summary and cause: %s", message)
		}
		if Denied(err) != test.denied || Unreachable(err) {
			t.Errorf("%s: denied %v, unreachable %v", message, Denied(err), Unreachable(err))
		}
	}
}

// Variables of the Okta SDK don't reach the calls, whatever they hold.
func TestEnvironmentDoesNotReachTheSDK(t *testing.T) {
	t.Setenv("OKTA_CLIENT_ORGURL", "https://elsewhere.example.com")
	t.Setenv("OKTA_CLIENT_TOKEN", "of-another-org")
	t.Setenv("OKTA_CLIENT_PROXY_HOST", "proxy.example.com")
	t.Setenv("OKTA_CLIENT_RATE_LIMIT_MAX_RETRIES", "abc")
	t.Setenv("OKTA_DEBUG", "true")
	var header string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header.Get("Authorization") + ", " + r.Header.Get("User-Agent")
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":"00g1"}`)
	}))
	defer server.Close()
	c, err := Connect(Credentials{URL: server.URL, Mode: SSWS, Token: schema.NewSecret("ours")}, Options{UserAgent: "oktaform/test"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Document(t.Context(), c.GetGroup("00g1")); err != nil || header != "SSWS ours, oktaform/test" {
		t.Errorf("sent %q, %v", header, err)
	}
}

// No io.EOF leaves the transport: the SDK would send the request again without
// end.
func TestNoEOF(t *testing.T) {
	next := roundTrip(func(*http.Request) (*http.Response, error) { return nil, io.EOF })
	tr := &transport{next: next, clock: clock.System{}, time: clock.NewOrg(clock.System{}, nil), limiter: newLimiter(clock.System{}, clock.NewOrg(clock.System{}, nil), DefaultShare, 0, nil), meter: &meter{totals: map[string]*schema.BucketStats{}}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := tr.RoundTrip(req)
	if err == nil {
		resp.Body.Close()
	}
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// Our credentials go to the org's own origin: scheme, host and port.
func TestSignerKnowsHome(t *testing.T) {
	var header string
	s := &signer{
		next: roundTrip(func(req *http.Request) (*http.Response, error) {
			header = req.Header.Get("Authorization")
			return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
		}),
		origin: &url.URL{Scheme: "https", Host: "my.okta.com"},
		auth:   fixed{schema.NewSecret("SSWS ours")},
	}
	for target, want := range map[string]string{
		"https://my.okta.com/api": "SSWS ours", "http://my.okta.com/api": "", "https://my.okta.com:8443/": "",
		"https://my.okta.com.evil.example.com/": "", "https://my-admin.okta.com/": "",
	} {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, target, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "SSWS of the SDK")
		resp, err := s.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if header != want {
			t.Errorf("%s got %q", target, header)
		}
	}
}

// Credentials print without what is secret in them.
func TestCredentialsPrint(t *testing.T) {
	c := Credentials{Token: schema.NewSecret("HUSH"), PrivateKey: schema.NewSecret("HUSH")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, c); strings.Contains(text, "HUSH") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
	if _, err := Connect(Credentials{URL: "https://my.okta.com", Mode: PrivateKey, PrivateKey: schema.NewSecret("-----BEGIN HUSH-----")}, Options{}); err == nil || strings.Contains(err.Error(), "HUSH") {
		t.Errorf("got %v", err)
	}
}

package browser

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oktaform/oktaform/schema"
)

// watched tells of each write.
type watched struct {
	mu      sync.Mutex
	written strings.Builder
	came    chan struct{}
}

func (l *watched) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.written.Write(p)
	select {
	case l.came <- struct{}{}:
	default:
	}
	return len(p), nil
}

// freeURI is a redirect URI whose port is free.
func freeURI(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String() + "/callback"
}

// TestSignInPage is the listener as browsers and other pages meet it: only the
// answer to this sign-in ends the wait, whatever else comes first.
func TestSignInPage(t *testing.T) {
	uri := freeURI(t)
	out := &watched{came: make(chan struct{}, 1)}
	b := &signIn{out: out, org: "https://example.okta.com", noBrowser: true}
	result := make(chan url.Values, 1)
	go func() {
		values, err := b.browse(context.Background(), "https://example.okta.com/oauth2/v1/authorize?state=s1", uri)
		if err != nil {
			t.Error(err)
		}
		result <- values
	}()
	<-out.came
	get := func(address, host string) (int, string) {
		request, err := http.NewRequest(http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if host != "" {
			request.Host = host
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(body)
	}
	for name, test := range map[string]struct {
		address, host string
		status        int
	}{
		"another path":        {strings.Replace(uri, "callback", "favicon.ico", 1), "", 404},
		"no state":            {uri + "?code=evil", "", 400},
		"another state":       {uri + "?code=evil&state=s2", "", 400},
		"another name of us":  {uri + "?code=evil&state=s1", "evil.example.com", 404},
		"an error of nothing": {uri + "?error=access_denied", "", 400},
	} {
		if status, _ := get(test.address, test.host); status != test.status {
			t.Errorf("%s: %d, want %d", name, status, test.status)
		}
	}
	status, body := get(uri+"?state=s1&error=access_denied&error_description=%3Cscript%3E", "")
	if status != 200 || !strings.Contains(body, "<h1>Not signed in</h1>") || strings.Contains(body, "<script>") {
		t.Errorf("%d %s", status, body)
	}
	select {
	case values := <-result:
		if values.Get("error") != "access_denied" || values.Get("code") != "" {
			t.Errorf("got %v", values)
		}
	case <-time.After(time.Minute):
		t.Fatal("still waiting")
	}
}

// TestWhereToComeBack: the first redirect URI on this machine with a free port.
func TestWhereToComeBack(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	free := freeURI(t)
	app := schema.TestApp{RedirectURIs: []string{"https://portal.example.com/callback", "http://" + taken.Addr().String() + "/callback", free}}
	if got := WithRedirect(app).RedirectURI; got != free {
		t.Errorf("%s, want %s", got, free)
	}
	_, _, err = listenAt("https://portal.example.com/callback")
	if err == nil || !strings.Contains(err.Error(), "isn't on this machine: declare one such as") {
		t.Error(err)
	}
	_, _, err = listenAt("http://" + taken.Addr().String() + "/callback")
	if err == nil || !strings.Contains(err.Error(), "declare another redirect URI too") {
		t.Error(err)
	}
}

// TestBrowserOpensTheOrgOnly: what opens addresses is given none but the org's.
func TestBrowserOpensTheOrgOnly(t *testing.T) {
	for _, test := range []struct {
		org, address string
		opens        bool
	}{
		{"https://example.okta.com", "https://example.okta.com/oauth2/v1/authorize?state=s", true},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080/oauth2/v1/authorize", true},
		{"https://example.okta.com", "https://example.okta.com.evil.example/oauth2/v1/authorize", false},
		{"https://example.okta.com", "https://evil.example/oauth2/v1/authorize", false},
		{"https://example.okta.com", "https://example.okta.com@evil.example/authorize", false},
		{"https://example.okta.com", "https://evil@example.okta.com/authorize", false},
		{"https://example.okta.com", "https://example.okta.com:8443/authorize", false},
		{"https://example.okta.com", "http://example.okta.com/authorize", false},
		{"https://example.okta.com", "file:///etc/passwd", false},
		{"https://example.okta.com", "javascript:alert(1)", false},
		{"https://example.okta.com", "--version", false},
		{"https://example.okta.com", "https:example.okta.com/authorize", false},
		{"file://example.okta.com", "file://example.okta.com/etc/passwd", false},
		{"", "", false},
	} {
		address, err := url.Parse(test.address)
		if opens := err == nil && isOf(test.org, address); opens != test.opens {
			t.Errorf("%s of %s: opened %v", test.address, test.org, opens)
		}
	}
	out := &watched{came: make(chan struct{}, 1)}
	b := &signIn{out: out, org: "https://example.okta.com", noBrowser: true}
	if _, err := b.browse(context.Background(), "file:///etc/passwd", freeURI(t)); err == nil || out.written.Len() > 0 {
		t.Errorf("%v: %s", err, out.written.String())
	}
}

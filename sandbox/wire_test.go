package sandbox

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/skip"
)

// TestAbsoluteForm sends the request line as a client of a proxy does. The
// host in it names the org, as RFC 9112 section 3.2.2 has it, and not Host.
func TestAbsoluteForm(t *testing.T) {
	o := Start(t, Options{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(o.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	for _, path := range []string{"/oauth2/v1/keys", "/.well-known/openid-configuration", "/api/v1/groups?limit=1"} { // on one connection
		_, err := fmt.Fprintf(conn, "GET http://org.example:8080%s HTTP/1.1\r\nHost: other.example\r\nAuthorization: SSWS %s\r\n\r\n", path, o.Token())
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != 200 {
			t.Fatalf("%s: %d %v", path, response.StatusCode, err)
		}
		text := string(body) + strings.Join(response.Header.Values("Link"), " ")
		if strings.Contains(text, "other.example") || path != "/oauth2/v1/keys" && !strings.Contains(text, "http://org.example:8080/") {
			t.Errorf("%s: %s", path, text)
		}
	}
}

// TestProxyClient has Go's own client go through the org as a proxy.
func TestProxyClient(t *testing.T) {
	o := Start(t, Options{})
	transport := &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return url.Parse(o.URL) }}
	response, err := (&http.Client{Transport: transport}).Get("http://acme.example/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body)
	if !strings.Contains(string(body), `"issuer":"http://acme.example"`) {
		t.Errorf("%d %s", response.StatusCode, body)
	}
}

// TestConnectionsAreKept: answers of all kinds leave the connection usable.
func TestConnectionsAreKept(t *testing.T) {
	var h2 http.Protocols
	h2.SetUnencryptedHTTP2(true)
	for name, transport := range map[string]*http.Transport{"HTTP/1.1": {}, "HTTP/2.0": {Protocols: &h2}} {
		t.Run(name, func(t *testing.T) {
			o := Start(t, Options{})
			client := &http.Client{Transport: transport}
			for n, path := range []string{"/api/v1/groups", "/api/v1/groups/none", "/nothing", "/oauth2/v1/keys", "/_sandbox/faults"} {
				reused := false
				r := mustRequest(t, "GET", o.URL+path)
				r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { reused = i.Reused }}))
				r.Header.Set("Authorization", "SSWS "+o.Token())
				response, err := client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				if response.Proto != name || reused != (n > 0) {
					t.Errorf("%s: %s, connection reused %v", path, response.Proto, reused)
				}
			}
			client.CloseIdleConnections()
		})
	}
}

// BenchmarkHTTPGetApp is GET /api/v1/apps/{id} over real connections to an org
// of 10,000 apps.
func BenchmarkHTTPGetApp(b *testing.B) {
	o, err := Listen("127.0.0.1:0", Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = o.Shutdown() })
	id := ""
	for n := range 10_000 {
		id = benchApp(b, o.Server, n)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	token := o.Token()
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r, _ := http.NewRequest("GET", o.URL+"/api/v1/apps/"+id, nil)
			r.Header.Set("Authorization", "SSWS "+token)
			response, err := client.Do(r)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
			if response.StatusCode != 200 {
				b.Errorf("%d", response.StatusCode)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// TestMemoryOfManyApps: 10,000 apps take a bounded part
// of the heap, and reading them all again takes no more.
func TestMemoryOfManyApps(t *testing.T) {
	if testing.Short() {
		skip.Test(t, skip.Short)
	}
	before := heap()
	s, err := New(Options{SigningKey: testSigningKey})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for n := range 10_000 {
		ids = append(ids, benchApp(t, s, n))
	}
	made := heap() - before
	for _, id := range ids {
		r := httptest.NewRequest("GET", "/api/v1/apps/"+id, nil)
		r.Header.Set("Authorization", "SSWS "+s.Token())
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
	read := heap() - before
	t.Logf("10,000 apps take %d MB", made>>20)
	if made > 256<<20 || read > made+made/10 {
		t.Errorf("%d MB made, %d MB after reading", made>>20, read>>20)
	}
	runtime.KeepAlive(s)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func benchApp(b testing.TB, s *Server, n int) string {
	b.Helper()
	request := httptest.NewRequest("POST", "/api/v1/apps", strings.NewReader(fmt.Sprintf(`{"label":"app %d","signOnMode":"OPENID_CONNECT",
		"settings":{"oauthClient":{"grant_types":["authorization_code"],"redirect_uris":["https://a.example/"]}}}`, n)))
	request.Header.Set("Authorization", "SSWS "+s.Token())
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	_, id, found := strings.Cut(recorder.Body.String(), `"id":"`)
	if !found {
		b.Fatal(recorder.Body)
	}
	return id[:20]
}

package doctor_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/doctor"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/session"
)

const organization = `{"id":"00o1","pipeline":"idx"}`

// TestNetwork shows how each fault between here and an org is reported, and that the checks go on.
func TestNetwork(t *testing.T) {
	t.Parallel()
	answer := func(status int, header http.Header, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for name, values := range header {
				w.Header()[name] = values
			}
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		tls     bool
		want    []string // lines, as STATUS CHECK TEXT
		reach   bool     // whether the failure is one of reaching the org
	}{
		{name: "an org", handler: answer(200, nil, organization), want: []string{"ok reach", "ok tls Not used", "ok clock", "ok org Identity Engine, org id 00o1"}},
		{name: "Classic Engine", handler: answer(200, nil, `{"id":"00o1","pipeline":"v1"}`), want: []string{"ok reach", "warning org Classic Engine"}},
		{name: "an unknown certificate", handler: answer(200, nil, organization), tls: true, want: []string{"ok reach", "fails tls", "skipped clock"}, reach: true},
		{name: "a login page", handler: answer(200, http.Header{"Content-Type": {"text/html"}}, "<html>"), want: []string{"fails reach", "skipped clock"}, reach: true},
		{name: "JSON of something else", handler: answer(200, nil, `{"name":"x"}`), want: []string{"fails reach"}, reach: true},
		{name: "a redirect", handler: answer(302, http.Header{"Location": {"https://portal.example.com/login?token=hush-hush"}}, ""), want: []string{"fails reach"}, reach: true},
		{name: "an error page", handler: answer(502, http.Header{"Content-Type": {"text/html"}}, "<html>Bad gateway"), want: []string{"fails reach"}},
		{name: "not found", handler: answer(404, nil, `{"errorCode":"E0000007","errorSummary":"Not found"}`), want: []string{"fails reach"}, reach: true},
		{name: "no time", handler: answer(200, http.Header{"Date": nil}, organization), want: []string{"ok reach", "fails clock", "ok org"}},
		{name: "another time", handler: answer(200, http.Header{"Date": {time.Now().Add(90 * time.Minute).UTC().Format(http.TimeFormat)}}, organization), want: []string{"warning clock This machine's clock is 1h"}},
		{name: "an earlier time", handler: answer(200, http.Header{"Date": {time.Now().Add(-10 * time.Minute).UTC().Format(http.TimeFormat)}}, organization), want: []string{"warning clock This machine's clock is 10m"}},
		{name: "a broken answer", handler: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, want: []string{"fails reach"}, reach: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(test.handler)
			server.Config.ErrorLog = nil
			if test.tls {
				server.StartTLS()
			} else {
				server.Start()
			}
			defer server.Close()
			report := check(t, server.URL, nil)
			for _, want := range test.want {
				if !has(report, want) {
					t.Errorf("no line %q in\n%s", want, lines(report))
				}
			}
			if test.reach != okta.Unreachable(report.Failure()) {
				t.Errorf("unreachable: %t, want %t: %v", !test.reach, test.reach, report.Failure())
			}
			if strings.Contains(lines(report), "hush-hush") {
				t.Errorf("a secret is shown:\n%s", lines(report))
			}
			for _, c := range report.Checks {
				if (c.Status == doctor.Warning || c.Status == doctor.Fails) && c.Fix == "" {
					t.Errorf("%s %s has no fix", c.Status, c.Name)
				}
			}
		})
	}
}

// TestProxy: values of proxy variables, which may hold passwords, are not shown.
func TestProxy(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, organization) }))
	defer server.Close()
	for want, proxy := range map[string]func(*http.Request) (*url.URL, error){
		"ok proxy Requests go through http://proxy.example.com:3128 (HTTPS_PROXY).": func(*http.Request) (*url.URL, error) {
			return url.Parse("http://ada:hush-hush@proxy.example.com:3128")
		},
		"fails proxy The value of HTTPS_PROXY is no URL": func(*http.Request) (*url.URL, error) {
			return nil, errors.New(`invalid proxy address "ada:hush-hush"`)
		},
		"ok proxy None for this org": func(*http.Request) (*url.URL, error) { return nil, nil },
	} {
		report := check(t, server.URL, proxy)
		if !has(report, want) || strings.Contains(lines(report), "hush-hush") {
			t.Errorf("no line %q, or a secret, in\n%s", want, lines(report))
		}
	}
}

// TestOldTLS: what an org refuses or offers of TLS is a failure of TLS.
func TestOldTLS(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = connection.Write([]byte("HTTP/1.0 400 plain\r\n\r\n"))
			_ = connection.Close()
		}
	}()
	report := check(t, "https://"+listener.Addr().String(), nil)
	if !has(report, "fails tls") && !has(report, "fails reach") {
		t.Errorf("%s", lines(report))
	}
	var record tls.RecordHeaderError
	if errors.As(report.Failure(), &record) && !has(report, "fails tls") {
		t.Errorf("%s", lines(report))
	}
}

// TestNothing: the checks run without an org, a credential and a configuration.
func TestNothing(t *testing.T) {
	t.Parallel()
	report := check(t, "", nil)
	if !has(report, "fails credential") || !has(report, "skipped reach No org is named") || report.Worst() != doctor.Fails {
		t.Errorf("%s", lines(report))
	}
}

func check(t *testing.T, orgURL string, proxy func(*http.Request) (*url.URL, error)) *doctor.Report {
	t.Helper()
	r := &doctor.Run{Version: "oktaform test", URL: orgURL, NoCredential: true, CredentialErr: okta.ErrNoCredential, Word: func(s string) string { return s },
		Session: &session.Session{Config: config.Empty(""), Clock: clock.System{}}, Proxy: proxy, ProxyVariables: []string{"HTTPS_PROXY"}}
	if proxy == nil {
		r.Proxy, r.ProxyVariables = func(*http.Request) (*url.URL, error) { return nil, nil }, nil
	}
	return r.Check(context.Background())
}

func has(r *doctor.Report, line string) bool { return strings.Contains("\n"+lines(r), "\n"+line) }

func lines(r *doctor.Report) string {
	var b strings.Builder
	for _, c := range r.Checks {
		fmt.Fprintf(&b, "%s %s %s\n", c.Status, c.Name, c.Text)
	}
	return b.String()
}

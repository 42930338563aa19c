package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/cli/browser"
	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/schema"
)

// signInTime is how long a person may take to sign in.
const signInTime = 5 * time.Minute

// signIn lets a person sign in: it listens at the redirect URI on this machine, opens a browser,
// and receives the redirect (RFC 8252, section 7.3). One person signs in at a time.
type signIn struct {
	org       string // the URL of the org that the person signs in to
	out       io.Writer
	noBrowser bool // print the address instead of opening a browser
	one       sync.Mutex
}

// SignIn returns a smoke.Browser that lets a person sign in to an org. Its messages are written to
// out.
func SignIn(org string, out io.Writer, noBrowser bool) smoke.Browser {
	return (&signIn{org: org, out: out, noBrowser: noBrowser}).browse
}

// browse implements smoke.Browser.
func (b *signIn) browse(ctx context.Context, authorizationURL, redirectURI string) (url.Values, error) {
	b.one.Lock()
	defer b.one.Unlock()
	request, err := url.Parse(authorizationURL)
	if err != nil {
		return nil, errors.New("the authorization address can't be read")
	}
	if !isOf(b.org, request) {
		return nil, fmt.Errorf("the authorization address is not one of the org %s, so no browser is opened", b.org)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, signInTime, fmt.Errorf("%s are over", signInTime))
	defer cancel()
	redirect, listeners, err := listenAt(redirectURI)
	if err != nil {
		return nil, err
	}
	came := make(chan url.Values, 1)
	server := &http.Server{Handler: &callback{redirect, request.Query().Get("state"), came, sync.Once{}}, ReadHeaderTimeout: 10 * time.Second}
	for _, listener := range listeners {
		crash.Go(func() { _ = server.Serve(listener) })
	}
	// Shut down only after the page has been sent to the browser.
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = server.Shutdown(ending)
	}()
	b.open(authorizationURL)
	select {
	case values := <-came:
		return values, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// isOf reports whether an address is a page of the org: a program that opens other addresses may do
// more than show them.
func isOf(org string, address *url.URL) bool {
	u, err := url.Parse(org)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" &&
		address.Scheme == u.Scheme && address.Host == u.Host && address.User == nil && address.Opaque == ""
}

// open opens the person's browser, or prints the address.
func (b *signIn) open(address string) {
	if !b.noBrowser {
		browser.Stdout, browser.Stderr = b.out, b.out // standard output is for the token
		if browser.OpenURL(address) == nil {
			fmt.Fprintln(b.out, "Sign in with the browser that opens.")
			return
		}
	}
	fmt.Fprintf(b.out, "Open this address in a browser on this machine, and sign in:\n\n  %s\n\n", address)
}

// listenAt listens at a redirect URI on this machine. localhost has two addresses, either of which
// a browser may use.
func listenAt(redirectURI string) (*url.URL, []net.Listener, error) {
	u, ok := loopback(redirectURI)
	if !ok {
		return nil, nil, fmt.Errorf("the redirect URI %s isn't on this machine: declare one such as http://127.0.0.1:8484/callback in redirect_uris", redirectURI)
	}
	hosts := []string{u.Hostname()}
	if u.Hostname() == "localhost" {
		hosts = []string{"127.0.0.1", "::1"}
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	var listeners []net.Listener
	var failed error
	for _, host := range hosts {
		listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
		if err != nil {
			failed = err
			continue
		}
		listeners = append(listeners, listener)
	}
	if len(listeners) == 0 {
		return nil, nil, fmt.Errorf("nothing can listen at the redirect URI %s: %w. End the program that has the port, or declare another redirect URI too", redirectURI, failed)
	}
	return u, listeners, nil
}

// loopback parses a redirect URI and reports whether it is on this machine.
func loopback(redirectURI string) (*url.URL, bool) {
	u, err := url.Parse(redirectURI)
	if err != nil || u.Scheme != "http" || !slices.Contains([]string{"127.0.0.1", "::1", "localhost"}, u.Hostname()) {
		return nil, false
	}
	return u, true
}

// WithRedirect sets the app's redirect URI to the first one on this machine whose port is free. An
// app without one is not changed, and the sign-in reports it.
func WithRedirect(app schema.TestApp) schema.TestApp {
	for _, uri := range app.RedirectURIs {
		if _, ok := loopback(uri); !ok {
			continue
		}
		_, listeners, err := listenAt(uri)
		if err != nil {
			continue
		}
		for _, listener := range listeners {
			_ = listener.Close()
		}
		app.RedirectURI = uri
		return app
	}
	return app
}

// WithRedirects sets a redirect URI on this machine for tests that a person signs in for, unless
// they name one.
func WithRedirects(tests []schema.SmokeTest) []schema.SmokeTest {
	out := slices.Clone(tests)
	for i := range out {
		t := &out[i]
		if t.SignIn != nil && t.SignIn.Browser && len(t.App.RedirectURIs) > 0 && t.App.RedirectURI == t.App.RedirectURIs[0] {
			t.App = WithRedirect(t.App)
		}
	}
	return out
}

// callback serves the redirect URI.
type callback struct {
	redirect *url.URL
	state    string
	came     chan<- url.Values
	once     sync.Once
}

// ServeHTTP accepts the parameters of the one request that belongs to this sign-in. Other requests
// get an answer but change nothing: other pages can make a browser send them.
func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Connection", "close")
	values := r.URL.Query()
	path := c.redirect.Path
	if path == "" {
		path = "/"
	}
	if r.URL.Path != path || r.Host != c.redirect.Host || r.Method != http.MethodGet {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if values.Get("state") != c.state {
		w.WriteHeader(http.StatusBadRequest)
		show(w, page{Title: "Not this sign-in", Text: "This answer doesn't belong to the current sign-in. Use the newest address that oktaform opened or printed."})
		return
	}
	if code := values.Get("error"); code != "" {
		show(w, page{Title: "Not signed in", Text: "The org refused: " + code + ". " + values.Get("error_description") + " oktaform says more in the terminal."})
	} else {
		show(w, page{Title: "Signed in", Text: "You can close this page and go back to the terminal."})
	}
	c.once.Do(func() { c.came <- values })
}

type page struct{ Title, Text string }

const pageStyle = `:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto 0; padding: 0 1rem; }
h1 { font-size: 1.5rem; }`

func show(w http.ResponseWriter, p page) {
	_ = h.Doctype(h.HTML(h.Lang("en"),
		h.Head(h.Meta(h.Charset("utf-8")), h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")), h.TitleEl(g.Text(p.Title+" - oktaform")), h.StyleEl(g.Raw(pageStyle))),
		h.Body(h.Main(h.H1(g.Text(p.Title)), h.P(g.Text(p.Text)))))).Render(w)
}

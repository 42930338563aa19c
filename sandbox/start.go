package sandbox

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"
)

// TB is the part of testing.TB that Start uses, so that a program that runs a sandbox does not link
// package testing.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Org is a Server that listens on a network address.
type Org struct {
	*Server
	// URL is the org's URL on this machine, "http://127.0.0.1:port", without a slash at the end.
	URL string

	http     *http.Server
	inFlight *atomic.Int64 // requests under way
}

// Start runs an org on a free loopback port until the test ends, like httptest.NewServer. If it
// cannot, it fails the test.
func Start(t TB, options Options) *Org {
	t.Helper()
	o, err := Listen("127.0.0.1:0", options)
	if err != nil {
		t.Fatalf("starting the sandbox: %v", err)
	}
	t.Cleanup(func() { _ = o.Shutdown() })
	return o
}

// Listen runs an org on the address "host:port"; port 0 picks a free one. It serves HTTP/1.1, and
// HTTP/2 without TLS (prior knowledge). The caller must call Shutdown.
func Listen(address string, options Options) (*Org, error) {
	return listen(address, options, timeouts{header: 30 * time.Second, body: time.Minute, idle: 2 * time.Minute})
}

func listen(address string, options Options, wait timeouts) (*Org, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	server, err := New(options)
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	o := &Org{Server: server, URL: "http://" + reachable(listener.Addr()), inFlight: &atomic.Int64{}}
	counted := func(w http.ResponseWriter, r *http.Request) {
		o.inFlight.Add(1)
		defer o.inFlight.Add(-1)
		server.ServeHTTP(w, r)
	}
	o.http = &http.Server{Handler: wait.readBodies(counted), Protocols: &protocols,
		ReadHeaderTimeout: wait.header, IdleTimeout: wait.idle, MaxHeaderBytes: maxHeader}
	go func() { _ = o.http.Serve(listener) }() // returns ErrServerClosed
	return o, nil
}

// ControlPage returns the URL of the control page, with the admin token in its fragment, which
// browsers send to nobody.
func (o *Org) ControlPage() string {
	return o.URL + controlPath + "#token=" + url.QueryEscape(o.Token())
}

// reachable returns the address at which this machine reaches a listener. One that listens on all
// addresses, as in a container, has none in its own name.
func reachable(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return address.String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
}

// Shutdown waits up to five seconds for current requests, stops listening, and releases the data
// file.
//
// It does not use http.Server.Shutdown, which would wait five seconds for connections that a client
// has opened and never used.
func (o *Org) Shutdown() error {
	for end := time.Now().Add(5 * time.Second); o.inFlight.Load() > 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	return errors.Join(o.http.Close(), o.Close())
}

package main

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"time"

	"github.com/oktaform/oktaform/sandbox"
)

// gate lets requests through to an org, and does something at one of them.
type gate struct {
	org      *sandbox.Server
	url      string
	listener *httptest.Server

	mu sync.Mutex // guards what follows
	gateState
}

type gateState struct {
	seen   int
	writes int
	at     int // the request that something happens at; 0 for none
	act    func(w http.ResponseWriter, r *http.Request)
	each   func(r *http.Request) // called before each other request; may be nil
	// instead may answer a request in the org's place; may be nil.
	instead func(w http.ResponseWriter, r *http.Request) bool
	what    string // the request that it happened at
	off     bool   // no request comes through: the process is cut off
}

// on lets something happen at a request.
func (g *gate) on(at int, act func(w http.ResponseWriter, r *http.Request)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at, g.act = at, act
}

// cut lets no request through any more: to the org, the process has died.
func (g *gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.off = true
}

// join lets requests through again.
func (g *gate) join() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.off = false
}

// state is what the gate has seen so far.
func (g *gate) state() gateState {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.gateState
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.seen++
	if r.Method != http.MethodGet {
		g.writes++
	}
	hit := g.at > 0 && g.seen == g.at
	if hit {
		g.what = r.Method + " " + r.URL.Path
	}
	act, each, instead, off := g.act, g.each, g.instead, g.off
	g.mu.Unlock()
	if off {
		breakOff(w)
		return
	}
	if hit {
		act(w, r)
		return
	}
	if each != nil {
		each(r)
	}
	if instead != nil && instead(w, r) {
		return
	}
	g.org.ServeHTTP(w, r)
}

// org serves an org that is as before the apply.
func (s *sweep) org(clock *fakeClock) *gate {
	options := sandbox.Options{Seed: s.seed, SigningKey: signingKey()}
	if clock != nil {
		options.Clock = clock.Now
		options.Sleep = func(ctx context.Context, d time.Duration) { _ = clock.Sleep(ctx, d) }
	}
	server, err := sandbox.New(options)
	if err != nil {
		s.t.Fatal(err)
	}
	g := s.serve(server)
	if s.c.logged && s.seed != nil {
		s.write("before", s.c.before)
		if status, out := s.command(g, cmp.Or(clock, newFakeClock()), "apply", "--auto-approve", filepath.Join(s.folder, "before")); status != 0 {
			s.t.Fatalf("exit status %d:\n%s", status, out)
		}
		g.gateState = gateState{}
	}
	return g
}

// serve puts a gate before an org.
func (s *sweep) serve(server *sandbox.Server) *gate {
	g := &gate{org: server}
	listener := httptest.NewServer(g)
	s.t.Cleanup(listener.Close)
	g.url, g.listener = listener.URL, listener
	return g
}

// close frees the org and its connections: a full sweep makes thousands.
func (g *gate) close() {
	g.listener.Close()
	g.listener.Config.Handler = nil
}

// reset breaks a connection off, as a process that dies on the other side does.
func breakOff(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

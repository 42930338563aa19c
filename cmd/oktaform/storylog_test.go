package main

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
)

// toldLog is what a story's org tells instead of its System Log: what an org might
// tell that the sandbox never does.
type toldLog struct {
	events string // JSON
	left   atomic.Int64
}

// tellLog lets next tell its System Log, or what the story has it tell.
func (s *story) tellLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told := s.log.Load()
		if told == nil || r.URL.Path != "/api/v1/logs" || told.left.Add(-1) < 0 {
			next.ServeHTTP(w, r)
			return
		}
		own := httptest.NewRecorder()
		query := r.URL.Query()
		query.Set("limit", "0") // the next page begins where this one would have
		r.URL.RawQuery = query.Encode()
		next.ServeHTTP(own, r)
		for name, values := range own.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		_, _ = w.Write([]byte(told.events))
	})
}

// cmdLog has the org answer with a file's events for its System Log.
func cmdLog(ts *testscript.TestScript, neg bool, args []string) {
	s := storyOf(ts)
	switch {
	case !neg && len(args) == 1 && args[0] == "own":
		s.log.Store(nil)
	case !neg && len(args) == 2 && (args[0] == "once" || args[0] == "always"):
		told := &toldLog{events: ts.ReadFile(args[1])}
		told.left.Store(map[string]int64{"once": 1, "always": 1 << 40}[args[0]])
		s.log.Store(told)
	default:
		ts.Fatalf("usage: log own | log once|always FILE")
	}
}

package sandbox

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// faults are those that are set, each with its count of matching requests.
type faults struct {
	mu   sync.Mutex
	list []*armedFault
}

type armedFault struct {
	Fault
	seen int
}

// SetFaults replaces all faults and begins to count requests anew. When one is
// wrong it changes nothing and says which.
func (s *Server) SetFaults(list ...Fault) error {
	var armed []*armedFault
	for _, f := range list {
		checked, err := ParseFault(f.String())
		if err != nil {
			return err
		}
		armed = append(armed, &armedFault{Fault: checked})
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = armed
	return nil
}

// Faults returns the faults that are set.
func (s *Server) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	list := []Fault{}
	for _, f := range s.faults.list {
		list = append(list, f.Fault)
	}
	return list
}

// struck are the faults that one request has to bear, by kind.
type struck map[string]Fault

// strike counts the request and returns its faults; nil when it has none. Of
// several of a kind the first counts.
func (fs *faults) strike(method, path string) struck {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var hit struck
	for _, f := range fs.list {
		if !f.matches(method, path) {
			continue
		}
		f.seen++
		if f.seen < f.First || f.Count > 0 && f.seen >= f.First+f.Count {
			continue
		}
		if hit == nil {
			hit = struck{}
		}
		if _, known := hit[f.Kind]; !known {
			hit[f.Kind] = f.Fault
		}
	}
	return hit
}

func (hit struck) has(kind string) bool {
	_, struck := hit[kind]
	return struck
}

// insteadOfWork answers the call by a fault, without any effect. It reports
// whether there was one.
func (hit struck) insteadOfWork(c *call) bool {
	if f, over := hit["429"]; over {
		c.limitHeaders(max(bucketOf(c.s.limits.rules, c.r.Method, c.r.URL.Path).free, 1), 0, c.now.Add(f.Duration))
		errTooMany().respond(c)
		return true
	}
	return hit.status(c, "")
}

// status answers with the first 5xx fault whose name has this ending.
func (hit struck) status(c *call, ending string) bool {
	for _, status := range []int{500, 502, 503, 504} {
		if hit.has(strconv.Itoa(status) + ending) {
			failed(c, status)
			return true
		}
	}
	return false
}

// failed is how a server error looks: 500 and 503 come from the org, 502 and
// 504 from a gateway before it, which speaks HTML.
func failed(c *call, status int) {
	for _, name := range []string{"Link", "Location", "Set-Cookie"} {
		c.header.Del(name)
	}
	switch status {
	case http.StatusInternalServerError:
		errInternal().respond(c)
	case http.StatusServiceUnavailable:
		(&apiError{status: status, code: "E0000010", summary: "Service is in read only mode"}).respond(c)
	default:
		title := strconv.Itoa(status) + " " + http.StatusText(status)
		_ = c.raw(status, "text/html", []byte("<html><head><title>"+title+"</title></head><body><center><h1>"+title+"</h1></center></body></html>"))
	}
}

// deliver sends the answer as the faults leave it.
func (hit struck) deliver(c *call, w http.ResponseWriter) {
	switch {
	case hit.has("reset-after"):
		reset(w)
	case hit.has("truncate"):
		w.Header().Set("Content-Length", strconv.Itoa(len(c.answer)))
		c.sendHeader(w)
		_, _ = w.Write(c.answer[:len(c.answer)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // net/http's way to break off an answer
	case hit.has("slow"):
		c.sendHeader(w)
		c.sendSlowly(w, hit["slow"].Duration)
	default:
		c.send(w)
	}
}

// slowPieces is how many pieces a slow body comes in.
const slowPieces = 8

func (c *call) sendSlowly(w http.ResponseWriter, pause time.Duration) {
	control := http.NewResponseController(w)
	for i := range slowPieces {
		c.s.sleep(c.r.Context(), pause)
		_, _ = w.Write(c.answer[len(c.answer)*i/slowPieces : len(c.answer)*(i+1)/slowPieces])
		_ = control.Flush()
	}
}

// reset breaks the connection, with a TCP reset where it is the request's own;
// of HTTP/2 the stream alone.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, isTCP := conn.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0) // a reset instead of an orderly end
	}
	_ = conn.Close()
}

// sleep waits as Options.Sleep does, or in real time until the context ends.
func (s *Server) sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	if s.options.Sleep != nil {
		s.options.Sleep(ctx, d)
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// hideNew lets reads not see, for the duration, what the call has made or changed. The
// caller holds Server.mu.
func (c *call) hideNew(d time.Duration) {
	for _, t := range c.org.consistent() {
		t.veilNew(c.now.Add(d))
	}
}

// readsFrom is the time of which reads of the org see the state; zero for a
// write, which sees all.
func (o *org) readsFrom(now time.Time) {
	for _, t := range o.consistent() {
		t.readAt(now)
	}
}

// veiled is a table whose new rows may be hidden from reads.
type veiled interface {
	remember()
	veilNew(until time.Time)
	readAt(now time.Time)
}

// consistent lists the tables of objects that appear, and change, late under the
// fault "invisible".
func (o *org) consistent() []veiled {
	return []veiled{o.apps, o.groups, o.users, o.customRoles, o.resourceSets}
}

// isAdminPath reports a path of the sandbox's own endpoints.
func isAdminPath(path string) bool { return strings.HasPrefix(path, "/_sandbox/") }

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// faults holds the configured faults, each with the number of requests that matched it.
type faults struct {
	mu   sync.Mutex
	list []*armedFault
}

type armedFault struct {
	Fault
	seen int
}

// SetFaults replaces all faults and resets their request counts. If a fault is invalid, SetFaults
// changes nothing and returns an error that names it.
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

// Faults returns the configured faults.
func (s *Server) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	list := []Fault{}
	for _, f := range s.faults.list {
		list = append(list, f.Fault)
	}
	return list
}

// activeFaults are the faults that apply to one request, by kind.
type activeFaults map[string]Fault

// apply counts the request and returns the faults that apply to it, or nil. If several of one kind
// match, the first one applies.
func (fs *faults) apply(method, path string) activeFaults {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var hit activeFaults
	for _, f := range fs.list {
		if !f.matches(method, path) {
			continue
		}
		f.seen++
		if f.seen < f.First || f.Count > 0 && f.seen >= f.First+f.Count {
			continue
		}
		if hit == nil {
			hit = activeFaults{}
		}
		if _, known := hit[f.Kind]; !known {
			hit[f.Kind] = f.Fault
		}
	}
	return hit
}

func (hit activeFaults) has(kind string) bool {
	_, found := hit[kind]
	return found
}

// failInstead answers the call with an error fault, without running its handler. It reports whether
// there was such a fault.
func (s *Server) failInstead(c *web.Call, hit activeFaults) bool {
	if f, over := hit["429"]; over {
		limitHeaders(c, max(bucketOf(s.limits.rules, c.Request.Method, c.Request.URL.Path).free, 1), 0, c.Now.Add(f.Duration))
		errTooMany().Respond(c)
		return true
	}
	return hit.status(c, "")
}

// status answers with the first 5xx fault whose name ends in ending.
func (hit activeFaults) status(c *web.Call, ending string) bool {
	for _, status := range []int{500, 502, 503, 504} {
		if hit.has(strconv.Itoa(status) + ending) {
			failed(c, status)
			return true
		}
	}
	return false
}

// failed answers with a server error: the org itself sends 500 and 503 as JSON, a gateway in front
// of it sends 502 and 504 as HTML.
func failed(c *web.Call, status int) {
	for _, name := range []string{"Link", "Location", "Set-Cookie"} {
		c.Header.Del(name)
	}
	switch status {
	case http.StatusInternalServerError:
		web.Internal().Respond(c)
	case http.StatusServiceUnavailable:
		(&web.APIError{Status: status, Code: "E0000010", Summary: "Service is in read only mode"}).Respond(c)
	default:
		title := strconv.Itoa(status) + " " + http.StatusText(status)
		_ = c.Raw(status, "text/html", []byte("<html><head><title>"+title+"</title></head><body><center><h1>"+title+"</h1></center></body></html>"))
	}
}

// deliver sends the response after applying the faults to it.
func (s *Server) deliver(c *web.Call, w http.ResponseWriter, hit activeFaults) {
	switch {
	case hit.has("reset-after"):
		reset(w)
	case hit.has("truncate"):
		w.Header().Set("Content-Length", strconv.Itoa(len(c.Answer)))
		c.SendHeader(w)
		_, _ = w.Write(c.Answer[:len(c.Answer)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // net/http's way to abort a response
	case hit.has("slow"):
		c.SendHeader(w)
		s.sendSlowly(c, w, hit["slow"].Duration)
	default:
		c.Send(w)
	}
}

// slowPieces is the number of pieces in which a slow body is sent.
const slowPieces = 8

func (s *Server) sendSlowly(c *web.Call, w http.ResponseWriter, pause time.Duration) {
	control := http.NewResponseController(w)
	for i := range slowPieces {
		s.sleep(c.Request.Context(), pause)
		_, _ = w.Write(c.Answer[len(c.Answer)*i/slowPieces : len(c.Answer)*(i+1)/slowPieces])
		_ = control.Flush()
	}
}

// reset breaks the connection with a TCP reset; of an HTTP/2 connection it resets the stream only.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, isTCP := conn.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0) // a reset instead of an orderly close
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

// hideNew hides what the call created or changed from reads for the duration d. The caller holds
// Server.mu.
func (s *Server) hideNew(c *web.Call, d time.Duration) {
	for _, t := range c.Org.Delayed() {
		t.HideNew(c.Now.Add(d))
	}
}

// isControlPath reports whether a path belongs to the sandbox's own endpoints.
func isControlPath(path string) bool { return strings.HasPrefix(path, controlPath) }

// controlPath is the path of the control page; the control API is below it.
const controlPath = "/_sandbox/"

// Fault is a failure that the sandbox injects, for tests of clients. ParseFault reads its text form
// and String writes it:
//
// KIND[=DURATION] [METHOD] [PATH] [REQUESTS]
//
// Examples are "latency=50ms", "503 GET /api/v1/apps/*" and "reset-after POST /api/v1/apps 1".
type Fault struct {
	// Kind is one of the kinds in FaultKinds.
	Kind string
	// Duration is for the kinds that take one, such as latency; zero for others.
	Duration time.Duration
	// Method limits the fault to an HTTP method. Empty means all.
	Method string
	// Path limits the fault to paths that match it: * stands for any part of a segment, a final **
	// for any remaining segments, including none. Empty means all.
	Path string
	// First is the number of the first matching request that fails, counted from 1 since the fault
	// was set. 0 means 1.
	First int
	// Count is the number of matching requests that fail. 0 means all from First on. In the text
	// form, REQUESTS is "3" for the third only, "3x2" for two from the third, "3+" for all from the
	// third.
	Count int
}

// FaultKind describes one kind of fault.
type FaultKind struct {
	Name     string
	Duration time.Duration // the default; negative if the kind requires one, zero if it takes none
	Doc      string
}

// FaultKinds lists the kinds of faults.
func FaultKinds() []FaultKind {
	kinds := []FaultKind{
		{"latency", -1, "waits before it works on the request"},
		{"429", time.Second, "refuses the request as over the rate limit; X-Rate-Limit-Reset is the duration away"},
		{"reset-before", 0, "resets the connection and does nothing"},
		{"reset-after", 0, "does what was asked, then resets the connection instead of answering"},
		{"slow", -1, "sends the body in eight pieces, each after the duration"},
		{"truncate", 0, "breaks the connection off after half of the body"},
		{"invisible", -1, "what the request makes can't be read, found or listed for the duration, and what it changes reads as before; writes see all"},
	}
	for _, status := range []string{"500", "502", "503", "504"} {
		kinds = append(kinds,
			FaultKind{status, 0, "answers " + status + " and does nothing"},
			FaultKind{status + "-after", 0, "does what was asked, then answers " + status})
	}
	return kinds
}

// ParseFault reads the text form of a fault. Its error says what is wrong and what is accepted.
func ParseFault(text string) (Fault, error) {
	fail := func(format string, args ...any) (Fault, error) {
		return Fault{}, fmt.Errorf("fault %q: "+format, append([]any{text}, args...)...)
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return fail("it is empty; write KIND[=DURATION] [METHOD] [PATH] [REQUESTS]")
	}
	kind, duration, given := strings.Cut(words[0], "=")
	f := Fault{Kind: kind}
	if given {
		d, err := time.ParseDuration(duration)
		if err != nil {
			return fail("%q is no duration; write it as 50ms or 2s", duration)
		}
		f.Duration = d
	}
	words = words[1:]
	if len(words) > 0 && strings.Trim(words[0], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		f.Method, words = words[0], words[1:]
	}
	if len(words) > 0 && strings.HasPrefix(words[0], "/") {
		f.Path, words = words[0], words[1:]
	}
	if len(words) > 0 {
		var err error
		if f.First, f.Count, err = parseRequests(words[0]); err != nil {
			return fail("%w", err)
		}
		words = words[1:]
	}
	if len(words) > 0 {
		return fail("%q is one word too many; write KIND[=DURATION] [METHOD] [PATH] [REQUESTS]", words[0])
	}
	f, err := f.checked()
	if err != nil {
		return fail("%w", err)
	}
	return f, nil
}

// parseRequests reads "3", "3x2" and "3+".
func parseRequests(text string) (first, count int, err error) {
	wrong := fmt.Errorf("%q doesn't say which requests; write 3 for the third, 3x2 for two from the third, 3+ for all from the third", text)
	count = 1
	number, times, several := strings.Cut(text, "x")
	if several {
		if count, err = strconv.Atoi(times); err != nil || count < 1 {
			return 0, 0, wrong
		}
	} else if rest, endless := strings.CutSuffix(text, "+"); endless {
		number, count = rest, 0
	}
	if first, err = strconv.Atoi(number); err != nil || first < 1 {
		return 0, 0, wrong
	}
	return first, count, nil
}

// checked returns the fault with its defaults filled in, or an error that says what is wrong with
// it.
func (f Fault) checked() (Fault, error) {
	kinds := FaultKinds()
	i := slices.IndexFunc(kinds, func(k FaultKind) bool { return k.Name == f.Kind })
	if i < 0 {
		var names []string
		for _, k := range kinds {
			names = append(names, k.Name)
		}
		return f, fmt.Errorf("there is no kind %q; the kinds are %s", f.Kind, strings.Join(names, ", "))
	}
	switch kind := kinds[i]; {
	case f.Duration < 0:
		return f, errors.New("a duration can't be negative")
	case kind.Duration < 0 && f.Duration == 0:
		return f, fmt.Errorf("%s needs a duration, as %s=50ms", f.Kind, f.Kind)
	case kind.Duration == 0 && f.Duration != 0:
		return f, fmt.Errorf("%s takes no duration", f.Kind)
	case f.Duration == 0:
		f.Duration = max(kind.Duration, 0)
	}
	if f.First < 0 || f.Count < 0 {
		return f, errors.New("requests are counted from 1")
	}
	if f.Path != "" && !strings.HasPrefix(f.Path, "/") {
		return f, fmt.Errorf("the path %q doesn't begin with a slash", f.Path)
	}
	if _, err := path.Match(f.Path, ""); err != nil {
		return f, fmt.Errorf("the path %q is no valid pattern", f.Path)
	}
	f.First = max(f.First, 1)
	return f, nil
}

// String returns the text form of the fault.
func (f Fault) String() string {
	words := []string{f.Kind}
	if f.Duration != 0 {
		words[0] += "=" + f.Duration.String()
	}
	for _, word := range []string{f.Method, f.Path} {
		if word != "" {
			words = append(words, word)
		}
	}
	first := strconv.Itoa(max(f.First, 1))
	switch {
	case f.Count == 1:
		words = append(words, first)
	case f.Count > 1:
		words = append(words, first+"x"+strconv.Itoa(f.Count))
	case f.First > 1:
		words = append(words, first+"+")
	}
	return strings.Join(words, " ")
}

// matches reports whether the fault applies to a request with this method and target.
func (f Fault) matches(method, target string) bool {
	return (f.Method == "" || f.Method == method) && (f.Path == "" || matchesPath(f.Path, target, matchesGlob))
}

func matchesGlob(pattern, segment string) bool {
	ok, err := path.Match(pattern, segment)
	return ok && err == nil
}

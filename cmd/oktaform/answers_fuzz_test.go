package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/org"
)

// FuzzAnswers lets an org give a wrong answer to one of the requests of an apply,
// or to that one and all later ones of its path. Whatever it is, the run ends, with
// an exit status that is documented, says what is wrong, and shows no secret.
func FuzzAnswers(f *testing.F) {
	for i := range 20 {
		f.Add(uint16(i*17), uint8(i), uint16(i*13), i%2 == 0, "x")
	}
	for _, text := range []string{"", "null", "[]", "{}", `[null]`, `[[]]`, `{"id":7}`, `[{"id":null}]`, `"text"`, strings.Repeat("[", 20_000), "\x00\xff", `{"errorCode":"E0000011"}`, `{"a":1e999}`} {
		f.Add(uint16(3), uint8(wrongBody), uint16(0), true, text)
		f.Add(uint16(70), uint8(wrongBody), uint16(0), false, text)
	}
	for _, link := range []string{`<http://127.0.0.1:1/api/v1/apps?after=x>; rel="next"`, `<>; rel="next"`, `<://>; rel="next"`, `;;rel="next"`, `<?after=%00>; rel="next"`} {
		f.Add(uint16(2), uint8(wrongLink), uint16(0), true, link)
	}
	for _, number := range []string{"-1", "0", "1e9", "99999999999999999999", "x"} {
		f.Add(uint16(4), uint8(wrongLimit), uint16(0), true, number)
		f.Add(uint16(4), uint8(wrongLimit), uint16(1), true, number)
	}
	for _, date := range []string{"", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		f.Add(uint16(4), uint8(wrongDate), uint16(0), true, date)
	}
	var once sync.Once
	var s *sweep
	f.Fuzz(func(t *testing.T, at uint16, how uint8, where uint16, stays bool, text string) {
		t.Parallel() // it waits for answers that never end
		once.Do(func() { s = newFaultSweep(t) })
		s := s.anew(t)
		clock := newFakeClock()
		g := s.org(clock)
		wrong := func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			g.org.ServeHTTP(answer, r)
			status, header, body := spoil(answer, int(how)%wrongKinds, int(where), text)
			maps.Copy(w.Header(), header)
			w.WriteHeader(status)
			_, _ = w.Write(body)
		}
		path := ""
		g.on(1+int(at)%s.requests, func(w http.ResponseWriter, r *http.Request) {
			if stays {
				g.mu.Lock()
				path = r.Method + r.URL.Path
				g.mu.Unlock()
			}
			wrong(w, r)
		})
		g.mu.Lock()
		g.instead = func(w http.ResponseWriter, r *http.Request) bool {
			g.mu.Lock()
			again := path == r.Method+r.URL.Path
			g.mu.Unlock()
			if again {
				wrong(w, r)
			}
			return again
		}
		g.mu.Unlock()
		s.reset()
		// An answer that never ends takes its whole time, and a fuzzer waits for 10
		// seconds at most.
		status, out := s.process(g, clock, "after", 200*time.Millisecond, func(org.Process) bool { return true })
		if status < 0 || status > cli.ExitGate {
			t.Errorf("exit status %d\n%s", status, out)
		}
		// A slow machine's smoke tests may get no answer in time, which they say.
		if status != 0 && !strings.Contains(out, "Error") && !(status == cli.ExitSmoke && strings.Contains(out, "FAIL ")) {
			t.Errorf("exit status %d without an error:\n%s", status, out)
		}
		if strings.Contains(out, g.org.Token()) || strings.Contains(out, "goroutine ") {
			t.Error("a secret or a panic is in the output")
		}
	})
}

const (
	wrongNode = iota
	wrongList
	wrongBody
	wrongEnd
	wrongLink
	wrongLimit
	wrongDate
	wrongStatus
	wrongType
	wrongKinds
)

// spoil makes a right answer wrong.
func spoil(answer *httptest.ResponseRecorder, how, where int, text string) (int, http.Header, []byte) {
	status, header, body := answer.Code, answer.Header().Clone(), answer.Body.Bytes()
	switch how {
	case wrongNode, wrongList:
		var doc any
		if json.Unmarshal(body, &doc) != nil {
			return status, header, []byte(text)
		}
		doc = change(doc, &where, func(v any) any {
			if list, is := v.([]any); is && how == wrongList {
				return append(list, list...)
			}
			values := []any{nil, true, -1, 1e300, "", text, "\u202e\x1b[31m", strings.Repeat("x", 100_000), []any{}, []any{nil}, map[string]any{}, map[string]any{"id": []any{}}}
			return values[len(text)%len(values)]
		})
		body, _ = json.Marshal(doc)
	case wrongBody:
		body = []byte(text)
	case wrongEnd:
		body = body[:min(where, len(body))]
	case wrongLink:
		header["Link"] = []string{plainHeader(text)}
	case wrongLimit:
		for _, name := range []string{"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"} {
			header.Set(name, plainHeader(text))
		}
		if where%2 == 1 {
			status = http.StatusTooManyRequests
		}
	case wrongDate:
		header.Set("Date", plainHeader(text))
	case wrongStatus:
		status = 200 + where%400
	case wrongType:
		header.Set("Content-Type", plainHeader(text))
	}
	header.Del("Content-Length")
	return status, header, body
}

func plainHeader(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, text)
}

// change replaces the n-th node of a JSON document, counted in a fixed order.
func change(v any, n *int, by func(any) any) any {
	if *n == 0 {
		*n--
		return by(v)
	}
	*n--
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			v[name] = change(v[name], n, by)
		}
	case []any:
		for i := range v {
			v[i] = change(v[i], n, by)
		}
	}
	return v
}

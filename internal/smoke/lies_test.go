package smoke_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// liar is a transport that stands between the tests and the org, and does
// something wrong.
type liar func(r *http.Request) (*http.Response, error)

func (f liar) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// lie installs a liar for requests to a path.
func (s *setup) lie(path string, f liar) {
	next := s.transport
	s.transport = liar(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path != path {
			return next.RoundTrip(r)
		}
		return f(r)
	})
}

// answer replaces the org's answers.
func (s *setup) answer(path string, status int, body string) {
	s.lie(path, func(r *http.Request) (*http.Response, error) { return made(r, status, body), nil })
}

func made(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

// change changes the bodies of the org's answers.
func (s *setup) change(path string, f func(body string) string) {
	s.lie(path, func(r *http.Request) (*http.Response, error) {
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			return nil, err
		}
		changed := made(r, answer.StatusCode, f(string(body)))
		changed.Header = answer.Header
		return changed, nil
	})
}

// repeat sends each request twice, and gives the second answer.
func (s *setup) repeat(path string) {
	s.lie(path, func(r *http.Request) (*http.Response, error) {
		var body []byte
		if r.Body != nil {
			body, _ = io.ReadAll(r.Body)
		}
		again := func() (*http.Response, error) {
			copied := r.Clone(r.Context())
			copied.Body = io.NopCloser(bytes.NewReader(body))
			return http.DefaultTransport.RoundTrip(copied)
		}
		first, err := again()
		if err != nil {
			return nil, err
		}
		_ = first.Body.Close()
		return again()
	})
}

// before does something before the first request to a path is sent.
func (s *setup) before(path string, f func()) {
	done := false
	s.lie(path, func(r *http.Request) (*http.Response, error) {
		if !done {
			done = true
			f()
		}
		return http.DefaultTransport.RoundTrip(r)
	})
}

// dropHeader loses a header of every answer.
func (s *setup) dropHeader(name string) {
	next := s.transport
	s.transport = liar(func(r *http.Request) (*http.Response, error) {
		answer, err := next.RoundTrip(r)
		if err == nil {
			answer.Header.Del(name)
		}
		return answer, err
	})
}

// forward sends a request on and copies the answer.
func forward(w http.ResponseWriter, r *http.Request) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
}

func writeJSON(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) }

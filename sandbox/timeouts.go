package sandbox

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

// maxHeader is the maximum size of a request's header in bytes; above it the answer is 431.
// net/http adds 4096 to it.
const maxHeader = 64 << 10

// timeouts are how long a listening org waits for a client: for the complete header of a request,
// for its body, and for the next request.
type timeouts struct{ header, body, idle time.Duration }

// readBodies reads the complete body before the handler runs, so that a client that sends slowly
// occupies only its connection. After the timeout the answer is 408.
func (p timeouts) readBodies(handle http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		_ = control.SetReadDeadline(time.Now().Add(p.body))
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
		if err != nil {
			w.Header().Set("Connection", "close")
			w.WriteHeader(http.StatusRequestTimeout)
			return
		}
		_ = control.SetReadDeadline(time.Time{})
		r.Body = io.NopCloser(bytes.NewReader(body))
		handle(w, r)
	})
}

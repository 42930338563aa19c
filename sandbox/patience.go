package sandbox

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

// maxHeader is the size in bytes of a request's header above which the answer
// is 431. net/http adds 4096 to it.
const maxHeader = 64 << 10

// patience is how long a listening org waits for a client: for the header of a
// request and its body from their first byte to the last, and for the next
// request.
type patience struct{ header, body, idle time.Duration }

// bodies reads the whole body before the handler runs, so that a client that
// sends slowly keeps nothing but its connection, and that not for long: its
// answer is 408.
func (p patience) bodies(handle http.HandlerFunc) http.Handler {
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

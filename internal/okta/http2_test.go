package okta

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oktaform/oktaform/schema"
)

// noWait is a clock on which every wait is over at once.
type noWait struct{}

func (noWait) LocalNow() time.Time                              { return time.Now() }
func (noWait) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// TestHTTP2StreamBreaks: an org speaks HTTP/2, whose broken streams have errors of their own. They
// are repeated like broken connections, and the outcome of a create is unknown.
func TestHTTP2StreamBreaks(t *testing.T) {
	for name, breakOff := range map[string]func(w http.ResponseWriter){
		"before the answer": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"within it": func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, `[{"id":`)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			org := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor != 2 {
					t.Errorf("%s", r.Proto)
				}
				if requests.Add(1) == 1 {
					breakOff(w)
				}
				_, _ = io.WriteString(w, `[{"id":"00g1"}]`)
			}))
			org.EnableHTTP2 = true
			org.StartTLS()
			defer org.Close()
			c, err := Connect(Credentials{Mode: SSWS, URL: org.URL, Token: schema.NewSecret("t")}, Options{Transport: org.Client().Transport, Clock: noWait{}})
			if err != nil {
				t.Fatal(err)
			}
			if list, err := c.List(t.Context(), "/api/v1/groups", ""); err != nil || len(list) != 1 {
				t.Errorf("%v, %v", list, err)
			}
			requests.Store(0)
			if err := c.Do(t.Context(), c.Request(http.MethodPost, "/api/v1/groups", map[string]any{})); !OutcomeUnknown(err) || requests.Load() != 1 {
				t.Errorf("a create was sent %d times: %v", requests.Load(), err)
			}
		})
	}
}

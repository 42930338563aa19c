package sandbox

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// TestSlowClients: who sends half a request, or byte by byte, or nothing, is let
// go of after the time, and others are answered meanwhile.
func TestSlowClients(t *testing.T) {
	const wait = 300 * time.Millisecond
	o, err := listen("127.0.0.1:0", Options{}, timeouts{header: wait, body: wait, idle: wait})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Shutdown() })
	for name, send := range map[string]string{
		"half a header":    "GET /api/v1/users HTTP/1.1\r\nHost: x\r\nAuthor",
		"half a line":      "GET /api",
		"half a body":      "POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
		"half a chunk":     "PUT /_sandbox/faults HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
		"half a token":     "POST /oauth2/v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ngrant_type=",
		"one whole":        "GET /.well-known/okta-organization HTTP/1.1\r\nHost: x\r\n\r\n",
		"HTTP/2, no more":  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"nothing":          "",
		"endless header":   "GET / HTTP/1.1\r\nX: " + strings.Repeat("x", 100<<10),
		"body and nothing": "POST /oauth2/v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection, err := net.Dial("tcp", strings.TrimPrefix(o.URL, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = connection.Close() }()
			_, _ = io.WriteString(connection, send)
			_ = connection.SetReadDeadline(time.Now().Add(20 * wait))
			if _, err := io.Copy(io.Discard, connection); errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the connection is still open")
			}
		})
	}
	t.Run("drop by drop", func(t *testing.T) {
		t.Parallel()
		connection, err := net.Dial("tcp", strings.TrimPrefix(o.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = connection.Close() }()
		_, _ = io.WriteString(connection, "POST /oauth2/v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n")
		answer := make(chan int, 1)
		go func() {
			response, err := http.ReadResponse(bufio.NewReader(connection), nil)
			if err != nil {
				answer <- 0
				return
			}
			_ = response.Body.Close()
			answer <- response.StatusCode
		}()
		for end := time.Now().Add(20 * wait); time.Now().Before(end); time.Sleep(wait / 10) {
			_, _ = io.WriteString(connection, "x")
			select {
			case status := <-answer:
				if status != http.StatusRequestTimeout {
					t.Errorf("%d", status)
				}
				return
			default:
			}
		}
		t.Error("the body is still being read")
	})
	t.Run("somebody else", func(t *testing.T) {
		t.Parallel()
		request, _ := http.NewRequestWithContext(t.Context(), "GET", o.URL+"/api/v1/users", nil)
		request.Header.Set("Authorization", "SSWS "+o.Token())
		response, err := http.DefaultClient.Do(request)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%v %v", response, err)
		}
		_ = response.Body.Close()
	})
}

// TestPanicAnswers500, and the org goes on.
func TestPanicAnswers500(t *testing.T) {
	o := newTestOrg(t)
	id, _ := o.newUser(testLogin)
	o.server.org.Users.Get(id).Roles = []*state.RoleAssignment{nil} // nothing that the API can make
	got := o.send("GET", "/api/v1/users/"+id+"/roles", "", "Authorization", "SSWS "+o.server.Token())
	if got.status != http.StatusInternalServerError || got.text("errorCode") != "E0000009" {
		t.Errorf("%d %s", got.status, got.body)
	}
	o.admin("GET", "/api/v1/users/"+id, nil)
}

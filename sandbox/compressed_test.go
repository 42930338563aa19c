package sandbox

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"testing"
)

// TestCompressedRequests: no body is decompressed, so none is larger than it looks.
func TestCompressedRequests(t *testing.T) {
	o := newTestOrg(t)
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	_, _ = z.Write([]byte(`{"profile":{"name":"`))
	_, _ = z.Write(bytes.Repeat([]byte("x"), 64<<20))
	_, _ = z.Write([]byte(`"}}`))
	_ = z.Close()
	for _, path := range []string{"/api/v1/groups", "/oauth2/v1/token", "/api/v1/authn"} {
		got := o.send("POST", path, body.String(), "Content-Type", "application/json", "Content-Encoding", "gzip", "Authorization", "SSWS "+o.server.Token())
		if got.status != http.StatusBadRequest && got.status != http.StatusUnauthorized && got.status != http.StatusUnsupportedMediaType {
			t.Errorf("%s: %d %.200s", path, got.status, got.body)
		}
	}
}

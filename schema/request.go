package schema

import (
	"context"
	"time"
)

// Request is one request that was to change the org, and what became of it. It
// holds no body and no query, and so no secret.
type Request struct {
	Time      time.Time
	Addr      string // of the object that it was made for; "" for none
	Method    string
	Path      string
	Status    int    // HTTP status; 0 without an answer
	RequestID string // X-Okta-Request-Id
	Err       string // why there was no answer
}

type addrKey struct{}

// WithAddr says for which object the requests made with the context are.
func WithAddr(ctx context.Context, addr string) context.Context {
	return context.WithValue(ctx, addrKey{}, addr)
}

// AddrFrom is what WithAddr said, or "".
func AddrFrom(ctx context.Context) string {
	addr, _ := ctx.Value(addrKey{}).(string)
	return addr
}

package schema

import (
	"context"
	"time"
)

// Request is one request that changes the org, with its result. It contains no body and no query,
// and therefore no secrets.
type Request struct {
	Time      time.Time
	Addr      string // address of the object that it was made for; "" for none
	Method    string
	Path      string
	Status    int    // HTTP status; 0 without an answer
	RequestID string // X-Okta-Request-Id
	Err       string // why there was no answer
}

type addrKey struct{}

// WithAddr returns a context whose requests are made for the object with that address.
func WithAddr(ctx context.Context, addr string) context.Context {
	return context.WithValue(ctx, addrKey{}, addr)
}

// AddrFrom returns the address set by WithAddr, or "".
func AddrFrom(ctx context.Context) string {
	addr, _ := ctx.Value(addrKey{}).(string)
	return addr
}

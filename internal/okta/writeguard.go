package okta

import (
	"context"
	"net/http"
)

// WriteGuard is asked before each request that changes the org. The lease is one.
type WriteGuard interface {
	// Renew is called before a request waits for its turn. It may make requests itself, with the
	// context.
	Renew(ctx context.Context) error
	// Expired is called when it is the request's turn. It must not block.
	Expired() error
}

// SetWriteGuard makes every request that changes the org ask the guard; nil removes it.
func (c *Client) SetWriteGuard(guard WriteGuard) {
	if guard == nil {
		c.guard.Store(nil)
		return
	}
	c.guard.Store(&guard)
}

// guardError is the refusal of a WriteGuard, which Call returns unchanged.
type guardError struct{ error }

func (e *guardError) Unwrap() error { return e.error }

type unguardedKey struct{}

// Unguarded returns a context for requests that the guard itself makes.
func Unguarded(ctx context.Context) context.Context {
	return context.WithValue(ctx, unguardedKey{}, true)
}

// guardOf returns the guard to ask about a request; nil for requests that only read.
func (t *transport) guardOf(req *http.Request) WriteGuard {
	if !t.guarded || req.Method == http.MethodGet || req.Method == http.MethodHead || req.Context().Value(unguardedKey{}) != nil {
		return nil
	}
	if guard := t.guard.Load(); guard != nil {
		return *guard
	}
	return nil
}

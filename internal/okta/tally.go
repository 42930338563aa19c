package okta

import (
	"context"
	"sync"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// Tally counts requests by bucket.
type Tally struct {
	mu      sync.Mutex
	load    schema.Load
	buckets *catalog.Buckets
}

// Load returns the number of requests so far, by bucket.
func (t *Tally) Load() schema.Load {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.load
}

type tallyKey struct{}

// WithTally returns a context whose requests are counted in the Tally.
func (c *Client) WithTally(ctx context.Context) (context.Context, *Tally) {
	t := &Tally{load: schema.Load{}, buckets: c.limiter.buckets}
	return context.WithValue(ctx, tallyKey{}, t), t
}

// tallyRequest counts a request in the tally of its context, if there is one.
func tallyRequest(ctx context.Context, method, path string) {
	t, ok := ctx.Value(tallyKey{}).(*Tally)
	if !ok {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.load.Add(t.buckets.Of(method, path), 1)
}

package okta

import (
	"context"
	"sync"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// Tally counts requests by their buckets.
type Tally struct {
	mu      sync.Mutex
	load    schema.Load
	buckets *catalog.Buckets
}

// Load is the number of requests so far, by bucket.
func (t *Tally) Load() schema.Load {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.load
}

type tallyKey struct{}

// WithTally counts the requests that are made with the context.
func (c *Client) WithTally(ctx context.Context) (context.Context, *Tally) {
	t := &Tally{load: schema.Load{}, buckets: c.limiter.buckets}
	return context.WithValue(ctx, tallyKey{}, t), t
}

// tallyRequest adds a request to the tally of its context, if there is one.
func tallyRequest(ctx context.Context, method, path string) {
	t, ok := ctx.Value(tallyKey{}).(*Tally)
	if !ok {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.load.Add(t.buckets.Of(method, path), 1)
}

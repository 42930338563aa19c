package smoke

import (
	"context"
	"time"
)

const (
	// defaultConsistency is how long a change may take to become visible everywhere in an org. It
	// is the maximum total wait of a test.
	defaultConsistency = 5 * time.Second
	firstPause         = 200 * time.Millisecond
	longestPause       = 10 * time.Second
)

// waitBudget is the time that a test may still wait for changes to become visible.
type waitBudget struct {
	left, pause time.Duration
	sleep       func(context.Context, time.Duration) error
}

func newWaitBudget(sleep func(context.Context, time.Duration) error, bound time.Duration) *waitBudget {
	return &waitBudget{left: bound, pause: firstPause, sleep: sleep}
}

// wait pauses, twice as long each time up to longestPause. It reports false if no time is left.
func (p *waitBudget) wait(ctx context.Context) bool {
	if p.left <= 0 {
		return false
	}
	pause := min(p.pause, p.left)
	p.left -= pause
	p.pause = min(2*p.pause, longestPause)
	return p.sleep(ctx, pause) == nil
}

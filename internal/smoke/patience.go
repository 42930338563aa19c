package smoke

import (
	"context"
	"time"
)

const (
	// settleTime is how long a change may take until all of an org sees it. A
	// test waits no longer than that in total.
	settleTime   = 5 * time.Second
	firstPause   = 200 * time.Millisecond
	longestPause = 10 * time.Second
)

// patience is the time that a test may still wait for changes to be seen.
type patience struct {
	left, pause time.Duration
	sleep       func(context.Context, time.Duration) error
}

func newPatience(sleep func(context.Context, time.Duration) error, bound time.Duration) *patience {
	return &patience{left: bound, pause: firstPause, sleep: sleep}
}

// wait pauses, twice as long each time up to longestPause. It reports false when
// no time is left.
func (p *patience) wait(ctx context.Context) bool {
	if p.left <= 0 {
		return false
	}
	pause := min(p.pause, p.left)
	p.left -= pause
	p.pause = min(2*p.pause, longestPause)
	return p.sleep(ctx, pause) == nil
}

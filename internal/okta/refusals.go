package okta

import (
	"fmt"
	"time"
)

// How long refusals for the sake of rate limits are put up with. An org under load lets
// some requests pass each minute, and a long queue may take hours; one that lets none
// pass for several minutes isn't under load.
const (
	// longestRefused is how long nothing but 429 may come.
	longestRefused = 10 * time.Minute
	// fewestRefusals must have come in that time: between two requests an hour may pass.
	fewestRefusals = 5
	// longestUnlucky is how long one request may be refused while others pass.
	longestUnlucky = time.Hour
)

// refusals counts the answers 429 since the last other one. The zero value is ready
// for use.
type refusals struct {
	number int
	since  time.Time // when the first one came, by this machine's clock
}

func (r *refusals) add(now time.Time) {
	if r.number == 0 {
		r.since = now
	}
	r.number++
}

// endless is the error of refusals that don't end; nil where they still may. bucket is
// empty where the org finds too many requests under way at once.
func (r *refusals) endless(now time.Time, bucket string) error {
	if lasted := now.Sub(r.since); r.number >= fewestRefusals && lasted >= longestRefused {
		return &busyError{bucket: bucket, number: r.number, lasted: lasted}
	}
	return nil
}

// unlucky is the error of one request that is refused, again and again, since then.
func unlucky(bucket string, number int, lasted time.Duration) error {
	if number >= fewestRefusals && lasted >= longestUnlucky || number >= maxWaits {
		return &busyError{bucket: bucket, number: number, lasted: lasted, others: true}
	}
	return nil
}

// busyError is an org that goes on to answer 429.
type busyError struct {
	bucket string // empty: too many requests at once
	number int
	lasted time.Duration
	others bool // other requests of the bucket may have been answered
}

func (e *busyError) Error() string {
	what := "the org answered 429 (too many requests) " + fmt.Sprint(e.number) + " times in " + e.lasted.Round(time.Second).String()
	switch {
	case e.others:
		return what + " to this request"
	case e.bucket == "":
		return what + ", for requests at the same time, and nothing else"
	}
	return what + ", and nothing else, in the rate-limit bucket " + e.bucket
}

// fail ends the wait of all that wait in the bucket.
func (b *bucket) fail(err error) {
	for _, t := range b.queue {
		t.err = err
		close(t.send)
	}
	b.queue = nil
}

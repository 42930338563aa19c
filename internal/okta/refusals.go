package okta

import (
	"fmt"
	"time"
)

// These constants say how long rate-limit refusals are tolerated. An org under load lets some
// requests pass each minute, and a long queue may take hours; an org that lets none pass for
// several minutes has another problem.
const (
	// maxRefusalTime is how long nothing but 429 may come.
	maxRefusalTime = 10 * time.Minute
	// minRefusals is how many refusals must have come in that time: there may be an hour between
	// two requests.
	minRefusals = 5
	// maxRequestRefusalTime is how long one request may be refused while others pass.
	maxRequestRefusalTime = time.Hour
)

// refusals counts the 429 answers since the last other one. The zero value is ready to use.
type refusals struct {
	number int
	since  time.Time // time of the first one by this machine's clock
}

func (r *refusals) add(now time.Time) {
	if r.number == 0 {
		r.since = now
	}
	r.number++
}

// tooLong returns an error if the refusals have lasted too long, else nil. An empty bucket means
// that the org refuses concurrent requests.
func (r *refusals) tooLong(now time.Time, bucket string) error {
	if lasted := now.Sub(r.since); r.number >= minRefusals && lasted >= maxRefusalTime {
		return &busyError{bucket: bucket, number: r.number, lasted: lasted}
	}
	return nil
}

// refusedRequest returns an error if one request was refused too often or for too long, else nil.
func refusedRequest(bucket string, number int, lasted time.Duration) error {
	if number >= minRefusals && lasted >= maxRequestRefusalTime || number >= maxWaits {
		return &busyError{bucket: bucket, number: number, lasted: lasted, others: true}
	}
	return nil
}

// busyError is the error of an org that keeps answering 429.
type busyError struct {
	bucket string // empty: too many concurrent requests
	number int
	lasted time.Duration
	others bool // whether other requests of the bucket may have been answered
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

// fail fails all requests that wait in the bucket.
func (b *bucket) fail(err error) {
	for _, t := range b.queue {
		t.err = err
		close(t.send)
	}
	b.queue = nil
}

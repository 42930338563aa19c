package org

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/catalog"
)

// Wait tells that requests are held back until a bucket's limit lets more
// through.
type Wait struct {
	Bucket string
	Used   int // of our requests in the present minute
	Limit  int // a minute, for the whole org; 0 while unknown
	Queued int // requests that wait
	Until  time.Time
}

// wait describes why a bucket holds requests back. The caller holds l.mu.
func (l *limiter) wait(b *bucket, until time.Time) Wait {
	w := Wait{Bucket: b.name, Queued: len(b.queue), Until: until}
	for _, known := range b.windows {
		w.Used = max(w.Used, known.ours)
		w.Limit = max(w.Limit, l.orgLimit(b.name, known.limit))
	}
	return w
}

// Load is a number of requests in each bucket.
type Load map[string]int

// Add adds n requests in a bucket.
func (d Load) Add(bucket string, n int) {
	if n > 0 {
		d[bucket] += n
	}
}

// Total is the number of all requests.
func (d Load) Total() int {
	n := 0
	for _, requests := range d {
		n += requests
	}
	return n
}

// Buckets are the buckets with requests, the one with the most first.
func (d Load) Buckets() []string {
	return slices.SortedFunc(maps.Keys(d), func(a, b string) int {
		if d[a] != d[b] {
			return d[b] - d[a]
		}
		return strings.Compare(a, b)
	})
}

// Forecast is what a job will take, before it begins.
type Forecast struct {
	Job     string // "Reading", "Applying"
	Objects int
	Load    Load
	Rate    Load // requests a minute that we may make, of the buckets in Load
	Time    time.Duration
}

// forecast estimates a job. The limits are those that answers have shown, and
// the smallest that were published where none has.
func (l *limiter) forecast(job string, objects int, load Load) Forecast {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := Forecast{Job: job, Objects: objects, Load: load, Rate: Load{}}
	for name, n := range load {
		rate := l.rate(name)
		f.Rate[name] = rate
		// What is left of this minute goes at once, the rest minute by minute.
		f.Time = max(f.Time, time.Duration(n/rate)*time.Minute)
	}
	return f
}

// rate is how many requests a minute we may make in a bucket. The caller holds
// l.mu.
func (l *limiter) rate(name string) int {
	rate := 0
	for _, b := range l.all {
		if b.name != name {
			continue
		}
		for _, w := range b.windows {
			if r := l.may(name, w.limit); rate == 0 || r < rate {
				rate = r
			}
		}
	}
	if rate == 0 {
		rate = l.may(name, catalog.PublishedLimits(name)[max(l.plan, 0)])
	}
	return rate
}

// Watch is told how the client gets on. Its functions are called one at a time
// and must return soon; nil ones are left out.
type Watch struct {
	Forecast func(Forecast) // before a job of many requests
	Waiting  func(Wait)     // once for each time that a bucket holds requests back
}

package okta

import (
	"time"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// wait describes why a bucket holds requests back. The caller holds l.mu.
func (l *limiter) wait(b *bucket, until time.Time) schema.Wait {
	w := schema.Wait{Bucket: b.name, Queued: len(b.queue), Until: until}
	for _, known := range b.windows {
		w.Used = max(w.Used, known.ours+known.others)
		w.Limit = max(w.Limit, l.orgLimit(b.name, known.limit))
	}
	return w
}

// forecast estimates the duration of a job, from the limits that answers have shown or else the
// lowest published ones.
func (l *limiter) forecast(job string, objects int, load schema.Load) schema.Forecast {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := schema.Forecast{Job: job, Objects: objects, Load: load, Rate: schema.Load{}}
	for name, n := range load {
		rate := l.rate(name)
		f.Rate[name] = rate
		// What is left of this minute is sent at once, the rest minute by minute.
		f.Time = max(f.Time, time.Duration(n/rate)*time.Minute)
	}
	return f
}

// rate returns how many requests per minute the client may send in a bucket. If no answer has shown
// that, it is estimated from the published limits and how the org's other limits compare with them.
// The caller holds l.mu.
func (l *limiter) rate(name string) int {
	rate, seen := 0, 0.0
	for _, b := range l.all {
		published := catalog.PublishedLimits(b.name)
		for _, w := range b.windows {
			if r := l.allowance(b.name, w.limit); b.name == name && (rate == 0 || r < rate) {
				rate = r
			}
			if ratio := float64(l.orgLimit(b.name, w.limit)) / float64(published[len(published)-1]); seen == 0 || ratio < seen {
				seen = ratio
			}
		}
	}
	if rate > 0 {
		return rate
	}
	published := catalog.PublishedLimits(name)
	if seen >= 1 {
		return max(1, int(l.share*seen*float64(published[len(published)-1])))
	}
	return l.allowance(name, published[max(l.plan, 0)])
}

// Watch receives progress reports of the client. Its functions are called one at a time and must
// return soon; nil ones are skipped.
type Watch struct {
	Forecast func(schema.Forecast) // before a job of many requests
	Waiting  func(schema.Wait)     // once each time a bucket holds requests back
}

// Begin reports that a job begins.
func (c *Client) Begin(job string, objects int, load schema.Load) {
	forecast := c.limiter.forecast(job, objects, load)
	c.meter.begin(forecast)
	if c.options.Watch.Forecast != nil {
		c.options.Watch.Forecast(forecast)
	}
}

// Roomier returns how many requests may be made in the bucket there so that a job with load in
// total takes less time than with n more in the bucket here; 0 if here is at least as fast.
func (c *Client) Roomier(load schema.Load, n int, here, there string) int {
	l := c.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	minutes := func(bucket string, more int) float64 { return float64(load[bucket]+more) / float64(l.rate(bucket)) }
	budget := int(minutes(here, n)*float64(l.rate(there))) - load[there] - 1
	if l.rate(there) <= l.rate(here) {
		budget = min(budget, n-1)
	}
	return max(budget, 0)
}

// Progress returns how far the current job is.
func (c *Client) Progress() schema.Progress {
	p := c.meter.progress()
	p.Wait = c.limiter.longest()
	return p
}

// longest describes the longest of the current waits; nil if nothing waits.
func (l *limiter) longest() *schema.Wait {
	l.mu.Lock()
	defer l.mu.Unlock()
	var longest *schema.Wait
	for _, b := range l.all {
		if b.stop == nil || len(b.queue) == 0 {
			continue
		}
		if w := l.wait(b, b.reportedUntil); longest == nil || w.Queued > longest.Queued {
			longest = &w
		}
	}
	return longest
}

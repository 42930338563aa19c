package schema

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Wait tells that requests are held back until a bucket's limit lets more
// through.
type Wait struct {
	Bucket string
	Used   int // requests in the present minute, as far as the answers have shown
	Limit  int // a minute, for the whole org; 0 while unknown
	Queued int // requests that wait
	Until  time.Time
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

// BucketStats are the totals of one bucket.
type BucketStats struct {
	Bucket   string        `json:"bucket"`
	Requests int           `json:"requests"` // with those sent again
	Retries  int           `json:"retries"`
	Refused  int           `json:"refused"` // 429
	Waited   time.Duration `json:"-"`       // the longest that a request was held back
}

// Progress tells how far a job is.
type Progress struct {
	Job         string
	Done, Total int   // requests
	Wait        *Wait // what is waited for; nil: nothing
}

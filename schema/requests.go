package schema

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// Wait means that requests are held back until a bucket's limit lets more through.
type Wait struct {
	Bucket string
	Used   int // requests in the current minute, as far as known
	Limit  int // per minute, for the whole org; 0 if unknown
	Queued int // number of waiting requests
	Until  time.Time
}

// Load is a number of requests by bucket.
type Load map[string]int

// Add adds n requests in a bucket.
func (d Load) Add(bucket string, n int) {
	if n > 0 {
		d[bucket] += n
	}
}

// Total returns the number of all requests.
func (d Load) Total() int {
	n := 0
	for _, requests := range d {
		n += requests
	}
	return n
}

// Buckets returns the buckets with requests, the one with the most first.
func (d Load) Buckets() []string {
	return slices.SortedFunc(maps.Keys(d), func(a, b string) int {
		if d[a] != d[b] {
			return d[b] - d[a]
		}
		return strings.Compare(a, b)
	})
}

// Forecast is the expected cost of a job before it begins.
type Forecast struct {
	Job     string // "Reading", "Applying"
	Objects int
	Load    Load
	Rate    Load // requests per minute that the client may make, for the buckets in Load
	Time    time.Duration
}

// BucketStats are the totals of one bucket.
type BucketStats struct {
	Bucket   string        `json:"bucket"`
	Requests int           `json:"requests"` // including retries
	Retries  int           `json:"retries"`
	Refused  int           `json:"refused"` // 429
	Waited   time.Duration `json:"-"`       // the longest wait of a request
}

// Progress is how far a job is.
type Progress struct {
	Job         string
	Done, Total int   // requests
	Wait        *Wait // the current wait, or nil
}

// Request is one request that changes the org, with its result. It contains no body and no query,
// and therefore no secrets.
type Request struct {
	Time      time.Time
	Addr      string // address of the object that it was made for; "" for none
	Method    string
	Path      string
	Status    int    // HTTP status; 0 without an answer
	RequestID string // X-Okta-Request-Id
	Err       string // why there was no answer
}

type addrKey struct{}

// WithAddr returns a context whose requests are made for the object with that address.
func WithAddr(ctx context.Context, addr string) context.Context {
	return context.WithValue(ctx, addrKey{}, addr)
}

// AddrFrom returns the address set by WithAddr, or "".
func AddrFrom(ctx context.Context) string {
	addr, _ := ctx.Value(addrKey{}).(string)
	return addr
}

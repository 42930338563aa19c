package okta

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/oktaform/oktaform/schema"
)

// attempt is one request on the wire, as a JSON line of a trace. It contains no query, headers or
// bodies, which may hold secrets.
type attempt struct {
	Time   string `json:"time"` // RFC 3339, when the request was sent
	Method string `json:"method"`
	Path   string `json:"path"`
	Bucket string `json:"bucket"` // as Okta spells it
	Status int    `json:"status"` // 0: no answer
	MS     int64  `json:"ms"`     // from sending the request to the end of its answer
	WaitMS int64  `json:"wait_ms"`
	Retry  int    `json:"retry"` // 0 for the first attempt
}

// meter counts requests and writes the trace.
type meter struct {
	mu     sync.Mutex
	totals map[string]*schema.BucketStats
	trace  io.Writer // may be nil
	err    error     // of writing the trace

	job  schema.Forecast // the current one
	done int             // requests since it began, without retries
}

func (m *meter) begin(job schema.Forecast) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.job, m.done = job, 0
}

func (m *meter) progress() schema.Progress {
	m.mu.Lock()
	defer m.mu.Unlock()
	total := m.job.Load.Total()
	return schema.Progress{Job: m.job.Job, Done: min(m.done, total), Total: total}
}

func (m *meter) record(a attempt, sent time.Time, waited time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	total := m.totals[a.Bucket]
	if total == nil {
		total = &schema.BucketStats{Bucket: a.Bucket}
		m.totals[a.Bucket] = total
	}
	total.Requests++
	if a.Retry > 0 {
		total.Retries++
	} else {
		m.done++
	}
	if a.Status == http.StatusTooManyRequests {
		total.Refused++
	}
	total.Waited = max(total.Waited, waited)
	if m.trace == nil || m.err != nil {
		return
	}
	a.Time = sent.UTC().Format(time.RFC3339Nano)
	line, err := json.Marshal(a)
	if err == nil {
		_, err = m.trace.Write(append(line, '\n'))
	}
	m.err = err
}

// Stats returns the totals of the requests so far, the bucket with the most first.
func (c *Client) Stats() []schema.BucketStats {
	c.meter.mu.Lock()
	defer c.meter.mu.Unlock()
	var out []schema.BucketStats
	for _, total := range c.meter.totals {
		out = append(out, *total)
	}
	slices.SortFunc(out, func(a, b schema.BucketStats) int {
		if a.Requests != b.Requests {
			return b.Requests - a.Requests
		}
		return strings.Compare(a.Bucket, b.Bucket)
	})
	return out
}

// TraceError returns the first failure to write the trace.
func (c *Client) TraceError() error {
	c.meter.mu.Lock()
	defer c.meter.mu.Unlock()
	return c.meter.err
}

package okta

import (
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/clock"
)

// What one bucket lets through, by what its answers show. Each step is a request
// that was answered, or a look at what may be sent.
func TestBucket(t *testing.T) {
	start := time.Unix(1_800_000_000, 0)
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	half := func(_ string, limit int) int { return limit / 2 }
	whole := func(_ string, limit int) int { return limit }
	type step struct {
		second    int
		limit     int // of the answer; 0: no answer, -1: one without headers
		remaining int
		reset     int
		want      int // requests that may be sent beside each other
		until     int // when more may be; 0: with the next answer
	}
	for _, test := range []struct {
		name  string
		may   func(string, int) int
		steps []step
	}{
		{"one finds out first", half, []step{{want: 1}}},
		{"half of the limit", half, []step{{limit: 20, remaining: 19, reset: 60, want: 9, until: 60}}},
		{"what others used is gone", whole, []step{{limit: 20, remaining: 9, reset: 60, want: 8, until: 60}}},
		{"others come in between", whole, []step{
			{limit: 20, remaining: 19, reset: 60, want: 19, until: 60},
			{second: 1, limit: 20, remaining: 10, reset: 60, want: 9, until: 60}}},
		{"a limit of our own beside the org's", whole, []step{
			{limit: 50, remaining: 49, reset: 60, want: 49, until: 60},
			{second: 1, limit: 100, remaining: 10, reset: 30, want: 5, until: 30},
			{second: 30, want: 1}, // nothing is known of the new minute
			{second: 31, limit: 50, remaining: 40, reset: 60, want: 40 - 2, until: 60}}},
		{"a new minute begins with one", half, []step{
			{limit: 20, remaining: 19, reset: 60, want: 9, until: 60},
			{second: 60, want: 1},
			{second: 61, limit: 20, remaining: 19, reset: 121, want: 9, until: 121}}},
		{"used up", half, []step{{limit: 20, remaining: 0, reset: 60, want: 0, until: 60}}},
		{"a minute whose end is rounded", half, []step{
			{limit: 20, remaining: 19, reset: 60, want: 9, until: 60},
			{second: 1, limit: 20, remaining: 18, reset: 61, want: 8, until: 61}}},
		{"nobody limits", half, []step{{limit: -1, want: 50}}},
		{"an end that is always a minute away", half, []step{
			{limit: 10000, remaining: 9999, reset: 60, want: 50},
			{second: 1, limit: 10000, remaining: 9999, reset: 61, want: 50}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := &bucket{name: "/api/v1/apps"}
			for i, s := range test.steps {
				if s.limit != 0 {
					b.inFlight++
					b.answered(limitHeader{s.limit, s.remaining, at(s.reset)}, s.limit > 0, at(s.second))
				}
				got, until := 0, time.Time{}
				for ; got < 50; got++ {
					var ok bool
					if ok, until = b.next(at(s.second), test.may); !ok {
						break
					}
					b.inFlight++
				}
				b.inFlight -= got
				if got == 0 && s.until > 0 && !until.Equal(at(s.until)) {
					t.Errorf("step %d: until %v, want %v", i, until.Sub(start), s.until)
				}
				if got != s.want {
					t.Errorf("step %d: %d requests, want %d", i, got, s.want)
				}
			}
		})
	}
}

// The whole org's limit is told by the plan, or by what Okta has published.
func TestOrgLimit(t *testing.T) {
	for _, test := range []struct {
		bucket      string
		plan, shown int
		org, may    int
	}{
		{"/api/v1/apps", -1, 10, 20, 10},    // a token's half
		{"/api/v1/apps", -1, 20, 20, 10},    // the org's
		{"/api/v1/apps", -1, 50, 100, 50},   // a token's half
		{"/api/v1/apps", -1, 500, 500, 250}, // an org with more than is published
		{"/api/v1/groups", -1, 300, 300, 150},
		{"/api/v1/groups", 2, 300, 600, 300}, // Enterprise: a token's half
		{"/api/v1/groups", 1, 300, 300, 150}, // One App: the org's
		{"/api/v1/apps", 2, 20, 100, 20},     // a token that an admin has limited further
		{"/api/v1/apps", 2, 1, 100, 1},
	} {
		l := newLimiter(clock.System{}, clock.NewOrg(clock.System{}, nil), DefaultShare, 0, nil)
		l.plan = test.plan
		if org, may := l.orgLimit(test.bucket, test.shown), l.allowance(test.bucket, test.shown); org != test.org || may != test.may {
			t.Errorf("%+v: got %d, %d", test, org, may)
		}
	}
}

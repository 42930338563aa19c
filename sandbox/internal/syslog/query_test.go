package syslog

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// TestPollingMissesNothing: whoever follows the next links sees each event
// once, in the order of commitment, whatever comes between.
func TestPollingMissesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := &state.Log{}
		c := &web.Call{Org: &state.Org{Log: l}, Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
		query := url.Values{"limit": {rapid.SampledFrom([]string{"1", "2", "7"}).Draw(rt, "limit")}}
		if rapid.Bool().Draw(rt, "filter") {
			query.Set("filter", `eventType eq "a"`)
		}
		var wrote, read []int64
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			for range rapid.IntRange(0, 5).Draw(rt, "events") {
				e := &state.Event{Type: rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "type"), Published: c.Now.Add(-time.Duration(rapid.IntRange(0, 3).Draw(rt, "late")) * time.Second)}
				l.Add(e)
				if e.Type == "a" || !query.Has("filter") {
					wrote = append(wrote, e.Seq)
				}
			}
			q, err := parseQuery(c, query, nil)
			if err != nil {
				rt.Fatal(err)
			}
			events, _ := q.events(c)
			for _, e := range events {
				read = append(read, e.Seq)
			}
			query = q.next(query, events, l.Last)
		}
		if !slices.Equal(read, wrote[:len(read)]) {
			rt.Fatalf("read %v of %v", read, wrote)
		}
		for range len(wrote) {
			q, _ := parseQuery(c, query, nil)
			events, _ := q.events(c)
			for _, e := range events {
				read = append(read, e.Seq)
			}
			query = q.next(query, events, l.Last)
		}
		if !slices.Equal(read, wrote) {
			rt.Fatalf("read %v of %v", read, wrote)
		}
	})
}

package syslog

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/filter"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

const (
	defaultLimit = 100
	maxLimit     = 1000
	// defaultSpan is how far back a request without since goes.
	defaultSpan = 7 * 24 * time.Hour
	// maxAge is the maximum age of the events that the log shows.
	maxAge = 90 * 24 * time.Hour
	// The maximum number of keywords in a search, and the maximum length of each in bytes.
	maxKeywords, maxKeyword = 10, 40
)

// eventQuery is a request to the System Log. A polling request follows the log without end; a
// bounded one pages through a time span.
type eventQuery struct {
	since, until time.Time
	after        int64 // Seq of the last event that was read; negative if none
	descending   bool
	polling      bool
	limit        int
	matches      filter.Condition
	keywords     []string
	types        Types
}

// List serves GET /api/v1/logs.
func List(c *web.Call, types Types) error {
	q, err := parseQuery(c, c.Query(), types)
	if err != nil {
		return err
	}
	if q.polling && !c.Org.Log.Knows(q.after) {
		return web.InvalidPaging()
	}
	events, more := q.events(c)
	c.Link("self", c.Query())
	if q.polling || more {
		c.Link("next", q.next(c.Query(), events, c.Org.Log.Last))
	}
	list := []any{}
	for _, e := range events {
		list = append(list, types.view(e))
	}
	return c.JSON(http.StatusOK, list)
}

func parseQuery(c *web.Call, query url.Values, types Types) (*eventQuery, error) {
	q := &eventQuery{types: types, after: -1, limit: defaultLimit, keywords: strings.Fields(strings.ToLower(query.Get("q")))}
	if err := q.readOrder(query); err != nil {
		return nil, err
	}
	if text := query.Get("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 0 || limit > maxLimit {
			return nil, web.Invalid("limit", "limit: The field must be an integer between 0 and 1000")
		}
		q.limit = limit
	}
	if len(q.keywords) > maxKeywords || slices.ContainsFunc(q.keywords, func(k string) bool { return len(k) > maxKeyword }) {
		return nil, web.Invalid("q", "q: At most 10 keywords of 40 characters each")
	}
	if text := query.Get("filter"); text != "" {
		var err error
		if q.matches, err = web.ParseFilter(text, comparable); err != nil {
			return nil, err
		}
	}
	if err := q.readSpan(query, c.Now); err != nil {
		return nil, err
	}
	return q, nil
}

func (q *eventQuery) readOrder(query url.Values) error {
	switch strings.ToUpper(query.Get("sortOrder")) {
	case "", "ASCENDING":
	case "DESCENDING":
		q.descending = true
	default:
		return web.Invalid("sortOrder", "sortOrder: The field must be ASCENDING or DESCENDING")
	}
	q.polling = !q.descending && !query.Has("until")
	return nil
}

// readSpan parses since, until and after. A cursor contains the since of the request that it began
// with: "{last event}_{since in Unix milliseconds}".
func (q *eventQuery) readSpan(query url.Values, now time.Time) error {
	var err error
	q.until = now
	if text := query.Get("until"); text != "" {
		if q.until, err = parseTime("until", text); err != nil {
			return err
		}
	}
	q.since = q.until.Add(-defaultSpan)
	since, after := query.Get("since"), query.Get("after")
	switch {
	case since != "" && after != "":
		return web.Invalid("after", "after: The field can't be used together with since")
	case since != "":
		if q.since, err = parseTime("since", since); err != nil {
			return err
		}
	case after != "":
		var milliseconds int64
		if n, err := fmt.Sscanf(after, "%d_%d", &q.after, &milliseconds); err != nil || n != 2 || after != cursor(q.after, time.UnixMilli(milliseconds)) {
			return web.InvalidPaging()
		}
		q.since = time.UnixMilli(milliseconds)
	}
	if q.until.Before(q.since) && !q.polling {
		return web.Invalid("until", "until: The field must not be before since")
	}
	if oldest := now.Add(-maxAge); q.since.Before(oldest) {
		q.since = oldest
	}
	return nil
}

func parseTime(name, text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04:05Z0700", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, web.Invalid(name, name+": The field must be an ISO 8601 timestamp")
}

func cursor(seq int64, since time.Time) string {
	return fmt.Sprintf("%d_%d", seq, since.UnixMilli())
}

// events returns the events of the requested page, and whether more follow.
func (q *eventQuery) events(c *web.Call) (events []*state.Event, more bool) {
	for _, e := range q.span(c.Org.Log.Events) {
		if !q.wants(e) {
			continue
		}
		if len(events) == q.limit {
			return events, true
		}
		events = append(events, e)
	}
	return events, false
}

// span returns the events in the requested time span after the cursor: in commit order when
// polling, by time of publication when bounded.
func (q *eventQuery) span(all []*state.Event) []*state.Event {
	if q.polling {
		first, _ := slices.BinarySearchFunc(all, q.after+1, func(e *state.Event, seq int64) int { return int(e.Seq - seq) })
		return all[first:]
	}
	sorted := slices.Clone(all)
	order := func(x, y *state.Event) int {
		if n := x.Published.Compare(y.Published); n != 0 {
			return n
		}
		return int(x.Seq - y.Seq)
	}
	slices.SortStableFunc(sorted, order)
	if q.descending {
		slices.Reverse(sorted)
	}
	if q.after < 0 {
		return sorted
	}
	i := slices.IndexFunc(sorted, func(e *state.Event) bool { return e.Seq == q.after })
	return sorted[i+1:] // from the start if the log has dropped the event
}

func (q *eventQuery) wants(e *state.Event) bool {
	if e.Published.Before(q.since) || !q.polling && e.Published.After(q.until) {
		return false
	}
	if q.matches == nil && len(q.keywords) == 0 {
		return true
	}
	view := q.types.view(e)
	return (q.matches == nil || q.matches(view)) && q.hasKeywords(view)
}

// hasKeywords reports whether each keyword is a value of the event or a word in one.
func (q *eventQuery) hasKeywords(view map[string]any) bool {
	if len(q.keywords) == 0 {
		return true
	}
	words := map[string]bool{}
	collectWords(view, words)
	return !slices.ContainsFunc(q.keywords, func(k string) bool { return !words[k] })
}

func collectWords(value any, words map[string]bool) {
	switch v := value.(type) {
	case string:
		v = strings.ToLower(v)
		words[v] = true
		for _, word := range strings.Fields(v) {
			words[word] = true
		}
	case map[string]any:
		for _, member := range v {
			collectWords(member, words)
		}
	case []any:
		for _, element := range v {
			collectWords(element, words)
		}
	}
}

// next returns the query of the following page. Polling continues after the last event that was
// read, whether it matched or not.
func (q *eventQuery) next(query url.Values, events []*state.Event, newest int64) url.Values {
	last := q.after
	switch {
	case len(events) > 0 && (!q.polling || len(events) == q.limit):
		last = events[len(events)-1].Seq
	case q.polling && q.limit > 0:
		last = newest
	}
	query.Del("since")
	query.Set("after", cursor(last, q.since))
	if !q.polling {
		query.Set("until", state.Timestamp(q.until))
	}
	return query
}

package okta

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The System Log (GET /api/v1/logs) shows what has changed. It is read by polling: a request
// without an end returns events in the order in which they were committed, and the link to its next
// page continues later exactly where it ended.

const (
	logsPath    = "/api/v1/logs"
	logPageSize = 1000
	// maxLogPages is where reading the log stops: reading the whole org is as fast then.
	maxLogPages = 20
	maxEvents   = maxLogPages * logPageSize
	// LogAge is the maximum age of the events that the log shows.
	LogAge = 90 * 24 * time.Hour
)

// Event is an event of the log, with the fields that are used.
type Event struct {
	Published time.Time `json:"published"`
	Type      string    `json:"eventType"`
	Actor     struct {
		ID string `json:"id"`
	} `json:"actor"`
	Target []EventTarget `json:"target"`
}

// EventTarget is an object that an event concerns.
type EventTarget struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// LogGap is the error for a log that does not show what has changed.
type LogGap struct {
	Reason  string
	Silent  bool // it will not show later changes either
	Refused bool // the credential in use may not read the log
}

func (g *LogGap) Error() string { return g.Reason }

// PollLog reads the events that match a filter, from a cursor or a time to the end of the log. next
// is the cursor to continue from. Only a page without events is the end: a page that is not full
// may be followed by another.
func PollLog[E any](ctx context.Context, c *Client, filter, after string, since time.Time) (events []E, next string, err error) {
	query := url.Values{"filter": {filter}, "limit": {strconv.Itoa(logPageSize)}}
	if after == "" {
		query.Set("since", since.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	next = after
	for range maxLogPages + 1 {
		if next != "" {
			query.Del("since")
			query.Set("after", next)
		}
		var page []E
		x, err := c.Call(ctx, c.Request(http.MethodGet, logsPath+"?"+query.Encode(), nil))
		if err == nil {
			err = x.Decode(&page)
		}
		if err != nil {
			return nil, "", logRefused(ctx, err, next)
		}
		if len(page) > logPageSize {
			return nil, "", &LogGap{Reason: fmt.Sprintf("the System Log has %d events on a page, and not %d at most", len(page), logPageSize)}
		}
		events = append(events, page...)
		cursor, more := nextCursor(x.Header)
		if !more || cursor == "" {
			return nil, "", &LogGap{Reason: "the System Log returned no link to continue from"}
		}
		if next = cursor; len(page) == 0 {
			return events, next, nil
		}
	}
	if len(events) > maxEvents {
		return nil, "", &LogGap{Reason: fmt.Sprintf("the System Log holds more than %d events since then", maxEvents)}
	}
	return nil, "", &LogGap{Reason: fmt.Sprintf("the System Log has no end: %d pages contain %d events", maxLogPages+1, len(events))}
}

// logRefused returns a LogGap for a log that cannot be read: the org can be read instead.
func logRefused(ctx context.Context, err error, after string) error {
	var refused *Error
	switch {
	case ctx.Err() != nil:
		return err
	case !errors.As(err, &refused):
		return &LogGap{Reason: "the System Log can't be read: " + err.Error(), Silent: true}
	case Denied(err):
		return &LogGap{Reason: "the credential in use may not read the System Log (okta.logs.read)", Silent: true, Refused: true}
	case refused.Status == http.StatusBadRequest && after != "":
		return &LogGap{Reason: "the System Log no longer accepts the position where the last run stopped"}
	}
	return &LogGap{Reason: fmt.Sprintf("the System Log query failed: status %d, %s", refused.Status, strings.TrimSuffix(refused.Summary, ".")), Silent: true}
}

// ShowsOwn reports whether the log shows an event of the principal itself. For callers with narrow
// rights an org does not refuse the log, but leaves events out.
func (c *Client) ShowsOwn(ctx context.Context, principal string) (bool, error) {
	now := c.clock.Estimate().UTC()
	query := url.Values{"filter": {"actor.id eq " + FilterText(principal)}, "limit": {"1"},
		"since": {now.Add(-LogAge).Format(time.RFC3339)}, "until": {now.Add(time.Minute).Format(time.RFC3339)}}
	var page []Event
	if err := c.Get(ctx, logsPath+"?"+query.Encode(), &page); err != nil {
		return false, logRefused(ctx, err, "")
	}
	return slices.ContainsFunc(page, func(e Event) bool { return e.Actor.ID == principal }), nil
}

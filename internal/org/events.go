package org

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

// The System Log (GET /api/v1/logs) tells what has changed. It is polled: a request
// without an end follows the log in the order in which events were committed, and
// the link to its next page goes on, later, precisely where it ended.

const (
	logsPath    = "/api/v1/logs"
	logPageSize = 1000
	// maxLogPages: to read more of the log than this, the whole org is read as fast.
	maxLogPages = 20
	maxEvents   = maxLogPages * logPageSize
	// overlap is how long what an event tells of may take to show in the org, and
	// an event to show in the log.
	overlap = 10 * time.Minute
	// logAge is how old the oldest event is that the log shows.
	logAge = 90 * 24 * time.Hour
)

// event is one of the log, as far as it matters here.
type event struct {
	Published time.Time `json:"published"`
	Type      string    `json:"eventType"`
	Actor     struct {
		ID string `json:"id"`
	} `json:"actor"`
	Target []eventTarget `json:"target"`
}

type eventTarget struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// logGap says why the log can't tell what has changed.
type logGap struct {
	reason string
	silent bool // nor what changes from now on
}

func (g *logGap) Error() string { return g.reason }

// poll follows what a filter lets through of the log, from a place in it, or from a time on, to its end, and
// returns the place to go on from. The end is a page without events: nobody says
// that a page that isn't full is the last one.
func poll[E any](ctx context.Context, c *Client, filter, after string, since time.Time) (events []E, next string, err error) {
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
		n, err := c.ask(ctx, c.raw(http.MethodGet, logsPath+"?"+query.Encode(), nil))
		if err == nil {
			err = n.decode(&page)
		}
		if err != nil {
			return nil, "", logRefused(ctx, err, next)
		}
		if len(page) > logPageSize {
			return nil, "", &logGap{reason: fmt.Sprintf("the System Log has %d events on a page, and not %d at most", len(page), logPageSize)}
		}
		events = append(events, page...)
		cursor, more := nextCursor(n.header)
		if !more || cursor == "" {
			return nil, "", &logGap{reason: "the System Log gave no place to go on from"}
		}
		if next = cursor; len(page) == 0 {
			return events, next, nil
		}
	}
	if len(events) > maxEvents {
		return nil, "", &logGap{reason: fmt.Sprintf("the System Log holds more than %d events since then", maxEvents)}
	}
	return nil, "", &logGap{reason: fmt.Sprintf("the System Log doesn't come to an end: %d pages hold %d events", maxLogPages+1, len(events))}
}

// logRefused says why the log can't be read. What it tells can be found out
// without it.
func logRefused(ctx context.Context, err error, after string) error {
	var refused *Error
	switch {
	case ctx.Err() != nil:
		return err
	case !errors.As(err, &refused):
		return &logGap{"the System Log can't be read: " + err.Error(), true}
	case Denied(err):
		return &logGap{"the credential in use may not read the System Log (okta.logs.read)", true}
	case refused.Status == http.StatusBadRequest && after != "":
		return &logGap{reason: "the System Log no longer knows the place where the last run stopped"}
	}
	return &logGap{fmt.Sprintf("the System Log doesn't answer the question: status %d, %s", refused.Status, strings.TrimSuffix(refused.Summary, ".")), true}
}

// seesItself makes sure that the log shows us something of what we did ourselves,
// and does so now: rights may have become narrower since the last run. An org
// doesn't refuse to show its log to somebody with narrow rights; it leaves events out.
func (c *Client) seesItself(ctx context.Context, principal string, events []event) error {
	if principal == "" {
		return &logGap{reason: "it can't be known in whose name the credential acts, and so not whether the System Log shows all"}
	}
	by := func(e event) bool { return e.Actor.ID == principal }
	if slices.ContainsFunc(events, by) {
		return nil
	}
	now := c.clock.Estimate().UTC()
	query := url.Values{"filter": {"actor.id eq " + filterText(principal)}, "limit": {"1"},
		"since": {now.Add(-logAge).Format(time.RFC3339)}, "until": {now.Add(time.Minute).Format(time.RFC3339)}}
	var page []event
	n, err := c.ask(ctx, c.raw(http.MethodGet, logsPath+"?"+query.Encode(), nil))
	if err == nil {
		err = n.decode(&page)
	}
	switch {
	case err != nil:
		return logRefused(ctx, err, "")
	case !slices.ContainsFunc(page, by):
		return &logGap{reason: "the System Log shows nothing that " + principal + " did itself: it may show only a part of the rest, too (okta.logs.read, and a role that sees all of the log)"}
	}
	return nil
}

// touched is what events say has changed.
type touched struct {
	all     map[string]bool            // ids of what has
	parts   map[string]map[string]bool // ids of what has in some parts only
	gone    map[string]bool            // and so has what refers to these
	renamed map[string]bool            // these have another name
	members bool                       // any group may have other members
	sight   string                     // a type of event that may change what the principal sees; "": none
}

// touch makes of events what has changed. An event of an unknown type, or one that
// doesn't name what it is about, may have changed anything; and one about the rights
// of the principal, what it gets to see.
func touch(events []event, principal string) (*touched, error) {
	known := effects()
	t := &touched{all: map[string]bool{}, parts: map[string]map[string]bool{}, gone: map[string]bool{}, renamed: map[string]bool{}}
	for _, e := range events {
		effect, ok := known[e.Type]
		if !ok {
			return nil, &logGap{reason: fmt.Sprintf("the System Log holds an event of the type %q, of which it isn't known what it changes", clip(e.Type))}
		}
		t.members = t.members || effect.every
		if effect.held {
			t.sight = e.Type
		}
		named := len(effect.of) == 0
		for _, target := range e.Target {
			if effect.mayConcern(principal, target) {
				t.sight = e.Type
			}
			if !slices.Contains(effect.of, target.Type) {
				continue
			}
			if effect.rights && target.ID == principal {
				return nil, &logGap{reason: fmt.Sprintf("the rights of %s, who reads, have changed (%s)", principal, e.Type)}
			}
			if named = target.ID != ""; !named {
				break
			}
			t.add(target.ID, effect)
		}
		if !named {
			return nil, &logGap{reason: fmt.Sprintf("an event of the type %q doesn't say what it changed (%s)", clip(e.Type), strings.Join(effect.of, ", "))}
		}
	}
	return t, nil
}

func (t *touched) add(id string, e effect) {
	if len(e.parts) == 0 {
		t.all[id] = true
	}
	for _, part := range e.parts {
		if t.parts[id] == nil {
			t.parts[id] = map[string]bool{}
		}
		t.parts[id][part] = true
	}
	if e.gone {
		t.gone[id] = true
	}
	if e.renamed {
		t.renamed[id] = true
	}
}

// has reports whether an object with these ids has changed in what is asked of it.
func (t *touched) has(ids []string, ask asked) bool {
	for _, id := range ids {
		if t.all[id] || slices.ContainsFunc(ask.parts, func(part string) bool { return t.parts[id][part] }) {
			return true
		}
	}
	return t.members && slices.Contains(ask.parts, "members")
}

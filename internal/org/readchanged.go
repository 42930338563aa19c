package org

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"golang.org/x/sync/errgroup"
)

// ReadChanged reads what Read does, and what it finds is the same. But what the
// System Log says has not changed since an earlier read, is taken from memory; only
// the lists of objects are read in any case.
//
// It has to be right before it is fast: the place in the log is taken before
// anything is read, the last minutes before it count again, and whatever isn't
// certain makes it read everything.

// Identity asks who we are, and of which org.
func (c *Client) Identity(ctx context.Context) (Identity, error) {
	who := Identity{Principal: c.Principal()}
	work, inner := errgroup.WithContext(ctx)
	work.Go(crash.Safe(func() (err error) {
		who.OrgID, err = c.OrgID(inner)
		return err
	}))
	if who.Principal == "" {
		work.Go(crash.Safe(func() error {
			who.Principal = c.ownUser(inner)
			return nil
		}))
	}
	return who, work.Wait()
}

// ReadChanged returns what was found, what to remember for the next time (nil where
// the log can't tell what changes from now on), and in a line how it was read.
func (c *Client) ReadChanged(ctx context.Context, who Identity, q schema.Query, past *Memory, version string) (*schema.Snapshot, *Memory, string, error) {
	next := &Memory{Format: memoryFormat, Version: version, OrgID: who.OrgID, Principal: who.Principal, Scopes: slices.Sorted(slices.Values(c.Scopes())), Read: c.OrgClock().Estimate().UTC()}
	known, err := c.since(ctx, past, next)
	var gap *okta.LogGap
	if err != nil && !errors.As(err, &gap) {
		return nil, nil, "", err
	}
	if known == nil {
		known = newRecall(c, &Memory{}, &touched{}) // it answers nothing, and takes down dates
	}
	snapshot, err := c.read(ctx, q, &who, known)
	if err != nil {
		return nil, nil, "", err
	}
	how := "refresh=events: everything was read"
	if gap != nil {
		how += ": " + gap.Reason + "."
	} else {
		next.Read = past.Read
		how = fmt.Sprintf("refresh=events: %d of %d objects were read again, as the System Log and the lists tell; everything was read at %s.",
			known.read, len(snapshot.Objects), past.Read.UTC().Format(time.RFC3339))
	}
	if next.Cursor == "" {
		return snapshot, nil, how, nil
	}
	return snapshot, next, how, next.keep(snapshot, known.dates)
}

// since finds out what has changed since past was remembered, and sets from which
// place on the log counts for next. An error that is a okta.LogGap means that everything
// has to be read.
func (c *Client) since(ctx context.Context, past, next *Memory) (*recall, error) {
	gap := past.fits(next)
	if !c.OrgClock().Known() {
		return nil, &okta.LogGap{Reason: "the org's answers don't tell the time (Date), and so not from when on its System Log counts"}
	}
	var events []okta.Event
	var cursor string
	err := gap
	if gap == nil {
		if events, cursor, err = okta.PollLog[okta.Event](ctx, c.Client, eventFilter(), past.Cursor, time.Time{}); isGap(err) {
			gap = err
		}
	}
	if gap != nil && !isSilent(gap) {
		events, cursor, err = okta.PollLog[okta.Event](ctx, c.Client, eventFilter(), "", next.Read.Add(-overlap))
	}
	if err == nil {
		err = c.seesItself(ctx, next.Principal, events)
	}
	if err != nil {
		return nil, err
	}
	if gap == nil {
		events = append(slices.Clone(past.Recent), events...)
	}
	next.Cursor = cursor
	known := effects()
	for _, e := range events {
		if effect, ok := known[e.Type]; (!ok || effect.matters()) && e.Published.After(next.Read.Add(-overlap)) {
			next.Recent = append(next.Recent, e)
		}
	}
	if gap != nil {
		return nil, gap
	}
	touched, err := touch(events, next.Principal)
	if err != nil {
		return nil, err
	}
	if touched.sight != "" && !c.seesAll(ctx, next.Principal) {
		return nil, &okta.LogGap{Reason: fmt.Sprintf("what %s, who reads, gets to see may have changed (%s)", next.Principal, touched.sight)}
	}
	return newRecall(c, past, touched), nil
}

func isGap(err error) bool {
	var gap *okta.LogGap
	return errors.As(err, &gap)
}

func isSilent(err error) bool {
	var gap *okta.LogGap
	return errors.As(err, &gap) && gap.Silent
}

// keep takes down what was read.
func (m *Memory) keep(s *schema.Snapshot, changed map[string]dates) error {
	add := func(o schema.Object, holder bool) error {
		kind := schema.KindNamed(o.Kind)
		if kind == nil || !o.Complete {
			return nil
		}
		kept, err := remember(kind, o, holder, changed[memoryKey(o.Kind, o.ID, holder)])
		m.Objects = append(m.Objects, kept)
		return err
	}
	for _, o := range s.Objects {
		if err := add(o, false); err != nil {
			return err
		}
	}
	if s.Holders == nil {
		return nil
	}
	held := map[string]bool{}
	for _, o := range s.Holders.Objects {
		held[o.ID] = true
		if err := add(o, true); err != nil {
			return err
		}
	}
	for _, id := range s.Holders.Asked {
		if !held[id] {
			m.Objects = append(m.Objects, remembered{Kind: "admin", ID: id, Holder: true, Beside: map[string]json.RawMessage{"admin_role": json.RawMessage("[]")}})
		}
	}
	return nil
}

package readcache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// Read returns the same as org.Client.Read. What has not changed since an earlier read, according
// to the System Log, comes from the cache; only the lists of objects are always read.
//
// Correctness comes before speed: the position in the log is recorded before anything is read, the
// last minutes before it are considered again, and whenever something is uncertain, everything is
// read.

// Read returns the snapshot, the cache for the next read (nil if the log cannot show later
// changes), and a line that says how the org was read.
func Read(ctx context.Context, c *org.Client, who org.Identity, q schema.Query, past *Cache, version string) (*schema.Snapshot, *Cache, string, error) {
	next := &Cache{Format: format, Version: version, OrgID: who.OrgID, Principal: who.Principal, Scopes: slices.Sorted(slices.Values(c.Scopes())), Read: c.OrgClock().Estimate().UTC()}
	known, err := since(ctx, c, past, next)
	var gap *okta.LogGap
	if err != nil && !errors.As(err, &gap) {
		return nil, nil, "", err
	}
	if known == nil {
		known = newAnswers(c, &Cache{}, &changes{}) // it has no answers, and records dates
	}
	snapshot, err := c.ReadCached(ctx, q, &who, known)
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

// since returns what has changed since the read of past, and sets the position in the log from
// which next continues. If the error is an okta.LogGap, everything must be read.
func since(ctx context.Context, c *org.Client, past, next *Cache) (*answers, error) {
	gap := past.fits(next)
	if !c.OrgClock().Known() {
		return nil, &okta.LogGap{Reason: "the org's answers don't tell the time (Date), and so not from when on its System Log counts"}
	}
	var events []okta.Event
	var cursor string
	err := gap
	if gap == nil {
		if events, cursor, err = okta.PollLog[okta.Event](ctx, c.Org.Client, eventFilter(), past.Cursor, time.Time{}); isGap(err) {
			gap = err
		}
	}
	if gap != nil && !isSilent(gap) {
		events, cursor, err = okta.PollLog[okta.Event](ctx, c.Org.Client, eventFilter(), "", next.Read.Add(-overlap))
	}
	if err == nil {
		err = seesItself(ctx, c, next.Principal, events)
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
		if effect, ok := known[e.Type]; (!ok || matters(effect)) && e.Published.After(next.Read.Add(-overlap)) {
			next.Recent = append(next.Recent, e)
		}
	}
	if gap != nil {
		return nil, gap
	}
	changed, err := changesOf(events, next.Principal)
	if err != nil {
		return nil, err
	}
	if changed.visibility != "" && !c.SeesAll(ctx, next.Principal) {
		return nil, &okta.LogGap{Reason: fmt.Sprintf("what %s, who reads, gets to see may have changed (%s)", next.Principal, changed.visibility)}
	}
	return newAnswers(c, past, changed), nil
}

func isGap(err error) bool {
	var gap *okta.LogGap
	return errors.As(err, &gap)
}

func isSilent(err error) bool {
	var gap *okta.LogGap
	return errors.As(err, &gap) && gap.Silent
}

// keep stores what was read.
func (next *Cache) keep(s *schema.Snapshot, changed map[string]dates) error {
	add := func(o schema.Object, holder bool) error {
		kind := orgkinds.Named(o.Kind)
		if kind == nil || !o.Complete {
			return nil
		}
		kept, err := newCachedObject(kind, o, holder, changed[cacheKey(o.Kind, o.ID, holder)])
		next.Objects = append(next.Objects, kept)
		return err
	}
	for _, o := range s.Objects {
		if err := add(o, false); err != nil {
			return err
		}
	}
	if s.Admins == nil {
		return nil
	}
	held := map[string]bool{}
	for _, o := range s.Admins.Objects {
		held[o.ID] = true
		if err := add(o, true); err != nil {
			return err
		}
	}
	for _, id := range s.Admins.Candidates {
		if !held[id] {
			next.Objects = append(next.Objects, cachedObject{Kind: orgkinds.AdminKind, ID: id, Holder: true, Beside: map[string]json.RawMessage{orgkinds.RoleBlock: json.RawMessage("[]")}})
		}
	}
	return nil
}

package org

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// A lease prevents two runs of the same configuration from writing at the same time.
//
// Okta has no locks, but group names are unique: the run that creates the group "oktaform lease
// OWNER" holds the lease, and Okta refuses the group to all others. Its description says who holds
// the lease and until when, by the org's clock. The group carries no owner's mark, so it is not
// part of any plan.
//
// An abandoned lease (expired, or of an ended process on this host) is taken over: the group is
// deleted by its id, which only one run can do, then created again. The holder checks before each
// change whether it still holds the lease, and extends it. Okta cannot refuse the writes of a
// holder that is suspended for longer than its lease and resumes in the middle of a request; see
// docs/reliability.md.

const (
	leaseName = kinds.LeasePrefix
	leaseMark = "Kept by oktaform while it changes the org: "
	// leaseLife is how long a lease is valid unless it is extended.
	leaseLife = 10 * time.Minute
	// leaseSlack is how much later than leaseLife after its last change a lease may end: its end is
	// computed from an estimate of the org's clock.
	leaseSlack = time.Minute
	// leasePause is the time between two checks of a lease that another run holds.
	leasePause = 2 * time.Second
	// leaseTrust is how long the result of a check of the lease is used.
	leaseTrust = time.Second
)

// Process is one run of the program.
type Process struct {
	Host  string `json:"host"`            // the machine, to distinguish it from others
	PID   int    `json:"pid"`             // on that machine
	Start string `json:"start,omitempty"` // when it was started, in a form specific to the machine
}

// LeaseOptions describe who takes a lease.
type LeaseOptions struct {
	Owner string
	Self  Process
	Dead  func(Process) bool // whether a process of this machine has ended
	Wait  time.Duration      // how long to wait while another run holds the lease
}

// Lease is the right to write as an owner.
type Lease struct {
	c       *Client
	id      string // of the group
	content leaseContent
	name    string
	until   atomic.Int64 // when it ends, in Unix seconds of the org's clock
	mu      sync.Mutex
	born    time.Time // when it was created, by this machine's clock
	looked  time.Time // when it was last checked
}

// leaseContent is the JSON in the group's description.
type leaseContent struct {
	Process
	Holder  string    `json:"holder"` // a random id
	Expires time.Time `json:"expires"`
	// ReplacedRoles are admin roles that the run replaces on users and admin blocks, which carry no
	// mark, by address. A lease that outlives its run passes them to the next one.
	ReplacedRoles map[string][]string `json:"exchanges,omitempty"`
}

func (n leaseContent) String() string {
	text, _ := json.Marshal(n) // cannot fail
	return leaseMark + string(text)
}

func parseLease(description string) (n leaseContent, ok bool) {
	text, marked := strings.CutPrefix(description, leaseMark)
	return n, marked && json.Unmarshal([]byte(text), &n) == nil && n.Holder != ""
}

// HeldError means that another run holds the lease.
type HeldError struct {
	Owner string
	By    Process
	Until time.Time // by the org's clock; zero if the group is no lease
	Group string    // the id of the group
	Maker string    // who created it, if the System Log shows it
}

func (e *HeldError) Error() string {
	if e.Until.IsZero() {
		maker := e.Maker
		if maker == "" {
			maker = "somebody whom the System Log doesn't name"
		}
		return fmt.Sprintf("the org has a group %q (%s) that is no lease of oktaform's. It was made by %s. Delete the group or give it another name, or run with --lease=off", leaseName+e.Owner, e.Group, maker)
	}
	return fmt.Sprintf("another run of %s is changing the org: process %d on %s, whose lease ends at %s unless it is extended. Nothing was changed. Wait for it with --lease-timeout, or run again later",
		e.Owner, e.By.PID, e.By.Host, e.Until.UTC().Format(time.RFC3339))
}

// LostError means that this run no longer holds its lease.
type LostError struct{ Owner string }

func (e *LostError) Error() string {
	return fmt.Sprintf("this run lost the lease of %s: another run took it over, or somebody deleted the group %q. What is under way is finished, nothing new is started; run again", e.Owner, leaseName+e.Owner)
}

// Acquire takes the lease. fresh is false if another run held it meanwhile or left it behind: what
// that run wrote may still be invisible.
func (c *Client) Acquire(ctx context.Context, o LeaseOptions) (l *Lease, fresh bool, err error) {
	l = &Lease{c: c, name: leaseName + o.Owner, content: leaseContent{Process: o.Self, Holder: rand.Text()}}
	begin := c.Machine().LocalNow()
	fresh = true
	for vain, removed := 0, 0; ; {
		done, refused, err := l.claim(ctx)
		if done {
			c.hold(l)
		}
		if done || err != nil {
			return l, fresh, err
		}
		var other *leaseGroup
		err = c.Until(ctx, func() (bool, error) {
			other, err = c.findLease(ctx, l.name)
			return other != nil, err
		})
		if err != nil {
			return nil, false, err
		}
		if other != nil && other.content.Holder == l.content.Holder { // this run's, created by a request whose answer was lost
			l.id, l.born = other.id, c.Machine().LocalNow()
			c.hold(l)
			return l, fresh, nil
		}
		if other == nil {
			if vain++; vain == orgkinds.MaxCreates {
				return nil, false, refused
			}
			continue
		}
		fresh = false
		if other.abandoned(c, o) {
			if removed++; removed > maxRemovals {
				return nil, false, fmt.Errorf("the lease that keeps two runs from writing at once (the group %q) was removed %d times, as the runs that held it had ended, and is there again each time: look in the org for what makes it, and delete it there", l.name, maxRemovals)
			}
			l.content.ReplacedRoles = other.content.ReplacedRoles
			if err := c.removeLease(ctx, other.id); err != nil && !okta.NotFound(err) {
				return nil, false, err
			}
			continue
		}
		waited := c.Machine().LocalNow().Sub(begin)
		if waited >= o.Wait || other.content.Holder == "" {
			held := &HeldError{Owner: o.Owner, By: other.content.Process, Until: other.content.Expires, Group: other.id}
			if other.content.Holder == "" {
				held.Until, held.Maker = time.Time{}, c.makerOf(ctx, other.id)
			}
			return nil, false, held
		}
		if err := c.Machine().Sleep(ctx, leasePause); err != nil {
			return nil, false, err
		}
	}
}

// hold makes the lease the one that this run writes under; nil for none.
func (c *Client) hold(l *Lease) {
	c.lease.Store(l)
	if l == nil {
		c.SetWriteGuard(nil)
		return
	}
	c.SetWriteGuard(l)
}

// claim creates the group. done is false, and refused is set, if the name is taken or the outcome
// of the request is unknown.
func (l *Lease) claim(ctx context.Context) (done bool, refused, err error) {
	l.content.Expires = l.c.OrgClock().Estimate().Add(leaseLife).Truncate(time.Second)
	l.until.Store(l.content.Expires.Unix())
	doc, err := l.c.Document(ctx, l.c.CreateGroup(l.profile()))
	switch {
	case err == nil:
		l.id, l.born = okta.Text(doc, "id"), l.c.Machine().LocalNow()
		l.looked = l.born
		return true, nil, nil
	case okta.Denied(err):
		return false, nil, fmt.Errorf("the lease that keeps two runs from writing at once is a group, which this credential may not create: %w Where nothing else runs at the same time, --lease=off does without it", err)
	case okta.NameTaken(err), okta.OutcomeUnknown(err):
		return false, err, nil
	}
	return false, nil, err
}

func (l *Lease) profile() map[string]any {
	return map[string]any{"name": l.name, "description": l.content.String()}
}

// leaseGroup is a lease as read from the org. A group that is no lease has no holder.
type leaseGroup struct {
	id      string
	content leaseContent
}

func (g *leaseGroup) abandoned(c *Client, o LeaseOptions) bool {
	if g.content.Holder == "" {
		return false
	}
	return c.OrgClock().Known() && c.OrgClock().Estimate().After(g.content.Expires) || g.content.Host == o.Self.Host && o.Dead(g.content.Process)
}

// findLease looks once for the group with that name; nil if there is none.
func (c *Client) findLease(ctx context.Context, name string) (*leaseGroup, error) {
	docs, err := c.List(ctx, "/api/v1/groups", "q="+url.QueryEscape(name))
	for _, doc := range docs {
		if strings.EqualFold(okta.Text(doc, "profile", "name"), name) {
			return newLeaseGroup(doc), err
		}
	}
	return nil, err
}

// newLeaseGroup reads the lease in the document of a group.
func newLeaseGroup(doc map[string]any) *leaseGroup {
	note, _ := parseLease(okta.Text(doc, "profile", "description"))
	// Anybody who may edit groups can write any time into the description.
	if changed := moment(doc, "lastUpdated"); !changed.IsZero() && note.Expires.After(changed.Add(leaseLife+leaseSlack)) {
		note.Expires = changed.Add(leaseLife + leaseSlack)
	}
	return &leaseGroup{id: okta.Text(doc, "id"), content: note}
}

// BusyOwners lists the owners that the pattern selects and whose leases count now. A group of
// the name of a lease that is none counts as one: Acquire refuses it too.
func (c *Client) BusyOwners(ctx context.Context, owners schema.OwnerPattern, o LeaseOptions) (busy []string, err error) {
	docs, err := c.List(ctx, "/api/v1/groups", "q="+url.QueryEscape(leaseName))
	for _, doc := range docs {
		owner, is := strings.CutPrefix(okta.Text(doc, "profile", "name"), leaseName)
		if is && owners.Matches(owner) && !newLeaseGroup(doc).abandoned(c, o) {
			busy = append(busy, owner)
		}
	}
	return busy, err
}

// makerOf returns who created a group, according to the System Log; "" if unknown.
func (c *Client) makerOf(ctx context.Context, group string) string {
	const day = 24 * time.Hour
	query := url.Values{"filter": {`eventType eq "group.lifecycle.create" and target.id eq ` + okta.FilterText(group)}, "limit": {"1"},
		"since": {c.OrgClock().Estimate().UTC().Add(-90 * day).Format(time.RFC3339)}} // the age of the oldest events
	var page []struct {
		Actor struct {
			ID          string `json:"id"`
			AlternateID string `json:"alternateId"`
		} `json:"actor"`
	}
	if err := c.Get(ctx, "/api/v1/logs?"+query.Encode(), &page); err != nil || len(page) == 0 {
		return ""
	}
	if name := page[0].Actor.AlternateID; name != "" {
		return fmt.Sprintf("%q (%s)", name, page[0].Actor.ID)
	}
	return page[0].Actor.ID
}

func (c *Client) removeLease(ctx context.Context, id string) error {
	return c.Do(ctx, c.DeleteGroup(id))
}

// Hold extends the lease after half of its time. It fails with a LostError if this run no longer
// holds it.
func (l *Lease) Hold(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.age(l.looked) < leaseTrust {
		return nil
	}
	var doc map[string]any
	look := func() (err error) {
		doc, err = l.c.Document(ctx, l.c.GetGroup(l.id))
		return err
	}
	err := look()
	if okta.NotFound(err) && l.age(l.born) < l.c.Consistency() {
		err = l.c.Present(ctx, look) // it may be invisible yet
	}
	note, _ := parseLease(okta.Text(doc, "profile", "description"))
	switch {
	case okta.NotFound(err), err == nil && note.Holder != l.content.Holder:
		return l.lost()
	case err != nil:
		return err
	}
	if l.left() < leaseLife/2 {
		if err := l.extend(ctx, leaseLife); err != nil {
			return err
		}
	}
	l.looked = l.c.Machine().LocalNow()
	return nil
}

// Renew is called before each request that changes the org. It extends the lease if a long change
// has used half of its time.
func (l *Lease) Renew(ctx context.Context) error {
	if l.left() >= leaseLife/2 {
		return nil
	}
	return l.Hold(ctx)
}

// Expired fails with a LostError if the lease expired while a request waited, for example on a
// machine that was asleep: another run may have taken over.
func (l *Lease) Expired() error {
	if l.left() > 0 {
		return nil
	}
	return l.lost()
}

// left returns how long the lease lasts without being extended. It does not block: it is called
// when it is a request's turn.
func (l *Lease) left() time.Duration {
	return time.Unix(l.until.Load(), 0).Sub(l.c.OrgClock().Estimate())
}

// age returns the time since a moment. It does not use the monotonic clock, which stands still
// while a machine sleeps. If the clock was set back, the age counts as very long.
func (l *Lease) age(since time.Time) time.Duration {
	age := l.c.Machine().LocalNow().Round(0).Sub(since.Round(0))
	if age < 0 {
		return leaseLife
	}
	return age
}

func (l *Lease) lost() error { return &LostError{Owner: strings.TrimPrefix(l.name, leaseName)} }

// extend makes the lease valid for the duration life from now on.
func (l *Lease) extend(ctx context.Context, life time.Duration) error {
	l.content.Expires = l.c.OrgClock().Estimate().Add(life).Truncate(time.Second)
	_, err := l.c.Call(okta.Unguarded(ctx), l.c.ReplaceGroup(l.id, l.profile()))
	if okta.NotFound(err) {
		return l.lost()
	}
	if err == nil {
		l.until.Store(l.content.Expires.Unix())
	}
	return err
}

// Release releases the lease. If roles are still to be replaced, the lease expires but stays, to
// record them.
func (l *Lease) Release(ctx context.Context, finished bool) error {
	l.c.hold(nil)
	if !finished && len(l.content.ReplacedRoles) > 0 {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.extend(ctx, -time.Second)
	}
	if err := l.c.removeLease(ctx, l.id); err != nil && !okta.NotFound(err) {
		return err
	}
	return nil
}

// ClearLease removes a lease that was left behind, when there is nothing to write.
func (c *Client) ClearLease(ctx context.Context, o LeaseOptions) error {
	other, err := c.findLease(ctx, leaseName+o.Owner)
	if err != nil || other == nil || !other.abandoned(c, o) {
		return err
	}
	if err := c.removeLease(ctx, other.id); err != nil && !okta.NotFound(err) {
		return err
	}
	return nil
}

// Uncertain reports whether the outcome of a request that ended with this error is unknown.
func Uncertain(err error) bool { return okta.OutcomeUnknown(err) || errors.Is(err, context.Canceled) }

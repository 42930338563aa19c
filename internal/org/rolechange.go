package org

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// How the roles of a principal become the wanted ones, in two steps, between
// which the object's other changes are made.
//
// narrow takes rights away: surplus roles, surplus targets, and a first target
// for a role that had none. widen gives rights: new roles, further targets.
//
// Okta refuses to remove the last target of a role, as that would turn "this
// group" into "all groups". So where no target stays, the new ones are added
// before the old ones go. Two cases are left in which the role is taken away
// and assigned anew: it is to lose its limits, or it is limited to an entry of
// the catalog that swallows the single apps that are wanted in its place. Then
// it has no limit for as long as one request takes.

// rolePair is a role that the principal has (id not empty), is to have (wanted),
// or both.
type rolePair struct {
	have   *assignment
	wanted *assignment
}

func pairRoles(have, wanted []assignment) []rolePair {
	var pairs []rolePair
	left := slices.Clone(wanted)
	for i := range have {
		pair := rolePair{have: &have[i]}
		if at := slices.IndexFunc(left, func(a assignment) bool { return a.key() == have[i].key() }); at >= 0 {
			wanted := left[at]
			pair.wanted = &wanted
			left = slices.Delete(left, at, at+1)
		}
		pairs = append(pairs, pair)
	}
	for i := range left {
		pairs = append(pairs, rolePair{wanted: &left[i]})
	}
	return pairs
}

// narrowRoles takes away what of the principal's roles isn't wanted.
func (c *Client) narrowRoles(ctx context.Context, now *remote, want schema.Value) error {
	return c.changeRoles(ctx, now, want, func(at principal, p *rolePair) error {
		switch {
		case p.have == nil:
			return nil
		case p.wanted == nil:
			gone := *p.have
			p.have = nil
			return c.unassign(ctx, at.path, gone)
		case len(p.have.targets) == 0 && len(p.wanted.targets) > 0:
			if err := c.addTargets(ctx, at.path, *p.have, p.wanted.targets); err != nil {
				return err
			}
			p.have.targets = p.wanted.targets
			return nil
		case !slices.ContainsFunc(p.have.targets, p.wanted.has):
			return nil // widen adds first
		}
		return c.removeTargets(ctx, at.path, p)
	})
}

// widenRoles adds what the principal's roles lack.
func (c *Client) widenRoles(ctx context.Context, now *remote, want schema.Value) error {
	return c.changeRoles(ctx, now, want, func(at principal, p *rolePair) (err error) {
		switch {
		case p.wanted == nil:
			return nil // gone
		case p.have == nil:
			p.have, err = c.assign(ctx, at, *p.wanted)
			return err
		case p.anew():
			if err := c.unassign(ctx, at.path, *p.have); err != nil {
				return err
			}
			p.have, err = c.assign(ctx, at, *p.wanted)
			return err
		}
		return c.retarget(ctx, at.path, p)
	})
}

// retarget adds the targets that a role lacks, and then takes away the surplus.
func (c *Client) retarget(ctx context.Context, path string, p *rolePair) error {
	missing := p.have.lacks(*p.wanted)
	if err := c.addTargets(ctx, path, *p.have, missing); err != nil {
		return err
	}
	p.have.targets = append(p.have.targets, missing...)
	return c.removeTargets(ctx, path, p)
}

// anew reports whether a role can only reach its wanted targets by being
// assigned again.
func (p *rolePair) anew() bool {
	if len(p.wanted.targets) == 0 {
		return len(p.have.targets) > 0
	}
	missing := p.have.lacks(*p.wanted)
	return slices.ContainsFunc(p.have.targets, func(t target) bool {
		return !p.wanted.has(t) && slices.ContainsFunc(missing, t.covers)
	})
}

// principal is where the role assignments of an object are.
type principal struct{ path, assignmentType string }

// changeRoles goes through the roles, one change in the org at a time, and takes
// note of what they are afterwards.
func (c *Client) changeRoles(ctx context.Context, now *remote, want schema.Value, change func(at principal, p *rolePair) error) error {
	var at principal
	if at.path, at.assignmentType = c.resource(now.kind).principal(now); at.path == "" {
		return nil
	}
	wanted, err := wantedRoles(want)
	if err != nil {
		return err
	}
	c.roles.Lock()
	defer c.roles.Unlock()
	var roles []assignment
	for _, pair := range pairRoles(now.roles, wanted) {
		if err := change(at, &pair); err != nil {
			return err
		}
		if pair.have != nil {
			roles = append(roles, *pair.have)
		}
	}
	now.roles = roles
	return nil
}

// assign gives a role, and returns it as Okta's answer shows it. Until its first
// target is set it is a role over everything, so where that fails the role is
// taken away again.
func (c *Client) assign(ctx context.Context, at principal, wanted assignment) (*assignment, error) {
	a, err := c.assignOnce(ctx, at, wanted)
	if err != nil {
		return nil, err
	}
	path := at.path
	if len(a.targets) > 0 { // it was there already
		return &a, c.retarget(ctx, path, &rolePair{have: &a, wanted: &wanted})
	}
	for i, t := range wanted.targets {
		err := c.addTargets(ctx, path, a, []target{t})
		if err == nil {
			a.targets = append(a.targets, target{attr: t.attr, named: named{t.id, c.nameOf(t.id)}, app: t.app})
			continue
		}
		if i == 0 {
			undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
			defer cancel()
			_ = c.unassign(undo, path, a)
		}
		return nil, err
	}
	return &a, nil
}

// assignOnce gives a role without its targets. Where it isn't known what became
// of the request, and where the org says that the role is there already, the
// list decides.
func (c *Client) assignOnce(ctx context.Context, at principal, wanted assignment) (assignment, error) {
	for try := 1; ; try++ {
		doc, err := c.Document(ctx, c.Request(http.MethodPost, at.path, wanted.request()))
		if err == nil {
			return c.assignment(doc), nil
		}
		var refused *okta.Error
		taken := errors.As(err, &refused) && refused.Status == http.StatusConflict
		if !taken && !okta.OutcomeUnknown(err) || ctx.Err() != nil {
			return assignment{}, err
		}
		var found assignment
		lookErr := c.until(ctx, func() (bool, error) {
			roles, err := c.listRoles(ctx, at.path, at.assignmentType)
			for _, r := range roles {
				if r.key() == wanted.key() {
					found = r
				}
			}
			if okta.NotFound(err) {
				err = nil // a fresh principal
			}
			return found.id != "", err
		})
		if lookErr != nil || found.id != "" {
			return found, lookErr
		}
		if try == maxCreates || taken {
			return assignment{}, err
		}
	}
}

func (c *Client) unassign(ctx context.Context, path string, a assignment) error {
	_, err := c.Call(ctx, c.Request(http.MethodDelete, path+"/"+url.PathEscape(a.id), nil))
	if okta.NotFound(err) {
		return nil
	}
	return err
}

func (c *Client) addTargets(ctx context.Context, path string, a assignment, targets []target) error {
	return c.eachTarget(ctx, http.MethodPut, path, a, targets)
}

// removeTargets takes away the targets that aren't wanted.
func (c *Client) removeTargets(ctx context.Context, path string, p *rolePair) error {
	surplus := p.wanted.lacks(*p.have)
	if err := c.eachTarget(ctx, http.MethodDelete, path, *p.have, surplus); err != nil {
		return err
	}
	p.have.targets = slices.DeleteFunc(p.have.targets, func(t target) bool { return !p.wanted.has(t) })
	return nil
}

func (c *Client) eachTarget(ctx context.Context, method, path string, a assignment, targets []target) error {
	for _, t := range targets {
		end, err := c.targetPath(ctx, a, t)
		if err != nil {
			return err
		}
		_, err = c.Call(ctx, c.Request(method, path+"/"+url.PathEscape(a.id)+end, nil))
		if err != nil && (method != http.MethodDelete || !okta.NotFound(err)) { // a catalog entry has swallowed it
			return err
		}
	}
	return nil
}

// turn is a lock that may be held for minutes, while a request waits for the
// org's limits. It isn't a sync.Mutex, so that simulated time (testing/synctest)
// passes for those who wait for it.
type turn struct {
	mu    sync.Mutex
	free  *sync.Cond
	taken bool
}

func (t *turn) Lock() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.free == nil {
		t.free = sync.NewCond(&t.mu)
	}
	for t.taken {
		t.free.Wait()
	}
	t.taken = true
}

func (t *turn) Unlock() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.taken = false
	t.free.Signal()
}

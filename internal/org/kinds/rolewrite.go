package kinds

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// This file changes the roles of a principal to the wanted ones, in two steps. The object's other
// changes are made in between.
//
// NarrowRoles removes rights: surplus roles, surplus targets, and it adds a first target to a role
// that had none. WidenRoles adds rights: new roles, further targets.
//
// Okta refuses to remove the last target of a role, because that would turn "this group" into "all
// groups". If no target remains, the new ones are therefore added before the old ones are removed.
// In two cases the role must be removed and assigned again: it loses its limits, or it is limited
// to a catalog entry, which would replace the single apps that are wanted instead. It then has no
// limit for the duration of one request.

// rolePair is a role that the principal has (have), should have (wanted), or both.
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

// NarrowRoles removes roles and targets that are not wanted.
func (o *Org) NarrowRoles(ctx context.Context, now *Remote, want schema.Value) error {
	return o.changeRoles(ctx, now, want, func(at Principal, p *rolePair) error {
		switch {
		case p.have == nil:
			return nil
		case p.wanted == nil:
			gone := *p.have
			p.have = nil
			return o.unassign(ctx, at.Path, gone)
		case len(p.have.targets) == 0 && len(p.wanted.targets) > 0:
			if err := o.addTargets(ctx, at.Path, *p.have, p.wanted.targets); err != nil {
				return err
			}
			p.have.targets = p.wanted.targets
			return nil
		case !slices.ContainsFunc(p.have.targets, p.wanted.has):
			return nil // WidenRoles adds the new target first
		}
		return o.removeTargets(ctx, at.Path, p)
	})
}

// WidenRoles adds the roles and targets that the principal lacks.
func (o *Org) WidenRoles(ctx context.Context, now *Remote, want schema.Value) error {
	return o.changeRoles(ctx, now, want, func(at Principal, p *rolePair) (err error) {
		switch {
		case p.wanted == nil:
			return nil // deleted
		case p.have == nil:
			p.have, err = o.assign(ctx, at, *p.wanted)
			return err
		case p.mustReassign():
			if err := o.unassign(ctx, at.Path, *p.have); err != nil {
				return err
			}
			p.have, err = o.assign(ctx, at, *p.wanted)
			return err
		}
		return o.retarget(ctx, at.Path, p)
	})
}

// retarget adds missing targets to a role, then removes surplus ones.
func (o *Org) retarget(ctx context.Context, path string, p *rolePair) error {
	missing := p.have.lacks(*p.wanted)
	if err := o.addTargets(ctx, path, *p.have, missing); err != nil {
		return err
	}
	p.have.targets = append(p.have.targets, missing...)
	return o.removeTargets(ctx, path, p)
}

// mustReassign reports whether a role must be assigned again to get its wanted targets.
func (p *rolePair) mustReassign() bool {
	if len(p.wanted.targets) == 0 {
		return len(p.have.targets) > 0
	}
	missing := p.have.lacks(*p.wanted)
	return slices.ContainsFunc(p.have.targets, func(t target) bool {
		return !p.wanted.has(t) && slices.ContainsFunc(missing, t.covers)
	})
}

// changeRoles changes the roles, one at a time in the org, and records the result.
func (o *Org) changeRoles(ctx context.Context, now *Remote, want schema.Value, change func(at Principal, p *rolePair) error) error {
	if now.Kind.Principal == nil {
		return nil
	}
	at := now.Kind.Principal(now)
	wanted, err := wantedRoles(want)
	if err != nil {
		return err
	}
	o.roleWrites.Lock()
	defer o.roleWrites.Unlock()
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

// assign assigns a role and returns it as in Okta's answer. Until its first target is set the role
// covers everything; if setting it fails, the role is removed again.
func (o *Org) assign(ctx context.Context, at Principal, wanted assignment) (*assignment, error) {
	a, err := o.assignOnce(ctx, at, wanted)
	if err != nil {
		return nil, err
	}
	path := at.Path
	if len(a.targets) > 0 { // it existed already
		return &a, o.retarget(ctx, path, &rolePair{have: &a, wanted: &wanted})
	}
	for i, t := range wanted.targets {
		err := o.addTargets(ctx, path, a, []target{t})
		if err == nil {
			a.targets = append(a.targets, target{attr: t.attr, named: named{t.id, o.NameOf(t.id)}, app: t.app})
			continue
		}
		if i == 0 {
			undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
			defer cancel()
			_ = o.unassign(undo, path, a)
		}
		return nil, err
	}
	return &a, nil
}

// assignOnce assigns a role without its targets. If the outcome of the request is unknown, or if
// the org answers that the role exists already, the list decides.
func (o *Org) assignOnce(ctx context.Context, at Principal, wanted assignment) (assignment, error) {
	for try := 1; ; try++ {
		doc, err := o.Document(ctx, o.Request(http.MethodPost, at.Path, wanted.request()))
		if err == nil {
			return o.assignment(doc), nil
		}
		var refused *okta.Error
		taken := errors.As(err, &refused) && refused.Status == http.StatusConflict
		if !taken && !okta.OutcomeUnknown(err) || ctx.Err() != nil {
			return assignment{}, err
		}
		var found assignment
		lookErr := o.Until(ctx, func() (bool, error) {
			roles, err := o.listRoles(ctx, at)
			for _, r := range roles {
				if r.key() == wanted.key() {
					found = r
				}
			}
			if okta.NotFound(err) {
				err = nil // a new principal
			}
			return found.id != "", err
		})
		if lookErr != nil || found.id != "" {
			return found, lookErr
		}
		if try == MaxCreates || taken {
			return assignment{}, err
		}
	}
}

func (o *Org) unassign(ctx context.Context, path string, a assignment) error {
	err := o.Do(ctx, o.Request(http.MethodDelete, path+"/"+url.PathEscape(a.id), nil))
	if okta.NotFound(err) {
		return nil
	}
	return err
}

func (o *Org) addTargets(ctx context.Context, path string, a assignment, targets []target) error {
	return o.eachTarget(ctx, http.MethodPut, path, a, targets)
}

// removeTargets removes the targets that are not wanted.
func (o *Org) removeTargets(ctx context.Context, path string, p *rolePair) error {
	surplus := p.wanted.lacks(*p.have)
	if err := o.eachTarget(ctx, http.MethodDelete, path, *p.have, surplus); err != nil {
		return err
	}
	p.have.targets = slices.DeleteFunc(p.have.targets, func(t target) bool { return !p.wanted.has(t) })
	return nil
}

func (o *Org) eachTarget(ctx context.Context, method, path string, a assignment, targets []target) error {
	for _, t := range targets {
		end, err := o.targetPath(ctx, a, t)
		if err != nil {
			return err
		}
		err = o.Do(ctx, o.Request(method, path+"/"+url.PathEscape(a.id)+end, nil))
		if err != nil && (method != http.MethodDelete || !okta.NotFound(err)) { // a catalog entry has replaced it
			return err
		}
	}
	return nil
}

// ReadRoles reads the admin roles of an object.
func (o *Org) ReadRoles(ctx context.Context, r *Remote) (err error) {
	r.roles, err = o.listRoles(ctx, r.Kind.Principal(r))
	return err
}

// RemoveRoles removes all of a principal's own roles.
func (o *Org) RemoveRoles(ctx context.Context, r *Remote) error {
	at := r.Kind.Principal(r)
	o.roleWrites.Lock()
	defer o.roleWrites.Unlock()
	roles, err := o.listRoles(ctx, at)
	if err != nil {
		return err
	}
	for _, role := range roles {
		if err := o.unassign(ctx, at.Path, role); err != nil {
			return err
		}
	}
	return nil
}

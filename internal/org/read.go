package org

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"golang.org/x/sync/errgroup"
)

// Read reads what the query asks for: the objects that its owner has in the org,
// and those that carry a declared name. One list call a kind (a page of 200), and
// further calls only for objects that are declared or owned.
func (c *Client) Read(ctx context.Context, q schema.Query) (*schema.Snapshot, error) {
	return c.read(ctx, q, nil, nil)
}

// maxReads is how often an org is read in which objects are deleted meanwhile.
const maxReads = 3

// read reads what isn't known from an earlier read. who is nil where that has to be
// asked, too. An object that was listed and isn't there any more is no failure of the
// org's: what is there is looked at anew.
func (c *Client) read(ctx context.Context, q schema.Query, who *Identity, known *recall) (snapshot *schema.Snapshot, err error) {
	for range maxReads {
		if snapshot, err = c.readOnce(ctx, q, who, known); !okta.NotFound(err) {
			break
		}
	}
	return snapshot, err
}

func (c *Client) readOnce(ctx context.Context, q schema.Query, who *Identity, known *recall) (*schema.Snapshot, error) {
	snapshot := &schema.Snapshot{URL: c.URL(), Principal: c.Principal()}
	if who != nil {
		snapshot.OrgID, snapshot.Principal = who.OrgID, who.Principal
	}
	found, err := c.find(ctx, q, snapshot, known)
	if err != nil {
		return nil, err
	}
	if err := c.completeAll(ctx, q, found, known); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(q.Wants, func(w schema.Want) bool { return slices.Contains(w.Parts, "access_policy") }) {
		if snapshot.Policies, err = c.listPolicies(ctx); err != nil {
			return nil, err
		}
	}
	snapshot.Objects = make([]schema.Object, len(found))
	others, wants := alike{}, newWanted(q)
	for i, r := range found {
		for _, list := range r.details {
			for j := range list { // by now lists that were read beside this one may have told
				list[j].name = c.nameOf(list[j].id)
			}
		}
		if snapshot.Objects[i], err = r.objectAmong(others); err != nil {
			return nil, err
		}
		snapshot.Unread = append(snapshot.Unread, r.unread...)
		if err := c.readOrigin(ctx, wants, r, snapshot, &snapshot.Objects[i]); err != nil {
			return nil, err
		}
		found[i] = nil // thousands of documents take more room than what is made of them
	}
	return snapshot, nil
}

// completeAll reads what is no field of the objects' documents, where it is
// asked for, in the order and way that takes the least time.
func (c *Client) completeAll(ctx context.Context, q schema.Query, found []*remote, known *recall) error {
	wants := newWanted(q)
	var jobs []okta.Job
	var shared []*remote // apps whose groups may be read from the groups' side
	for _, r := range found {
		ask, complete := wants.details(r)
		if !complete {
			continue
		}
		if known.answers(r, ask, false) {
			jobs = append(jobs, c.policyJob(r, ask)...)
			continue
		}
		if r.canShareGroups() && slices.Contains(ask.parts, assignedGroups) {
			shared = append(shared, r)
			ask.parts = slices.DeleteFunc(slices.Clone(ask.parts), func(part string) bool { return part == assignedGroups })
		}
		jobs = append(jobs, c.jobs(r, ask)...)
	}
	groups, err := c.groupsOfApps(ctx, shared, okta.LoadOf(jobs))
	if err != nil {
		return err
	}
	jobs = append(jobs, groups...)
	c.Begin("Reading", len(found), okta.LoadOf(jobs))
	return okta.RunJobs(ctx, jobs)
}

// find lists the objects that the query is about, in a fixed order.
func (c *Client) find(ctx context.Context, q schema.Query, snapshot *schema.Snapshot, known *recall) ([]*remote, error) {
	var apps, groups, roles, sets []*remote
	var users []*remote
	principals := make([][]*remote, len(q.Wants))
	parent := ctx
	work, ctx := errgroup.WithContext(ctx)
	if snapshot.OrgID == "" {
		work.Go(crash.Safe(func() error {
			who, err := c.Identity(ctx)
			snapshot.OrgID, snapshot.Principal = who.OrgID, who.Principal
			return err
		}))
	}
	if asks(q, (*schema.Kind).IsApp) {
		work.Go(crash.Safe(func() (err error) {
			apps, err = c.lookedAt(ctx)
			return err
		}))
	}
	if asks(q, func(k *schema.Kind) bool { return k.Name == "group" }) {
		work.Go(crash.Safe(func() (err error) {
			groups, err = c.listGroups(ctx)
			return err
		}))
	}
	work.Go(crash.Safe(func() (err error) {
		roles, sets, err = c.listOwnRoles(ctx, q, snapshot)
		return err
	}))
	work.Go(crash.Safe(func() (err error) {
		users, err = c.findUsers(ctx, q)
		return err
	}))
	var lookups []okta.Job
	for i, want := range q.Wants {
		if want.Addr.Kind == "admin" && want.Name != "" {
			lookups = append(lookups, okta.Job{Run: func(ctx context.Context) (err error) {
				principals[i], err = c.findAdmins(ctx, want)
				return err
			}})
		}
	}
	work.Go(crash.Safe(func() error { return okta.RunJobs(ctx, lookups) }))
	if err := work.Wait(); err != nil {
		return nil, err
	}
	if q.Holders {
		var err error
		if snapshot.Holders, err = c.findHolders(parent, apps, snapshot.Principal, known); err != nil {
			return nil, err
		}
	}
	var err error
	if snapshot.Taken, err = c.takenNames(parent, q, groups); err != nil {
		return nil, err
	}
	wants := newWanted(q)
	var found []*remote
	seen := map[string]bool{}
	for _, r := range slices.Concat(apps, groups, users, slices.Concat(principals...), roles, sets) {
		if r == nil || seen[r.kind.Name+r.id()] {
			continue
		}
		seen[r.kind.Name+r.id()] = true
		if wants.matters(r) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b *remote) int {
		return cmp.Or(cmp.Compare(a.kind.Name, b.kind.Name), cmp.Compare(a.id(), b.id()))
	})
	return found, nil
}

// listOwnRoles lists custom roles and resource sets. Where none is declared, an
// org without them, or a credential without the right to see them, is no
// failure: the snapshot says that what is owned of them stays unseen.
func (c *Client) listOwnRoles(ctx context.Context, q schema.Query, snapshot *schema.Snapshot) (roles, sets []*remote, err error) {
	declared := slices.ContainsFunc(q.Wants, func(w schema.Want) bool {
		return w.Addr.Kind == "custom_role" || w.Addr.Kind == "resource_set"
	})
	if q.Owner == "" && !declared {
		return nil, nil, nil
	}
	roles, err = c.listCustomRoles(ctx)
	if err == nil {
		sets, err = c.listResourceSets(ctx)
	}
	var refused *okta.Error
	if !declared && errors.As(err, &refused) && refused.Status < http.StatusInternalServerError && refused.Status != http.StatusUnauthorized {
		snapshot.Unread = append(snapshot.Unread, "custom roles and resource sets: "+refused.Summary)
		return nil, nil, nil
	}
	return roles, sets, err
}

// asks reports whether objects of such kinds are declared or may be owned.
func asks(q schema.Query, is func(*schema.Kind) bool) bool {
	return q.Owner != "" || slices.ContainsFunc(q.Wants, func(w schema.Want) bool {
		kind := schema.KindNamed(w.Addr.Kind)
		return kind != nil && is(kind)
	})
}

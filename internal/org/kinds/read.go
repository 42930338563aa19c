package kinds

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// Selection is what to read of an object besides its document, its rights, and what its kind always
// needs.
type Selection struct {
	SideData []string // the unmanaged attributes that are declared
	// Rights are the declared rights. If the object lacks one, the credentials that can act as it
	// are read too, because undeclared ones must be removed before it gains a right.
	Rights schema.Rights
	// Given are the client secrets that blocks give.
	Given []schema.GivenSecret
}

func (s Selection) has(part string) bool { return slices.Contains(s.SideData, part) }

// Reading is an object with the selection of its parts to read.
type Reading struct {
	Remote *Remote
	Selection
}

// ReadAll returns the jobs that read the parts of many objects in the least time. load are the
// other jobs.
func (o *Org) ReadAll(ctx context.Context, readings []Reading, load []okta.Job) ([]okta.Job, error) {
	jobs := slices.Clone(load)
	var shared []*Remote // apps whose groups may be read from the groups' side
	for _, r := range readings {
		if r.Remote.canShareGroups() && r.has(groupsAttr) {
			shared = append(shared, r.Remote)
			r.SideData = slices.DeleteFunc(slices.Clone(r.SideData), func(part string) bool { return part == groupsAttr })
		}
		jobs = append(jobs, o.Jobs(r.Remote, r.Selection)...)
	}
	groups, err := o.groupsOfApps(ctx, shared, okta.LoadOf(jobs))
	return append(jobs, groups...), err
}

// Jobs returns the jobs that read what is not part of the object's document.
func (o *Org) Jobs(r *Remote, s Selection) []okta.Job {
	k := r.Kind
	guarded := k.Block(SecretBlock) != nil && !s.has(SecretBlock)
	var jobs []okta.Job
	add := func(path string, n int, run func(context.Context) error) {
		jobs = append(jobs, okta.Job{Bucket: o.Bucket(http.MethodGet, path), N: n, Run: func(ctx context.Context) error {
			if err := run(ctx); err != nil {
				return fmt.Errorf("reading %s: %w", r.Title(), err)
			}
			return nil
		}})
	}
	if k.Attr(ScopesAttr) != nil {
		add(grantsPath("ID"), 1, func(ctx context.Context) (err error) {
			if r.grants, err = o.listGrants(ctx, r.ID()); err != nil || !guarded || len(Without(s.Rights.Scopes, r.scopes())) == 0 {
				return err
			}
			return o.readSecretsOnce(ctx, r, s.Given)
		})
	}
	if k.Principal != nil {
		at := k.Principal(r)
		add(at.Path, 1, func(ctx context.Context) (err error) {
			if r.roles, err = o.listRoles(ctx, at); err != nil || !guarded || len(Without(s.Rights.Roles, r.roleTypes())) == 0 {
				return err
			}
			return o.readSecretsOnce(ctx, r, s.Given)
		})
	}
	if k.ReadParts != nil {
		add(k.Collection, 1, func(ctx context.Context) error { return o.ReadParts(ctx, r) })
	}
	if k.Block(SecretBlock) != nil && s.has(SecretBlock) {
		add(SecretsPath("ID"), 1, func(ctx context.Context) error { return o.readSecretsOnce(ctx, r, s.Given) })
	}
	jobs = append(jobs, o.UncachedJobs(r, s)...)
	for _, m := range k.Memberships {
		if block := k.Details(m.Attr); block != nil && m.Details != nil && s.has(block.Type) {
			add(m.Path, 1, func(ctx context.Context) error { return o.readDetails(ctx, r, m, block.Type) })
		}
	}
	r.Complete = true
	lists := slices.DeleteFunc(slices.Clone(k.Memberships), func(m Membership) bool { return !s.has(m.Attr) })
	if len(lists) > 0 {
		add(lists[0].Path, len(lists), func(ctx context.Context) error {
			for _, m := range lists {
				list, err := m.List(ctx, o, r.ID())
				if err != nil {
					return err
				}
				r.setMembers(m.Attr, list)
			}
			return nil
		})
	}
	return jobs
}

// UncachedJobs read the selected parts whose changes the System Log does not record.
func (o *Org) UncachedJobs(r *Remote, s Selection) []okta.Job {
	return append(o.PolicyJobs(r, s), o.ClaimJobs(r, s)...)
}

// ReadParts reads what the object's kind stores beside its document.
func (o *Org) ReadParts(ctx context.Context, r *Remote) error {
	if err := r.Kind.ReadParts(ctx, o, r); err != nil {
		return err
	}
	r.partVals = r.Kind.PartValues(o, r)
	return nil
}

// Fetch reads an object completely, with what is selected.
func (o *Org) Fetch(ctx context.Context, kind *Kind, id string, s Selection) (*Remote, error) {
	doc, err := kind.Get(ctx, o, id)
	if err != nil {
		return nil, err
	}
	r := &Remote{Kind: kind, Doc: doc}
	return r, okta.RunJobs(ctx, o.Jobs(r, s))
}

// Without returns a without the elements of b.
func Without(a, b []string) []string {
	var out []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

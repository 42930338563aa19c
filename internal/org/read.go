package org

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// Cache knows parts of objects from an earlier read.
type Cache interface {
	// Answers sets the selected parts of an object if they are known and unchanged. asAdmin means
	// that the object is read only to find out whether it is an admin.
	Answers(r *orgkinds.Remote, s orgkinds.Selection, asAdmin bool) bool
}

// noCache knows nothing.
type noCache struct{}

func (noCache) Answers(*orgkinds.Remote, orgkinds.Selection, bool) bool { return false }

// Identity is an org and the principal that reads it.
type Identity struct{ OrgID, Principal string }

// Identity returns the org and the principal.
func (c *Client) Identity(ctx context.Context) (Identity, error) {
	who := Identity{Principal: c.Principal()}
	work, inner := errgroup.WithContext(ctx)
	work.Go(crash.Safe(func() (err error) {
		who.OrgID, err = c.OrgID(inner)
		return err
	}))
	if who.Principal == "" {
		work.Go(crash.Safe(func() error {
			own, err := c.OwnUser(inner)
			who.Principal = okta.Text(own, "id")
			return err
		}))
	}
	return who, work.Wait()
}

// Read reads what the query asks for: the objects that its owner has in the org, and those with a
// declared name. It makes one list call for each kind (in pages of 200), and further calls only for
// objects that are declared or owned.
func (c *Client) Read(ctx context.Context, q schema.Query) (*schema.Snapshot, error) {
	return c.ReadCached(ctx, q, nil, noCache{})
}

// maxReads is how often the org is read again because objects were deleted meanwhile.
const maxReads = 3

// ReadCached is Read without the parts that the cache knows. who is nil if the identity must be
// requested, too. If a listed object has been deleted, the org is read again.
func (c *Client) ReadCached(ctx context.Context, q schema.Query, who *Identity, cache Cache) (snapshot *schema.Snapshot, err error) {
	for range maxReads {
		if snapshot, err = c.readOnce(ctx, q, who, cache); !okta.NotFound(err) {
			break
		}
	}
	return snapshot, err
}

func (c *Client) readOnce(ctx context.Context, q schema.Query, who *Identity, cache Cache) (*schema.Snapshot, error) {
	snapshot := &schema.Snapshot{URL: c.URL(), Principal: c.Principal()}
	if who != nil {
		snapshot.OrgID, snapshot.Principal = who.OrgID, who.Principal
	}
	found, err := c.find(ctx, q, snapshot, cache)
	if err != nil {
		return nil, err
	}
	if err := c.completeAll(ctx, q, found, cache); err != nil {
		return nil, err
	}
	if orgkinds.NeedPolicies(q) {
		if snapshot.Policies, err = c.Policies(ctx); err != nil {
			return nil, err
		}
	}
	if snapshot.ProfileSchemas, err = c.ProfileSchemas(ctx, q, found); err != nil {
		return nil, err
	}
	snapshot.Objects = make([]schema.Object, len(found))
	match := newMatch(q)
	for i, r := range found {
		r.RefreshNames(c.Org) // lists read concurrently may have shown more names
		if snapshot.Objects[i], err = r.Object(); err != nil {
			return nil, err
		}
		snapshot.Unread = append(snapshot.Unread, r.Unread...)
		if err := c.readOrigin(ctx, match, r, snapshot, &snapshot.Objects[i]); err != nil {
			return nil, err
		}
		found[i] = nil // release it: thousands of documents use more memory than their objects
	}
	return snapshot, nil
}

// completeAll reads what is not in the objects' documents, where needed, in the order and way that
// takes the least time.
func (c *Client) completeAll(ctx context.Context, q schema.Query, found []*orgkinds.Remote, cache Cache) error {
	match := newMatch(q)
	var jobs []okta.Job
	var readings []orgkinds.Reading
	for _, r := range found {
		s, complete := match.selection(r)
		switch {
		case !complete:
		case cache.Answers(r, s, false):
			jobs = append(jobs, c.UncachedJobs(r, s)...)
		default:
			readings = append(readings, orgkinds.Reading{Remote: r, Selection: s})
		}
	}
	jobs, err := c.ReadAll(ctx, readings, jobs)
	if err != nil {
		return err
	}
	c.Begin("Reading", len(found), okta.LoadOf(jobs))
	return okta.RunJobs(ctx, jobs)
}

// find returns the objects that the query is about, in a fixed order.
func (c *Client) find(ctx context.Context, q schema.Query, snapshot *schema.Snapshot, cache Cache) ([]*orgkinds.Remote, error) {
	parent := ctx
	work, ctx := errgroup.WithContext(ctx)
	if snapshot.OrgID == "" {
		work.Go(crash.Safe(func() error {
			who, err := c.Identity(ctx)
			snapshot.OrgID, snapshot.Principal = who.OrgID, who.Principal
			return err
		}))
	}
	families := orgkinds.Families()
	lists, unread := make([][]*orgkinds.Remote, len(families)), make([]string, len(families))
	for i, family := range families {
		work.Go(crash.Safe(func() (err error) {
			lists[i], unread[i], err = c.list(ctx, q, family)
			return err
		}))
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	all := slices.Concat(lists...)
	for _, what := range unread {
		if what != "" {
			snapshot.Unread = append(snapshot.Unread, what)
		}
	}
	if q.Admins {
		var err error
		if snapshot.Admins, err = c.findAdmins(parent, all, snapshot.Principal, cache); err != nil {
			return nil, err
		}
	}
	var err error
	if snapshot.Taken, err = c.takenNames(parent, q, all); err != nil {
		return nil, err
	}
	match := newMatch(q)
	var found []*orgkinds.Remote
	seen := map[string]bool{}
	for _, r := range all {
		if r == nil || seen[r.Kind.Name+r.ID()] {
			continue
		}
		seen[r.Kind.Name+r.ID()] = true
		switch {
		case match.matters(r):
			found = append(found, r)
		case r.Owner().IsZero() && !isPrincipal(r, snapshot.Principal):
			snapshot.Unmanaged++
		}
	}
	slices.SortFunc(found, func(a, b *orgkinds.Remote) int {
		return cmp.Or(cmp.Compare(a.Kind.Name, b.Kind.Name), cmp.Compare(a.ID(), b.ID()))
	})
	return found, nil
}

// isPrincipal reports whether an object is the one that the org is read as, which import leaves
// out.
func isPrincipal(r *orgkinds.Remote, principal string) bool {
	return principal != "" && (r.ID() == principal || r.ClientID() == principal)
}

// list returns the objects of a family of kinds that the query may be about. If none of an optional
// family is declared, an org without them, or a credential that may not see them, is no error:
// unread then says that owned ones are not seen.
func (c *Client) list(ctx context.Context, q schema.Query, family []*orgkinds.Kind) (found []*orgkinds.Remote, unread string, err error) {
	name := family[0].Family()
	var declared []schema.ObjectQuery
	for _, w := range q.Objects {
		if k := orgkinds.Named(w.Addr.Kind); k != nil && k.Family() == name {
			declared = append(declared, w)
		}
	}
	if family[0].List == nil {
		found, err = family[0].Find(ctx, c.Org, declared)
		return found, "", err
	}
	if q.Owner == "" && q.Owners == "" && len(declared) == 0 {
		return nil, "", nil
	}
	for _, k := range family {
		some, err := k.List(ctx, c.Org)
		if refused := okta.Refusal(err); k.Optional != "" && len(declared) == 0 && refused != nil {
			return nil, k.Optional + ": " + refused.Summary, nil
		}
		if err != nil {
			return nil, "", err
		}
		found = append(found, some...)
	}
	return found, "", nil
}

// takenNames returns objects that cannot be declared and have the name of a declared object that
// the org lacks, for kinds with unique names. It makes no request if the org has all declared
// objects.
func (c *Client) takenNames(ctx context.Context, q schema.Query, found []*orgkinds.Remote) (taken []schema.Taken, err error) {
	for _, k := range orgkinds.All() {
		if k.Taken == nil {
			continue
		}
		has := map[string]bool{}
		for _, r := range found {
			if r != nil && r.Kind == k {
				has[strings.ToLower(r.Name())] = true
			}
		}
		var missing []string
		for _, w := range q.Objects {
			if w.Addr.Kind == k.Name && w.Name != "" && !has[strings.ToLower(w.Name)] {
				missing = append(missing, w.Name)
			}
		}
		more, err := k.Taken(ctx, c.Org, missing)
		if err != nil {
			return nil, err
		}
		taken = append(taken, more...)
	}
	return taken, nil
}

package org

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/zclconf/go-cty/cty"
	"golang.org/x/sync/errgroup"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// InventoryOptions say how much of an org to read.
type InventoryOptions struct {
	// Kinds are the names of the kinds to read; nil means all. Without the kind admin, admins that
	// cannot be declared are omitted.
	Kinds []string
	// MostMembers is the maximum number of members of a group, or of users or groups of an app, for
	// which the list is read. 0 reads no such list.
	MostMembers int
	// Only selects the objects whose parts are read. Of the others, an inventory contains only
	// what lists show. Nil selects all.
	Only func(Candidate) bool
	// Known returns an object that an earlier, interrupted read has completed. Keep receives each
	// object as soon as it is read. print is a hash of the object's document. Both may be called
	// concurrently; nil: nothing is kept.
	Known func(c Candidate, print string) (o schema.Object, ok bool)
	Keep  func(o schema.Object, print string)
	// Users are ids or logins of users to read besides those with admin roles.
	Users []string
	// Claims reads the groups claims of apps, which takes a request for each and an API token.
	Claims bool
	// People reads everybody whom the lists of members name as an object of the kind user,
	// besides those with admin roles.
	People bool
}

// Candidate is an object as its list shows it.
type Candidate struct {
	Kind                *schema.Kind
	ID, ClientID, Label string
	Owner               schema.Owner
}

// Inventory reads everything of API access that the org holds, whoever manages it. What the
// org refuses to show is named in Gaps; other failures end the read.
func (c *Client) Inventory(ctx context.Context, o InventoryOptions) (*schema.Inventory, error) {
	inv := &schema.Inventory{Snapshot: schema.Snapshot{URL: c.URL()}}
	remotes, err := c.listWhole(ctx, o, inv)
	if err != nil {
		return nil, err
	}
	reading := &inventoryReading{c: c, inv: inv, o: o}
	if err := reading.parts(ctx, "Reading the org", remotes); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(reading.asked, func(p orgkinds.PartJob) bool { return orgkinds.IsPolicy(p.Part) }) {
		if inv.Policies, err = c.Policies(ctx); err != nil && okta.Refusal(err) == nil {
			return nil, err
		}
	}
	people, err := reading.people(ctx, remotes)
	if err != nil {
		return nil, err
	}
	if o.People {
		remotes = append(remotes, people...)
	}
	return inv, reading.objects(remotes)
}

// listWhole lists all objects, by families of kinds.
func (c *Client) listWhole(ctx context.Context, o InventoryOptions, inv *schema.Inventory) ([]*orgkinds.Remote, error) {
	var families [][]*orgkinds.Kind
	for _, family := range orgkinds.Families() {
		if o.Kinds == nil || slices.ContainsFunc(family, func(k *orgkinds.Kind) bool { return slices.ContainsFunc(orgkinds.Sharing(k), o.reads) }) {
			families = append(families, family)
		}
	}
	lists := make([]orgkinds.Whole, len(families))
	work, inner := errgroup.WithContext(ctx)
	work.Go(crash.Safe(func() error {
		who, err := c.Identity(inner)
		inv.OrgID, inv.Principal = who.OrgID, who.Principal
		return err
	}))
	for i, family := range families {
		work.Go(crash.Safe(func() error {
			for _, k := range family {
				found, err := k.ListWhole(inner, c.Org)
				if refused := okta.Refusal(err); refused != nil {
					lists[i].Gaps = append(lists[i].Gaps, schema.Gap{Kind: k.Name, Cause: refused.Error(), Denied: okta.Denied(refused)})
					continue
				}
				if err != nil {
					return err
				}
				lists[i].Remotes = append(lists[i].Remotes, found.Remotes...)
				lists[i].Others = append(lists[i].Others, found.Others...)
				lists[i].Gaps = append(lists[i].Gaps, found.Gaps...)
				lists[i].Notes = append(lists[i].Notes, found.Notes...)
			}
			return nil
		}))
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	users, err := c.UsersNamed(ctx, o.Users)
	if err != nil {
		return nil, err
	}
	lists = append(lists, orgkinds.Whole{Remotes: users})
	var remotes []*orgkinds.Remote
	seen := map[string]bool{}
	for _, list := range lists {
		inv.Others = append(inv.Others, list.Others...)
		inv.Notes = append(inv.Notes, list.Notes...)
		inv.Gaps = append(inv.Gaps, list.Gaps...)
		for _, r := range list.Remotes {
			if key := r.Kind.Name + " " + r.ID(); o.reads(r.Kind) && !seen[key] {
				seen[key] = true
				remotes = append(remotes, r)
			}
		}
	}
	return remotes, nil
}

func (o InventoryOptions) reads(k *orgkinds.Kind) bool {
	return o.Kinds == nil || slices.Contains(o.Kinds, k.Name)
}

// inventoryReading reads the parts of objects and records what could not be read.
type inventoryReading struct {
	c     *Client
	inv   *schema.Inventory
	o     InventoryOptions
	asked []orgkinds.PartJob
	known map[*orgkinds.Remote]schema.Object // from an earlier read
	gone  map[string]bool                    // ids of objects that were deleted meanwhile
	gaps  []*schema.Gap                      // by the indexes of asked; nil: the part was read
}

// parts reads all parts of the objects, as fast as the org's limits allow.
func (g *inventoryReading) parts(ctx context.Context, job string, remotes []*orgkinds.Remote) error {
	begin := len(g.asked)
	for _, r := range remotes {
		c := Candidate{r.Kind.Kind, r.ID(), r.ClientID(), r.Name(), r.Owner()}
		if g.o.Only != nil && !g.o.Only(c) || g.isKnown(r, c) {
			continue
		}
		if g.o.Claims && orgkinds.HasClaim(r.Kind.Kind) && !g.c.HasAPIToken() {
			g.claimsUnseen(r.Kind.Kind)
		}
		jobs := g.c.PartJobs(r, g.o.MostMembers, g.o.Claims)
		g.keepWhenRead(r, jobs)
		g.asked = append(g.asked, jobs...)
	}
	// A known gap saves the request.
	known := map[[2]string]bool{}
	for _, gap := range g.inv.Gaps {
		known[[2]string{gap.ID, gap.Part}] = true
	}
	g.gaps = append(g.gaps, make([]*schema.Gap, len(g.asked)-begin)...)
	gone := make([]bool, len(g.asked))
	var jobs []okta.Job
	for i, part := range g.asked[begin:] {
		at := begin + i
		if known[[2]string{part.Remote.ID(), part.Part}] {
			g.gaps[at] = &schema.Gap{} // the inventory has it already
			continue
		}
		run := part.Run
		part.Job.Run = func(ctx context.Context) error {
			err := run(ctx)
			var more *orgkinds.TooMany
			var inexpressible *orgkinds.Inexpressible
			refused := okta.Refusal(err)
			switch {
			case errors.As(err, &more), errors.As(err, &inexpressible):
				g.gaps[at] = gapOf(part, err)
			case okta.NotFound(err):
				gone[at] = true
			case refused != nil:
				g.gaps[at] = gapOf(part, refused)
			default:
				return err
			}
			return nil
		}
		jobs = append(jobs, part.Job)
	}
	g.c.Begin(job, len(remotes), okta.LoadOf(jobs))
	if err := okta.RunJobs(ctx, jobs); err != nil {
		return err
	}
	for at := begin; at < len(g.asked); at++ {
		if gap := g.gaps[at]; gap != nil && gap.Kind != "" {
			g.inv.Gaps = append(g.inv.Gaps, *gap)
		}
		if gone[at] {
			if err := g.checkGone(ctx, g.asked[at]); err != nil {
				return err
			}
		}
	}
	return nil
}

// claimsUnseen records once for each kind that the credential may not see groups claims.
func (g *inventoryReading) claimsUnseen(k *schema.Kind) {
	if gap := orgkinds.UnseenClaims(k); !slices.Contains(g.inv.Gaps, gap) {
		g.inv.Gaps = append(g.inv.Gaps, gap)
	}
}

// isKnown reports whether an earlier read has read all of an object.
func (g *inventoryReading) isKnown(r *orgkinds.Remote, c Candidate) bool {
	if g.o.Known == nil || r.Kind.ReadParts != nil {
		return false // names of the resources are only known at the end
	}
	o, ok := g.o.Known(c, r.Print())
	if ok {
		if g.known == nil {
			g.known = map[*orgkinds.Remote]schema.Object{}
		}
		g.known[r] = o
	}
	return ok
}

// keepWhenRead makes the last of an object's jobs pass the object to Keep.
func (g *inventoryReading) keepWhenRead(r *orgkinds.Remote, jobs []orgkinds.PartJob) {
	if g.o.Keep == nil || len(jobs) == 0 || r.Kind.ReadParts != nil {
		return
	}
	print := r.Print()
	var left atomic.Int64
	left.Store(int64(len(jobs)))
	for i := range jobs {
		run := jobs[i].Run
		jobs[i].Run = func(ctx context.Context) error {
			err := run(ctx)
			if err != nil {
				return err // Keep is not called
			}
			if left.Add(-1) == 0 {
				r.RefreshNames(g.c.Org)
				if o, err := r.Object(); err == nil {
					g.o.Keep(o, print)
				}
			}
			return nil
		}
	}
}

func gapOf(part orgkinds.PartJob, cause error) *schema.Gap {
	r := part.Remote
	return &schema.Gap{Kind: r.Kind.Name, ID: r.ID(), Name: r.Name(), Part: part.Part, Cause: cause.Error(), Denied: okta.Denied(cause)}
}

// checkGone distinguishes an object that was deleted while the org was read from a part that it
// does not have.
func (g *inventoryReading) checkGone(ctx context.Context, part orgkinds.PartJob) error {
	r := part.Remote
	_, err := r.Kind.Get(ctx, g.c.Org, r.ID())
	switch {
	case okta.NotFound(err):
		if g.gone == nil {
			g.gone = map[string]bool{}
		}
		g.gone[r.ID()] = true
	case err == nil:
		g.inv.Gaps = append(g.inv.Gaps, schema.Gap{Kind: r.Kind.Name, ID: r.ID(), Name: r.Name(), Part: part.Part, Cause: "the org answers that it isn't there (404)"})
	case okta.Refusal(err) == nil:
		return err
	}
	return nil
}

// people reads users who are in lists and have no admin roles: all of them, or only those whose
// logins the lists do not show.
func (g *inventoryReading) people(ctx context.Context, remotes []*orgkinds.Remote) ([]*orgkinds.Remote, error) {
	known := map[string]bool{}
	for _, r := range remotes {
		known[r.ID()] = true
	}
	var ids []string
	for _, r := range remotes {
		for _, id := range g.users(r) {
			if _, named := g.c.NameKnown(id); !known[id] && (g.o.People || !named) {
				known[id] = true
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	people, err := g.c.Users(ctx, ids)
	if refused := okta.Refusal(err); refused != nil {
		g.inv.Gaps = append(g.inv.Gaps, schema.Gap{Kind: "user", Cause: refused.Error(), Denied: okta.Denied(refused)})
		return nil, nil
	}
	for _, r := range people {
		r.Complete = true // the org has listed all users with admin roles
	}
	return people, err
}

// users lists the ids of the users whom an object names.
func (g *inventoryReading) users(r *orgkinds.Remote) (ids []string) {
	o, known := g.known[r]
	if !known {
		return r.Users()
	}
	r.Kind.EachRef(o.Value, func(ref cty.Value) {
		if id := schema.Text(ref.GetAttr("id")); strings.HasPrefix(id, orgkinds.UserIDPrefix) {
			ids = append(ids, id)
			g.c.Remember(id, schema.Text(ref.GetAttr("name")))
		}
	})
	return ids
}

// objects converts what was read to objects in a fixed order.
func (g *inventoryReading) objects(remotes []*orgkinds.Remote) error {
	unread := map[string][]string{}
	for i, gap := range g.gaps {
		if gap != nil {
			key := g.asked[i].Remote.Kind.Name + " " + g.asked[i].Remote.ID()
			unread[key] = append(unread[key], g.asked[i].Part)
		}
	}
	remotes = slices.DeleteFunc(remotes, func(r *orgkinds.Remote) bool { return g.gone[r.ID()] })
	slices.SortFunc(remotes, func(a, b *orgkinds.Remote) int {
		return cmp.Or(cmp.Compare(a.Kind.Name, b.Kind.Name), cmp.Compare(a.ID(), b.ID()))
	})
	for i, r := range remotes {
		if object, ok := g.known[r]; ok {
			g.inv.Objects = append(g.inv.Objects, object)
			continue
		}
		r.RefreshNames(g.c.Org)
		object, err := r.Object()
		if err != nil {
			g.inv.Gaps = append(g.inv.Gaps, schema.Gap{Kind: r.Kind.Name, ID: r.ID(), Name: r.Name(), Cause: err.Error()})
			continue
		}
		g.inv.Gaps = append(g.inv.Gaps, r.Unexpressed()...)
		object.Value = r.Kind.WithoutParts(object.Value, unread[r.Kind.Name+" "+r.ID()])
		g.inv.Objects = append(g.inv.Objects, object)
		remotes[i] = nil // release it: thousands of documents use more memory than their objects
	}
	slices.SortStableFunc(g.inv.Gaps, func(a, b schema.Gap) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Part, b.Part))
	})
	slices.SortFunc(g.inv.Others, func(a, b schema.Other) int { return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID)) })
	return nil
}

package kinds

import (
	"context"
	"fmt"
	"net/http"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// PartJob reads a part of an object that is not in its document.
type PartJob struct {
	okta.Job
	Remote *Remote
	Part   string
}

// PartJobs returns the jobs that read all parts of an object for an inventory, including unmanaged
// ones, and its groups claim if claims is set. It omits lists of members with more than most
// elements; if a job finds such a list, it fails with a *TooMany.
func (o *Org) PartJobs(r *Remote, most int, claims bool) (jobs []PartJob) {
	k := r.Kind
	r.Complete = true
	add := func(part, path string, run func(ctx context.Context) error) {
		jobs = append(jobs, PartJob{okta.Job{Bucket: o.Bucket(http.MethodGet, path), N: 1, Run: run}, r, part})
	}
	if k.Attr(ScopesAttr) != nil {
		add(ScopesAttr, grantsPath("ID"), func(ctx context.Context) (err error) {
			r.grants, err = o.listGrants(ctx, r.ID())
			return err
		})
	}
	if k.Principal != nil && !r.withoutRoles() {
		at := k.Principal(r)
		add(RoleBlock, at.Path, func(ctx context.Context) (err error) {
			r.roles, err = o.listRoles(ctx, at)
			return err
		})
	}
	if k.ReadParts != nil {
		add(k.PartList()[0].Name, k.Collection, func(ctx context.Context) error { return o.ReadParts(ctx, r) })
	}
	if k.Block(SecretBlock) != nil {
		r.secrets = []secret{}
		if r.UsesSecret() {
			add(SecretBlock, SecretsPath("ID"), func(ctx context.Context) (err error) {
				r.secrets, err = o.listSecrets(ctx, r.ID(), nil)
				return err
			})
		}
	}
	if r.policyLink() != "" && k.Attr(policyAttr) != nil {
		add(policyAttr, policiesPath, func(ctx context.Context) error { return o.readPolicy(ctx, r) })
	}
	if claims && HasClaim(k.Kind) && o.HasAPIToken() {
		add(claimBlock, ClaimPath, func(ctx context.Context) error { return o.readClaim(ctx, r) })
	}
	for _, m := range k.Memberships {
		if n := memberCount(r.Doc); n > most || n == 0 {
			r.setMembers(m.Attr, nil)
			if n > 0 {
				add(m.Attr, m.Path, func(context.Context) error { return &TooMany{n} })
				jobs[len(jobs)-1].N = 0
			}
			continue
		}
		add(m.Attr, m.Path, func(ctx context.Context) error { return o.readMembers(ctx, r, m, most) })
	}
	return jobs
}

// withoutRoles reports whether a group is known to have no admin roles.
func (r *Remote) withoutRoles() bool { return r.Kind.HasRoles != nil && !r.Kind.HasRoles(r.Doc) }

// readMembers reads a list of members with their details.
func (o *Org) readMembers(ctx context.Context, r *Remote, m Membership, most int) error {
	members, whole, err := m.upTo(ctx, o, r.ID(), most)
	switch {
	case err != nil:
		return err
	case !whole:
		return &TooMany{most}
	}
	list := make([]named, 0, len(members))
	for i := range members {
		delete(members[i].doc, "_embedded")
		delete(members[i].doc, "_links")
		list = append(list, members[i].named)
	}
	r.setMembers(m.Attr, list)
	if block := r.Kind.Details(m.Attr); block != nil {
		r.lock.Lock()
		defer r.lock.Unlock()
		if r.details == nil {
			r.details = map[string][]member{}
		}
		r.details[block.Type] = members
	}
	return nil
}

// TooMany is the error for a list of members that is too long for an inventory.
type TooMany struct{ More int }

func (e *TooMany) Error() string {
	return fmt.Sprintf("there are %d or more of them", e.More)
}

// Inexpressible is the error for a part that the language cannot express.
type Inexpressible struct{ Why string }

func (e *Inexpressible) Error() string { return e.Why }

// WithoutParts returns the value with null for parts that were not read.
func (k *Kind) WithoutParts(value schema.Value, parts []string) schema.Value {
	none := schema.Values{}
	for _, part := range parts {
		none[part] = value.GetAttr(part)
		if block := k.Details(part); block != nil {
			none[block.Type] = value.GetAttr(block.Type)
		}
	}
	for name := range none {
		none[name] = nullOf(none[name])
	}
	return value.With(none)
}

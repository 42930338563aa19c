package session

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Reading is what a plan needs to know about the org: the queries and their results.
type Reading struct {
	Lookups []schema.Lookup // of data blocks
	Query   schema.Query
	Found   *schema.Snapshot
}

// Read reads what a plan needs to know about the org.
func (s *Session) Read(ctx context.Context, o plan.Options) (*Reading, error) {
	r := &Reading{}
	data, err := s.lookUp(o.Destroy, func(lookups []schema.Lookup) ([]schema.LookupResult, error) {
		r.Lookups = append(r.Lookups, lookups...)
		return s.Client.LookUp(ctx, lookups)
	})
	if err != nil {
		return nil, err
	}
	r.Query = s.query(data, o)
	read := s.Client.Read
	if s.ReadOrg != nil {
		read = s.ReadOrg
	}
	if r.Found, err = read(ctx, r.Query); err != nil {
		return nil, err
	}
	r.Found.Data = data
	return r, nil
}

// Plan reads the org, plans, and checks the plan.
func (s *Session) Plan(ctx context.Context, o plan.Options) (*plan.Plan, error) {
	r, err := s.Read(ctx, o)
	if err != nil {
		return nil, err
	}
	o.Now = func() (time.Time, error) { return s.Now(ctx) }
	o.UnfinishedRoles = func() (map[string][]string, error) { return s.Client.ReplacedRoles(ctx, s.Config.Owner) }
	p, err := s.make(r.Found, o)
	if err != nil {
		return nil, err
	}
	diags, err := p.Check(ctx, directory{s.Client})
	if err != nil {
		return nil, err
	}
	if err := s.Failed(diags); err != nil {
		return nil, err
	}
	return p, nil
}

// PlanFrom plans with a snapshot file. It does not use the org, so the plan can only be shown.
func (s *Session) PlanFrom(kept *plan.SnapshotFile, o plan.Options) (*plan.Plan, error) {
	data, err := s.lookUp(o.Destroy, func(lookups []schema.Lookup) ([]schema.LookupResult, error) {
		found, diags := kept.LookUp(lookups)
		return found, s.Failed(diags)
	})
	if err != nil {
		return nil, err
	}
	q := s.query(data, o)
	if err := kept.Fits(q); err != nil {
		return nil, err
	}
	kept.Snapshot.Data = data
	p, err := s.make(kept.Snapshot, o)
	if err != nil {
		return nil, err
	}
	p.Notes = append(kept.Notes(q), p.Notes...)
	return p, nil
}

// query returns what a plan needs to know about the org, besides data sources.
func (s *Session) query(data map[string]*schema.Object, o plan.Options) schema.Query {
	eval := s.Config.Evaluate(plan.KnownData(data))
	declared, _ := eval.All()
	identity, _ := eval.Identity()
	return plan.Query(declared, identity, o)
}

// make plans with a snapshot.
func (s *Session) make(snapshot *schema.Snapshot, o plan.Options) (*plan.Plan, error) {
	p, diags := plan.Make(s.Config, snapshot, o)
	if err := s.Failed(diags); err != nil {
		return nil, err
	}
	s.warn(diags)
	p.Credential = string(s.Credential)
	return p, nil
}

// lookUp resolves the configuration's data blocks with find. One may depend on the result of
// another, so it repeats until there is nothing new to find. When destroying, missing objects are
// not an error.
func (s *Session) lookUp(destroy bool, find func([]schema.Lookup) ([]schema.LookupResult, error)) (map[string]*schema.Object, error) {
	data := map[string]*schema.Object{}
	if destroy {
		s.Config.IgnoreConditions()
	}
	for {
		eval := s.Config.Evaluate(plan.KnownData(data))
		lookups, diags := eval.Lookups()
		if err := s.Failed(diags); err != nil {
			return nil, err
		}
		if len(lookups) == 0 {
			return data, s.unfound(eval.UnresolvedData(), destroy)
		}
		results, err := find(lookups)
		if err != nil {
			return nil, err
		}
		found, diags := plan.ResolveLookups(results)
		maps.Copy(data, found)
		if diags.HasErrors() {
			return data, s.unfound(diags, destroy)
		}
	}
}

func (s *Session) unfound(diags hcl.Diagnostics, destroy bool) error {
	if destroy {
		return nil
	}
	return s.Failed(diags)
}

// directory answers the checks of a plan with a client.
type directory struct{ *org.Client }

// SuperAdmins returns the people who are super admins.
func (d directory) SuperAdmins(ctx context.Context) ([]plan.SuperAdmin, error) {
	found, err := d.Client.SuperAdmins(ctx)
	var list []plan.SuperAdmin
	for _, admin := range found {
		list = append(list, plan.SuperAdmin(admin))
	}
	return list, err
}

// Dependents returns the dependents of an object.
func (d directory) Dependents(ctx context.Context, kind, id string) ([]plan.Dependent, error) {
	found, err := d.Client.Dependents(ctx, kind, id)
	var list []plan.Dependent
	for _, user := range found {
		list = append(list, plan.Dependent(user))
	}
	return list, err
}

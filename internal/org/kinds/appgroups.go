package kinds

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// This file reads the groups of many apps.
//
// They can be read app by app (/apps/{id}/groups), in the bucket that grants and keys share, which
// is the scarcest. Or they can be read group by group (/groups/{id}/apps), in a bucket with a
// higher limit; then for all groups of the org, because an undeclared group may have been assigned.
// The faster way is used.
//
// From the groups' side only active apps are read, because Okta does not document whether it lists
// others there; and only if the principal sees the group Everyone, because an admin of some groups
// does not see the others.

const (
	groupsAttr = "assigned_groups"
	everyone   = "Everyone"
)

// canShareGroups reports whether the app's groups can be read from the groups' side.
func (r *Remote) canShareGroups() bool {
	return r.Kind.Attr(groupsAttr) != nil && okta.Text(r.Doc, "status") == "ACTIVE"
}

// groupsOfApps returns the jobs that read the groups of the apps. load is the load of the other
// jobs.
func (o *Org) groupsOfApps(ctx context.Context, apps []*Remote, load schema.Load) ([]okta.Job, error) {
	groups, err := o.groupsToList(ctx, len(apps), load)
	if err != nil {
		return nil, err
	}
	if groups == nil {
		var jobs []okta.Job
		for _, r := range apps {
			jobs = append(jobs, o.groupsOfApp(r))
		}
		return jobs, nil
	}
	shared := &sharedGroups{o: o, apps: map[string]*Remote{}}
	for _, r := range apps {
		shared.apps[r.ID()] = r
		r.setMembers(groupsAttr, nil) // read, with none found so far
	}
	var jobs []okta.Job
	for _, group := range groups {
		jobs = append(jobs, okta.Job{Bucket: o.Bucket(http.MethodGet, groupsPath+"/ID/apps"), N: 1, Run: func(ctx context.Context) error {
			return shared.read(ctx, group)
		}})
	}
	return jobs, nil
}

func (o *Org) groupsOfApp(r *Remote) okta.Job {
	return okta.Job{Bucket: o.Bucket(http.MethodGet, appsPath+"/ID/groups"), N: 1, Run: func(ctx context.Context) error {
		list, err := listAppGroups(ctx, o, r.ID())
		r.setMembers(groupsAttr, list)
		return err
	}}
}

// groupsToList returns all groups of the org; nil if it takes less time to read the groups
// of n apps one by one, or if there may be groups that the principal cannot see.
func (o *Org) groupsToList(ctx context.Context, n int, load schema.Load) ([]named, error) {
	budget := o.Roomier(load, n, o.Bucket(http.MethodGet, appsPath), o.Bucket(http.MethodGet, groupsPath))
	if budget < 2 {
		return nil, nil
	}
	var groups []named
	all := false
	err := o.EachPage(ctx, o.ListPage(groupsPath, "limit=200"), func(page []map[string]any) bool {
		for _, doc := range page {
			group := named{okta.Text(doc, "id"), okta.Text(doc, "profile", "name")}
			all = all || group.name == everyone && okta.Text(doc, "type") == "BUILT_IN"
			o.Remember(group.id, group.name)
			groups = append(groups, group)
		}
		return len(groups) <= budget
	})
	var refused *okta.Error
	if errors.As(err, &refused) {
		return nil, nil // the apps' side may still work
	}
	if err != nil || !all || len(groups) > budget {
		return nil, err
	}
	return groups, nil
}

// sharedGroups collects the groups of apps from the groups' side.
type sharedGroups struct {
	o    *Org
	apps map[string]*Remote
	once sync.Once
	err  error
	mu   sync.Mutex
	lost bool // whether a group's apps could not be read, so that each app's groups are read instead
}

// read adds a group to the apps that it is assigned to.
func (s *sharedGroups) read(ctx context.Context, group named) error {
	type document struct {
		ID string `json:"id"`
	}
	docs, err := okta.ListOf[document](ctx, s.o.Client, groupsPath+"/"+url.PathEscape(group.id)+"/apps", "limit=200")
	var refused *okta.Error
	switch {
	case okta.NotFound(err):
		return nil // deleted meanwhile
	case errors.As(err, &refused):
		return s.readFromApps(ctx)
	case err != nil:
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost {
		return nil
	}
	for _, doc := range docs {
		if r := s.apps[doc.ID]; r != nil {
			r.setMembers(groupsAttr, append(r.membersOf(groupsAttr), group))
		}
	}
	return nil
}

// readFromApps reads the groups of all apps from the apps' side instead.
func (s *sharedGroups) readFromApps(ctx context.Context) error {
	s.once.Do(func() {
		s.mu.Lock()
		s.lost = true
		s.mu.Unlock()
		var jobs []okta.Job
		for _, r := range s.apps {
			jobs = append(jobs, s.o.groupsOfApp(r))
		}
		s.err = okta.RunJobs(ctx, jobs)
	})
	return s.err
}

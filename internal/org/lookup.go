package org

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"golang.org/x/sync/errgroup"
)

// LookUp finds what data blocks ask for: users, groups and apps by one call each,
// custom roles, resource sets and network zones by one list call for all of
// them.
func (c *Client) LookUp(ctx context.Context, lookups []schema.Lookup) ([]schema.Found, error) {
	f := &finder{c: c, lists: map[string]func() ([]map[string]any, error){}}
	for source, list := range map[string]func() ([]map[string]any, error){
		"custom_role":  func() ([]map[string]any, error) { return c.WrappedList(ctx, iamPath+"/roles", "roles") },
		"resource_set": func() ([]map[string]any, error) { return c.WrappedList(ctx, iamPath+"/resource-sets", "resource-sets") },
		"network_zone": func() ([]map[string]any, error) { return c.List(ctx, "/api/v1/zones", "limit=200") },
	} {
		f.lists[source] = sync.OnceValues(list)
	}
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(okta.MaxJobsPerBucket)
	found := make([]schema.Found, len(lookups))
	for i, l := range lookups {
		work.Go(crash.Safe(func() (err error) {
			if found[i], err = f.find(ctx, l); err != nil {
				return fmt.Errorf("looking up %s: %w", l.Addr, err)
			}
			return nil
		}))
	}
	return found, work.Wait()
}

// finder holds the lists that several lookups share.
type finder struct {
	c     *Client
	lists map[string]func() ([]map[string]any, error)
}

func (f *finder) find(ctx context.Context, l schema.Lookup) (schema.Found, error) {
	docs, err := f.candidates(ctx, l)
	if err != nil && !okta.NotFound(err) {
		return schema.Found{}, err
	}
	out := schema.Found{Lookup: l}
	var names []string
	for _, doc := range docs {
		object, err := (&remote{kind: l.Kind, doc: doc}).object()
		if err != nil {
			return out, err
		}
		object.Complete = true
		name := text(object.Value.GetAttr(l.Kind.Label))
		f.c.remember(object.ID, name)
		names = append(names, name)
		switch {
		case l.By == "id" && object.ID == l.Value, l.By != "id" && isMeant(l, name):
			out.Objects = append(out.Objects, object)
		}
	}
	if len(out.Objects) > 0 {
		return out, nil
	}
	out.Similar = names
	if len(names) == 0 && l.By != "id" {
		out.Similar = f.beginningLike(ctx, l)
	}
	return out, nil
}

// isMeant compares a name as Okta does: labels of apps and names of zones to
// the letter, what is unique in an org whatever the case.
func isMeant(l schema.Lookup, name string) bool {
	if declared := schema.KindNamed(l.Kind.Source()); declared != nil && declared.Unique {
		return strings.EqualFold(name, l.Value)
	}
	return name == l.Value
}

// candidates asks for the objects that the lookup may mean.
func (f *finder) candidates(ctx context.Context, l schema.Lookup) ([]map[string]any, error) {
	source := l.Kind.Source()
	if list, ok := f.lists[source]; ok {
		return list()
	}
	one := func(doc map[string]any, err error) ([]map[string]any, error) {
		if err != nil {
			return nil, err
		}
		return []map[string]any{doc}, nil
	}
	switch {
	case source == "user" && l.By == "id":
		return one(users{c: f.c}.get(ctx, l.Value))
	case source == "user":
		user, err := f.c.findUser(ctx, l.Value)
		if err != nil || user == nil {
			return nil, err
		}
		return one(user.doc, nil)
	case source == "group" && l.By == "id":
		return one(groups{c: f.c}.get(ctx, l.Value))
	case source == "group":
		return f.c.groupsNamed(ctx, l.Value)
	case l.By == "id":
		return one(apps{c: f.c}.get(ctx, l.Value))
	}
	return f.c.List(ctx, appsPath, "limit=200&q="+url.QueryEscape(l.Value))
}

// beginningLike lists the names that begin like one that isn't there, for a
// hint. That it can't is no failure.
func (f *finder) beginningLike(ctx context.Context, l schema.Lookup) []string {
	letters := []rune(l.Value)
	query := "limit=100&q=" + url.QueryEscape(string(letters[:min(3, len(letters))]))
	docs, err := f.c.List(ctx, "/api/v1/"+l.Kind.Source()+"s", query)
	if err != nil {
		return nil
	}
	var names []string
	for _, doc := range docs {
		names = append(names, (&remote{kind: l.Kind, doc: doc}).name())
	}
	return names
}

package org

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// LookUp resolves data blocks: users, groups and apps with one call each; custom roles, resource
// sets and network zones with one list for all.
func (c *Client) LookUp(ctx context.Context, lookups []schema.Lookup) ([]schema.LookupResult, error) {
	f := &finder{c: c, lists: map[string]func() ([]map[string]any, error){}}
	for _, k := range orgkinds.All() {
		if k.Lookup != nil && k.Lookup.All != nil {
			f.lists[k.Lookup.Source] = sync.OnceValues(func() ([]map[string]any, error) { return k.Lookup.All(ctx, c.Org) })
		}
	}
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(okta.MaxJobsPerBucket)
	found := make([]schema.LookupResult, len(lookups))
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

func (f *finder) find(ctx context.Context, l schema.Lookup) (schema.LookupResult, error) {
	docs, err := f.candidates(ctx, l)
	if err != nil && !okta.NotFound(err) {
		return schema.LookupResult{}, err
	}
	out := schema.LookupResult{Lookup: l}
	var names []string
	for _, doc := range docs {
		object, err := (&orgkinds.Remote{Kind: &orgkinds.Kind{Kind: l.Kind}, Doc: doc}).Object()
		if err != nil {
			return out, err
		}
		object.Complete = true
		name := schema.Text(object.Value.GetAttr(l.Kind.Label))
		f.c.Remember(object.ID, name)
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
	if _, all := f.lists[l.Kind.Source()]; !all && len(names) == 0 && l.By != "id" {
		out.Similar = f.beginningLike(ctx, l)
	}
	return out, nil
}

// isMeant compares a name as Okta does: exactly for labels of apps and names of zones, ignoring
// case for names that are unique in an org.
func isMeant(l schema.Lookup, name string) bool {
	if declared := kinds.Named(l.Kind.Source()); declared != nil && declared.Unique {
		return strings.EqualFold(name, l.Value)
	}
	return name == l.Value
}

// candidates returns the objects that the lookup may mean.
func (f *finder) candidates(ctx context.Context, l schema.Lookup) ([]map[string]any, error) {
	source := l.Kind.Source()
	if list, ok := f.lists[source]; ok {
		return list()
	}
	how := orgkinds.LookupOf(source)
	if l.By != "id" {
		return how.ByName(ctx, f.c.Org, l.Value)
	}
	doc, err := how.ByID(ctx, f.c.Org, l.Value)
	if err != nil {
		return nil, err
	}
	return []map[string]any{doc}, nil
}

// beginningLike returns names with the same beginning as a missing one, for a hint. Failures are
// ignored.
func (f *finder) beginningLike(ctx context.Context, l schema.Lookup) []string {
	letters := []rune(l.Value)
	query := "limit=100&q=" + url.QueryEscape(string(letters[:min(3, len(letters))]))
	docs, err := f.c.List(ctx, orgkinds.LookupOf(l.Kind.Source()).Collection, query)
	if err != nil {
		return nil
	}
	var names []string
	for _, doc := range docs {
		names = append(names, (&orgkinds.Remote{Kind: &orgkinds.Kind{Kind: l.Kind}, Doc: doc}).Name())
	}
	return names
}

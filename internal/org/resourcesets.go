package org

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/zclconf/go-cty/cty"
)

// resourceSets are what assignments of custom roles are limited to
// (/api/v1/iam/resource-sets).
type resourceSets struct {
	c    *Client
	kind *schema.Kind
}

// resourceEntry is one resource of a set: its id in the set, and its Okta
// resource name.
type resourceEntry struct{ id, orn string }

func (e resourceEntry) resource() schema.Resource {
	r, err := schema.ParseResource(e.orn)
	if err != nil { // not a name that we know; shown as it is
		return schema.Resource{Attr: "resources", Value: e.orn}
	}
	return r
}

func (c *Client) listResourceSets(ctx context.Context) ([]*remote, error) {
	return c.listIAM(ctx, "resource_set", "/resource-sets", "resource-sets")
}

func (s resourceSets) path(id string) string { return iamPath + "/resource-sets/" + url.PathEscape(id) }

func (s resourceSets) get(ctx context.Context, id string) (map[string]any, error) {
	return s.c.Document(ctx, s.c.Request(http.MethodGet, s.path(id), nil))
}

func (s resourceSets) create(ctx context.Context, doc map[string]any, want schema.Value) (map[string]any, error) {
	resources, err := s.wanted(want)
	if err != nil {
		return nil, err
	}
	send, err := s.names(ctx, resources)
	if err != nil {
		return nil, err
	}
	body := map[string]any{"label": doc["label"], "description": doc["description"], "resources": send}
	return s.c.Document(ctx, s.c.Request(http.MethodPost, iamPath+"/resource-sets", body))
}

// update takes resources out of the set before it puts others in, unless none
// would be left in between.
func (s resourceSets) update(ctx context.Context, now *remote, doc map[string]any, want schema.Value) error {
	wanted, err := s.wanted(want)
	if err != nil {
		return err
	}
	stays := func(r resourceEntry) bool {
		return slices.Contains(wanted, r.resource())
	}
	kept := slices.ContainsFunc(now.resources, stays)
	if kept {
		if err := s.drop(ctx, now, stays); err != nil {
			return err
		}
	}
	if doc != nil {
		body := map[string]any{"label": doc["label"], "description": doc["description"]}
		if _, err := s.c.Call(ctx, s.c.Request(http.MethodPut, s.path(now.id()), body)); err != nil {
			return err
		}
	}
	missing := slices.DeleteFunc(slices.Clone(wanted), func(w schema.Resource) bool {
		return slices.ContainsFunc(now.resources, func(r resourceEntry) bool { return w == r.resource() })
	})
	if len(missing) > 0 {
		send, err := s.names(ctx, missing)
		if err != nil {
			return err
		}
		body := map[string]any{"additions": send}
		if _, err := s.c.Call(ctx, okta.Repeatable(s.c.Request(http.MethodPatch, s.path(now.id())+"/resources", body))); err != nil {
			return err
		}
	}
	if !kept {
		return s.drop(ctx, now, stays)
	}
	return nil
}

func (s resourceSets) drop(ctx context.Context, now *remote, stays func(resourceEntry) bool) error {
	for _, r := range now.resources {
		if stays(r) {
			continue
		}
		if _, err := s.c.Call(ctx, s.c.Request(http.MethodDelete, s.path(now.id())+"/resources/"+url.PathEscape(r.id), nil)); err != nil && !okta.NotFound(err) {
			return err
		}
	}
	return nil
}

func (s resourceSets) remove(ctx context.Context, now *remote, _ string) error {
	_, err := s.c.Call(ctx, s.c.Request(http.MethodDelete, s.path(now.id()), nil))
	return err
}

func (resourceSets) principal(*remote) (string, string) { return "", "" }
func (resourceSets) memberships() []membership          { return nil }

// details reads the resources.
func (s resourceSets) details(ctx context.Context, now *remote) error {
	docs, err := s.c.WrappedList(ctx, s.path(now.id())+"/resources", "resources")
	if err != nil {
		return err
	}
	now.resources = nil
	for _, doc := range docs {
		now.resources = append(now.resources, resourceEntry{okta.Text(doc, "id"), okta.Text(doc, "orn")})
	}
	return nil
}

func (s resourceSets) values(now *remote) map[string]cty.Value {
	refsOf := map[string][]named{}
	texts := map[string][]cty.Value{}
	for _, entry := range now.resources {
		r := entry.resource()
		if schema.IsRef(s.kind.Attr(r.Attr).Type) {
			refsOf[r.Attr] = append(refsOf[r.Attr], named{r.Value, s.c.nameOf(r.Value)})
		} else {
			texts[r.Attr] = append(texts[r.Attr], cty.StringVal(r.Value))
		}
	}
	out := map[string]cty.Value{}
	for _, attr := range schema.ResourceAttrs() {
		switch {
		case schema.IsRef(s.kind.Attr(attr).Type):
			out[attr] = refs(refsOf[attr])
		case len(texts[attr]) > 0:
			out[attr] = cty.ListVal(texts[attr])
		default:
			out[attr] = cty.ListValEmpty(cty.String)
		}
	}
	return out
}

// wanted lists the resources that the set is to hold.
func (s resourceSets) wanted(want schema.Value) ([]schema.Resource, error) {
	var out []schema.Resource
	for _, attr := range schema.ResourceAttrs() {
		if schema.IsRef(s.kind.Attr(attr).Type) {
			list, err := ids(want.GetAttr(attr))
			if err != nil {
				return nil, err
			}
			for _, id := range list {
				out = append(out, schema.Resource{Attr: attr, Value: id})
			}
			continue
		}
		for it := want.GetAttr(attr).ElementIterator(); it.Next(); {
			_, v := it.Element()
			out = append(out, schema.Resource{Attr: attr, Value: text(v)})
		}
	}
	return out, nil
}

// names is what is sent for resources: a URL where there is one, which needs
// neither the partition nor the org's id.
func (s resourceSets) names(ctx context.Context, resources []schema.Resource) ([]string, error) {
	out := []string{}
	for _, r := range resources {
		if path := r.Path(); path != "" {
			out = append(out, s.c.URL()+path)
			continue
		}
		id, err := s.c.OrgID(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, r.ORN(s.c.partition(), id))
	}
	return out, nil
}

// partition is the first part of the names of the org's resources.
func (c *Client) partition() string {
	if u, err := url.Parse(c.URL()); err == nil && strings.HasSuffix(u.Hostname(), ".oktapreview.com") {
		return "oktapreview"
	}
	return "okta"
}

package org

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

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

func (c *Client) listResourceSets(ctx context.Context) ([]*remote, error) {
	return c.listIAM(ctx, "resource_set", "/resource-sets", "resource-sets")
}

func (s resourceSets) path(id string) string { return iamPath + "/resource-sets/" + url.PathEscape(id) }

func (s resourceSets) get(ctx context.Context, id string) (map[string]any, error) {
	return s.c.document(ctx, s.c.raw(http.MethodGet, s.path(id), nil))
}

func (s resourceSets) create(ctx context.Context, doc map[string]any, want cty.Value) (map[string]any, error) {
	resources, err := s.wanted(want)
	if err != nil {
		return nil, err
	}
	send := []string{}
	for _, r := range resources {
		send = append(send, r.send)
	}
	body := map[string]any{"label": doc["label"], "description": doc["description"], "resources": send}
	return s.c.document(ctx, s.c.raw(http.MethodPost, iamPath+"/resource-sets", body))
}

// update takes resources out of the set before it puts others in, unless none
// would be left in between.
func (s resourceSets) update(ctx context.Context, now *remote, doc map[string]any, want cty.Value) error {
	wanted, err := s.wanted(want)
	if err != nil {
		return err
	}
	stays := func(r resourceEntry) bool {
		return slices.ContainsFunc(wanted, func(w wantedResource) bool { return w.orn == normalORN(r.orn) })
	}
	kept := slices.ContainsFunc(now.resources, stays)
	if kept {
		if err := s.drop(ctx, now, stays); err != nil {
			return err
		}
	}
	if doc != nil {
		body := map[string]any{"label": doc["label"], "description": doc["description"]}
		if _, err := s.c.ask(ctx, s.c.raw(http.MethodPut, s.path(now.id()), body)); err != nil {
			return err
		}
	}
	var missing []string
	for _, w := range wanted {
		if !slices.ContainsFunc(now.resources, func(r resourceEntry) bool { return w.orn == normalORN(r.orn) }) {
			missing = append(missing, w.send)
		}
	}
	if len(missing) > 0 {
		body := map[string]any{"additions": missing}
		if _, err := s.c.ask(repeatable(ctx), s.c.raw(http.MethodPatch, s.path(now.id())+"/resources", body)); err != nil {
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
		if _, err := s.c.ask(ctx, s.c.raw(http.MethodDelete, s.path(now.id())+"/resources/"+url.PathEscape(r.id), nil)); err != nil && !notFound(err) {
			return err
		}
	}
	return nil
}

func (s resourceSets) remove(ctx context.Context, now *remote, _ string) error {
	_, err := s.c.ask(ctx, s.c.raw(http.MethodDelete, s.path(now.id()), nil))
	return err
}

func (resourceSets) principal(map[string]any) (string, string) { return "", "" }
func (resourceSets) memberships() []membership                 { return nil }

// details reads the resources.
func (s resourceSets) details(ctx context.Context, now *remote) error {
	docs, err := s.c.wrapped(ctx, s.path(now.id())+"/resources", "resources")
	if err != nil {
		return err
	}
	now.resources = nil
	for _, doc := range docs {
		now.resources = append(now.resources, resourceEntry{str(doc, "id"), str(doc, "orn")})
	}
	return nil
}

// The end of a resource's ORN, after "orn:{partition}:", with the org's id left
// out, for what has an attribute of its own. Partition and id depend on the org
// and say nothing: a resource is always of the same org.
const (
	allUsers    = "directory::users"
	allGroups   = "directory::groups"
	allApps     = "idp::apps"
	usersPrefix = allUsers + ":"
	groupPrefix = allGroups + ":"
	appPrefix   = allApps + ":" + appName + ":"
	contained   = ":contained_resources"
)

// normalORN leaves the partition and the org's id out of a resource name.
func normalORN(orn string) string {
	parts := strings.Split(orn, ":")
	if len(parts) < 5 || parts[0] != "orn" {
		return orn
	}
	parts[3] = ""
	return strings.Join(parts[2:], ":")
}

func (s resourceSets) values(now *remote) map[string]cty.Value {
	refsOf := map[string][]named{}
	var all, orns []cty.Value
	for _, r := range now.resources {
		switch orn := normalORN(r.orn); {
		case orn == allUsers:
			all = append(all, cty.StringVal("users"))
		case orn == allGroups:
			all = append(all, cty.StringVal("groups"))
		case orn == allApps:
			all = append(all, cty.StringVal("apps"))
		case strings.HasPrefix(orn, groupPrefix) && strings.HasSuffix(orn, contained):
			id := strings.TrimSuffix(strings.TrimPrefix(orn, groupPrefix), contained)
			refsOf["users_of"] = append(refsOf["users_of"], named{id, s.c.nameOf(id)})
		case isOne(orn, groupPrefix):
			id := strings.TrimPrefix(orn, groupPrefix)
			refsOf["groups"] = append(refsOf["groups"], named{id, s.c.nameOf(id)})
		case isOne(orn, usersPrefix):
			id := strings.TrimPrefix(orn, usersPrefix)
			refsOf["users"] = append(refsOf["users"], named{id, s.c.nameOf(id)})
		case isOne(orn, appPrefix):
			id := strings.TrimPrefix(orn, appPrefix)
			refsOf["apps"] = append(refsOf["apps"], named{id, s.c.nameOf(id)})
		default:
			orns = append(orns, cty.StringVal(r.orn))
		}
	}
	out := map[string]cty.Value{"all": cty.ListValEmpty(cty.String), "orns": cty.ListValEmpty(cty.String)}
	for _, name := range []string{"groups", "users_of", "users", "apps"} {
		out[name] = refs(refsOf[name])
	}
	if len(all) > 0 {
		out["all"] = cty.ListVal(all)
	}
	if len(orns) > 0 {
		out["orns"] = cty.ListVal(orns)
	}
	return out
}

// isOne reports whether a resource name is a prefix and one id.
func isOne(orn, prefix string) bool {
	id, ok := strings.CutPrefix(orn, prefix)
	return ok && id != "" && !strings.Contains(id, ":")
}

// wantedResource is a resource to be in a set: its normal resource name, and
// what is sent for it. That is a URL where there is one, which needs neither
// the partition nor the org's id.
type wantedResource struct{ orn, send string }

func (s resourceSets) wanted(want cty.Value) ([]wantedResource, error) {
	var out []wantedResource
	for _, k := range []struct{ attr, prefix, path, suffix, end string }{
		{"groups", groupPrefix, "/api/v1/groups/", "", ""},
		{"users_of", groupPrefix, "/api/v1/groups/", contained, "/users"},
		{"users", usersPrefix, "/api/v1/users/", "", ""},
		{"apps", appPrefix, "/api/v1/apps/", "", ""},
	} {
		list, err := ids(want.GetAttr(k.attr))
		if err != nil {
			return nil, err
		}
		for _, id := range list {
			out = append(out, wantedResource{k.prefix + id + k.suffix, s.c.url + k.path + url.PathEscape(id) + k.end})
		}
	}
	for it := want.GetAttr("all").ElementIterator(); it.Next(); {
		_, v := it.Element()
		orn := map[string]string{"users": allUsers, "groups": allGroups, "apps": allApps}[text(v)]
		out = append(out, wantedResource{orn, s.c.url + "/api/v1/" + text(v)})
	}
	for it := want.GetAttr("orns").ElementIterator(); it.Next(); {
		_, v := it.Element()
		out = append(out, wantedResource{normalORN(text(v)), text(v)})
	}
	return out, nil
}

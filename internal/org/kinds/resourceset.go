package kinds

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Resource sets limit assignments of custom roles (/api/v1/iam/resource-sets).

const resourceSetsPath = iamPath + "/resource-sets"

func resourceSet() *Kind {
	return &Kind{
		Kind:       kinds.Named("resource_set"),
		Collection: resourceSetsPath,
		List:       listResourceSets,
		Optional:   optionalIAM,
		Get: func(ctx context.Context, o *Org, id string) (map[string]any, error) {
			return o.Document(ctx, o.Request(http.MethodGet, resourceSetPath(id), nil))
		},
		Create: createResourceSet,
		Update: updateResourceSet,
		Delete: func(ctx context.Context, o *Org, now *Remote, _ string) error {
			return o.Do(ctx, o.Request(http.MethodDelete, resourceSetPath(now.ID()), nil))
		},
		ReadParts:  readResources,
		PartValues: resourceValues,
		Lookup: &Lookup{Source: "resource_set", Collection: resourceSetsPath,
			All: func(ctx context.Context, o *Org) ([]map[string]any, error) {
				return o.WrappedList(ctx, resourceSetsPath, "resource-sets")
			}},
		Dependents: resourceSetDependents,
		Operations: Operations{Create: "POST /api/v1/iam/resource-sets", Update: "PUT /api/v1/iam/resource-sets/{resourceSetIdOrLabel}",
			Delete: "DELETE /api/v1/iam/resource-sets/{resourceSetIdOrLabel}"},
		Events: []EventEffect{
			{Targets: targetResourceSet, Types: `iam.resourceset.create`},
			{Targets: targetResourceSet, PrincipalRights: true, Types: `iam.resourceset.resources.add iam.resourceset.resources.delete
				iam.resourceset.resources.update`},
			{Targets: targetResourceSet, Renamed: true, Types: `iam.resourceset.update`},
			{Targets: targetResourceSet, Gone: true, PrincipalRights: true, Types: `iam.resourceset.delete`},
		},
	}
}

// targetResourceSet is the System Log's type of a resource set.
var targetResourceSet = []string{"RESOURCE_SET"}

// resourceEntry is one resource of a set: its id in the set, its Okta resource name (ORN), and
// whether it has conditions, which are kept as they are.
type resourceEntry struct {
	id, orn    string
	conditions bool
}

func (e resourceEntry) resource() kinds.Resource {
	r, err := kinds.ParseResource(e.orn)
	if err != nil { // an unknown name, shown as it is
		return kinds.Resource{Attr: "resources", Value: e.orn}
	}
	return r
}

func listResourceSets(ctx context.Context, o *Org) ([]*Remote, error) {
	docs, err := o.WrappedList(ctx, resourceSetsPath, "resource-sets")
	return labelled(o, Named("resource_set"), docs), err
}

func resourceSetPath(id string) string { return resourceSetsPath + "/" + url.PathEscape(id) }

func createResourceSet(ctx context.Context, o *Org, doc map[string]any, want schema.Value) (map[string]any, error) {
	resources, err := wantedResources(want)
	if err != nil {
		return nil, err
	}
	send, err := resourceNames(ctx, o, resources)
	if err != nil {
		return nil, err
	}
	body := map[string]any{"label": doc["label"], "description": doc["description"], "resources": send}
	return o.Document(ctx, o.Request(http.MethodPost, resourceSetsPath, body))
}

// updateResourceSet removes resources from the set before it adds others, unless none would remain
// in between.
func updateResourceSet(ctx context.Context, o *Org, now *Remote, doc map[string]any, want schema.Value) error {
	wanted, err := wantedResources(want)
	if err != nil {
		return err
	}
	stays := func(r resourceEntry) bool {
		return slices.Contains(wanted, r.resource())
	}
	kept := slices.ContainsFunc(now.entries, stays)
	if kept {
		if err := dropResources(ctx, o, now, stays); err != nil {
			return err
		}
	}
	if doc != nil {
		body := map[string]any{"label": doc["label"], "description": descriptionOrLabel(doc)}
		if err := o.Do(ctx, o.Request(http.MethodPut, resourceSetPath(now.ID()), body)); err != nil {
			return err
		}
	}
	missing := slices.DeleteFunc(slices.Clone(wanted), func(w kinds.Resource) bool {
		return slices.ContainsFunc(now.entries, func(r resourceEntry) bool { return w == r.resource() })
	})
	if len(missing) > 0 {
		send, err := resourceNames(ctx, o, missing)
		if err != nil {
			return err
		}
		body := map[string]any{"additions": send}
		if err := o.Do(ctx, okta.Repeatable(o.Request(http.MethodPatch, resourceSetPath(now.ID())+"/resources", body))); err != nil {
			return err
		}
	}
	if !kept {
		return dropResources(ctx, o, now, stays)
	}
	return nil
}

func dropResources(ctx context.Context, o *Org, now *Remote, stays func(resourceEntry) bool) error {
	for _, r := range now.entries {
		if stays(r) {
			continue
		}
		if err := o.Do(ctx, o.Request(http.MethodDelete, resourceSetPath(now.ID())+"/resources/"+url.PathEscape(r.id), nil)); err != nil && !okta.NotFound(err) {
			return err
		}
	}
	return nil
}

// readResources reads the resources.
func readResources(ctx context.Context, o *Org, now *Remote) error {
	docs, err := o.WrappedList(ctx, resourceSetPath(now.ID())+"/resources", "resources")
	if err != nil {
		return err
	}
	now.entries = nil
	for _, doc := range docs {
		now.entries = append(now.entries, resourceEntry{okta.Text(doc, "id"), okta.Text(doc, "orn"), len(okta.Object(doc, "conditions")) > 0})
	}
	return nil
}

// Unexpressed returns what the language has no attribute for.
func (r *Remote) Unexpressed() (gaps []schema.Gap) {
	for _, entry := range r.entries {
		if entry.conditions {
			gaps = append(gaps, schema.Gap{Kind: r.Kind.Name, ID: r.ID(), Name: r.Name(), Part: "the condition of a resource", Stays: true,
				Cause: "the language has none for " + entry.orn + ", so it stays as it is"})
		}
	}
	return gaps
}

func resourceValues(o *Org, now *Remote) schema.Values {
	refsOf := map[string][]named{}
	texts := map[string][]cty.Value{}
	for _, entry := range now.entries {
		r := entry.resource()
		if schema.IsRef(now.Kind.Attr(r.Attr).Type) {
			refsOf[r.Attr] = append(refsOf[r.Attr], named{r.Value, o.NameOf(r.Value)})
		} else {
			texts[r.Attr] = append(texts[r.Attr], cty.StringVal(r.Value))
		}
	}
	out := schema.Values{}
	for _, attr := range kinds.ResourceAttrs() {
		switch {
		case schema.IsRef(now.Kind.Attr(attr).Type):
			out[attr] = refs(refsOf[attr])
		case len(texts[attr]) > 0:
			out[attr] = cty.ListVal(texts[attr])
		default:
			out[attr] = cty.ListValEmpty(cty.String)
		}
	}
	return out
}

// wantedResources returns the declared resources of the set.
func wantedResources(want schema.Value) ([]kinds.Resource, error) {
	kind := Named("resource_set")
	var out []kinds.Resource
	for _, attr := range kinds.ResourceAttrs() {
		if schema.IsRef(kind.Attr(attr).Type) {
			list, err := ids(want.GetAttr(attr))
			if err != nil {
				return nil, err
			}
			for _, id := range list {
				out = append(out, kinds.Resource{Attr: attr, Value: id})
			}
			continue
		}
		for it := want.GetAttr(attr).ElementIterator(); it.Next(); {
			_, v := it.Element()
			out = append(out, kinds.Resource{Attr: attr, Value: schema.Text(v)})
		}
	}
	return out, nil
}

// resourceNames returns what is sent for resources: a URL if there is one, because it needs neither
// the partition nor the org's id.
func resourceNames(ctx context.Context, o *Org, resources []kinds.Resource) ([]string, error) {
	out := []string{}
	for _, r := range resources {
		if path := r.Path(); path != "" {
			out = append(out, o.URL()+path)
			continue
		}
		id, err := o.OrgID(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, r.ORN(o.partition(), id))
	}
	return out, nil
}

// partition returns the first part of the org's resource names.
func (o *Org) partition() string {
	if u, err := url.Parse(o.URL()); err == nil && strings.HasSuffix(u.Hostname(), ".oktapreview.com") {
		return "oktapreview"
	}
	return "okta"
}

// setsContaining returns the resource sets that contain a group or its members.
func setsContaining(ctx context.Context, o *Org, group string) ([]Dependent, error) {
	sets, err := listResourceSets(ctx, o)
	if err != nil {
		return nil, err
	}
	var out []Dependent
	for _, set := range sets {
		if err := readResources(ctx, o, set); err != nil {
			return nil, err
		}
		for _, entry := range set.entries {
			if r := entry.resource(); r.Value == group {
				out = append(out, Dependent{set.ID(), fmt.Sprintf("the resource set %q (%s), which holds it", set.Name(), set.ID())})
				break
			}
		}
	}
	return out, nil
}

// resourceSetDependents returns the principals with a role on a resource set.
func resourceSetDependents(ctx context.Context, o *Org, id string) ([]Dependent, error) {
	bound, err := boundTo(ctx, o, id, "")
	if okta.NotFound(err) {
		return nil, nil // another run has deleted it
	}
	return bound, err
}

// customRoleDependents returns the principals with a custom role, on any resource set.
func customRoleDependents(ctx context.Context, o *Org, id string) (out []Dependent, err error) {
	sets, err := listResourceSets(ctx, o)
	for _, set := range sets {
		if err == nil {
			var more []Dependent
			more, err = boundTo(ctx, o, set.ID(), id)
			out = append(out, more...)
		}
	}
	return out, err
}

// boundTo returns the principals with a role on a resource set; role "" means any role.
func boundTo(ctx context.Context, o *Org, set, role string) ([]Dependent, error) {
	bindings := resourceSetPath(set) + "/bindings"
	roles, err := o.WrappedList(ctx, bindings, "roles")
	if err != nil {
		return nil, err
	}
	var out []Dependent
	for _, r := range roles {
		if role != "" && okta.Text(r, "id") != role {
			continue
		}
		members, err := o.WrappedList(ctx, bindings+"/"+url.PathEscape(okta.Text(r, "id"))+"/members", "members")
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			id := path.Base(okta.Text(m, "_links", "self", "href"))
			out = append(out, Dependent{id, fmt.Sprintf("%s, which has the role %s on it", o.NameOf(id), o.NameOf(okta.Text(r, "id")))})
		}
	}
	return out, nil
}

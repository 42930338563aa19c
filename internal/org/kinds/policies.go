package kinds

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

const (
	policiesPath = "/api/v1/policies"
	policyAttr   = "access_policy" // the policy that an app signs people in with
	policyLink   = "accessPolicy"  // the link to it
)

// NeedPolicies reports whether a query needs the org's policies.
func NeedPolicies(q schema.Query) bool {
	return slices.ContainsFunc(q.Objects, func(w schema.ObjectQuery) bool { return slices.Contains(w.SideData, policyAttr) })
}

// IsPolicy reports whether a part is the policy that an app signs people in with.
func IsPolicy(part string) bool { return part == policyAttr }

// Policies returns the org's authentication policies. They are listed once.
func (o *Org) Policies(ctx context.Context) ([]schema.Named, error) {
	o.policies.Lock()
	defer o.policies.Unlock()
	if o.policies.list != nil {
		return o.policies.list, nil
	}
	docs, err := o.Pages(ctx, func(ctx context.Context, after string) error {
		query := url.Values{"type": {"ACCESS_POLICY"}}
		if after != "" {
			query.Set("after", after)
		}
		return o.Request(http.MethodGet, policiesPath+"?"+query.Encode(), nil)(ctx)
	})
	if err != nil {
		return nil, err
	}
	list := []schema.Named{}
	for _, doc := range docs {
		list = append(list, schema.Named{ID: okta.Text(doc, "id"), Name: okta.Text(doc, "name")})
	}
	o.policies.list = list
	return list, nil
}

// readPolicy reads the policy that an app signs people in with. An app's document only has a link
// to it, and none in an org without Identity Engine.
func (o *Org) readPolicy(ctx context.Context, r *Remote) error {
	id := r.policyLink()
	list, err := o.Policies(ctx)
	if err != nil {
		return err
	}
	r.policy = &named{id: id, name: id}
	for _, p := range list {
		if p.ID == id {
			r.policy.name = p.Name
		}
	}
	return nil
}

func (r *Remote) policyLink() string {
	_, id, _ := strings.Cut(okta.Text(r.Doc, "_links", policyLink, "href"), "/api/v1/policies/")
	return id
}

// SetPolicy sets the policy that an app signs people in with (PUT
// /api/v1/apps/{appId}/policies/{policyId}).
func (o *Org) SetPolicy(ctx context.Context, now *Remote, want schema.Value) error {
	if now.Kind.Attr(policyAttr) == nil || want.GetAttr(policyAttr).IsNull() {
		return nil
	}
	spelled := schema.Text(want.GetAttr(policyAttr).GetAttr("id"))
	list, err := o.Policies(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(p schema.Named) bool { return p.ID == spelled })
	if i < 0 {
		i = slices.IndexFunc(list, func(p schema.Named) bool { return p.Name == spelled })
	}
	if i < 0 {
		return fmt.Errorf("the org has no authentication policy %q", spelled)
	}
	now.policy = &named{list[i].ID, list[i].Name}
	if now.policyLink() == list[i].ID {
		return nil
	}
	return o.Do(ctx, o.Request(http.MethodPut, appsPath+"/"+url.PathEscape(now.ID())+"/policies/"+url.PathEscape(list[i].ID), nil))
}

// PolicyJobs returns the jobs that read the policy of an app, if it is selected.
func (o *Org) PolicyJobs(r *Remote, s Selection) []okta.Job {
	if r.policyLink() == "" || !s.has(policyAttr) {
		return nil
	}
	return []okta.Job{{Bucket: o.Bucket(http.MethodGet, policiesPath), N: 1, Run: func(ctx context.Context) error {
		if err := o.readPolicy(ctx, r); err != nil {
			return fmt.Errorf("reading %s: %w", r.Title(), err)
		}
		return nil
	}}}
}

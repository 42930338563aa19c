package org

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

const policiesPath = "/api/v1/policies"

// listPolicies lists the org's authentication policies, once.
func (c *Client) listPolicies(ctx context.Context) ([]schema.Named, error) {
	c.policies.Lock()
	defer c.policies.Unlock()
	if c.policies.list != nil {
		return c.policies.list, nil
	}
	docs, err := c.Pages(ctx, func(ctx context.Context, after string) error {
		query := url.Values{"type": {"ACCESS_POLICY"}}
		if after != "" {
			query.Set("after", after)
		}
		return c.Request(http.MethodGet, policiesPath+"?"+query.Encode(), nil)(ctx)
	})
	if err != nil {
		return nil, err
	}
	list := []schema.Named{}
	for _, doc := range docs {
		list = append(list, schema.Named{ID: okta.Text(doc, "id"), Name: okta.Text(doc, "name")})
	}
	c.policies.list = list
	return list, nil
}

// readPolicy reads by which policy an app signs people in. An app's document has
// only a link to it, and none in an org without Identity Engine.
func (c *Client) readPolicy(ctx context.Context, r *remote) error {
	id := r.policyLink()
	list, err := c.listPolicies(ctx)
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

func (r *remote) policyLink() string {
	if r.read != nil {
		return r.read.policy
	}
	_, id, _ := strings.Cut(okta.Text(r.doc, "_links", "accessPolicy", "href"), "/api/v1/policies/")
	return id
}

// setPolicy sets the policy by which an app signs people in
// (PUT /api/v1/apps/{appId}/policies/{policyId}).
func (a apps) setPolicy(ctx context.Context, now *remote, want schema.Value) error {
	if a.kind.Attr("access_policy") == nil || want.GetAttr("access_policy").IsNull() {
		return nil
	}
	spelled := text(want.GetAttr("access_policy").GetAttr("id"))
	list, err := a.c.listPolicies(ctx)
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
	_, err = a.c.Call(ctx, a.c.Request(http.MethodPut, appsPath+"/"+url.PathEscape(now.id())+"/policies/"+url.PathEscape(list[i].ID), nil))
	return err
}

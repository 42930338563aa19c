package org

import (
	"context"
	"net/url"
	"path"
)

// AccessPolicy returns the name of an app's authentication policy: it reads the app's link
// accessPolicy, then GET /api/v1/policies/{policyId}. It is "" in an org on the Classic Engine.
func (c *Client) AccessPolicy(ctx context.Context, appID string) (string, error) {
	var app struct {
		Links struct {
			AccessPolicy struct {
				Href string `json:"href"`
			} `json:"accessPolicy"`
		} `json:"_links"`
	}
	if err := c.Get(ctx, "/api/v1/apps/"+url.PathEscape(appID), &app); err != nil || app.Links.AccessPolicy.Href == "" {
		return "", err
	}
	// Only the id is taken from the link: the org must not choose where requests go.
	link, err := url.Parse(app.Links.AccessPolicy.Href)
	if err != nil {
		return "", err
	}
	var policy struct {
		Name string `json:"name"`
	}
	err = c.Get(ctx, "/api/v1/policies/"+url.PathEscape(path.Base(link.Path)), &policy)
	return policy.Name, err
}

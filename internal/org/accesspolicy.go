package org

import (
	"context"
	"net/url"
	"path"
)

// AccessPolicy names the authentication policy of an app (its link
// accessPolicy, then GET /api/v1/policies/{policyId}). It is empty where the org
// has none: on the Classic Engine.
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
	// Of the link only the id: where requests go is not for the org to say.
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

package org

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// Client reads and writes the objects of one org. It is safe for concurrent use.
type Client struct {
	*orgkinds.Org
	lease atomic.Pointer[Lease] // held by this run; nil for none
}

// Connect returns a client. It sends nothing.
func Connect(c okta.Credentials, o okta.Options) (*Client, error) {
	client, err := okta.Connect(c, o)
	if err != nil {
		return nil, err
	}
	return &Client{Org: orgkinds.NewOrg(client)}, nil
}

// PrincipalTitle describes the principal of the credential for people; "" if it is unknown.
func (c *Client) PrincipalTitle(ctx context.Context) string {
	if c.Principal() != "" {
		return "service app " + c.Principal()
	}
	own, _ := c.OwnUser(ctx)
	if login := okta.Text(own, "profile", "login"); login != "" {
		return "user " + login
	}
	return ""
}

// SignsIn reports whether the org accepts the credential. Missing rights do not matter.
func (c *Client) SignsIn(ctx context.Context) bool { return c.SignIn(ctx) == nil }

// SignIn returns why the org does not accept the credential.
func (c *Client) SignIn(ctx context.Context) error {
	err := c.Get(ctx, "/api/v1/groups?limit=1", &[]map[string]any{})
	if refused := okta.Refusal(err); refused != nil && refused.Status == http.StatusForbidden && refused.Path == "/api/v1/groups" {
		return nil
	}
	return err
}

// RateLimits reads what is left of the org's limits of requests that list objects of some kinds, by
// path. An org that shows none has no entry.
func (c *Client) RateLimits(ctx context.Context, of []*schema.Kind) map[string]okta.RateLimit {
	limits := map[string]okta.RateLimit{}
	for _, kind := range of {
		path := orgkinds.Of(kind).Collection
		if _, read := limits[path]; read || path == "" {
			continue
		}
		answer, err := c.Call(ctx, c.Request(http.MethodGet, path+"?limit=1", nil))
		if limit, ok := okta.ReadRateLimit(answer.Header); ok && (err == nil || okta.Refusal(err) != nil) {
			limits[path] = limit
		}
	}
	return limits
}

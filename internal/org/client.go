package org

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org/kinds"
)

// Client reads and writes the objects of one org. It is safe for concurrent use.
type Client struct {
	*kinds.Org
	lease atomic.Pointer[Lease] // held by this run; nil for none
}

// Connect returns a client. It sends nothing.
func Connect(c okta.Credentials, o okta.Options) (*Client, error) {
	client, err := okta.Connect(c, o)
	if err != nil {
		return nil, err
	}
	return &Client{Org: kinds.NewOrg(client)}, nil
}

// Whom describes the principal of the credential for people; "" if it is unknown.
func (c *Client) Whom(ctx context.Context) string {
	if c.Principal() != "" {
		return "service app " + c.Principal()
	}
	if login := okta.Text(c.OwnUser(ctx), "profile", "login"); login != "" {
		return "user " + login
	}
	return ""
}

// SignsIn reports whether the org accepts the credential. That a right is missing is no matter.
func (c *Client) SignsIn(ctx context.Context) bool {
	err := c.Get(ctx, "/api/v1/groups?limit=1", &[]map[string]any{})
	refused := okta.Refusal(err)
	return err == nil || refused != nil && refused.Status == http.StatusForbidden && refused.Path == "/api/v1/groups"
}

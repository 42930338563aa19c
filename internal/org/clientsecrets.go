package org

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// ClientSecret is one of at most two client secrets of an app, without its value.
type ClientSecret struct {
	ID      string
	Active  bool
	Created time.Time
	Updated time.Time // when it was last activated, deactivated or changed
	Value   schema.Secret
}

// clientSecretDoc is a secret in the API's form.
type clientSecretDoc struct {
	ID      string    `json:"id"`
	Status  string    `json:"status"`
	Value   string    `json:"client_secret"`
	Created time.Time `json:"created"`
	Updated time.Time `json:"lastUpdated"`
}

func (d clientSecretDoc) secret() ClientSecret {
	return ClientSecret{d.ID, d.Status == "ACTIVE", d.Created, d.Updated, schema.NewSecret(d.Value)}
}

// ClientSecrets returns the secrets of an app, newest first (GET
// /api/v1/apps/{appId}/credentials/secrets).
func (c *Client) ClientSecrets(ctx context.Context, appID string) ([]ClientSecret, error) {
	var docs []clientSecretDoc
	if err := c.Get(ctx, orgkinds.SecretsPath(appID), &docs); err != nil {
		return nil, err
	}
	var list []ClientSecret
	for _, d := range slices.Backward(docs) { // Okta lists the oldest first
		list = append(list, d.secret())
	}
	slices.SortStableFunc(list, func(a, b ClientSecret) int { return b.Created.Compare(a.Created) })
	return list, nil
}

// ClientSecret returns the newest active secret of an app.
func (c *Client) ClientSecret(ctx context.Context, appID string) (schema.Secret, error) {
	list, err := c.ClientSecrets(ctx, appID)
	if err != nil {
		return schema.Secret{}, err
	}
	for _, s := range list {
		if s.Active && !s.Value.IsZero() {
			return s.Value, nil
		}
	}
	return schema.Secret{}, fmt.Errorf("app %s has no active client secret: add one in the Admin Console, or set token_endpoint_auth_method to private_key_jwt", appID)
}

// AddClientSecret adds a second secret, which Okta generates. An app can have two at most.
func (c *Client) AddClientSecret(ctx context.Context, appID string) (ClientSecret, error) {
	n, err := c.Call(ctx, c.Request(http.MethodPost, orgkinds.SecretsPath(appID), map[string]any{}))
	if err != nil {
		return ClientSecret{}, err
	}
	var made clientSecretDoc
	err = n.Decode(&made)
	return made.secret(), err
}

// DeactivateClientSecret deactivates a secret. Okta requires one active secret.
func (c *Client) DeactivateClientSecret(ctx context.Context, appID, id string) error {
	return c.Do(ctx, c.Request(http.MethodPost, orgkinds.SecretsPath(appID)+"/"+url.PathEscape(id)+"/lifecycle/deactivate", nil))
}

// DeleteClientSecret deletes an inactive secret.
func (c *Client) DeleteClientSecret(ctx context.Context, appID, id string) error {
	return c.Do(ctx, c.Request(http.MethodDelete, orgkinds.SecretsPath(appID)+"/"+url.PathEscape(id), nil))
}

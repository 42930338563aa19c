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
	"github.com/zclconf/go-cty/cty"
)

// secret is a client secret of an app, as far as anybody here has to know it
// (/api/v1/apps/{appId}/credentials/secrets).
type secret struct{ id, status, created, hash string }

// usesSecret reports whether an app has client secrets.
func (r *remote) usesSecret() bool {
	return strings.HasPrefix(r.said("token_endpoint_auth_method", "credentials", "oauthClient", "token_endpoint_auth_method"), "client_secret_")
}

// listSecrets lists the secrets of an app. The answer holds them in clear text;
// nothing of that is kept.
func (c *Client) listSecrets(ctx context.Context, appID string) ([]secret, error) {
	n, err := c.Call(ctx, c.Request(http.MethodGet, secretsPath(appID), nil))
	if err != nil {
		return nil, err
	}
	var docs []map[string]any
	if err := n.Decode(&docs); err != nil {
		return nil, err
	}
	secrets := []secret{}
	for _, doc := range docs {
		secrets = append(secrets, secret{okta.Text(doc, "id"), okta.Text(doc, "status"), okta.Text(doc, "created"), okta.Text(doc, "secret_hash")})
	}
	return secrets, nil
}

// readSecretsOnce is readSecrets for jobs beside each other that may all need it.
func (c *Client) readSecretsOnce(ctx context.Context, r *remote) (err error) {
	r.looked.Do(func() { err = c.readSecrets(ctx, r) })
	return err
}

// readSecrets reads an app's secrets. That the credential may not see them is no
// failure.
func (c *Client) readSecrets(ctx context.Context, r *remote) (err error) {
	if !r.usesSecret() {
		r.secrets = []secret{}
		return nil
	}
	if r.secrets, err = c.listSecrets(ctx, r.id()); okta.Denied(err) {
		r.unread = append(r.unread, "client secrets of "+r.title()+", for want of a right")
		return nil
	}
	return err
}

// secretBlocks brings secrets to client_secret blocks; their label is the moment
// at which they were made.
func secretBlocks(block *schema.Block, secrets []secret) cty.Value {
	var list []cty.Value
	for _, s := range secrets {
		list = append(list, cty.ObjectVal(map[string]cty.Value{
			"since": cty.StringVal(s.created), "created": cty.StringVal(s.created),
			"id": cty.StringVal(s.id), "status": cty.StringVal(s.status), "secret_hash": optional(s.hash),
		}))
	}
	if len(list) == 0 {
		return cty.ListValEmpty(block.ValueType())
	}
	return cty.ListVal(list)
}

// convergeSecrets makes an app's secrets those that are wanted. New ones are made
// before others go, so that one always works, unless there is no room. renew replaces
// all that no block is pinned to.
func (c *Client) convergeSecrets(ctx context.Context, now *remote, want schema.Value, renew bool) error {
	if now.kind.Block("client_secret") != nil && !schema.SecretBased(want) && now.secrets != nil {
		now.secrets = []secret{} // Okta deletes them when an app stops using any
	}
	if now.kind.Block("client_secret") == nil || !schema.SecretBased(want) ||
		want.GetAttr("client_secret").IsNull() && now.secrets == nil && !renew {
		return nil
	}
	if now.secrets == nil || !now.usesSecret() { // Okta may just have made one
		var err error
		if now.secrets, err = c.listSecrets(ctx, now.id()); err != nil {
			return err
		}
	}
	surplus, missing, kept := sortSecrets(now, want, renew)
	for _, block := range missing {
		if hash := text(block.GetAttr("secret_hash")); hash != "" {
			return fmt.Errorf("client_secret %q: no secret of the app has the hash %s", text(block.GetAttr("since")), hash)
		}
		if len(surplus)+len(kept) > 1 && len(surplus) > 0 { // Okta allows two
			if err := c.dropSecret(ctx, now.id(), surplus[0]); err != nil {
				return err
			}
			surplus = surplus[1:]
		}
		made, err := c.Document(ctx, c.Request(http.MethodPost, secretsPath(now.id()), map[string]any{}))
		if err != nil {
			return err
		}
		kept = append(kept, wantedSecret{secret{id: okta.Text(made, "id"), status: okta.Text(made, "status")}, text(block.GetAttr("status"))})
	}
	for _, status := range []string{"ACTIVE", "INACTIVE"} { // one is always active
		for _, s := range kept {
			if s.want == status && s.status != status {
				if err := c.setSecretStatus(ctx, now.id(), s.secret, status); err != nil {
					return err
				}
			}
		}
	}
	for _, s := range surplus {
		if err := c.dropSecret(ctx, now.id(), s); err != nil {
			return err
		}
	}
	if len(missing)+len(surplus) == 0 && !slices.ContainsFunc(kept, func(s wantedSecret) bool { return s.status != s.want }) {
		return nil
	}
	var err error
	now.secrets, err = c.listSecrets(ctx, now.id())
	return err
}

// wantedSecret is a secret that stays, with the status that it is to have.
type wantedSecret struct {
	secret
	want string
}

// sortSecrets tells the secrets that go, inactive ones first, the blocks that no
// secret fulfils, and the secrets that stay.
func sortSecrets(now *remote, want schema.Value, renew bool) (surplus []secret, missing []cty.Value, kept []wantedSecret) {
	there := secretBlocks(now.kind.Block("client_secret"), now.secrets)
	if renew {
		there, want = now.kind.Pinned(there, want), now.kind.WithSecret(want)
	}
	have := want.With(schema.Values{"client_secret": there})
	_, after := now.kind.Align(have, want)
	status := map[string]string{}
	for it := after.GetAttr("client_secret").ElementIterator(); it.Next(); {
		_, block := it.Element()
		if id := text(block.GetAttr("id")); id != "" {
			status[id] = text(block.GetAttr("status"))
		} else {
			missing = append(missing, block)
		}
	}
	for _, s := range now.secrets {
		if wanted, ok := status[s.id]; ok {
			kept = append(kept, wantedSecret{s, wanted})
		} else if s.status == "ACTIVE" {
			surplus = append(surplus, s)
		} else {
			surplus = append([]secret{s}, surplus...)
		}
	}
	return surplus, missing, kept
}

func (c *Client) setSecretStatus(ctx context.Context, appID string, s secret, status string) error {
	action := map[string]string{"ACTIVE": "activate", "INACTIVE": "deactivate"}[status]
	_, err := c.Call(ctx, okta.Repeatable(c.Request(http.MethodPost, secretsPath(appID)+"/"+url.PathEscape(s.id)+"/lifecycle/"+action, nil)))
	return err
}

// dropSecret deletes a secret, which Okta does only once it is inactive.
func (c *Client) dropSecret(ctx context.Context, appID string, s secret) error {
	if s.status == "ACTIVE" {
		if err := c.setSecretStatus(ctx, appID, s, "INACTIVE"); err != nil && !okta.NotFound(err) {
			return err
		}
	}
	_, err := c.Call(ctx, c.Request(http.MethodDelete, secretsPath(appID)+"/"+url.PathEscape(s.id), nil))
	if okta.NotFound(err) {
		return nil
	}
	return err
}

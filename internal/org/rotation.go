package org

import (
	"context"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// SecretRotation is how far the rotation of a client secret was announced. The app's profile says
// it, since a secret in the org has no place for a remark. Whoever may edit the app may also edit
// this, and deactivate its secrets without it.
type SecretRotation struct {
	New   string    // the id of the secret that was announced as the new one
	Old   string    // the id of the secret that was announced as inactive; "" before that
	Since time.Time // when that was
}

func (r SecretRotation) String() string {
	if r.Old == "" {
		return r.New
	}
	return r.New + " " + r.Old + " " + r.Since.UTC().Format(time.RFC3339)
}

// SecretRotation reads how far the rotation of an app's secret was announced.
func (c *Client) SecretRotation(ctx context.Context, appID string) (r SecretRotation, err error) {
	doc, err := c.Document(ctx, c.GetApplication(appID))
	if err != nil {
		return r, err
	}
	words := strings.Fields(okta.Text(doc, "profile", schema.ProfileRotation))
	if len(words) > 0 {
		r.New = words[0]
	}
	if len(words) == 3 {
		r.Old = words[1]
		r.Since, _ = time.Parse(time.RFC3339, words[2])
	}
	return r, nil
}

// SetSecretRotation notes how far the rotation was announced; the zero value ends it.
func (c *Client) SetSecretRotation(ctx context.Context, appID string, r SecretRotation) error {
	doc, err := c.Document(ctx, c.GetApplication(appID))
	if err != nil {
		return err
	}
	profile, _ := doc["profile"].(map[string]any)
	if profile == nil {
		profile = map[string]any{}
	}
	if delete(profile, schema.ProfileRotation); r.New != "" {
		profile[schema.ProfileRotation] = r.String()
	}
	doc["profile"] = profile
	return c.Do(ctx, c.ReplaceApp(appID, doc))
}

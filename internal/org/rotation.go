package org

import (
	"context"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// SecretRotation is how far the announced rotation of a client secret has come. It is stored in the
// app's profile, because a secret in the org has no place for a remark. Whoever may edit the app
// can edit this too, but could also deactivate its secrets directly.
type SecretRotation struct {
	New   string    // the id of the announced new secret
	Old   string    // the id of the secret announced as inactive; "" before that
	Since time.Time // when it was announced as inactive
}

func (r SecretRotation) String() string {
	if r.Old == "" {
		return r.New
	}
	return r.New + " " + r.Old + " " + r.Since.UTC().Format(time.RFC3339)
}

// SecretRotation reads how far the rotation of an app's secret has come.
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

// SetSecretRotation stores how far the rotation has come; the zero value ends it.
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

package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"
)

// appSecretRoutes are the operations on the secrets of a client,
// /api/v1/apps/{appId}/credentials/secrets.
func appSecretRoutes() []route {
	const base = "/api/v1/apps/{appId}/credentials/secrets"
	return []route{
		{pattern: "GET " + base, scope: "okta.apps", right: rightAppKeys, handle: listSecrets},
		{pattern: "POST " + base, scope: "okta.apps", right: rightAppKeys, handle: addSecret},
		{pattern: "GET " + base + "/{secretId}", scope: "okta.apps", right: rightAppKeys, handle: getSecret},
		{pattern: "DELETE " + base + "/{secretId}", scope: "okta.apps", right: rightAppKeys, handle: deleteSecret},
		{pattern: "POST " + base + "/{secretId}/lifecycle/activate", scope: "okta.apps", right: rightAppKeys, handle: activateSecret},
		{pattern: "POST " + base + "/{secretId}/lifecycle/deactivate", scope: "okta.apps", right: rightAppKeys, handle: deactivateSecret},
	}
}

// usesSecret reports whether the client authenticates with a secret.
func (a *app) usesSecret() bool {
	method := a.authMethod()
	return method != "private_key_jwt" && method != "none"
}

// currentSecret is the newest active secret; nil if there is none.
func (a *app) currentSecret() *clientSecret {
	for _, secret := range slices.Backward(a.Secrets) {
		if secret.Status == "ACTIVE" {
			return secret
		}
	}
	return nil
}

// fillSecret makes the app's secrets fit a new document: none for clients that
// don't use one, a generated one where there is none yet, the sent one in
// place of the current one.
func (a *app) fillSecret(sent string, now time.Time) {
	if !a.usesSecret() {
		a.Secrets = nil
		return
	}
	current := a.currentSecret()
	switch {
	case current == nil && sent == "":
		a.Secrets = append(a.Secrets, newClientSecret(randomBytes64(48), "ACTIVE", now))
	case current == nil:
		a.Secrets = append(a.Secrets, newClientSecret(sent, "ACTIVE", now))
	case sent != "" && sent != current.Secret:
		current.Secret, current.LastUpdated = sent, now
	}
}

func newClientSecret(secret, status string, now time.Time) *clientSecret {
	return &clientSecret{ID: newID("ocs"), Secret: secret, Status: status, Created: now, LastUpdated: now}
}

// checkSecret applies the rules for a secret that the caller chose.
func checkSecret(bad *violations, secret, authMethod string) {
	least, words := 14, "14"
	if authMethod == "client_secret_jwt" {
		least, words = 32, "32"
	}
	switch {
	case authMethod == "private_key_jwt":
		bad.property = "client_secret"
		bad.causes = append(bad.causes, "'client_secret' can't be used when 'token_endpoint_auth_method' is 'private_key_jwt'.")
	case strings.ContainsFunc(secret, func(r rune) bool { return r < 0x20 || r > 0x7e }):
		bad.add("client_secret", "''client_secret'' must only contain printable ASCII: [x20-x7E]+")
	case len(secret) < least:
		bad.add("client_secret", "'client_secret' must be at least '"+words+"' characters long.")
	case len(secret) > 100:
		bad.add("client_secret", "'client_secret' can't be more than '100' characters long.")
	}
}

func (c *call) secret() (*app, *clientSecret, error) {
	a, err := c.client()
	if err != nil {
		return nil, nil, err
	}
	id := c.path("secretId")
	for _, secret := range a.Secrets {
		if secret.ID == id {
			return a, secret, nil
		}
	}
	return nil, nil, errNotFound(id, "OAuth2ClientSecretMediated")
}

func (c *call) secretView(a *app, secret *clientSecret) map[string]any {
	hash := sha256.Sum256([]byte(secret.Secret))
	self := c.url("/api/v1/apps/" + a.ID + "/credentials/secrets/" + secret.ID)
	links := map[string]any{}
	if secret.Status == "ACTIVE" {
		links["deactivate"] = map[string]any{"href": self + "/lifecycle/deactivate", "hints": map[string]any{"allow": []string{"POST"}}}
	} else {
		links["activate"] = map[string]any{"href": self + "/lifecycle/activate", "hints": map[string]any{"allow": []string{"POST"}}}
		links["delete"] = map[string]any{"href": self, "hints": map[string]any{"allow": []string{"DELETE"}}}
	}
	return map[string]any{
		"id": secret.ID, "status": secret.Status, "client_secret": secret.Secret,
		"secret_hash": base64.RawURLEncoding.EncodeToString(hash[:16]),
		"created":     timestamp(secret.Created), "lastUpdated": timestamp(secret.LastUpdated), "_links": links,
	}
}

func listSecrets(c *call) error {
	a, err := c.client()
	if err != nil {
		return err
	}
	list := []any{}
	for _, secret := range a.Secrets {
		list = append(list, c.secretView(a, secret))
		c.happened(eventSecretRead, clientParty(a), secretParty(secret.ID))
	}
	return c.json(http.StatusOK, list)
}

func addSecret(c *call) error {
	a, err := c.client()
	if err != nil {
		return err
	}
	var sent struct {
		Secret string `json:"client_secret"`
		Status string `json:"status"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	var bad violations
	if sent.Secret != "" || a.authMethod() == "private_key_jwt" {
		checkSecret(&bad, sent.Secret, a.authMethod())
	}
	if sent.Status != "" && sent.Status != "ACTIVE" && sent.Status != "INACTIVE" {
		bad.add("status", "'status' must be ACTIVE or INACTIVE.")
	}
	if err := bad.err(); err != nil {
		return err
	}
	if len(a.Secrets) >= 2 {
		return errInvalid("OAuth2ClientSecretMediated", "You've reached the maximum number of client secrets per client.")
	}
	fallback(&sent.Secret, randomBytes64(48))
	fallback(&sent.Status, "ACTIVE")
	before := a.credentialStatus()
	secret := newClientSecret(sent.Secret, sent.Status, c.second())
	a.Secrets = append(a.Secrets, secret)
	c.org.apps.put(a.ID, a)
	c.credentialsHappened(a, before)
	return c.json(http.StatusCreated, c.secretView(a, secret))
}

func getSecret(c *call) error {
	a, secret, err := c.secret()
	if err != nil {
		return err
	}
	c.happened(eventSecretRead, clientParty(a), secretParty(secret.ID))
	return c.json(http.StatusOK, c.secretView(a, secret))
}

func deleteSecret(c *call) error {
	a, secret, err := c.secret()
	if err != nil {
		return err
	}
	if secret.Status == "ACTIVE" {
		return errInvalid("OAuth2ClientSecretMediated", "You can't delete an active client secret. Deactivate the secret before deleting it.")
	}
	before := a.credentialStatus()
	a.Secrets = slices.DeleteFunc(a.Secrets, func(s *clientSecret) bool { return s == secret })
	c.org.apps.put(a.ID, a)
	c.credentialsHappened(a, before)
	return c.noContent(http.StatusNoContent)
}

func activateSecret(c *call) error { return c.setSecretStatus("ACTIVE") }

func deactivateSecret(c *call) error { return c.setSecretStatus("INACTIVE") }

func (c *call) setSecretStatus(status string) error {
	a, secret, err := c.secret()
	if err != nil {
		return err
	}
	otherActive := slices.ContainsFunc(a.Secrets, func(s *clientSecret) bool { return s != secret && s.Status == "ACTIVE" })
	if status == "INACTIVE" && !otherActive {
		return errInvalid("OAuth2ClientSecretMediated", "You can't deactivate the only active client secret.")
	}
	before := a.credentialStatus()
	secret.Status, secret.LastUpdated = status, c.second()
	c.org.apps.put(a.ID, a)
	c.credentialsHappened(a, before)
	return c.json(http.StatusOK, c.secretView(a, secret))
}

package apps

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// AppSecretKind describes the secrets of a client, /api/v1/apps/{appId}/credentials/secrets.
func AppSecretKind() kind.Kind {
	const base = "/api/v1/apps/{appId}/credentials/secrets"
	return kind.Kind{
		Name:   "appSecret",
		PartOf: []string{"app"},
		Routes: []web.Route{
			{Pattern: "GET " + base, Scope: "okta.apps", Right: access.AppCredentialsRead, Handle: listSecrets},
			{Pattern: "POST " + base, Scope: "okta.apps", Right: access.AppCredentials, Handle: addSecret},
			{Pattern: "GET " + base + "/{secretId}", Scope: "okta.apps", Right: access.AppCredentialsRead, Handle: getSecret},
			{Pattern: "DELETE " + base + "/{secretId}", Scope: "okta.apps", Right: access.AppCredentials, Handle: deleteSecret},
			{Pattern: "POST " + base + "/{secretId}/lifecycle/activate", Scope: "okta.apps", Right: access.AppCredentials, Handle: activateSecret},
			{Pattern: "POST " + base + "/{secretId}/lifecycle/deactivate", Scope: "okta.apps", Right: access.AppCredentials, Handle: deactivateSecret},
		},
		Events: credentialEvents(),
	}
}

// usesSecret reports whether the client authenticates with a secret.
func usesSecret(a *state.App) bool {
	method := a.AuthMethod()
	return method != "private_key_jwt" && method != "none"
}

// currentSecret returns the newest active secret; nil if there is none.
func currentSecret(a *state.App) *state.ClientSecret {
	for _, secret := range slices.Backward(a.Secrets) {
		if secret.Status == "ACTIVE" {
			return secret
		}
	}
	return nil
}

// fillSecret adjusts the app's secrets to a new document: clients that do not use a secret get
// none, clients without one get a generated one, and a secret in the document replaces the current
// one.
func fillSecret(a *state.App, sent string, now time.Time) {
	if !usesSecret(a) {
		a.Secrets = nil
		return
	}
	current := currentSecret(a)
	switch {
	case current == nil && sent == "":
		a.Secrets = append(a.Secrets, newClientSecret(state.RandomBase64(48), "ACTIVE", now))
	case current == nil:
		a.Secrets = append(a.Secrets, newClientSecret(sent, "ACTIVE", now))
	case sent != "" && sent != current.Secret:
		current.Secret, current.LastUpdated = sent, now
	}
}

func newClientSecret(secret, status string, now time.Time) *state.ClientSecret {
	return &state.ClientSecret{ID: state.NewID("ocs"), Secret: secret, Status: status, Created: now, LastUpdated: now}
}

// checkSecret checks a secret that the caller chose.
func checkSecret(bad *web.Violations, secret, authMethod string) {
	least, words := 14, "14"
	if authMethod == "client_secret_jwt" {
		least, words = 32, "32"
	}
	switch {
	case authMethod == "private_key_jwt":
		bad.Property = "client_secret"
		bad.Causes = append(bad.Causes, "'client_secret' can't be used when 'token_endpoint_auth_method' is 'private_key_jwt'.")
	case strings.ContainsFunc(secret, func(r rune) bool { return r < 0x20 || r > 0x7e }):
		bad.Add("client_secret", "''client_secret'' must only contain printable ASCII: [x20-x7E]+")
	case len(secret) < least:
		bad.Add("client_secret", "'client_secret' must be at least '"+words+"' characters long.")
	case len(secret) > 100:
		bad.Add("client_secret", "'client_secret' can't be more than '100' characters long.")
	}
}

func pathSecret(c *web.Call) (*state.App, *state.ClientSecret, error) {
	a, err := pathClient(c)
	if err != nil {
		return nil, nil, err
	}
	id := c.Path("secretId")
	for _, secret := range a.Secrets {
		if secret.ID == id {
			return a, secret, nil
		}
	}
	return nil, nil, web.NotFound(id, "OAuth2ClientSecretMediated")
}

func secretView(c *web.Call, a *state.App, secret *state.ClientSecret) map[string]any {
	hash := sha256.Sum256([]byte(secret.Secret))
	self := c.URL("/api/v1/apps/" + a.ID + "/credentials/secrets/" + secret.ID)
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
		"created":     state.Timestamp(secret.Created), "lastUpdated": state.Timestamp(secret.LastUpdated), "_links": links,
	}
}

func listSecrets(c *web.Call) error {
	a, err := pathClient(c)
	if err != nil {
		return err
	}
	list := []any{}
	for _, secret := range a.Secrets {
		list = append(list, secretView(c, a, secret))
		syslog.Emit(c, eventSecretRead, syslog.ClientEntity(a), secretEntity(secret.ID))
	}
	return c.JSON(http.StatusOK, list)
}

func addSecret(c *web.Call) error {
	a, err := pathClient(c)
	if err != nil {
		return err
	}
	var sent struct {
		Secret string `json:"client_secret"`
		Status string `json:"status"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	var bad web.Violations
	if sent.Secret != "" || a.AuthMethod() == "private_key_jwt" {
		checkSecret(&bad, sent.Secret, a.AuthMethod())
	}
	if sent.Status != "" && sent.Status != "ACTIVE" && sent.Status != "INACTIVE" {
		bad.Add("status", "'status' must be ACTIVE or INACTIVE.")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if len(a.Secrets) >= 2 {
		return web.Invalid("OAuth2ClientSecretMediated", "You've reached the maximum number of client secrets per client.")
	}
	fallback(&sent.Secret, state.RandomBase64(48))
	fallback(&sent.Status, "ACTIVE")
	before := credentialStatus(a)
	secret := newClientSecret(sent.Secret, sent.Status, c.Second())
	a.Secrets = append(a.Secrets, secret)
	c.Org.Apps.Put(a.ID, a)
	emitCredentials(c, a, before)
	return c.JSON(http.StatusCreated, secretView(c, a, secret))
}

func getSecret(c *web.Call) error {
	a, secret, err := pathSecret(c)
	if err != nil {
		return err
	}
	syslog.Emit(c, eventSecretRead, syslog.ClientEntity(a), secretEntity(secret.ID))
	return c.JSON(http.StatusOK, secretView(c, a, secret))
}

func deleteSecret(c *web.Call) error {
	a, secret, err := pathSecret(c)
	if err != nil {
		return err
	}
	if secret.Status == "ACTIVE" {
		return web.Invalid("OAuth2ClientSecretMediated", "You can't delete an active client secret. Deactivate the secret before deleting it.")
	}
	before := credentialStatus(a)
	a.Secrets = slices.DeleteFunc(a.Secrets, func(s *state.ClientSecret) bool { return s == secret })
	c.Org.Apps.Put(a.ID, a)
	emitCredentials(c, a, before)
	return c.NoContent(http.StatusNoContent)
}

func activateSecret(c *web.Call) error { return setSecretStatus(c, "ACTIVE") }

func deactivateSecret(c *web.Call) error { return setSecretStatus(c, "INACTIVE") }

func setSecretStatus(c *web.Call, status string) error {
	a, secret, err := pathSecret(c)
	if err != nil {
		return err
	}
	otherActive := slices.ContainsFunc(a.Secrets, func(s *state.ClientSecret) bool { return s != secret && s.Status == "ACTIVE" })
	if status == "INACTIVE" && !otherActive {
		return web.Invalid("OAuth2ClientSecretMediated", "You can't deactivate the only active client secret.")
	}
	before := credentialStatus(a)
	secret.Status, secret.LastUpdated = status, c.Second()
	c.Org.Apps.Put(a.ID, a)
	emitCredentials(c, a, before)
	return c.JSON(http.StatusOK, secretView(c, a, secret))
}

type secretDoc struct {
	kind.MadeDoc
	Status string `json:"status,omitempty"`
	Secret string `json:"secret,omitempty"`
}

func seedSecret(s *kind.Seeding, d *secretDoc) *state.ClientSecret {
	d.Fill("ocs", s.Now)
	fallback(&d.Status, "ACTIVE")
	fallback(&d.Secret, state.RandomBase64(48))
	return &state.ClientSecret{ID: d.ID, Secret: d.Secret, Status: d.Status, Created: d.Created, LastUpdated: d.LastUpdated}
}

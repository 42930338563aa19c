package oauth

import (
	"crypto/subtle"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// credentials are what a client presents to authenticate, before verification.
type credentials struct {
	clientID  string
	secret    string
	hasSecret bool
	assertion *assertion
}

// readCredentials reads the credentials from the Authorization header or the form. A client must
// not use both (RFC 6749 section 2.3).
func readCredentials(c *web.Call, form url.Values) (*credentials, error) {
	found := &credentials{clientID: form.Get("client_id")}
	ways := 0
	if header := c.Request.Header.Get("Authorization"); header != "" {
		id, secret, hasSecret, ok := basicCredentials(header)
		if !ok {
			return nil, ErrBasicCredentials
		}
		if found.clientID != "" && found.clientID != id {
			return nil, ErrClientID
		}
		found.clientID, found.secret, found.hasSecret = id, secret, hasSecret
		ways++
	}
	if form.Has("client_secret") {
		found.secret, found.hasSecret = form.Get("client_secret"), true
		ways++
	}
	if form.Has("client_assertion") || form.Has("client_assertion_type") {
		ways++
	}
	if ways > 1 {
		return nil, ErrManyCredentials
	}
	if form.Has("client_assertion") || form.Has("client_assertion_type") {
		return found, found.readAssertion(form)
	}
	if found.clientID == "" {
		return nil, ErrNoClientCredentials
	}
	return found, nil
}

func (found *credentials) readAssertion(form url.Values) error {
	if form.Get("client_assertion_type") != AssertionType {
		return ErrAssertionType
	}
	if !form.Has("client_assertion") {
		return ErrNoClientCredentials
	}
	parsed, err := ParseAssertion(form.Get("client_assertion"))
	if err != nil {
		return err
	}
	issuer := parsed.claims.text("iss")
	if issuer == "" || found.clientID != "" && found.clientID != issuer {
		return ErrAssertionIssuer
	}
	found.clientID, found.assertion = issuer, parsed
	return nil
}

// basicCredentials parses a "Basic" header, both parts of which are percent-encoded (RFC 6749
// section 2.3.1). Okta's okta-auth-js sends the id of a public client alone, without a colon.
func basicCredentials(header string) (id, secret string, hasSecret, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	rawID, rawSecret, hasSecret := strings.Cut(string(decoded), ":")
	if !strings.EqualFold(scheme, "Basic") || err != nil {
		return "", "", false, false
	}
	id, err1 := url.QueryUnescape(rawID)
	secret, err2 := url.QueryUnescape(rawSecret)
	return id, secret, hasSecret, err1 == nil && err2 == nil && id != ""
}

// keysURI returns the client's jwks_uri if the assertion needs keys from there.
func (found *credentials) keysURI(o *state.Org) string {
	if found.assertion == nil || !slices.Contains(asymmetricAlgorithms, found.assertion.algorithm()) {
		return ""
	}
	client := clientNamed(o, found.clientID)
	if client == nil || client.authMethod != "private_key_jwt" {
		return ""
	}
	return client.JWKSURI
}

// authenticate verifies the credentials. remote are the keys fetched from the client's jwks_uri, if
// it has one.
func authenticate(c *web.Call, found *credentials, remote []ClientKey) (*client, error) {
	client := clientNamed(c.Org, found.clientID)
	if client != nil {
		client.fetched = remote
	}
	switch {
	case client == nil && found.assertion != nil:
		return nil, ErrAssertionIssuer
	case client == nil:
		return nil, ErrClientID
	case found.assertion != nil && found.assertion.claims.text("sub") != client.id:
		return nil, ErrAssertionSubject
	case client.app.Status != "ACTIVE":
		return nil, ErrClient
	case found.assertion != nil:
		return client, checkAssertion(c, client, found.assertion)
	case found.hasSecret:
		return client, client.checkSecret(found.secret)
	case client.authMethod != "none":
		return nil, ErrNoClientCredentials
	}
	return client, nil
}

// checkSecret verifies a secret from the header or the body. The app's settings distinguish the
// two, but Okta accepts either.
func (client *client) checkSecret(secret string) error {
	if client.authMethod != "client_secret_basic" && client.authMethod != "client_secret_post" {
		return ErrClient
	}
	for _, active := range client.activeSecrets() {
		if subtle.ConstantTimeCompare([]byte(active), []byte(secret)) == 1 {
			return nil
		}
	}
	return ErrClientSecret
}

func (client *client) activeSecrets() []string {
	var active []string
	for _, s := range client.app.Secrets {
		if s.Status == "ACTIVE" {
			active = append(active, s.Secret)
		}
	}
	return active
}

// checkAssertion verifies the signature, then the claims, then that the assertion has not been used
// before.
func checkAssertion(c *web.Call, client *client, a *assertion) error {
	var err error
	if slices.Contains(symmetricAlgorithms, a.algorithm()) {
		if client.authMethod != "client_secret_jwt" {
			return ErrClient
		}
		err = a.checkSecret(client.activeSecrets())
	} else {
		keys := client.keys()
		if client.authMethod != "private_key_jwt" && (len(keys) > 0 || client.JWKSURI != "") {
			return ErrClient
		}
		err = a.CheckKey(keys)
	}
	if err != nil {
		return err
	}
	// The issuer's URL is accepted too, as OpenID Connect Core section 9 and Okta allow.
	if err := a.checkClaims([]string{c.URL(c.Request.URL.Path), c.Base}, c.Now); err != nil {
		return err
	}
	return a.spend(c.Org, client.id, c.Now)
}

package sandbox

import (
	"crypto/subtle"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// credentials are what a client presents to authenticate, not yet verified.
type credentials struct {
	clientID  string
	secret    string
	hasSecret bool
	assertion *assertion
}

// readCredentials takes them from the Authorization header or the form; a
// client may use one way only (RFC 6749 section 2.3).
func (c *call) readCredentials(form url.Values) (*credentials, error) {
	found := &credentials{clientID: form.Get("client_id")}
	ways := 0
	if header := c.r.Header.Get("Authorization"); header != "" {
		id, secret, ok := basicCredentials(header)
		if !ok {
			return nil, errBasicCredentials
		}
		if found.clientID != "" && found.clientID != id {
			return nil, errClientID
		}
		found.clientID, found.secret, found.hasSecret = id, secret, true
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
		return nil, errManyCredentials
	}
	if form.Has("client_assertion") || form.Has("client_assertion_type") {
		return found, found.readAssertion(form)
	}
	if found.clientID == "" {
		return nil, errNoClientCredentials
	}
	return found, nil
}

func (found *credentials) readAssertion(form url.Values) error {
	if form.Get("client_assertion_type") != assertionType {
		return errAssertionType
	}
	if !form.Has("client_assertion") {
		return errNoClientCredentials
	}
	parsed, err := parseAssertion(form.Get("client_assertion"))
	if err != nil {
		return err
	}
	issuer := parsed.claims.text("iss")
	if issuer == "" || found.clientID != "" && found.clientID != issuer {
		return errAssertionIssuer
	}
	found.clientID, found.assertion = issuer, parsed
	return nil
}

// basicCredentials reads "Basic" with both parts percent-encoded (RFC 6749
// section 2.3.1).
func basicCredentials(header string) (id, secret string, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	rawID, rawSecret, split := strings.Cut(string(decoded), ":")
	if !strings.EqualFold(scheme, "Basic") || err != nil || !split {
		return "", "", false
	}
	id, err1 := url.QueryUnescape(rawID)
	secret, err2 := url.QueryUnescape(rawSecret)
	return id, secret, err1 == nil && err2 == nil && id != ""
}

// keysURI is where the keys for the assertion must be fetched, if anywhere.
func (found *credentials) keysURI(o *org) string {
	if found.assertion == nil || !slices.Contains(asymmetricAlgorithms, found.assertion.algorithm()) {
		return ""
	}
	client := o.client(found.clientID)
	if client == nil || client.authMethod != "private_key_jwt" {
		return ""
	}
	return client.JWKSURI
}

// authenticate verifies the credentials; remote are the keys of the client's
// jwks_uri when it has one.
func (c *call) authenticate(found *credentials, remote []clientKey) (*oauthClient, error) {
	client := c.org.client(found.clientID)
	switch {
	case client == nil && found.assertion != nil:
		return nil, errAssertionIssuer
	case client == nil:
		return nil, errClientID
	case found.assertion != nil && found.assertion.claims.text("sub") != client.id:
		return nil, errAssertionSubject
	case client.app.Status != "ACTIVE":
		return nil, errClient
	case found.assertion != nil:
		return client, c.checkAssertion(client, found.assertion, remote)
	case found.hasSecret:
		return client, client.checkSecret(found.secret)
	case client.authMethod != "none":
		return nil, errNoClientCredentials
	}
	return client, nil
}

// checkSecret verifies a secret from the header or the body. Okta tells the
// two apart in the app's settings but takes either.
func (client *oauthClient) checkSecret(secret string) error {
	if client.authMethod != "client_secret_basic" && client.authMethod != "client_secret_post" {
		return errClient
	}
	for _, active := range client.activeSecrets() {
		if subtle.ConstantTimeCompare([]byte(active), []byte(secret)) == 1 {
			return nil
		}
	}
	return errClientSecret
}

func (client *oauthClient) activeSecrets() []string {
	var active []string
	for _, s := range client.app.Secrets {
		if s.Status == "ACTIVE" {
			active = append(active, s.Secret)
		}
	}
	return active
}

// checkAssertion verifies signature, then claims, then that the assertion is
// used for the first time.
func (c *call) checkAssertion(client *oauthClient, a *assertion, remote []clientKey) error {
	var err error
	if slices.Contains(symmetricAlgorithms, a.algorithm()) {
		if client.authMethod != "client_secret_jwt" {
			return errClient
		}
		err = a.checkSecret(client.activeSecrets())
	} else {
		keys := remote
		if client.JWKSURI == "" {
			keys = client.keys()
		}
		if client.authMethod != "private_key_jwt" && (len(keys) > 0 || client.JWKSURI != "") {
			return errClient
		}
		err = a.checkKey(keys)
	}
	if err != nil {
		return err
	}
	// The issuer's URL is taken too, as OpenID Connect Core section 9 and Okta
	// allow.
	if err := a.checkClaims([]string{c.url(c.r.URL.Path), c.base}, c.now); err != nil {
		return err
	}
	return a.spend(c.org, client.id, c.now)
}

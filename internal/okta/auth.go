package okta

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/schema"
)

// authorization returns how requests are signed. It checks a private key before anything is sent.
func (c *Client) authorization(cred Credentials) (authorization, error) {
	switch cred.Mode {
	case SSWS, Bearer:
		if cred.Token.IsZero() {
			return nil, fmt.Errorf("no token for %s in %s", c.url, cred.Source)
		}
		c.secrets.add(cred.Token.Reveal())
		c.apiToken = cred.Mode == SSWS
		return fixed{schema.NewSecret(string(cred.Mode) + " " + cred.Token.Reveal())}, nil
	case PrivateKey:
		key, err := jwk.ParsePrivate([]byte(cred.PrivateKey.Reveal()))
		if err != nil {
			return nil, fmt.Errorf("the private key of client %s in %s: %w", cred.ClientID, cred.Source, err)
		}
		options := (&jose.SignerOptions{}).WithType("JWT")
		signer, err := jose.NewSigner(jose.SigningKey{
			Algorithm: key.Alg,
			Key:       jose.JSONWebKey{Key: key.Signer, KeyID: cred.PrivateKeyID},
		}, options)
		if err != nil {
			return nil, fmt.Errorf("the private key of client %s in %s: %w", cred.ClientID, cred.Source, err)
		}
		c.principal, c.scopes = cred.ClientID, cred.Scopes
		return &tokens{
			endpoint: c.url + tokenPath, clientID: cred.ClientID, scopes: cred.Scopes,
			signer: signer, client: c.signIn, clock: c.options.Clock, now: c.clock.Estimate, proofs: c.proofs, secrets: &c.secrets,
		}, nil
	}
	return nil, fmt.Errorf("unknown authorization mode %q; use SSWS, PrivateKey or Bearer", cred.Mode)
}

// fixed is an Authorization header that does not change: an API token, or an access token from
// elsewhere.
type fixed struct{ value schema.Secret }

func (f fixed) header(context.Context) (schema.Secret, error) { return f.value, nil }

func (fixed) prove(*http.Request, schema.Secret) error { return nil }
func (fixed) renewed(*http.Response) bool              { return false }
func (fixed) refused(schema.Secret) bool               { return false }

const (
	tokenPath = "/oauth2/v1/token"
	// assertionLife is short, so that a client whose clock is some minutes fast stays below the
	// hour that Okta allows.
	assertionLife = 5 * time.Minute
	// renewBefore is how long before its expiry a token is replaced, so that none expires during a
	// request.
	renewBefore = time.Minute
	// maxNonces limits how often a token is requested again with a new nonce.
	maxNonces = 3
	// tolerableSkew is a difference of clocks that the org tolerates in any case.
	tolerableSkew = 30 * time.Second
)

// tokens signs in as a service app: client credentials with a client assertion (RFC 7523). The SDK
// could do it too, but it reports every refusal as "Empty access token".
type tokens struct {
	endpoint string
	clientID string
	scopes   []string
	signer   jose.Signer
	client   *http.Client
	clock    clock.Machine
	now      func() time.Time // the org's time
	secrets  *sentSecrets
	*proofs  // nil unless the app requires DPoP

	mu    sync.Mutex // held while a token is fetched, so that only one is fetched
	value schema.Secret
	until time.Time
}

func (t *tokens) header(ctx context.Context) (schema.Secret, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.value.IsZero() && t.clock.LocalNow().Before(t.until) {
		return t.value, nil
	}
	value, life, err := t.fetch(ctx)
	if err != nil {
		return schema.Secret{}, err
	}
	t.value = value
	t.until = t.clock.LocalNow().Add(life - min(renewBefore, life/2))
	return t.value, nil
}

func (t *tokens) refused(header schema.Secret) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value == header {
		t.value = schema.Secret{}
	}
	return true
}

// fetch requests a token. It repeats a refused request with DPoP if the app requires it, with the
// nonce that the org sends, and once with the org's time if that was unknown before.
func (t *tokens) fetch(ctx context.Context) (schema.Secret, time.Duration, error) {
	for nonces, told := 0, false; ; {
		before := t.now().Sub(t.clock.LocalNow())
		value, life, err := t.request(ctx)
		var refused *Error
		if err == nil || !errors.As(err, &refused) {
			return value, life, err
		}
		wrong := t.now().Sub(t.clock.LocalNow()) - before
		switch {
		case refused.Code == "invalid_dpop_proof" && nonces == 0:
			begun, failed := t.begin()
			if failed != nil {
				return value, 0, failed
			}
			if !begun {
				return value, 0, err
			}
		case refused.Code == "use_dpop_nonce" && nonces < maxNonces:
			nonces++
		case refused.Status < 500 && wrong.Abs() > tolerableSkew && !told:
			told = true
		default:
			return value, 0, err
		}
	}
}

// request requests a token once and returns the header to use it with.
func (t *tokens) request(ctx context.Context) (schema.Secret, time.Duration, error) {
	none := schema.Secret{}
	assertion, err := t.assertion()
	if err != nil {
		return none, 0, fmt.Errorf("signing the client assertion: %w", err)
	}
	t.secrets.add(assertion.Reveal())
	form := url.Values{
		"grant_type":            {"client_credentials"},
		"scope":                 {strings.Join(t.scopes, " ")},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {assertion.Reveal()},
	}
	// The caller's Exchange records the call that needs the token, not this request.
	req, err := http.NewRequestWithContext(withExchange(ctx, nil), http.MethodPost, t.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return none, 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	resp, err := t.client.Do(req)
	if err != nil {
		return none, 0, t.secrets.networkFailure(req, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return none, 0, t.secrets.networkFailure(req, err)
	}
	var answer struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int64  `json:"expires_in"` // seconds
	}
	if resp.StatusCode != http.StatusOK {
		return none, 0, t.secrets.refusal(req, resp.StatusCode, resp.Header, body)
	}
	err = json.Unmarshal(body, &answer)
	scheme := "Bearer "
	if strings.EqualFold(answer.TokenType+" ", dpopScheme) && t.prover.Load() != nil {
		scheme = dpopScheme
	}
	if err != nil || answer.AccessToken == "" || !strings.EqualFold(answer.TokenType+" ", scheme) {
		return none, 0, t.secrets.notOkta(req, resp.StatusCode, resp.Header, "the answer holds no bearer token")
	}
	t.secrets.add(answer.AccessToken)
	return schema.NewSecret(scheme + answer.AccessToken), time.Duration(min(max(answer.ExpiresIn, 0), longestLife)) * time.Second, nil
}

// longestLife limits the lifetime of a token, in seconds. A larger number in an answer could
// overflow, and an expired token is replaced anyway.
const longestLife = 24 * 60 * 60

// assertion returns a client assertion (RFC 7523, section 3).
func (t *tokens) assertion() (schema.Secret, error) {
	now := t.now()
	claims, err := json.Marshal(map[string]any{
		"iss": t.clientID, "sub": t.clientID, "aud": t.endpoint,
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix(), "jti": rand.Text(),
	})
	if err != nil {
		return schema.Secret{}, err
	}
	signed, err := t.signer.Sign(claims)
	if err != nil {
		return schema.Secret{}, err
	}
	text, err := signed.CompactSerialize()
	return schema.NewSecret(text), err
}

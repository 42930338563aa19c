package smoke

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// idTokenGrace is how far the known org time may be off.
const idTokenGrace = 5 * time.Minute

// errUnknownKey means that the org does not publish the key yet: its key set may lag behind.
var errUnknownKey = errors.New("no key at /oauth2/v1/keys has the key id of its header")

// idTokenClaims are the checked claims of OpenID Connect Core section 2. The issuer's host is not
// checked: there may be a custom domain or a proxy.
type idTokenClaims struct {
	Subject  string   `json:"sub"`
	Audience audience `json:"aud"`
	Expires  int64    `json:"exp"`
	Nonce    string   `json:"nonce"`
}

// audience is a string or a list of strings.
type audience []string

func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}

// checkIDToken verifies the ID token that the scope openid adds.
func (t *test) checkIDToken(ctx context.Context, got *token, nonce string) error {
	if !slices.Contains(t.Scopes, "openid") {
		return nil
	}
	path := "/oauth2/v1/keys?" + url.Values{"client_id": {t.App.ClientID}}.Encode()
	step := Step{Name: "ID token", Sent: "GET " + path}
	a, err := t.send(ctx, http.MethodGet, t.org.URL+path, http.Header{"Accept": {"application/json"}}, "")
	if err != nil {
		return t.unanswered(step, err)
	}
	step = answered(step, a)
	if a.status != http.StatusOK {
		f := a.fault()
		step.Got, step.Problem = f.String(), "the org's public keys can't be read: "+f.String()
		return t.fail(explained(step, f.Fault))
	}
	claims, err := verifyIDToken(got.ID, a.body)
	if err == nil {
		err = claims.check(t.App.ClientID, nonce, t.org.OrgTime())
	}
	if err != nil {
		step.Got, step.Problem = "200", "the ID token is not valid: "+err.Error()
		step.Diagnosis = "ID token not valid"
		step.Cause = "The tokens come from somewhere else than the org's own token endpoint, or from another request."
		step.Fix = "Check --org and the proxy, and run again without it."
		step.inconclusive = errors.Is(err, errUnknownKey)
		return t.fail(step)
	}
	step.Got = "200; the ID token's signature, audience, expiry and nonce are right"
	t.pass(step)
	return nil
}

// verifyIDToken verifies the signature with the org's keys.
func verifyIDToken(raw string, keySet []byte) (*idTokenClaims, error) {
	if raw == "" {
		return nil, errors.New("openid was requested, but the org sent none")
	}
	signed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512})
	if err != nil || len(signed.Signatures) != 1 {
		return nil, errors.New("it is not a JWT signed with RSA or EC")
	}
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal(keySet, &keys); err != nil {
		return nil, errors.New("the answer of /oauth2/v1/keys is not a JSON Web Key Set")
	}
	candidates := keys.Key(signed.Signatures[0].Header.KeyID)
	if len(candidates) == 0 {
		return nil, errUnknownKey
	}
	for _, key := range candidates {
		payload, err := signed.Verify(key.Key)
		if err != nil {
			continue
		}
		var claims idTokenClaims
		if err := json.Unmarshal(payload, &claims); err != nil {
			return nil, errors.New("its claims are not a JSON object")
		}
		return &claims, nil
	}
	return nil, errors.New("its signature is not by the org's key")
}

func (c *idTokenClaims) check(clientID, nonce string, now time.Time) error {
	switch {
	case c.Nonce != nonce:
		return errors.New("its nonce is not the nonce of the request")
	case !slices.Contains(c.Audience, clientID):
		return fmt.Errorf("it is made for %q, not for the client %s", []string(c.Audience), clientID)
	case c.Subject == "":
		return errors.New("it names no user")
	case now.Add(-idTokenGrace).Unix() > c.Expires:
		return errors.New("it has expired")
	}
	return nil
}

package smoke

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/schema"
)

const (
	tokenPath     = "/oauth2/v1/token"
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" // RFC 7523 section 2.2
	// assertionLife is far below the hour that Okta allows, because the org's time may be known
	// only roughly.
	assertionLife = 5 * time.Minute
)

// errNoKeyFile means that the private key is not on this machine.
var errNoKeyFile = errors.New("no private key file")

// signingKey is a private key of the app and its kid in the org.
type signingKey struct {
	kid string
	jwk.Private
}

// readKey reads a private key.
func (t *test) readKey(declared schema.PrivateKey) (*signingKey, error) {
	if declared.Absent {
		return nil, errNoKeyFile
	}
	data, err := []byte(declared.Text.Reveal()), error(nil)
	if len(data) == 0 {
		data, err = t.org.ReadFile(declared.File)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNoKeyFile
	}
	if err != nil {
		return nil, err
	}
	private, err := jwk.ParsePrivate(data)
	if err != nil {
		return nil, err
	}
	return &signingKey{declared.KID, private}, nil
}

// assertionClaims are the claims of RFC 7523 section 3, times in Unix seconds. There is no iat: it
// is optional, and a clock that is a second fast would put it in the org's future, where it is
// refused.
type assertionClaims struct {
	Audience string `json:"aud"`
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Expires  int64  `json:"exp"`
	ID       string `json:"jti"`
}

// authenticate adds the client's authentication to a token request. Each assertion is new: the org
// accepts none twice, even after a refusal.
func (t *test) authenticate(form url.Values) error { return t.authenticateAt(form, tokenPath) }

// authenticateAt is authenticate for another endpoint, which becomes the assertion's audience.
func (t *test) authenticateAt(form url.Values, path string) error {
	switch t.App.AuthMethod {
	case "private_key_jwt":
		return t.addAssertion(form, path, jose.SigningKey{Algorithm: t.key.Alg, Key: jose.JSONWebKey{Key: t.key.Signer, KeyID: t.key.kid}})
	case "client_secret_jwt":
		return t.addAssertion(form, path, jose.SigningKey{Algorithm: jose.HS256, Key: []byte(t.secret.Reveal())})
	case "none":
		form.Set("client_id", t.App.ClientID)
	default:
		// client_secret_basic is sent in the body too, as in Okta's guide: the org accepts both
		// methods, whichever is set.
		form.Set("client_id", t.App.ClientID)
		form.Set("client_secret", t.secret.Reveal())
	}
	return nil
}

func (t *test) addAssertion(form url.Values, path string, key jose.SigningKey) error {
	life := cmp.Or(t.AssertionLife, assertionLife)
	assertion, err := sign(key, assertionClaims{
		Audience: t.org.URL + path, Issuer: t.App.ClientID, Subject: t.App.ClientID,
		Expires: t.org.OrgTime().Add(life).Unix(), ID: random(),
	})
	if err != nil {
		return err
	}
	t.secrets.add(assertion)
	form.Set("client_assertion_type", assertionType)
	form.Set("client_assertion", assertion)
	return nil
}

// shownClient returns the client's authentication as a step shows it.
func (t *test) shownClient() string {
	switch t.App.AuthMethod {
	case "private_key_jwt":
		shown := "client_assertion=(sensitive) kid=" + t.key.kid
		if t.AssertionLife != 0 {
			shown += " lifetime=" + t.AssertionLife.String()
		}
		return shown
	case "client_secret_jwt":
		return "client_assertion=(sensitive)"
	case "none":
		return "client_id=" + t.App.ClientID
	}
	return "client_id=" + t.App.ClientID + " client_secret=(sensitive)"
}

// sign returns a JWT in compact form.
func sign(key jose.SigningKey, claims any) (string, error) {
	signer, err := jose.NewSigner(key, nil)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// random returns 256 random bits in base64url.
func random() string {
	bytes := make([]byte, 32)
	_, _ = rand.Read(bytes) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(bytes)
}

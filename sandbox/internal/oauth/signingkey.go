package oauth

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"math/big"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// NewSigningKey returns the RS256 key pair of the org authorization server, generated if private is
// nil. Its kid is the RFC 7638 thumbprint.
func NewSigningKey(private *rsa.PrivateKey, now time.Time) (*state.SigningKey, error) {
	if private == nil {
		var err error
		if private, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return nil, err
		}
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	public := jose.JSONWebKey{Key: private.Public()}
	print, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, err
	}
	return &state.SigningKey{ID: base64.RawURLEncoding.EncodeToString(print), PKCS8: der, Created: now}, nil
}

// OrgCertificate returns the certificate of the key that signs the org's tokens, in DER. It is the
// same for each call.
func OrgCertificate(o *state.Org) (*state.Certificate, error) {
	key := o.CurrentKey()
	private, err := privateKey(o, key)
	if err != nil {
		return nil, err
	}
	const years = 10
	return newCertificate(o, key, private, years)
}

// NewCertificate returns the certificate of a new key, whose private half nobody keeps.
func NewCertificate(o *state.Org, now time.Time, years int) (*state.Certificate, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	key, err := NewSigningKey(private, now)
	if err != nil {
		return nil, err
	}
	return newCertificate(o, key, private, years)
}

func newCertificate(o *state.Org, key *state.SigningKey, private *rsa.PrivateKey, years int) (*state.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(key.Created.Unix()), Subject: pkix.Name{Organization: []string{"Okta"}, CommonName: o.Self().ID},
		NotBefore: key.Created, NotAfter: key.Created.AddDate(years, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	return &state.Certificate{ID: key.ID, DER: der, Created: key.Created}, err
}

// privateKey returns the parsed signing key; it parses each key only once.
func privateKey(o *state.Org, key *state.SigningKey) (*rsa.PrivateKey, error) {
	if parsed, known := o.Ephemeral.PrivateKeys[key.ID]; known {
		return parsed, nil
	}
	any, err := x509.ParsePKCS8PrivateKey(key.PKCS8)
	if err != nil {
		return nil, err
	}
	parsed, isRSA := any.(*rsa.PrivateKey)
	if !isRSA {
		return nil, errors.New("the signing key is not an RSA key")
	}
	if o.Ephemeral.PrivateKeys == nil {
		o.Ephemeral.PrivateKeys = map[string]*rsa.PrivateKey{}
	}
	o.Ephemeral.PrivateKeys[key.ID] = parsed
	return parsed, nil
}

// publicKey returns the public half of the key with this kid, or nil.
func publicKey(o *state.Org, kid string) *rsa.PublicKey {
	key := o.SigningKeys.Get(kid)
	if key == nil {
		return nil
	}
	private, err := privateKey(o, key)
	if err != nil {
		return nil
	}
	return &private.PublicKey
}

// Sign returns the claims as a JWT signed with the org's current key.
func Sign(o *state.Org, payload []byte) (string, error) {
	key := o.CurrentKey()
	if key == nil {
		return "", errors.New("the org has no signing key")
	}
	private, err := privateKey(o, key)
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256,
		Key: jose.JSONWebKey{Key: private, KeyID: key.ID}}, nil)
	if err != nil {
		return "", err
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return jws.CompactSerialize()
}

// getKeys serves GET /oauth2/v1/keys: the public keys that verify the org's tokens.
func getKeys(c *web.Call) error {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for kid := range c.Org.SigningKeys.All() {
		if public := publicKey(c.Org, kid); public != nil {
			set.Keys = append(set.Keys, jose.JSONWebKey{Key: public, KeyID: kid, Algorithm: "RS256", Use: "sig"})
		}
	}
	c.Header.Set("Cache-Control", "max-age=3600, must-revalidate")
	return c.JSON(http.StatusOK, set)
}

package sandbox

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// NewSigningKey makes a key for Options.SigningKey.
func NewSigningKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }

// newSigningKey returns the RS256 key pair of the org authorization server, a new one if
// private is nil. Its kid is the RFC 7638 thumbprint.
func newSigningKey(private *rsa.PrivateKey, now time.Time) (*signingKey, error) {
	if private == nil {
		var err error
		if private, err = NewSigningKey(); err != nil {
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
	return &signingKey{ID: base64.RawURLEncoding.EncodeToString(print), PKCS8: der, Created: now}, nil
}

// currentKey is the key that signs new tokens: the newest.
func (o *org) currentKey() *signingKey {
	var newest *signingKey
	for _, key := range o.signingKeys.all() {
		newest = key
	}
	return newest
}

// privateKey parses a signing key once.
func (o *org) privateKey(key *signingKey) (*rsa.PrivateKey, error) {
	if parsed, known := o.ephemeral.privateKeys[key.ID]; known {
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
	if o.ephemeral.privateKeys == nil {
		o.ephemeral.privateKeys = map[string]*rsa.PrivateKey{}
	}
	o.ephemeral.privateKeys[key.ID] = parsed
	return parsed, nil
}

// publicKey returns the public half of the key with this kid, or nil.
func (o *org) publicKey(kid string) *rsa.PublicKey {
	key := o.signingKeys.get(kid)
	if key == nil {
		return nil
	}
	private, err := o.privateKey(key)
	if err != nil {
		return nil
	}
	return &private.PublicKey
}

// sign makes a JWT, signed by the org's current key, of the claims.
func (o *org) sign(payload []byte) (string, error) {
	key := o.currentKey()
	if key == nil {
		return "", errors.New("the org has no signing key")
	}
	private, err := o.privateKey(key)
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

// getKeys is GET /oauth2/v1/keys: the public keys that verify the org's tokens.
func getKeys(c *call) error {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for kid := range c.org.signingKeys.all() {
		if public := c.org.publicKey(kid); public != nil {
			set.Keys = append(set.Keys, jose.JSONWebKey{Key: public, KeyID: kid, Algorithm: "RS256", Use: "sig"})
		}
	}
	c.header.Set("Cache-Control", "max-age=3600, must-revalidate")
	return c.json(http.StatusOK, set)
}

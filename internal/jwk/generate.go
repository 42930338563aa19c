package jwk

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// MaxRSABits is the maximum length of an RSA modulus for Generate.
const MaxRSABits = 4096

// Algorithms returns the names of the key types for Generate.
func Algorithms() []string {
	return []string{"RSA-2048", "RSA-3072", "RSA-4096", "P-256", "P-384", "P-521"}
}

// Generate returns a new key of one of Algorithms.
func Generate(algorithm string) (Private, error) {
	bits := map[string]int{"RSA-2048": MinRSABits, "RSA-3072": 3072, "RSA-4096": MaxRSABits}
	curves := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}
	var key any
	var err error
	switch {
	case bits[algorithm] != 0:
		key, err = rsa.GenerateKey(rand.Reader, bits[algorithm])
	case curves[algorithm] != nil:
		key, err = ecdsa.GenerateKey(curves[algorithm], rand.Reader)
	default:
		return Private{}, fmt.Errorf("%q is no kind of key; use one of %s", algorithm, strings.Join(Algorithms(), ", "))
	}
	if err != nil {
		return Private{}, err
	}
	return privateOf(key)
}

// NewPEM returns a new RSA key of 2048 bits as PKCS#8 PEM.
func NewPEM() ([]byte, error) {
	key, err := Generate("RSA-2048")
	if err != nil {
		return nil, err
	}
	return key.PEM()
}

// PEM returns the private key as PKCS#8 PEM, for a file of mode 0600.
func (p Private) PEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(p.Signer)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// JWK returns the private key as a JSON Web Key (RFC 7517), for a file of mode 0600.
func (p Private) JWK(kid string) ([]byte, error) { return p.webKey(p.Signer, kid) }

// PublicJWK returns the public half as a JSON Web Key, for the key set of an app.
func (p Private) PublicJWK(kid string) ([]byte, error) { return p.webKey(p.Signer.Public(), kid) }

func (p Private) webKey(key crypto.PublicKey, kid string) ([]byte, error) {
	data, err := json.MarshalIndent(jose.JSONWebKey{Key: key, KeyID: kid, Algorithm: string(p.Alg), Use: "sig"}, "", "  ")
	return append(data, '\n'), err
}

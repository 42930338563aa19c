// Package jwk parses and generates the asymmetric keys of OAuth clients: PEM files and JSON Web
// Keys (RFC 7517), RSA and EC.
package jwk

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// MinRSABits is the minimum length of an RSA modulus that Okta accepts.
const MinRSABits = 2048

var errNeither = errors.New("neither PEM nor a JSON Web Key")

// ErrPrivate means that a private key was given instead of a public one.
var ErrPrivate = errors.New("this is a private key; a public key belongs here")

var errCurve = errors.New("a curve that Okta doesn't take; use P-256, P-384 or P-521")

// Public is a public key in a form for comparing keys.
type Public struct {
	Kty string // "RSA" or "EC"
	// Canonical contains the members of the key that RFC 7638, section 3.2, requires, as JSON:
	// {"e":"AQAB","kty":"RSA","n":"..."}.
	Canonical string
}

// Thumbprint returns the SHA-256 thumbprint of RFC 7638, base64url.
func (p Public) Thumbprint() string { return Thumbprint(p.Canonical) }

// Thumbprint hashes the canonical members of a key (RFC 7638, section 3).
func Thumbprint(canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// ParsePublic parses a public key: PEM (SPKI, PKCS#1 or a certificate) or a JWK.
func ParsePublic(data []byte) (Public, error) {
	if data = bytes.TrimSpace(data); bytes.HasPrefix(data, []byte("{")) {
		return parsePublicJWK(data)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return Public{}, errNeither
	}
	switch block.Type {
	case "PUBLIC KEY":
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return Public{}, errors.New("malformed public key")
		}
		return publicOf(key)
	case "RSA PUBLIC KEY":
		key, err := x509.ParsePKCS1PublicKey(block.Bytes)
		if err != nil {
			return Public{}, errors.New("malformed RSA public key")
		}
		return publicOf(key)
	case "CERTIFICATE":
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return Public{}, errors.New("malformed certificate")
		}
		return publicOf(cert.PublicKey)
	case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY":
		return Public{}, ErrPrivate
	}
	return Public{}, errors.New("the PEM block is not a public key: PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE belongs here")
}

func parsePublicJWK(data []byte) (Public, error) {
	var key jose.JSONWebKey
	if err := json.Unmarshal(data, &key); err != nil {
		return Public{}, errors.New("malformed JSON Web Key")
	}
	if _, symmetric := key.Key.([]byte); symmetric {
		return Public{}, errors.New("a symmetric key can't be a public key")
	}
	if !key.IsPublic() {
		return Public{}, ErrPrivate
	}
	return publicOf(key.Key)
}

func publicOf(key any) (Public, error) {
	// The struct's order of fields is the order that RFC 7638 asks for.
	var members struct {
		Crv string `json:"crv,omitempty"`
		E   string `json:"e,omitempty"`
		Kty string `json:"kty"`
		N   string `json:"n,omitempty"`
		X   string `json:"x,omitempty"`
		Y   string `json:"y,omitempty"`
	}
	switch k := key.(type) {
	case *rsa.PublicKey: // RFC 7518, section 6.3.1
		if bits := k.N.BitLen(); bits < MinRSABits {
			return Public{}, fmt.Errorf("the RSA key has %d bits; Okta takes %d or more", bits, MinRSABits)
		}
		members.Kty, members.N, members.E = "RSA", base64url(k.N.Bytes()), base64url(big.NewInt(int64(k.E)).Bytes())
	case *ecdsa.PublicKey: // RFC 7518, section 6.2.1
		if k.Curve == elliptic.P224() {
			return Public{}, errCurve
		}
		point, err := k.Bytes() // 4, x and y
		if err != nil {
			return Public{}, err
		}
		x, y := point[1:1+len(point)/2], point[1+len(point)/2:]
		members.Kty, members.Crv, members.X, members.Y = "EC", k.Params().Name, base64url(x), base64url(y)
	default:
		return Public{}, fmt.Errorf("a key of type %T is not supported; use RSA or EC", key)
	}
	canonical, err := json.Marshal(members)
	return Public{Kty: members.Kty, Canonical: string(canonical)}, err
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// Private is a private key for signing client assertions.
type Private struct {
	Signer crypto.Signer
	Alg    jose.SignatureAlgorithm // RS256, or ES256, ES384, ES512 by the curve
}

// Public returns the public half.
func (p Private) Public() (Public, error) { return publicOf(p.Signer.Public()) }

// String prevents the key from being printed.
func (p Private) String() string { return "(private key)" }

// Format prevents every verb of fmt from printing the key.
func (p Private) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.String()) }

// MarshalText prevents encoders from writing the key.
func (p Private) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

var errEncrypted = errors.New("the private key is encrypted; write it without a passphrase: openssl pkey -in KEY -out KEY.pem")

// ParsePrivate parses a private key: PEM (PKCS#8, PKCS#1 or SEC1) or a JWK. Errors never quote the
// data.
func ParsePrivate(data []byte) (Private, error) {
	if data = bytes.TrimSpace(data); bytes.HasPrefix(data, []byte("{")) {
		var key jose.JSONWebKey
		if err := json.Unmarshal(data, &key); err != nil {
			return Private{}, errors.New("malformed JSON Web Key")
		}
		return privateOf(key.Key)
	}
	block, rest := pem.Decode(data)
	if block != nil && block.Type == "EC PARAMETERS" { // openssl ecparam -genkey writes it first
		block, _ = pem.Decode(rest)
	}
	if block == nil {
		return Private{}, errNeither
	}
	if _, encrypted := block.Headers["DEK-Info"]; encrypted { // RFC 1421
		return Private{}, errEncrypted
	}
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "ENCRYPTED PRIVATE KEY":
		return Private{}, errEncrypted
	default:
		return Private{}, errors.New("the PEM block is not a private key: PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY belongs here")
	}
	if err != nil {
		return Private{}, errors.New("malformed private key")
	}
	return privateOf(key)
}

// privateMembers matches the members that only a private or symmetric JWK has (RFC 7518, sections
// 6.2.2, 6.3.2 and 6.4).
var privateMembers = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"(d|k)"\s*:`) })

// HoldsPrivate reports whether a text contains a private key: PEM, a JWK or a JWK set.
func HoldsPrivate(data []byte) bool {
	return bytes.Contains(data, []byte("PRIVATE KEY")) ||
		bytes.Contains(data, []byte(`"kty"`)) && privateMembers().Match(data)
}

func privateOf(key any) (Private, error) {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return Private{Signer: k, Alg: jose.RS256}, nil
	case *ecdsa.PrivateKey:
		switch k.Curve {
		case elliptic.P256():
			return Private{Signer: k, Alg: jose.ES256}, nil
		case elliptic.P384():
			return Private{Signer: k, Alg: jose.ES384}, nil
		case elliptic.P521():
			return Private{Signer: k, Alg: jose.ES512}, nil
		}
		return Private{}, errCurve
	case *rsa.PublicKey, *ecdsa.PublicKey:
		return Private{}, errors.New("this is a public key; a private key belongs here")
	}
	return Private{}, fmt.Errorf("a key of type %T is not supported; use RSA or EC", key)
}

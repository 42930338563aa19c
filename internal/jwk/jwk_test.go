package jwk_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/internal/jwk"
)

// must panics on errors that can't come in tests.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func rsaKey(bits int) crypto.Signer        { return must(rsa.GenerateKey(rand.Reader, bits)) }
func ecKey(c elliptic.Curve) crypto.Signer { return must(ecdsa.GenerateKey(c, rand.Reader)) }

func block(typ string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: der}))
}

func spki(key any) string { return block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(key))) }
func pkcs8(key any) string {
	return block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)))
}

func certificate(key crypto.Signer) string {
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	return block("CERTIFICATE", must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)))
}

func jwkText(key any) string {
	return string(must(json.Marshal(jose.JSONWebKey{Key: key, KeyID: "k"})))
}

// TestForms reads each key in every form that it has, and wants the same key.
func TestForms(t *testing.T) {
	for _, test := range []struct {
		name string
		key  crypto.Signer
		kty  string
		alg  jose.SignatureAlgorithm
	}{
		{"RSA", rsaKey(2048), "RSA", jose.RS256},
		{"P-256", ecKey(elliptic.P256()), "EC", jose.ES256},
		{"P-384", ecKey(elliptic.P384()), "EC", jose.ES384},
		{"P-521", ecKey(elliptic.P521()), "EC", jose.ES512},
	} {
		t.Run(test.name, func(t *testing.T) {
			public := map[string]string{"SPKI": spki(test.key.Public()), "certificate": certificate(test.key), "JWK": jwkText(test.key.Public()),
				"text around it": "Bag Attributes\n" + spki(test.key.Public()) + "\ntrailer"}
			private := map[string]string{"PKCS#8": pkcs8(test.key), "JWK": " \n" + jwkText(test.key)}
			switch key := test.key.(type) {
			case *rsa.PrivateKey:
				public["PKCS#1"] = block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey))
				private["PKCS#1"] = block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
			case *ecdsa.PrivateKey:
				private["SEC1"] = block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(key)))
				private["openssl ecparam -genkey"] = block("EC PARAMETERS", []byte{6, 0}) + private["SEC1"]
			}
			want := must(jwk.ParsePublic([]byte(public["SPKI"])))
			thumbprint := must((&jose.JSONWebKey{Key: test.key.Public()}).Thumbprint(crypto.SHA256))
			if want.Kty != test.kty || want.Thumbprint() != jwk.Thumbprint(want.Canonical) || want.Thumbprint() != base64.RawURLEncoding.EncodeToString(thumbprint) {
				t.Errorf("%+v, thumbprint %s", want, want.Thumbprint())
			}
			for form, text := range public {
				if got, err := jwk.ParsePublic([]byte(text)); err != nil || got != want {
					t.Errorf("public %s: %+v, %v", form, got, err)
				}
			}
			for form, text := range private {
				got, err := jwk.ParsePrivate([]byte(text))
				if err != nil || got.Alg != test.alg {
					t.Errorf("private %s: %v, %v", form, got.Alg, err)
					continue
				}
				if half, err := got.Public(); err != nil || half != want {
					t.Errorf("private %s: its public half is %+v, %v", form, half, err)
				}
				if _, err := jwk.ParsePublic([]byte(text)); form != "openssl ecparam -genkey" && !errors.Is(err, jwk.ErrPrivate) {
					t.Errorf("private %s in the place of a public key: %v", form, err)
				}
			}
		})
	}
}

// TestThumbprint is the example of RFC 7638, section 3.1.
func TestThumbprint(t *testing.T) {
	const example = `{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`
	key, err := jwk.ParsePublic([]byte(example))
	if err != nil || key.Thumbprint() != "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" {
		t.Errorf("thumbprint %s, %v", key.Thumbprint(), err)
	}
}

// TestRefused holds what is refused against its message.
// Coordinates keep their zeros in front.
func TestThumbprintOfMany(t *testing.T) {
	var keys []*ecdsa.PrivateKey
	for curve, n := range map[elliptic.Curve]int{elliptic.P256(): 2000, elliptic.P384(): 50, elliptic.P521(): 20} {
		for range n {
			keys = append(keys, must(ecdsa.GenerateKey(curve, rand.Reader)))
		}
	}
	for _, key := range keys {
		want, err := (&jose.JSONWebKey{Key: key.Public()}).Thumbprint(crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		public, err := jwk.Private{Signer: key}.Public()
		if got := public.Thumbprint(); err != nil || got != base64.RawURLEncoding.EncodeToString(want) {
			t.Fatalf("%v: %s", err, got)
		}
	}
}

func TestRefused(t *testing.T) {
	short, weird := rsaKey(1024), ecKey(elliptic.P224())
	_, edwards, _ := ed25519.GenerateKey(rand.Reader)
	//lint:ignore SA1019 it is what old tools wrote
	encrypted := must(x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", []byte("x"), []byte("p"), x509.PEMCipherAES256))
	for name, test := range map[string]struct {
		data            string
		public, private string
	}{
		"nothing":              {"", "neither PEM nor", "neither PEM nor"},
		"garbage":              {"hunter2", "neither PEM nor", "neither PEM nor"},
		"empty object":         {"{}", "malformed JSON Web Key", "malformed JSON Web Key"},
		"broken JSON":          {`{"kty":"RSA","n":"hunter2"`, "malformed JSON Web Key", "malformed JSON Web Key"},
		"off the curve":        {`{"kty":"EC","crv":"P-256","x":"` + strings.Repeat("A", 43) + `","y":"` + strings.Repeat("A", 43) + `"}`, "malformed JSON Web Key", "malformed JSON Web Key"},
		"symmetric":            {`{"kty":"oct","k":"aHVudGVyMg"}`, "symmetric", "not supported"},
		"short":                {spki(short.Public()), "1024 bits; Okta takes 2048", "belongs here"},
		"short JWK":            {jwkText(short.Public()), "1024 bits; Okta takes 2048", "public key; a private key belongs here"},
		"P-224":                {spki(weird.Public()), "P-256, P-384 or P-521", "belongs here"},
		"P-224 private":        {pkcs8(weird), "private key", "P-256, P-384 or P-521"},
		"Ed25519":              {spki(edwards.Public()), "use RSA or EC", "belongs here"},
		"Ed25519 private":      {pkcs8(edwards), "private key", "use RSA or EC"},
		"encrypted":            {block("ENCRYPTED PRIVATE KEY", []byte("x")), "private key", "without a passphrase"},
		"encrypted of old":     {string(pem.EncodeToMemory(encrypted)), "private key", "without a passphrase"},
		"another block":        {block("HUNTER2", nil), "not a public key", "not a private key"},
		"parameters alone":     {block("EC PARAMETERS", nil), "not a public key", "neither PEM nor"},
		"broken SPKI":          {block("PUBLIC KEY", []byte("hunter2")), "malformed public key", "not a private key"},
		"broken PKCS#1":        {block("RSA PUBLIC KEY", []byte("hunter2")), "malformed RSA public key", "not a private key"},
		"broken certificate":   {block("CERTIFICATE", []byte("hunter2")), "malformed certificate", "not a private key"},
		"broken private":       {block("PRIVATE KEY", []byte("hunter2")), "private key", "malformed private key"},
		"broken RSA":           {block("RSA PRIVATE KEY", []byte("hunter2")), "private key", "malformed private key"},
		"broken EC":            {block("EC PRIVATE KEY", []byte("hunter2")), "private key", "malformed private key"},
		"public as JWK of EC":  {jwkText(ecKey(elliptic.P256()).Public()), "", "public key; a private key belongs here"},
		"a JWK without e":      {`{"kty":"RSA","n":"hunter2"}`, "malformed JSON Web Key", "malformed JSON Web Key"},
		"a JWK set":            {`{"keys":[]}`, "malformed JSON Web Key", "malformed JSON Web Key"},
		"a JWK of other kinds": {`{"kty":"hunter2"}`, "malformed JSON Web Key", "malformed JSON Web Key"},
	} {
		_, err := jwk.ParsePublic([]byte(test.data))
		check(t, name+" as public key", err, test.public)
		_, err = jwk.ParsePrivate([]byte(test.data))
		check(t, name+" as private key", err, test.private)
	}
}

func check(t *testing.T, name string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: %v", name, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: %v; want %q", name, err, want)
	case err != nil && strings.Contains(strings.ToLower(err.Error()), "hunter2"):
		t.Errorf("%s: the message quotes the data: %v", name, err)
	}
}

func TestShortPrivateKey(t *testing.T) {
	key := must(jwk.ParsePrivate([]byte(pkcs8(rsaKey(1024)))))
	_, err := key.Public()
	check(t, "public half", err, "1024 bits")
}

func TestNewPEM(t *testing.T) {
	key := must(jwk.ParsePrivate(must(jwk.NewPEM())))
	if public, err := key.Public(); err != nil || public.Kty != "RSA" || key.Alg != jose.RS256 {
		t.Error(public.Kty, key.Alg, err)
	}
}

func TestPrivateNeverPrints(t *testing.T) {
	key := must(jwk.ParsePrivate([]byte(pkcs8(ecKey(elliptic.P256())))))
	//lint:ignore SA1019 it is only looked for
	d := key.Signer.(*ecdsa.PrivateKey).D
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		if got := fmt.Sprintf(verb, key); got != "(private key)" {
			t.Errorf("%s prints %s", verb, got)
		}
		if got := fmt.Sprintf(verb, struct{ K jwk.Private }{key}); strings.Contains(got, d.String()) {
			t.Errorf("%s prints the key", verb)
		}
	}
	if data, err := json.Marshal(key); err != nil || string(data) != `"(private key)"` {
		t.Errorf("JSON: %s, %v", data, err)
	}
}

// Each kind of key reads again from both of its forms as the same key, and its
// public form holds nothing of the private half.
func TestGenerate(t *testing.T) {
	for _, algorithm := range jwk.Algorithms() {
		key := must(jwk.Generate(algorithm))
		public := must(key.Public())
		for form, data := range map[string][]byte{"PEM": must(key.PEM()), "JWK": must(key.JWK("k"))} {
			if again := must(must(jwk.ParsePrivate(data)).Public()); again != public {
				t.Errorf("%s as %s reads as another key", algorithm, form)
			}
		}
		data := must(key.PublicJWK("k"))
		if strings.Contains(string(data), `"d"`) || must(jwk.ParsePublic(data)) != public {
			t.Errorf("%s: public JWK %s", algorithm, data)
		}
	}
}

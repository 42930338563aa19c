package view

import (
	"encoding/json"
	"fmt"
)

// NewKey is a new key pair. It contains only the public half.
type NewKey struct {
	KID        string          `json:"kid"`
	Thumbprint string          `json:"thumbprint"` // RFC 7638, SHA-256, base64url
	Algorithm  string          `json:"algorithm"`  // RSA-2048, P-256, ...
	File       string          `json:"private_key_file"`
	PublicJWK  json.RawMessage `json:"public_jwk"`
}

// KeyMade says where a new private key is, and how to declare its public half.
func KeyMade(k NewKey, style Style) string {
	return fmt.Sprintf(`%s %s
The private key is in %s, readable for you alone. Keep it out of git.

Declare it in the app's block:

  public_key %q {
    private_key_file = %q
  }

The public key, as Okta takes it:

%s`, style.bold("Key id:"), Plain(k.KID), Plain(k.File), k.KID, k.File, k.PublicJWK)
}

// KeyMadeJSON is the same for programs.
func KeyMadeJSON(k NewKey) (string, error) {
	data, err := json.MarshalIndent(k, "", "  ")
	return string(data) + "\n", err
}

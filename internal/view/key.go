package view

import (
	"encoding/json"
	"fmt"
)

// KeyRotation is a step of a rotation, and what to do after it.
type KeyRotation struct {
	App        string `json:"app"`
	Credential string `json:"credential"` // public_key, client_secret
	Step       int    `json:"step"`       // of 3: add the new one, deactivate the old one, delete it
	Done       bool   `json:"done"`       // false if it is too early
	Old        string `json:"old"`        // key id, or the id of the secret
	New        string `json:"new"`
	Next       string `json:"next"`
}

// KeyRotation ends a stream.
func (s *Stream) KeyRotation(r KeyRotation) {
	s.line("info", "key_rotation", fmt.Sprintf("%s: step %d of 3", r.App, r.Step), map[string]any{"key_rotation": r})
}

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
	text := fmt.Sprintf(`%s %s
The private key is in %s, readable for you alone. Keep it out of git.

Declare it in the app's block:

  public_key %q {
    private_key_file = %q
  }

The public key, as Okta takes it:

`, style.Bold("Key id:"), Plain(k.KID), Plain(k.File), k.KID, k.File)
	return style.Prose(text) + string(k.PublicJWK)
}

// KeyMadeJSON is the same for programs.
func KeyMadeJSON(k NewKey) (string, error) {
	data, err := json.MarshalIndent(k, "", "  ")
	return string(data) + "\n", err
}

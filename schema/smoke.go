package schema

import (
	"fmt"
	"io"

	"github.com/hashicorp/hcl/v2"
)

// SmokeTest is one smoke_test block, evaluated after an apply.
type SmokeTest struct {
	Name   string
	Range  hcl.Range
	App    TestApp
	Scopes []string
	// SignIn is the user for the authorization code flow; nil for client
	// credentials.
	SignIn *SignIn
	// Requests are made with the token, in order.
	Requests []TestRequest
	// ExpectError is the OAuth error code that the org must answer the token or
	// authorize request with; empty when a token is expected.
	ExpectError string
}

// TestApp is the app that a smoke test speaks for.
type TestApp struct {
	Addr        Addr
	ID          string
	ClientID    string
	AuthMethod  string // token_endpoint_auth_method
	RedirectURI string // the first one declared
	PKCE        bool   // pkce_required
	DPoP        bool   // dpop_bound_access_tokens
	Keys        []PrivateKey
}

// SignIn is a user's login and password.
type SignIn struct {
	Login    string
	Password Secret
}

// TestRequest is one call of the API with the token of a smoke test.
type TestRequest struct {
	Method string
	Path   string // begins with one slash; stays on the org's origin
	Status int    // expected
	Range  hcl.Range
}

// Secret is a string that prints as "(sensitive)". Reveal hands it to the wire.
type Secret struct {
	// A pointer, since fmt prints a struct's unexported fields without asking
	// the methods of their types: so it finds an address there, and no secret.
	value *string
}

// NewSecret wraps a secret as soon as it is read.
func NewSecret(value string) Secret { return Secret{&value} }

// Reveal returns the secret itself.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

func (s Secret) String() string { return "(sensitive)" }

// Format keeps every verb of fmt from printing the secret.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText keeps encoders from writing the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte("(sensitive)"), nil }

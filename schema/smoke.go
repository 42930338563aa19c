package schema

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// SmokeTest is one smoke_test block, evaluated after an apply.
type SmokeTest struct {
	Name  string
	Range hcl.Range
	App   TestApp
	// Scopes are asked for together, Refused one by one.
	Scopes, Refused []string
	// ExpectError is the OAuth error code that the org must answer the token or
	// authorize request with; empty when a token is expected. ExpectMessage is a
	// part of its description.
	ExpectError, ExpectMessage string
	// Generate names the tests to derive; empty for none.
	Generate string
	// Grant is the OAuth grant type; GrantType says what leaving it out means.
	Grant string
	// SignIn is the user for the authorization code flow; nil for client
	// credentials and for RefreshToken.
	SignIn       *SignIn
	PKCE         string // one of the values of pkce; empty means S256
	Refresh      bool   // redeem the refresh token of the sign-in
	RefreshToken Secret // to begin with, instead of a sign-in
	// AssertionLife is how long a client assertion lives; zero for the default.
	AssertionLife time.Duration
	Token         *TestToken // nil: nothing is asserted of the token
	// Requests are made with the token, in order.
	Requests []TestRequest
	// Secrets stand in headers, bodies or assertions: no report shows them.
	Secrets []Secret
	// Presented are the attributes by which the test presents its client and its user
	// otherwise than the app declares, and Unknown what isn't known of the rest, each with
	// a fingerprint, to compare two versions. Only a configuration that is read without its
	// values has them.
	Presented, Unknown map[string]string
}

// GrantType is the OAuth grant type of the test.
func (t *SmokeTest) GrantType() string {
	app := KindNamed(t.App.Addr.Kind)
	switch {
	case t.Grant != "":
		return t.Grant
	case !t.RefreshToken.IsZero():
		return "refresh_token"
	case t.SignIn != nil, app != nil && !app.Machine:
		return "authorization_code"
	}
	return "client_credentials"
}

// TestApp is the client that a smoke test speaks for, as it presents itself in
// the test: mostly an app as it is declared.
type TestApp struct {
	Addr        Addr // zero for a client id that isn't declared
	ID          string
	ClientID    string
	AuthMethod  string // token_endpoint_auth_method
	RedirectURI string // the first one declared
	// RedirectURIs are all that are declared, for a browser to come back to.
	RedirectURIs []string
	DPoP         bool // dpop_bound_access_tokens
	Keys         []PrivateKey
	Secret       Secret // zero: the org is asked
	// Granted and Roles are what is declared, from which tests are derived.
	Granted []string
	Roles   []TestRole
	// Sensitive are those of the values above that are made from sensitive ones: they are
	// used, and not shown.
	Sensitive []string
}

// Shown is one of the app's values as files and reports may show it: empty if it is
// sensitive.
func (a TestApp) Shown(value string) string {
	if slices.Contains(a.Sensitive, value) {
		return ""
	}
	return value
}

// String is how reports name the app.
func (a TestApp) String() string {
	if a.Addr.Kind == "" {
		return "client " + a.ClientID
	}
	return a.Addr.String()
}

// TestRole is an admin role of an app or user.
type TestRole struct {
	Type        string   // as READ_ONLY_ADMIN, or CUSTOM
	Name        string   // of CUSTOM: what the role is called
	Permissions []string // of CUSTOM, where the role is declared
}

// String is the role's type, or the name of a custom role.
func (r TestRole) String() string {
	if r.Name != "" {
		return r.Name
	}
	return r.Type
}

// TestPrincipal is a declared app, user or group with the access that smoke tests
// can exercise.
type TestPrincipal struct {
	Addr    Addr
	Scopes  []string
	Roles   []TestRole
	Keys    []string // ids of the active keys
	Members []Addr   // of a group, as far as they are declared
}

// SignIn is a user's login and password.
type SignIn struct {
	Addr     Addr // zero for a user that isn't declared
	Login    string
	Password Secret
	Browser  bool // a person signs in with a browser
	// Roles are those that are declared for the user.
	Roles []TestRole
}

// TestToken is what an access token must be. Zero values assert nothing.
type TestToken struct {
	Type     string
	Scopes   []string // exactly these; nil: any
	Lifetime *int     // seconds
	Claims   map[string]any
	Range    hcl.Range
	Unknown  map[string]string
}

// TestRequest is one call of the API with the token of a smoke test.
type TestRequest struct {
	Method      string
	Path        string // begins with one slash; stays on the org's origin
	Headers     map[string]string
	Body        string
	Status      []int // expected, any of them
	ExpectError string
	RetryFor    time.Duration
	JSON        []TestJSON
	Probe       bool // derived: an org that lacks the operation proves nothing
	Range       hcl.Range
	// Unknown is as that of the test. Pattern is the path where that is unknown: {} stands
	// for one segment that isn't known, and an asterisk for anything.
	Unknown map[string]string
	Pattern string
}

// TestJSON is what must hold of one place in the body of an answer.
type TestJSON struct {
	Path    JSONPath
	Checks  []TestCheck
	Unknown map[string]string
}

// TestCheck is one attribute of a json block.
type TestCheck struct {
	Op   string // the attribute: equals, matches, ...
	Want any    // as encoding/json decodes it, numbers as json.Number
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

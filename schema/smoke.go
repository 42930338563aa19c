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
	// Scopes are requested together, Refused one by one.
	Scopes, Refused []string
	// ExpectError is the OAuth error code that the token or authorization request must fail with;
	// "" if a token is expected. ExpectMessage is a part of its description.
	ExpectError, ExpectMessage string
	// Generate names the tests to derive; "" for none.
	Generate string
	// Grant is the OAuth grant type; see GrantType for the default.
	Grant string
	// SignIn is the user for the authorization code flow; nil for client credentials and
	// RefreshToken.
	SignIn       *SignIn
	PKCE         string // a value of pkce; "" means S256
	Refresh      bool   // whether to redeem the refresh token of the sign-in
	RefreshToken Secret // to begin with, instead of a sign-in
	// AssertionLife is the lifetime of a client assertion; zero means the default.
	AssertionLife time.Duration
	Token         *TestToken // nil: the token is not checked
	// Requests are made with the token, in order.
	Requests []TestRequest
	// Secrets are the secrets in headers, bodies and assertions, which no report shows.
	Secrets []Secret
	// Presented are the attributes by which the test authenticates its client and user differently
	// from the app's declaration, and Unknown are those whose values are unknown. Each has a
	// fingerprint, to compare two versions. They are set only for a configuration that is read
	// without its values.
	Presented, Unknown map[string]string
}

// Values of generate and pkce in a smoke_test block.
const (
	LeastPrivilege = "least-privilege"
	PKCES256       = "S256"
	PKCENone       = "none"
	PKCENoVerifier = "no_verifier"
)

// TestApp is the client of a smoke test, usually a declared app.
type TestApp struct {
	Addr        Addr // zero for a client id that is not declared
	ID          string
	ClientID    string
	AuthMethod  string // token_endpoint_auth_method
	RedirectURI string // the first declared one
	// RedirectURIs are all declared ones, for sign-ins with a browser.
	RedirectURIs []string
	DPoP         bool // dpop_bound_access_tokens
	Keys         []PrivateKey
	Secret       Secret // zero: read from the org
	// Granted and Roles are declared; tests are derived from them.
	Granted []string
	Roles   []TestRole
	// Sensitive names those of the values above that are computed from sensitive ones: they are
	// used but not shown.
	Sensitive []string
}

// Shown returns one of the app's values for files and reports; "" if it is sensitive.
func (a TestApp) Shown(value string) string {
	if slices.Contains(a.Sensitive, value) {
		return ""
	}
	return value
}

// String returns the name of the app in reports.
func (a TestApp) String() string {
	if a.Addr.Kind == "" {
		return "client " + a.ClientID
	}
	return a.Addr.String()
}

// TestRole is an admin role of an app or user.
type TestRole struct {
	Type        string   // such as READ_ONLY_ADMIN, or CUSTOM
	Name        string   // for CUSTOM: the role's name
	Permissions []string // for CUSTOM, if the role is declared
}

// String returns the role's type, or the name of a custom role.
func (r TestRole) String() string {
	if r.Name != "" {
		return r.Name
	}
	return r.Type
}

// TestPrincipal is a declared app, user or group with the access that smoke tests can exercise.
type TestPrincipal struct {
	Addr    Addr
	Scopes  []string
	Roles   []TestRole
	Keys    []string // ids of the active keys
	Members []Addr   // of a group, if declared
}

// SignIn is a user's login and password.
type SignIn struct {
	Addr     Addr // zero for a user that is not declared
	Login    string
	Password Secret
	Browser  bool // whether a person signs in with a browser
	// Roles are the roles declared for the user.
	Roles []TestRole
}

// TestToken is what an access token must contain. Zero values are not checked.
type TestToken struct {
	Type     string
	Scopes   []string // exactly these; nil: any
	Lifetime *int     // seconds
	Claims   map[string]any
	IDClaims map[string]any // of the ID token
	Range    hcl.Range
	Unknown  map[string]string
}

// TestRequest is one call of the API with the token of a smoke test.
type TestRequest struct {
	Method      string
	Path        string // begins with one slash and stays in the org's origin
	Headers     map[string]string
	Body        string
	Status      []int // expected, any of them
	ExpectError string
	RetryFor    time.Duration
	JSON        []TestJSON
	Probe       bool // derived: if the org lacks the operation, nothing is proven
	Range       hcl.Range
	// Unknown is like SmokeTest.Unknown. Pattern is the path if it is unknown: {} stands for one
	// unknown segment, and an asterisk for anything.
	Unknown map[string]string
	Pattern string
}

// TestJSON is what must be true of a place in the body of an answer.
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

// Secret is a string that prints as "(sensitive)". Reveal returns it for use in requests.
type Secret struct {
	// A pointer, because fmt prints unexported fields of a struct without calling their methods: it
	// prints an address instead of the secret.
	value *string
}

// NewSecret wraps a secret. Call it as soon as a secret is read.
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

// Format prevents every verb of fmt from printing the secret.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText prevents encoders from writing the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte("(sensitive)"), nil }

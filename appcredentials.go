package oktaform

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/schema"
)

// AppCredentials are what a declared app signs in to the org with.
type AppCredentials struct {
	URL        string // of the org
	ClientID   string
	AuthMethod string // token_endpoint_auth_method, such as private_key_jwt
	Scopes     []string
	// PrivateKey is the first of the app's keys that is on this machine, as PEM, and KeyID
	// its kid: with private_key_jwt.
	PrivateKey schema.Secret
	KeyID      string
	// ClientSecret is set with the methods client_secret_basic, _post and _jwt.
	ClientSecret schema.Secret
}

// Credentials are those of a declared app, by its address, client id, or name.
func (s *Session) Credentials(ctx context.Context, name string) (AppCredentials, error) {
	app, err := s.s.App(ctx, name)
	if err != nil {
		return AppCredentials{}, err
	}
	if app.ID == "" {
		return AppCredentials{}, fmt.Errorf("%s isn't in the org yet: apply first", app.Addr)
	}
	c := AppCredentials{URL: s.s.Client.URL(), ClientID: app.ClientID, AuthMethod: app.AuthMethod, Scopes: app.Granted}
	switch {
	case app.AuthMethod == "private_key_jwt":
		local, key, err := s.s.LocalKey(app)
		if err != nil {
			return c, err
		}
		pem, err := key.PEM()
		if err != nil {
			return c, err
		}
		c.PrivateKey, c.KeyID = schema.NewSecret(string(pem)), local.Keys[0].KID
	case strings.HasPrefix(app.AuthMethod, "client_secret_"):
		c.ClientSecret, err = s.s.ClientSecret(ctx, app)
	}
	return c, err
}

// Client gets a token as a declared app, and returns a client that calls the org's API with
// it, and nothing else. Without scopes the token has all that are declared.
func (s *Session) Client(ctx context.Context, name string, scopes ...string) (*http.Client, error) {
	app, err := s.s.App(ctx, name)
	if err != nil {
		return nil, err
	}
	token, err := s.s.Token(ctx, app, scopes...)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: &bearer{s.s.Client.URL(), token, s.s.Client.HTTP()}}, nil
}

// bearer sends requests with a token, to its org alone.
type bearer struct {
	url    string
	token  *smoke.Token
	client *http.Client
}

// RoundTrip adds the token, and the proof of a bound one.
func (b *bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if origin := r.URL.Scheme + "://" + r.URL.Host; !strings.EqualFold(origin, b.url) {
		return nil, fmt.Errorf("the token is for %s, and is sent to no other host", b.url)
	}
	header, err := b.token.Header(r.Method, r.URL.RequestURI())
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	for name, values := range header {
		r.Header[name] = values
	}
	transport := b.client.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	return transport.RoundTrip(r)
}

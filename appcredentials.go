package oktaform

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/schema"
)

// AppCredentials are the credentials of a declared app.
type AppCredentials struct {
	URL        string // of the org
	ClientID   string
	AuthMethod string // token_endpoint_auth_method, such as private_key_jwt
	Scopes     []string
	// PrivateKey is the first of the app's keys that is on this machine, as PEM, and KeyID its kid;
	// for private_key_jwt only.
	PrivateKey schema.Secret
	KeyID      string
	// ClientSecret is set for the methods client_secret_basic, _post and _jwt.
	ClientSecret schema.Secret
}

// Credentials returns the credentials of a declared app, named by its address, client id or name.
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

// Client gets a token as a declared app and returns an HTTP client that adds it to calls of the
// org's API, and to no other requests. Without scopes, the token has all declared ones.
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

// bearer is a transport that sends requests with a token to the token's org only.
type bearer struct {
	url    string
	token  *smoke.Token
	client *http.Client
}

// RoundTrip adds the token, and a DPoP proof if the token is bound.
func (b *bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if origin := r.URL.Scheme + "://" + r.URL.Host; !strings.EqualFold(origin, b.url) {
		return nil, fmt.Errorf("the token is only for %s, and is never sent to another host", b.url)
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

package session

import (
	"context"
	"fmt"
	"strings"

	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/schema"
)

// ClientSecret fetches the secret of an app.
func (s *Session) ClientSecret(ctx context.Context, app schema.TestApp) (schema.Secret, error) {
	if !strings.HasPrefix(app.AuthMethod, "client_secret_") {
		return schema.Secret{}, fmt.Errorf("%s has no client secret: it authenticates with token_endpoint_auth_method = %q", app.Addr, app.AuthMethod)
	}
	if app.ID == "" {
		return schema.Secret{}, fmt.Errorf("%s isn't in the org yet: run apply to create it", app.Addr)
	}
	secret, err := s.Client.ClientSecret(ctx, app.ID)
	s.hide(secret.Reveal())
	return secret, err
}

// KeyFile reads a private key file.
func (s *Session) KeyFile(file string) ([]byte, error) {
	if pem, held := s.Config.HeldKey(file); held {
		return pem, nil
	}
	return s.Trees.Read(file, files.KeyLimit)
}

// LocalKey reads the app's first private key that is on this machine, and returns the app with only
// that key.
func (s *Session) LocalKey(app schema.TestApp) (schema.TestApp, jwk.Private, error) {
	for _, key := range app.Keys {
		data := []byte(key.Text.Reveal())
		if key.File != "" {
			data, _ = s.KeyFile(key.File) // keys that are not on this machine are skipped
		}
		if len(data) == 0 {
			continue
		}
		private, err := jwk.ParsePrivate(data)
		if err != nil {
			return app, private, fmt.Errorf("the private key %q of %s can't be used: %w", key.KID, app.Addr, err)
		}
		app.Keys = []schema.PrivateKey{key}
		return app, private, nil
	}
	return app, jwk.Private{}, fmt.Errorf("no private key of %s is on this machine", app.Addr)
}

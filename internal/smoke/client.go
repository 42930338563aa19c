package smoke

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/schema"
)

// adminHost matches the host of an Admin Console, which issues no tokens.
var adminHost = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^https://[^/.]+-admin\.`) })

// checkURL finds a URL that cannot be the org's API.
func (t *test) checkURL() error {
	if !adminHost().MatchString(t.org.URL) {
		return nil
	}
	return t.fail(Step{Name: "org", Problem: t.org.URL + " is the host of the Admin Console; nothing was sent", Diagnosis: "host of the Admin Console",
		Cause: "Tokens are given, and the API answers, at the org's own host. For this one an assertion would have the wrong audience.",
		Fix:   "Leave -admin out of the org's URL: " + strings.Replace(t.org.URL, "-admin.", ".", 1) + "."})
}

// prepareClient reads the private key or the secret of the app.
func (t *test) prepareClient(ctx context.Context) error {
	switch t.App.AuthMethod {
	case "private_key_jwt":
		return t.loadKey()
	case "client_secret_basic", "client_secret_post", "client_secret_jwt":
		return t.readSecret(ctx)
	case "none":
		return nil
	}
	return t.fail(Step{Name: "client", Problem: fmt.Sprintf("%s authenticates with %q, which smoke tests don't know", t.App, t.App.AuthMethod), Diagnosis: "unknown client authentication",
		Fix: "Set token_endpoint_auth_method to private_key_jwt, client_secret_basic, client_secret_post, client_secret_jwt or none."})
}

// loadKey reads the first private key of the app that is on this machine.
func (t *test) loadKey() error {
	if len(t.App.Keys) == 0 {
		return skip(fmt.Sprintf("no private key: no active public_key of %s has a private_key_file", t.App))
	}
	for _, declared := range t.App.Keys {
		key, err := t.readKey(declared)
		if errors.Is(err, errNoKeyFile) {
			continue
		}
		if err != nil {
			return t.fail(Step{Name: "private key", Problem: fmt.Sprintf("the private key %q of %s can't be used: %v", declared.KID, t.App, err), Diagnosis: "private key can't be used",
				Fix: fmt.Sprintf("Put the private half of public_key %q into %s, as PEM or JWK.", declared.KID, keyPlace(declared))})
		}
		t.key = key
		return nil
	}
	return skip("private key not on this machine")
}

// keyPlace says where a key comes from.
func keyPlace(key schema.PrivateKey) string {
	if key.File == "" {
		return "the variable of private_key"
	}
	return key.File
}

// readSecret reads the client secret of the app from the org, if the test has none.
func (t *test) readSecret(ctx context.Context) error {
	if !t.App.Secret.IsZero() {
		t.secret = t.App.Secret
		t.secrets.add(t.secret.Reveal())
		return nil
	}
	if t.App.Addr.Kind == "" {
		return skip("no client secret for " + t.App.String())
	}
	step := Step{Name: "client secret", Diagnosis: "no client secret", Cause: "The app authenticates with a client secret, which is read from the org for each run.",
		Fix: fmt.Sprintf("Check that the app has an active client secret and that oktaform's own credential may read it, or set token_endpoint_auth_method = \"private_key_jwt\" in %s.", t.App)}
	if t.org.Secret == nil {
		step.Problem = "there is no way to read the client secret of " + t.App.String()
		return t.fail(step)
	}
	secret, err := t.org.Secret(ctx, t.App.ID)
	if err != nil {
		step.Problem = fmt.Sprintf("the client secret of %s can't be read: %v", t.App, err)
		return t.fail(step)
	}
	if secret.IsZero() {
		step.Problem = t.App.String() + " has no active client secret"
		return t.fail(step)
	}
	t.secrets.add(secret.Reveal())
	t.secret = secret
	return nil
}

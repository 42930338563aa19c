package smoke

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// test is one smoke test while it runs.
type test struct {
	*schema.SmokeTest
	org      *Runner
	patience *patience
	secrets  redactor
	steps    []Step

	key    *signingKey   // of the app, for private_key_jwt
	secret schema.Secret // of the app, for the client_secret methods
	proofs *proofMaker   // nil without DPoP
}

// errFailed ends a test whose last step says why.
var errFailed = errors.New("the last step failed")

// skip is the error that ends a test which can't be run here.
type skip string

func (s skip) Error() string { return string(s) }

// runTest runs one test. It has passed when all its steps are OK.
func runTest(ctx context.Context, org *Runner, declared *schema.SmokeTest) Result {
	t := &test{SmokeTest: declared, org: org, patience: newPatience(org.Sleep), steps: []Step{}}
	start := org.Clock()
	err := t.run(ctx)
	result := Result{Name: t.Name, App: t.App.Addr, Range: t.Range, Outcome: Passed, Steps: t.steps, Duration: org.Clock().Sub(start)}
	var cause skip
	switch {
	case errors.As(err, &cause):
		result.Outcome, result.Reason = Skipped, string(cause)
	case err != nil:
		result.Outcome = Failed
	}
	t.secrets.cleanResult(&result)
	return result
}

// run gets the token, or the refusal that is expected instead, and makes the
// requests with it. One failed request doesn't keep the others from being made.
func (t *test) run(ctx context.Context) error {
	if err := t.prepare(ctx); err != nil {
		return err
	}
	var token *token
	err := t.settle(ctx, func() (err error) {
		token, err = t.obtain(ctx)
		return err
	})
	if err != nil || token == nil {
		return err
	}
	var failed error
	for _, request := range t.Requests {
		err := t.settle(ctx, func() error { return t.request(ctx, token, request) })
		if err != nil {
			failed = err
		}
	}
	return failed
}

// prepare finds what the app authenticates with before anything is sent.
func (t *test) prepare(ctx context.Context) error {
	if t.App.ClientID == "" {
		return t.fail(Step{Name: "client", Problem: fmt.Sprintf("%s has no client id", t.App.Addr), Diagnosis: "app not in the org",
			Cause: "The app isn't in the org yet.", Fix: "Run apply, which makes it."})
	}
	if t.SignIn != nil && t.SignIn.Password.IsZero() {
		return skip(fmt.Sprintf("no password for %s", t.SignIn.Login))
	}
	if t.SignIn != nil {
		t.secrets.add(t.SignIn.Password.Reveal())
	}
	if t.App.DPoP {
		proofs, err := newProofMaker()
		if err != nil {
			return t.fail(Step{Name: "DPoP key", Problem: "no key for DPoP could be made: " + err.Error()})
		}
		t.proofs = proofs
	}
	return t.prepareClient(ctx)
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
	return t.fail(Step{Name: "client", Problem: fmt.Sprintf("%s authenticates with %q, which smoke tests don't know", t.App.Addr, t.App.AuthMethod), Diagnosis: "unknown client authentication",
		Fix: "Set token_endpoint_auth_method to private_key_jwt, client_secret_basic, client_secret_post, client_secret_jwt or none."})
}

// loadKey reads the first private key of the app that is on this machine.
func (t *test) loadKey() error {
	if len(t.App.Keys) == 0 {
		return skip(fmt.Sprintf("no private key: no active public_key of %s has a private_key_file", t.App.Addr))
	}
	for _, declared := range t.App.Keys {
		key, err := readKey(declared)
		if errors.Is(err, errNoKeyFile) {
			continue
		}
		if err != nil {
			return t.fail(Step{Name: "private key", Problem: fmt.Sprintf("the private key %q of %s can't be used: %v", declared.KID, t.App.Addr, err), Diagnosis: "private key can't be used",
				Fix: fmt.Sprintf("Put the private half of public_key %q into %s, as PEM or JWK.", declared.KID, declared.File)})
		}
		t.key = key
		return nil
	}
	return skip("private key not on this machine")
}

// readSecret asks for the client secret of the app.
func (t *test) readSecret(ctx context.Context) error {
	step := Step{Name: "client secret", Diagnosis: "no client secret", Cause: "The app authenticates with a client secret, which is read from the org for each run.",
		Fix: fmt.Sprintf("Check that the app has an active client secret and that oktaform's own credential may read it, or set token_endpoint_auth_method = \"private_key_jwt\" in %s.", t.App.Addr)}
	if t.org.Secret == nil {
		step.Problem = "there is no way to read the client secret of " + t.App.Addr.String()
		return t.fail(step)
	}
	secret, err := t.org.Secret(ctx, t.App.ID)
	if err != nil {
		step.Problem = fmt.Sprintf("the client secret of %s can't be read: %v", t.App.Addr, err)
		return t.fail(step)
	}
	if secret.IsZero() {
		step.Problem = t.App.Addr.String() + " has no active client secret"
		return t.fail(step)
	}
	t.secrets.add(secret.Reveal())
	t.secret = secret
	return nil
}

// obtain gets an access token in the way that the test declares. Both results
// are nil when the org refused as expected.
func (t *test) obtain(ctx context.Context) (*token, error) {
	if t.SignIn == nil {
		return t.clientCredentials(ctx)
	}
	return t.authorizationCode(ctx)
}

// settle repeats what failed for a reason that passes by itself within seconds
// after a change, and keeps the steps of the last attempt only.
func (t *test) settle(ctx context.Context, attempt func() error) error {
	before := len(t.steps)
	for n := 1; ; n++ {
		err := attempt()
		last := len(t.steps) - 1
		if n > 1 && last >= before {
			t.steps[last].Attempts = n
		}
		if err == nil || last < before || !t.steps[last].unsettled || !t.patience.wait(ctx) {
			return err
		}
		t.steps = t.steps[:before]
	}
}

// pass and fail end a step.
func (t *test) pass(step Step) { step.OK = true; t.steps = append(t.steps, step) }

func (t *test) fail(step Step) error {
	t.steps = append(t.steps, step)
	return errFailed
}

// explained fills in the cause and the fix of a fault.
func explained(step Step, fault catalog.Fault) Step {
	if e, ok := catalog.Lookup(fault); ok {
		step.Diagnosis, step.Cause, step.Fix = e.Name, e.Cause, e.Fix
	}
	return step
}

func spaced(scopes []string) string { return strings.Join(scopes, " ") }

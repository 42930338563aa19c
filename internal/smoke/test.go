package smoke

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/dpop"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// test is one smoke test while it runs.
type test struct {
	*schema.SmokeTest
	org     *Runner
	wait    *waitBudget
	secrets *redactor
	steps   []Step
	used    usage

	refusal *refusal      // expected instead of a token; nil if a token is expected
	key     *signingKey   // of the app, for private_key_jwt
	secret  schema.Secret // of the app, for the client_secret methods
	proofs  *dpop.Prover  // nil without DPoP
}

// errFailed ends a test; its last step says why.
var errFailed = errors.New("the last step failed")

// skip is an error that ends a test which cannot be run here; it says why.
type skip string

func (s skip) Error() string { return string(s) }

func newTest(org *Runner, declared *schema.SmokeTest) *test {
	t := &test{SmokeTest: declared, org: org, wait: newWaitBudget(org.Sleep, org.consistency()), secrets: &redactor{}, steps: []Step{}}
	if t.ExpectError != "" {
		t.refusal = &refusal{shown: t.ExpectError, errors: []string{t.ExpectError}, message: t.ExpectMessage}
	}
	for _, secret := range t.Secrets {
		t.secrets.add(secret.Reveal())
	}
	t.secrets.add(t.App.Sensitive...)
	return t
}

// runTest runs one test. It has passed when all its steps are OK.
func runTest(ctx context.Context, org *Runner, declared *schema.SmokeTest) Result {
	t := newTest(org, declared)
	start := org.Clock()
	err := t.run(ctx)
	return t.result(err, start)
}

// result returns the result of a test.
func (t *test) result(err error, start time.Time) Result {
	result := Result{Name: t.Name, App: t.App.String(), Range: t.Range, Outcome: Passed, Steps: t.steps, Duration: t.org.Clock().Sub(start), app: t.App.Addr, used: t.used}
	if t.SignIn != nil {
		result.user = t.SignIn.Addr
	}
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

// run gets the token, or the refusal that is expected instead, and makes the requests with it; then
// it requests what must be refused. A failure does not end the test: everything is tried.
func (t *test) run(ctx context.Context) error {
	if err := t.prepare(ctx); err != nil {
		return err
	}
	failed := t.allowed(ctx)
	if cause := skip(""); errors.As(failed, &cause) {
		return failed
	}
	for _, scope := range t.Refused {
		failed = cmp.Or(failed, t.refuses(ctx, scope))
	}
	return failed
}

// allowed gets the token and makes the requests with it.
func (t *test) allowed(ctx context.Context) error {
	if len(t.Scopes) == 0 && t.RefreshToken.IsZero() {
		return nil
	}
	token, err := t.obtainWithRetry(ctx)
	if err != nil || token == nil {
		return err
	}
	failed := t.assertToken(token)
	for _, request := range t.Requests {
		err := t.repeat(ctx, request.RetryFor, func() error { return t.request(ctx, token, request) })
		failed = cmp.Or(failed, err)
	}
	return failed
}

// refuses asks for one scope that the org must not give.
func (t *test) refuses(ctx context.Context, scope string) error {
	before, scopes, expected := len(t.steps), t.Scopes, t.refusal
	t.Scopes = []string{scope}
	t.refusal = &refusal{shown: "of " + scope, errors: []string{"consent_required", "invalid_scope"}}
	_, err := t.obtainWithRetry(ctx)
	t.Scopes, t.refusal = scopes, expected
	for i := before; i < len(t.steps); i++ {
		t.steps[i].Name += " (" + scope + ")"
	}
	return err
}

// obtainWithRetry gets the token, and tries again while changes may not be visible yet. The token
// is nil if the org refused as expected.
func (t *test) obtainWithRetry(ctx context.Context) (*token, error) {
	var token *token
	err := t.retryInconclusive(ctx, func() (err error) {
		token, err = t.obtain(ctx)
		return err
	})
	return token, err
}

// prepare finds the app's credentials before anything is sent.
func (t *test) prepare(ctx context.Context) error {
	// Scopes change while a test runs; the declared list must not.
	declared := *t.SmokeTest
	declared.Scopes = slices.Clone(declared.Scopes)
	t.SmokeTest = &declared
	if err := t.checkURL(); err != nil {
		return err
	}
	if t.App.ClientID == "" {
		return t.fail(Step{Name: "client", Problem: fmt.Sprintf("%s has no client id", t.App), Diagnosis: "app not in the org",
			Cause: "The app isn't in the org yet.", Fix: "Run apply, which makes it."})
	}
	if t.SignIn != nil && !t.SignIn.Browser && t.SignIn.Password.IsZero() {
		return skip(fmt.Sprintf("no password for %s", t.SignIn.Login))
	}
	if t.SignIn != nil {
		t.secrets.add(t.SignIn.Password.Reveal())
	}
	t.secrets.add(t.RefreshToken.Reveal())
	if t.Refresh && !slices.Contains(t.Scopes, "offline_access") {
		t.Scopes = append(t.Scopes, "offline_access")
	}
	if t.App.DPoP {
		proofs, err := dpop.New()
		if err != nil {
			return t.fail(Step{Name: "DPoP key", Problem: "no key for DPoP could be made: " + err.Error()})
		}
		t.proofs = proofs
	}
	return t.prepareClient(ctx)
}

// obtain gets an access token in the way that the test declares. Token and error are nil if the org
// refused as expected.
func (t *test) obtain(ctx context.Context) (*token, error) {
	switch kinds.GrantType(t.SmokeTest) {
	case "refresh_token":
		return t.redeem(ctx, t.RefreshToken.Reveal())
	case "authorization_code":
		return t.authorizationCode(ctx)
	}
	return t.clientCredentials(ctx)
}

// retryInconclusive repeats an attempt whose failure may pass within seconds after a change. It
// keeps the steps of the last attempt only.
func (t *test) retryInconclusive(ctx context.Context, attempt func() error) error {
	return t.attempts(ctx, t.wait, attempt, func(last Step) bool { return last.inconclusive })
}

// repeat is retryInconclusive or, if the test declares a duration, repeats any failure for that
// time.
func (t *test) repeat(ctx context.Context, declared time.Duration, attempt func() error) error {
	if declared == 0 {
		return t.retryInconclusive(ctx, attempt)
	}
	return t.attempts(ctx, newWaitBudget(t.org.Sleep, declared), attempt, func(Step) bool { return true })
}

func (t *test) attempts(ctx context.Context, patience *waitBudget, attempt func() error, again func(last Step) bool) error {
	before, used := len(t.steps), t.used
	for n := 1; ; n++ {
		err := attempt()
		last := len(t.steps) - 1
		if n > 1 && last >= before {
			t.steps[last].Attempts = n
		}
		if err == nil || last < before || !again(t.steps[last]) || !patience.wait(ctx) {
			return err
		}
		t.steps, t.used = t.steps[:before], used
	}
}

// pass and fail end a step.
func (t *test) pass(step Step) { step.OK = true; t.steps = append(t.steps, step) }

func (t *test) fail(step Step) error {
	t.steps = append(t.steps, step)
	return errFailed
}

// explained adds the cause and the fix of a fault to a step.
func explained(step Step, fault catalog.Fault) Step {
	if e, ok := catalog.Lookup(fault); ok {
		step.Diagnosis, step.Cause, step.Fix = e.Name, e.Cause, e.Fix
	}
	return step
}

func spaced(scopes []string) string { return strings.Join(scopes, " ") }

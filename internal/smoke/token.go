package smoke

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/dpop"
)

// token is an access token with the tokens issued beside it.
type token struct {
	Type    string `json:"token_type"`
	Access  string `json:"access_token"`
	ID      string `json:"id_token"`
	Refresh string `json:"refresh_token"`
	Scope   string `json:"scope"`
	Expires int    `json:"expires_in"` // seconds
}

// clientCredentials requests a token for the app itself (RFC 6749 section 4.4).
func (t *test) clientCredentials(ctx context.Context) (*token, error) {
	return t.tokenStep(ctx, "token", url.Values{"grant_type": {"client_credentials"}, "scope": {spaced(t.Scopes)}},
		"grant_type=client_credentials scope="+spaced(t.Scopes))
}

// redeem exchanges a refresh token for an access token (RFC 6749 section 6).
func (t *test) redeem(ctx context.Context, refresh string) (*token, error) {
	grant := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}
	shown := "grant_type=refresh_token refresh_token=(sensitive)"
	if len(t.Scopes) > 0 {
		grant.Set("scope", spaced(t.Scopes))
		shown += " scope=" + spaced(t.Scopes)
	}
	return t.tokenStep(ctx, "refresh", grant, shown)
}

// redeemFirst redeems the refresh token that a sign-in returned.
func (t *test) redeemFirst(ctx context.Context, first *token) (*token, error) {
	if first.Refresh == "" {
		return nil, t.fail(Step{Name: "refresh", Problem: "no refresh token came with the access token", Diagnosis: "no refresh token",
			Cause: "The app may not use the refresh_token grant, or the org doesn't give it offline_access.",
			Fix:   fmt.Sprintf("Add \"refresh_token\" to grant_types of %s and apply.", t.App)})
	}
	return t.redeem(ctx, first.Refresh)
}

// tokenStep sends a token request and checks the answer. shown is the grant without its secrets.
// The token is nil if the org refused as expected.
func (t *test) tokenStep(ctx context.Context, name string, grant url.Values, shown string) (*token, error) {
	step := Step{Name: name, Sent: "POST " + tokenPath + " " + shown + " " + t.shownClient()}
	if t.proofs != nil {
		step.Sent += " DPoP=(sensitive)"
	}
	a, err := t.postToken(ctx, grant)
	if err != nil {
		return nil, t.unanswered(step, err)
	}
	step = answered(step, a)
	if a.status != http.StatusOK {
		return nil, t.refused(step, a.fault(), a)
	}
	var got token
	if json.Unmarshal(a.body, &got) != nil || got.Access == "" {
		step.Got = "200"
		return nil, t.notOkta(step, "the answer is no token response")
	}
	t.secrets.add(got.Access, got.ID, got.Refresh)
	step.Got = fmt.Sprintf("200 token_type=%s expires_in=%d scope=%s", got.Type, got.Expires, got.Scope)
	return t.judgeToken(t.clockWarning(step, a), &got)
}

// clockWarning adds a remark about a clock that is wrong although the org accepted the assertion:
// it may refuse other clients on this machine.
func (t *test) clockWarning(step Step, a *answer) Step {
	const tolerable = time.Minute
	ahead, known := clockAhead(a, t.org.Clock())
	if known && (ahead > tolerable || ahead < -tolerable) {
		step.Diagnosis = "clock differs"
		step.Cause = clockDifference(a, t.org.Clock()) + " It is accepted here; a client whose assertions live for an hour, as those of Okta's SDKs, is refused as soon as its clock is ahead."
		step.Fix = "Set the clock of this machine by NTP."
	}
	return step
}

// postToken sends the grant with new client authentication and, for DPoP, a new proof. It sends it
// again if the org sends a nonce, and once more if the assertion expired before it arrived, as on a
// machine that was asleep.
func (t *test) postToken(ctx context.Context, grant url.Values) (*answer, error) {
	for attempt, late := 1, false; ; attempt++ {
		form, header := url.Values{}, http.Header{}
		for name, values := range grant {
			form[name] = values
		}
		if err := t.authenticate(form); err != nil {
			return nil, err
		}
		if err := t.addProof(header, http.MethodPost, t.org.URL+tokenPath, ""); err != nil {
			return nil, err
		}
		a, err := t.postForm(ctx, tokenPath, form, header)
		if err == nil && !late && t.AssertionLife == 0 && strings.Contains(a.fault().Description, "client_assertion token is expired") {
			late = true
			continue
		}
		if err != nil || !t.renewProof(a) || attempt >= maxNonces {
			return a, err
		}
	}
}

// maxNonces limits how often a request is sent with a new nonce: the first attempt has none, and
// the nonce of the second may just have changed.
const maxNonces = 3

func (t *test) addProof(header http.Header, method, target, accessToken string) error {
	if t.proofs == nil {
		return nil
	}
	proof, err := t.proofs.Proof(method, target, accessToken, t.org.OrgTime())
	if err != nil {
		return err
	}
	t.secrets.add(proof)
	header.Set(dpop.Header, proof)
	return nil
}

// judgeToken checks a token against the test: no token if a refusal is expected, a bound one if
// DPoP is required, and all requested scopes.
func (t *test) judgeToken(step Step, got *token) (*token, error) {
	if t.refusal != nil {
		return nil, t.fail(t.givenInstead(step, got))
	}
	wanted := "Bearer"
	if t.proofs != nil {
		wanted = "DPoP"
	}
	if !strings.EqualFold(got.Type, wanted) {
		step.Diagnosis = "token type differs"
		step.Problem = fmt.Sprintf("expected a token of type %s, got %s", wanted, got.Type)
		step.Cause = "The app's setting in the org differs from dpop_bound_access_tokens in the configuration."
		step.Fix = "Run plan, which shows the difference, and apply."
		return nil, t.fail(step)
	}
	if missing := missingScopes(got, t.Scopes); len(missing) > 0 {
		step.inconclusive = true
		step.Diagnosis = "scope not granted"
		step.Problem = "the token lacks scopes that were asked for: " + spaced(missing)
		step.Cause = "The app isn't granted these scopes; the org leaves them out without an error as long as another one is granted."
		step.Fix = fmt.Sprintf("Add them to okta_api_scopes of %s and apply, or don't ask for them.", t.App)
		if t.declares(missing) {
			step.Fix = fmt.Sprintf("%s declares them: run plan, which shows the difference, and apply.", t.App)
		}
		return nil, t.fail(step)
	}
	t.pass(step)
	t.used.token(t, got)
	return got, nil
}

// givenInstead explains a token instead of the expected refusal: either the access is wider than
// declared, or it is declared and the expectation is of an earlier version.
func (t *test) givenInstead(step Step, got *token) Step {
	step.Cause = fmt.Sprintf("The org gives %s the scopes %s.", t.App, shownScope(got, t.Scopes))
	if slices.Contains(t.refusal.errors, "consent_required") && t.declares(t.Scopes) {
		step.Diagnosis = "expectation out of date"
		step.Problem = fmt.Sprintf("expected the refusal %s, got a token: the scopes are declared", t.refusal.shown)
		step.Fix = fmt.Sprintf("Remove the expectation, which no longer fits; or, where the access isn't wanted, remove the scopes from okta_api_scopes of %s.", t.App)
		return step
	}
	step.inconclusive = true // a revocation may not be visible yet
	step.Diagnosis = "wider than declared"
	step.Problem = fmt.Sprintf("expected the refusal %s, got a token: the access is wider than declared", t.refusal.shown)
	step.Fix = fmt.Sprintf("Run plan, which shows grants and settings that aren't declared; or, where the access is wanted, remove the expectation and declare the scopes in okta_api_scopes of %s.", t.App)
	return step
}

// declares reports whether the app declares all of the scopes that are scopes of the Okta API, and
// there are some.
func (t *test) declares(scopes []string) bool {
	api := slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool { return !strings.HasPrefix(scope, "okta.") })
	return len(api) > 0 && !slices.ContainsFunc(api, func(scope string) bool { return !slices.Contains(t.App.Granted, scope) })
}

// missingScopes returns the requested scopes that were not granted. An answer without scope means
// all of them (RFC 6749 section 5.1).
func missingScopes(got *token, asked []string) []string {
	if got.Scope == "" {
		return nil
	}
	given := strings.Fields(got.Scope)
	return slices.DeleteFunc(slices.Clone(asked), func(scope string) bool { return slices.Contains(given, scope) })
}

func shownScope(got *token, asked []string) string { return spaced(got.scopes(asked)) }

// scopes returns the scopes of the token. If the answer names none, they are the requested ones.
func (got *token) scopes(asked []string) []string {
	if got.Scope == "" {
		return asked
	}
	return strings.Fields(got.Scope)
}

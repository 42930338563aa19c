package smoke

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

const authorizePath = "/oauth2/v1/authorize"

// authorization holds the values that tie an authorization request to its answer.
type authorization struct{ state, nonce, verifier string }

func newAuthorization(pkce string) authorization {
	request := authorization{state: random(), nonce: random(), verifier: random()}
	if pkce == schema.PKCENone {
		request.verifier = ""
	}
	return request
}

// authorizeQuery returns the parameters of the authorization request (RFC 6749 section 4.1.1).
func (t *test) authorizeQuery(request authorization) url.Values {
	query := url.Values{
		"response_type": {"code"}, "client_id": {t.App.ClientID}, "redirect_uri": {t.App.RedirectURI}, "scope": {spaced(t.Scopes)},
		"state": {request.state}, "nonce": {request.nonce},
	}
	if request.verifier != "" {
		query.Set("code_challenge", base64URLHash(request.verifier))
		query.Set("code_challenge_method", "S256")
	}
	return query
}

// shownAuthorize returns the request as a step shows it.
func (t *test) shownAuthorize(query url.Values) string {
	shown := fmt.Sprintf("GET %s response_type=code client_id=%s redirect_uri=%s scope=%s", authorizePath, t.App.ClientID, t.App.RedirectURI, spaced(t.Scopes))
	for _, name := range []string{"code_challenge_method", "prompt"} {
		if query.Has(name) {
			shown += " " + name + "=" + query.Get(name)
		}
	}
	if query.Has("sessionToken") {
		shown += " sessionToken=(sensitive)"
	}
	return shown
}

// authorize sends the authorization request and returns the code from the redirect, which it does
// not follow. The code is empty if the org refused as expected.
func (t *test) authorize(ctx context.Context, request authorization, session string) (string, error) {
	query := t.authorizeQuery(request)
	query.Set("prompt", "none")
	if session != "" {
		query.Set("sessionToken", session)
	}
	step := Step{Name: "authorize", Sent: t.shownAuthorize(query)}
	a, err := t.send(ctx, http.MethodGet, t.org.URL+authorizePath+"?"+query.Encode(), http.Header{"Accept": {"text/html"}}, "")
	if err != nil {
		return "", t.unanswered(step, err)
	}
	step = answered(step, a)
	if a.status >= 400 {
		return "", t.refused(step, a.fault(), a)
	}
	location := a.header.Get("Location")
	params, ok := cutRedirect(location, t.App.RedirectURI)
	if !ok {
		step.Got = strings.TrimSpace(fmt.Sprintf("%d %s", a.status, withoutQuery(location)))
		step.Diagnosis = "no redirect to the app"
		step.Problem = "the org doesn't redirect to the app's redirect URI " + t.App.RedirectURI
		step.Cause = "The org wants to show a page to the user first, or the answer isn't the org's."
		step.Fix = "Open the app once in a browser as this user and see what the org asks for: consent, a second factor, terms. For consent, set consent_method = \"TRUSTED\"."
		return "", t.fail(step)
	}
	return t.readRedirect(step, request, params, a)
}

// readRedirect returns the code from the parameters of a redirect to the app.
func (t *test) readRedirect(step Step, request authorization, params url.Values, a *answer) (string, error) {
	t.secrets.add(params.Get("code"))
	// The state is checked first: without it the answer may belong to another request.
	if params.Get("state") != request.state {
		step.Got = strings.TrimSpace(a.shownStatus() + " state=(another one)")
		step.Diagnosis = "state differs"
		step.Problem = "the state of the answer is not the state of the request"
		step.Cause = "Something between this machine and the org answers requests from a cache, or swaps answers."
		step.Fix = "Check the proxy, and run again without it."
		return "", t.fail(step)
	}
	if params.Get("error") != "" {
		return "", t.refused(step, fault{Fault: catalog.Fault{Error: params.Get("error"), Description: params.Get("error_description")}}, a)
	}
	if params.Get("code") == "" {
		step.Got = strings.TrimSpace(a.shownStatus() + " without a code")
		return "", t.notOkta(step, "the redirect holds neither a code nor an error")
	}
	step.Got = strings.TrimSpace(a.shownStatus() + " code=(sensitive) state=(as sent)")
	t.pass(step)
	return params.Get("code"), nil
}

// cutRedirect returns the parameters that were added to the redirect URI. It reports false if the
// location is another URI.
func cutRedirect(location, redirectURI string) (url.Values, bool) {
	rest, ok := strings.CutPrefix(location, redirectURI)
	separator := "?"
	if strings.Contains(redirectURI, "?") {
		separator = "&"
	}
	if query, found := strings.CutPrefix(rest, separator); ok && found {
		query, _, _ = strings.Cut(query, "#")
		params, err := url.ParseQuery(query)
		return params, err == nil
	}
	return nil, false
}

func withoutQuery(location string) string {
	if i := strings.IndexAny(location, "?#"); i >= 0 {
		return location[:i]
	}
	return location
}

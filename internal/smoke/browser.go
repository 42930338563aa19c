package smoke

import (
	"context"
	"fmt"
	"net/url"
)

// Browser lets a person sign in: it opens the authorization URL, waits for the redirect to
// redirectURI, and returns the redirect's parameters.
type Browser func(ctx context.Context, authorizationURL, redirectURI string) (url.Values, error)

// browse gets a code from a person with a browser. Without a browser the test is skipped; reason
// says why a person is needed.
func (t *test) browse(ctx context.Context, request authorization, reason string) (string, error) {
	if t.org.Browser == nil {
		return "", skip("not runnable unattended: " + reason)
	}
	query := t.authorizeQuery(request)
	step := Step{Name: "sign in with a browser", Sent: t.shownAuthorize(query)}
	start := t.org.Clock()
	params, err := t.org.Browser(ctx, t.org.URL+authorizePath+"?"+query.Encode(), t.App.RedirectURI)
	step.Duration = t.org.Clock().Sub(start)
	if err != nil {
		step.Problem = fmt.Sprintf("nobody signed in: %v", withoutURL(err))
		step.Diagnosis, step.Cause = "no sign-in", "The browser didn't come back to "+t.App.RedirectURI+"."
		step.Fix = "Sign in with the page that opens, or leave the test out with --test."
		return "", t.fail(step)
	}
	return t.readRedirect(step, request, params, &answer{})
}

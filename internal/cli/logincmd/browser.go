package logincmd

import (
	"context"
	"errors"
	"net/http"

	"github.com/oktaform/oktaform/internal/browser"
	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/schema"
)

// defaultRedirect is the default of the redirect URI at which a login with the browser ends.
const defaultRedirect = "http://127.0.0.1:8484/callback"

// scopes are what a person needs to make a service app with scopes and a role.
func scopes() []string {
	return []string{"openid", "okta.appGrants.manage", "okta.apps.manage", "okta.groups.manage", "okta.roles.manage", "okta.users.read"}
}

// personCredentials lets a person sign in with the browser to an app of the org: authorization code
// with PKCE, as a public client.
func personCredentials(ctx context.Context, a *cli.App, org string, o *options) (okta.Credentials, error) {
	none := okta.Credentials{}
	if !a.Env.Interactive() && !o.NoBrowser {
		return none, errors.New("there is no terminal to sign in at: add --no-browser, and open the address that is printed")
	}
	told, err := okta.Send(ctx, org, nil, a.Env.Clock)
	if err != nil {
		return none, err
	}
	app := schema.TestApp{ClientID: o.ClientID, AuthMethod: "none", RedirectURI: o.RedirectURI, RedirectURIs: []string{o.RedirectURI}}
	asked := schema.SmokeTest{Name: "login", App: app, Scopes: scopes(), SignIn: &schema.SignIn{Browser: true}}
	runner := &smoke.Runner{URL: org, Client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		Browser: browser.SignIn(org, a.Env.Stderr, o.NoBrowser), Clock: a.Env.Clock.LocalNow, OrgTime: told.Time(a.Env.Clock)}
	token, result := runner.Token(ctx, asked)
	if token == nil {
		return none, session.NoToken(app, result)
	}
	a.Secrets = append(a.Secrets, token.Access.Reveal())
	return okta.Credentials{URL: org, Mode: okta.Bearer, Token: token.Access, Source: "the sign-in with the browser"}, nil
}

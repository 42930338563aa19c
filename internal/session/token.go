package session

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/browser"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/terminal"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Apps returns the declared apps as they are in the org.
func (s *Session) Apps(ctx context.Context) ([]schema.TestApp, error) {
	eval, err := s.AsIs(ctx)
	if err != nil {
		return nil, err
	}
	return eval.Apps(), nil
}

// ChooseApp finds an app by its address, its client id, or its name if that is unique.
func ChooseApp(apps []schema.TestApp, name string) (schema.TestApp, error) {
	var called []schema.TestApp
	for _, app := range apps {
		if app.Addr.String() == name || app.ClientID != "" && app.ClientID == name {
			return app, nil
		}
		if strings.HasSuffix(app.Addr.String(), "."+name) {
			called = append(called, app)
		}
	}
	if len(called) == 1 {
		return called[0], nil
	}
	if len(apps) == 0 {
		return schema.TestApp{}, fmt.Errorf("the configuration declares no app, so there is no %q", terminal.Plain(name))
	}
	var known []string
	for _, app := range apps {
		known = append(known, app.Addr.String())
	}
	return schema.TestApp{}, fmt.Errorf("the configuration declares no app %q: name one by its address or client id: %s", terminal.Plain(name), strings.Join(known, ", "))
}

// App returns a declared app, named by address, client id or name, as it is in the org.
func (s *Session) App(ctx context.Context, name string) (schema.TestApp, error) {
	apps, err := s.Apps(ctx)
	if err != nil {
		return schema.TestApp{}, err
	}
	return ChooseApp(apps, name)
}

// Token gets a token as an app, in the way that the app does. Without scopes it requests all
// declared ones.
func (s *Session) Token(ctx context.Context, app schema.TestApp, scopes ...string) (*smoke.Token, error) {
	asked := schema.SmokeTest{Name: "token", App: app, Scopes: scopes}
	if kinds.GrantType(&asked) == "authorization_code" {
		asked.SignIn = &schema.SignIn{Browser: true}
		asked.App = browser.WithRedirect(app)
	}
	if len(asked.Scopes) == 0 {
		asked.Scopes = slices.Clone(app.Granted)
		if asked.SignIn != nil {
			asked.Scopes = append([]string{"openid"}, asked.Scopes...)
		}
	}
	if len(asked.Scopes) == 0 {
		return nil, fmt.Errorf("%s declares no okta_api_scopes to ask for: name scopes with --scope", app.Addr)
	}
	runner := s.Runner(ctx)
	token, result := runner.Token(ctx, asked)
	if token == nil {
		if asked.SignIn != nil && runner.Browser == nil {
			result.Reason += ". There is no terminal: add --no-browser, and open the address that is printed"
		}
		return nil, NoToken(app, result)
	}
	return token, nil
}

// NoToken returns an error that says why there is no token.
func NoToken(app schema.TestApp, result smoke.Result) error {
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: fmt.Sprintf("No token for %s", app), Detail: result.Reason}
	if i := slices.IndexFunc(result.Steps, func(s smoke.Step) bool { return !s.OK }); i >= 0 && result.Reason == "" {
		d.Detail = explanation(result.Steps[i])
	}
	return Failed(hcl.Diagnostics{d}, nil)
}

// explanation returns what a failed step says.
func explanation(s smoke.Step) string {
	id := ""
	if s.RequestID != "" {
		id = "Okta's request id: " + s.RequestID
	}
	var lines []string
	for _, text := range []string{cmp.Or(s.Problem, s.Got), s.Cause, s.Fix, id} {
		if text != "" {
			lines = append(lines, terminal.Plain(text))
		}
	}
	return strings.Join(lines, "\n")
}

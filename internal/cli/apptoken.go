package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/view"
)

// ActingAs holds the flags of commands that act as a declared app.
type ActingAs struct {
	Inputs
	Target
	Scopes    []string
	dpop      bool
	noBrowser bool
}

// Add adds the flags to a command.
func (o *ActingAs) Add(cmd *cobra.Command) {
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
	cmd.Flags().StringSliceVar(&o.Scopes, "scope", nil, "request this `SCOPE`; may be repeated, or be a list with commas (default: all declared scopes)")
	cmd.Flags().BoolVar(&o.noBrowser, "no-browser", false, "print the address where a person signs in, instead of opening a browser")
	cmd.Flags().BoolVar(&o.dpop, "dpop", false, "require a token that is bound to a key (default: as the app declares)")
}

// Token gets a token as an app.
func (s *Session) Token(ctx context.Context, name string, o *ActingAs) (*smoke.Token, error) {
	app, err := s.Session.App(ctx, name)
	if err != nil {
		return nil, err
	}
	s.UseBrowser(o.noBrowser)
	app.DPoP = app.DPoP || o.dpop
	return s.Session.Token(ctx, app, o.Scopes...)
}

// CheckPath refuses a path that could lead to another host than the org's.
func CheckPath(path string) error {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\#") {
		return fmt.Errorf("%q is not a path on the org: a path begins with one slash, for example /api/v1/users?limit=1. The token is never sent to another host", view.Plain(path))
	}
	return nil
}

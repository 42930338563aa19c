package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/export"
	"github.com/oktaform/oktaform/schema"
)

type credentialsOptions struct {
	inputs
	target
	sink
	to string
}

func newCredentials(a *app) *cobra.Command {
	o := &credentialsOptions{}
	cmd := &cobra.Command{
		Use:   "credentials APP [DIR]",
		Short: "Fetch an app's client secret, and hand it on",
		Long: `Fetches the client secret of a declared app from the org and hands it to one
place: standard output, a file with mode 0600, or the lines of a .env file, as
Okta's sample apps read them. It is kept nowhere else. APP is the app's address
or client id. A terminal is refused without --show.`,
		Example: `  oktaform credentials web_app.portal | gh secret set OKTA_CLIENT_SECRET
  oktaform credentials web_app.portal --to dotenv --file .env`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return runCredentials(cmd.Context(), a, args, o) },
	}
	o.target.add(cmd)
	o.inputs.add(cmd)
	cmd.Flags().StringVar(&o.to, "to", "stdout", "where it goes: stdout, file (needs --file) or dotenv")
	o.sink.add(cmd)
	_ = cmd.RegisterFlagCompletionFunc("to", cobra.FixedCompletions([]string{"stdout", "file", "dotenv"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func runCredentials(ctx context.Context, a *app, args []string, o *credentialsOptions) error {
	switch {
	case !slices.Contains([]string{"stdout", "file", "dotenv"}, o.to):
		return fmt.Errorf("--to is stdout, file or dotenv, not %q", o.to)
	case o.to == "file" && o.file == "":
		return errors.New("--to file needs --file FILE")
	case o.to == "stdout" && o.file != "":
		return errors.New("--file goes with --to file or --to dotenv")
	}
	if err := o.ready(a, true); err != nil {
		return err
	}
	s, err := a.open(ctx, folder(args[1:]), o.inputs, o.target)
	if err != nil {
		return err
	}
	defer s.close()
	apps, err := s.apps(ctx)
	if err != nil {
		return err
	}
	app, err := chooseApp(apps, args[0])
	if err != nil {
		return err
	}
	secret, err := s.clientSecret(ctx, app)
	if err != nil {
		return err
	}
	text := secret.Reveal() + "\n"
	if o.to == "dotenv" {
		text = export.Dotenv(s.client.URL(), app, secret)
	}
	return o.write(a, s.trees, text, true)
}

// clientSecret fetches the secret of an app.
func (s *session) clientSecret(ctx context.Context, app schema.TestApp) (schema.Secret, error) {
	if !strings.HasPrefix(app.AuthMethod, "client_secret_") {
		return schema.Secret{}, fmt.Errorf("%s has no client secret: it authenticates with token_endpoint_auth_method = %q", app.Addr, app.AuthMethod)
	}
	if app.ID == "" {
		return schema.Secret{}, fmt.Errorf("%s isn't in the org yet: run apply, which makes it", app.Addr)
	}
	secret, err := s.client.ClientSecret(ctx, app.ID)
	s.app.secrets = append(s.app.secrets, secret.Reveal())
	return secret, err
}

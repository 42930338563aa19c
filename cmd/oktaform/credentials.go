package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/export"
	"github.com/oktaform/oktaform/internal/session"
)

type credentialsOptions struct {
	cli.Inputs
	cli.Target
	cli.OutputFile
	to string
}

func newCredentials(a *cli.App) *cobra.Command {
	o := &credentialsOptions{}
	cmd := &cobra.Command{
		Use:   "credentials APP [DIR]",
		Short: "Fetch an app's client secret",
		Long: `Fetches the client secret of a declared app from the org and writes it to one
place: standard output, a file with mode 0600, or the lines of a .env file that
Okta's sample apps read. oktaform stores it nowhere else. APP is the app's address
or client id. It is printed to a terminal only with --show.`,
		Example: `  oktaform credentials web_app.portal | gh secret set OKTA_CLIENT_SECRET
  oktaform credentials web_app.portal --to dotenv --file .env`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return runCredentials(cmd.Context(), a, args, o) },
	}
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
	cmd.Flags().StringVar(&o.to, "to", "stdout", "where to write it: stdout, file (needs --file) or dotenv")
	o.OutputFile.Add(cmd)
	_ = cmd.RegisterFlagCompletionFunc("to", cobra.FixedCompletions([]string{"stdout", "file", "dotenv"}, cobra.ShellCompDirectiveNoFileComp))
	cli.WithoutJSON("it writes the secret as other programs read it", cmd)
	return cmd
}

func runCredentials(ctx context.Context, a *cli.App, args []string, o *credentialsOptions) error {
	switch {
	case !slices.Contains([]string{"stdout", "file", "dotenv"}, o.to):
		return fmt.Errorf("--to must be stdout, file or dotenv, not %q", o.to)
	case o.to == "file" && o.File == "":
		return errors.New("--to file needs --file FILE")
	case o.to == "stdout" && o.File != "":
		return errors.New("--file needs --to file or --to dotenv")
	}
	if err := o.Ready(a, true); err != nil {
		return err
	}
	s, err := a.Open(ctx, cli.Folder(args[1:]), o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	apps, err := s.Apps(ctx)
	if err != nil {
		return err
	}
	app, err := session.ChooseApp(apps, args[0])
	if err != nil {
		return err
	}
	secret, err := s.ClientSecret(ctx, app)
	if err != nil {
		return err
	}
	text := secret.Reveal() + "\n"
	if o.to == "dotenv" {
		text = export.Dotenv(s.Client.URL(), app, secret)
	}
	return o.Write(a, s.Trees, text, true)
}

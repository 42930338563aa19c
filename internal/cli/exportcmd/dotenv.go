package exportcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/export"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/schema"
)

func newExportDotenv(a *cli.App) *cobra.Command {
	o := &exporting{}
	cmd := &cobra.Command{
		Use:   "dotenv [APP] [DIR]",
		Short: "Write a .env file with the names that Okta's SDKs read",
		Example: `  oktaform export dotenv service_app.reporter
  oktaform export dotenv service_app.reporter --with-secrets --file .env`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return runExportDotenv(cmd.Context(), a, args, o) },
	}
	o.add(cmd)
	o.OutputFile.Add(cmd)
	cmd.Flags().BoolVar(&o.withSecrets, "with-secrets", false, "include the private key or the client secret")
	return cmd
}

func runExportDotenv(ctx context.Context, a *cli.App, args []string, o *exporting) error {
	if err := o.Ready(a, o.withSecrets); err != nil {
		return err
	}
	s, app, _, err := openApp(ctx, a, args, o)
	if err != nil {
		return err
	}
	defer s.Close()
	secret := schema.Secret{}
	switch {
	case !o.withSecrets:
	case app.AuthMethod == "private_key_jwt":
		var key jwk.Private
		if app, key, err = s.LocalKey(app); err == nil {
			var pem []byte
			pem, err = key.PEM()
			secret = schema.NewSecret(string(pem))
		}
	case app.AuthMethod != "none":
		secret, err = s.ClientSecret(ctx, app)
	}
	if err != nil {
		return err
	}
	return o.Write(a, s.Trees, export.Dotenv(s.Client.URL(), app, secret), o.withSecrets)
}

package exportcmd

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/export"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

func newExportPostman(a *cli.App) *cobra.Command {
	o := &exporting{}
	cmd := &cobra.Command{
		Use:   "postman [APP] [DIR]",
		Short: "Write a Postman collection and environment for the apps",
		Long: `Writes two files, oktaform.postman_collection.json and
oktaform.postman_environment.json. Service apps get a script that signs the client
assertion (RSA keys); other apps use authorization code with PKCE, as in Okta's
guide. Only the environment contains secrets, and only with --with-secrets.`,
		Example: `  oktaform export postman
  oktaform export postman service_app.reporter --with-secrets --out secret`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return runExportPostman(cmd.Context(), a, args, o) },
	}
	o.add(cmd)
	cmd.Flags().StringVar(&o.folder, "out", ".", "write the files to this `FOLDER`")
	cmd.Flags().BoolVar(&o.Force, "force", false, "replace the files if they exist")
	cmd.Flags().BoolVar(&o.withSecrets, "with-secrets", false, "include private keys and client secrets")
	return cmd
}

func runExportPostman(ctx context.Context, a *cli.App, args []string, o *exporting) error {
	collection := cli.OutputFile{File: filepath.Join(o.folder, "oktaform.postman_collection.json"), Force: o.Force}
	environment := cli.OutputFile{File: filepath.Join(o.folder, "oktaform.postman_environment.json"), Force: o.Force}
	if err := cmp.Or(collection.Ready(a, false), environment.Ready(a, o.withSecrets)); err != nil {
		return err
	}
	s, apps, _, err := openApps(ctx, a, args, o)
	if err != nil {
		return err
	}
	defer s.Close()
	secrets := map[string]export.Secrets{}
	for _, app := range apps {
		if !o.withSecrets {
			break
		}
		if secrets[app.Addr.String()], err = postmanSecrets(ctx, s, app); err != nil {
			return err
		}
	}
	env, all, err := export.Postman(s.Client.URL(), s.Config.Owner, apps, secrets)
	if err != nil {
		return err
	}
	if err := s.Trees.MakeFolder(o.folder, 0o700); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	if err := cmp.Or(collection.Write(a, s.Trees, string(all), false), environment.Write(a, s.Trees, string(env), true)); err != nil {
		return err
	}
	a.Print(fmt.Sprintf("Wrote %s\nand   %s\n", view.Plain(collection.File), view.Plain(environment.File)))
	return nil
}

func postmanSecrets(ctx context.Context, s *cli.Session, app schema.TestApp) (export.Secrets, error) {
	switch {
	case app.AuthMethod == "private_key_jwt":
		app, key, err := s.LocalKey(app)
		if err != nil {
			return export.Secrets{}, err
		}
		text, err := key.JWK(app.Keys[0].KID)
		return export.Secrets{PrivateJWK: schema.NewSecret(string(text))}, err
	case app.AuthMethod != "none":
		secret, err := s.ClientSecret(ctx, app)
		return export.Secrets{ClientSecret: secret}, err
	}
	return export.Secrets{}, nil
}

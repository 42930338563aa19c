package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/export"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

// exporting are the flags of the exports.
type exporting struct {
	cli.Inputs
	cli.Target
	cli.OutputFile
	withSecrets bool
	path        string
	folder      string
}

func newExport(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export COMMAND",
		Short: "Write an app's settings for SDKs, curl or Postman",
		Long: `Writes the settings of declared apps for other programs. No secret is in them
unless --with-secrets asks for it; then they go to a file with mode 0600.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newExportDotenv(a), newExportCurl(a), newExportPostman(a))
	return cmd
}

func (o *exporting) add(cmd *cobra.Command) {
	o.Target.Add(cmd)
	o.Inputs.Add(cmd)
}

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
	cmd.Flags().BoolVar(&o.withSecrets, "with-secrets", false, "write the private key or the client secret too")
	return cmd
}

func newExportCurl(a *cli.App) *cobra.Command {
	o := &exporting{}
	cmd := &cobra.Command{
		Use:   "curl [APP] [DIR]",
		Short: "Write a shell script that calls the API as an app, with curl",
		Long: `Writes a shell script that gets a token and calls the API with it. For an app
with an RSA key in a PEM file it needs curl and openssl alone; for the others
oktaform gets the token. It holds no secret.`,
		Example: `  oktaform export curl service_app.reporter | sh`,
		Args:    cobra.MaximumNArgs(2),
		RunE:    func(cmd *cobra.Command, args []string) error { return runExportCurl(cmd.Context(), a, args, o) },
	}
	o.add(cmd)
	o.OutputFile.Add(cmd)
	cmd.Flags().StringVar(&o.path, "path", "/api/v1/users?limit=1", "the `PATH` that is called")
	return cmd
}

func newExportPostman(a *cli.App) *cobra.Command {
	o := &exporting{}
	cmd := &cobra.Command{
		Use:   "postman [APP] [DIR]",
		Short: "Write a Postman collection and environment for the apps",
		Long: `Writes two files, oktaform.postman_collection.json and
oktaform.postman_environment.json. Service apps come with a script that signs
the client assertion (RSA keys), the others with authorization code and PKCE as
in Okta's guide. Secrets stand in the environment alone, and only with
--with-secrets.`,
		Example: `  oktaform export postman
  oktaform export postman service_app.reporter --with-secrets --out secret`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return runExportPostman(cmd.Context(), a, args, o) },
	}
	o.add(cmd)
	cmd.Flags().StringVar(&o.folder, "out", ".", "write the files to this `FOLDER`")
	cmd.Flags().BoolVar(&o.Force, "force", false, "replace the files if they exist")
	cmd.Flags().BoolVar(&o.withSecrets, "with-secrets", false, "write private keys and client secrets too")
	return cmd
}

// openApps opens the configuration that the arguments name, and chooses the app,
// or all of them.
func openApps(ctx context.Context, a *cli.App, args []string, o *exporting) (*cli.Session, []schema.TestApp, string, error) {
	name, dir := "", "."
	switch info, err := os.Stat(firstOf(args)); {
	case len(args) == 2:
		name, dir = args[0], args[1]
	case len(args) == 1 && err == nil && info.IsDir():
		dir = args[0]
	case len(args) == 1:
		name = args[0]
	}
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return nil, nil, "", err
	}
	apps, err := s.Apps(ctx)
	if err == nil && name != "" {
		var app schema.TestApp
		app, err = session.ChooseApp(apps, name)
		apps = []schema.TestApp{app}
	}
	for _, app := range apps {
		if err == nil && app.ClientID == "" {
			err = fmt.Errorf("%s isn't in the org yet: run apply, which makes it", app.Addr)
		}
	}
	if err != nil {
		s.Close()
		return nil, nil, "", err
	}
	return s, apps, dir, nil
}

func firstOf(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// theApp is the one app of a list.
func theApp(apps []schema.TestApp) (schema.TestApp, error) {
	if len(apps) == 1 {
		return apps[0], nil
	}
	var names []string
	for _, app := range apps {
		names = append(names, app.Addr.String())
	}
	if len(names) == 0 {
		return schema.TestApp{}, errors.New("the configuration declares no app")
	}
	return schema.TestApp{}, fmt.Errorf("this is for one app: name it, %s", strings.Join(names, " or "))
}

// openApp is openApps for one app.
func openApp(ctx context.Context, a *cli.App, args []string, o *exporting) (*cli.Session, schema.TestApp, string, error) {
	s, apps, dir, err := openApps(ctx, a, args, o)
	if err != nil {
		return nil, schema.TestApp{}, "", err
	}
	app, err := theApp(apps)
	if err != nil {
		s.Close()
	}
	return s, app, dir, err
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

func runExportCurl(ctx context.Context, a *cli.App, args []string, o *exporting) error {
	if err := checkPath(o.path); err != nil {
		return err
	}
	if err := o.Ready(a, false); err != nil {
		return err
	}
	s, app, dir, err := openApp(ctx, a, args, o)
	if err != nil {
		return err
	}
	defer s.Close()
	if app.Shown(app.ClientID) == "" && app.AuthMethod == "private_key_jwt" {
		return fmt.Errorf("client_id of %s is sensitive, and the script would show it: use oktaform token %[1]s, or oktaform request %[1]s GET PATH", app.Addr.ShellWord())
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	return o.Write(a, s.Trees, export.Curl(s.Client.URL(), dir, o.path, app, s.KeyFile), false)
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
	if err := s.Trees.MakeFolder(o.folder); err != nil {
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

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

	"github.com/oktaform/oktaform/internal/export"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

// exporting are the flags of the exports.
type exporting struct {
	inputs
	target
	sink
	withSecrets bool
	path        string
	folder      string
}

func newExport(a *app) *cobra.Command {
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
	o.target.add(cmd)
	o.inputs.add(cmd)
}

func newExportDotenv(a *app) *cobra.Command {
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
	o.sink.add(cmd)
	cmd.Flags().BoolVar(&o.withSecrets, "with-secrets", false, "write the private key or the client secret too")
	return cmd
}

func newExportCurl(a *app) *cobra.Command {
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
	o.sink.add(cmd)
	cmd.Flags().StringVar(&o.path, "path", "/api/v1/users?limit=1", "the `PATH` that is called")
	return cmd
}

func newExportPostman(a *app) *cobra.Command {
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
	cmd.Flags().BoolVar(&o.force, "force", false, "replace the files if they exist")
	cmd.Flags().BoolVar(&o.withSecrets, "with-secrets", false, "write private keys and client secrets too")
	return cmd
}

// openApps opens the configuration that the arguments name, and chooses the app,
// or all of them.
func (a *app) openApps(ctx context.Context, args []string, o *exporting) (*session, []schema.TestApp, string, error) {
	name, dir := "", "."
	switch info, err := os.Stat(firstOf(args)); {
	case len(args) == 2:
		name, dir = args[0], args[1]
	case len(args) == 1 && err == nil && info.IsDir():
		dir = args[0]
	case len(args) == 1:
		name = args[0]
	}
	s, err := a.open(ctx, dir, o.inputs, o.target)
	if err != nil {
		return nil, nil, "", err
	}
	apps, err := s.apps(ctx)
	if err == nil && name != "" {
		var app schema.TestApp
		app, err = chooseApp(apps, name)
		apps = []schema.TestApp{app}
	}
	for _, app := range apps {
		if err == nil && app.ClientID == "" {
			err = fmt.Errorf("%s isn't in the org yet: run apply, which makes it", app.Addr)
		}
	}
	if err != nil {
		s.close()
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
func (a *app) openApp(ctx context.Context, args []string, o *exporting) (*session, schema.TestApp, string, error) {
	s, apps, dir, err := a.openApps(ctx, args, o)
	if err != nil {
		return nil, schema.TestApp{}, "", err
	}
	app, err := theApp(apps)
	if err != nil {
		s.close()
	}
	return s, app, dir, err
}

func runExportDotenv(ctx context.Context, a *app, args []string, o *exporting) error {
	if err := o.ready(a, o.withSecrets); err != nil {
		return err
	}
	s, app, _, err := a.openApp(ctx, args, o)
	if err != nil {
		return err
	}
	defer s.close()
	secret := schema.Secret{}
	switch {
	case !o.withSecrets:
	case app.AuthMethod == "private_key_jwt":
		var key jwk.Private
		if app, key, err = s.localKey(app); err == nil {
			var pem []byte
			pem, err = key.PEM()
			secret = schema.NewSecret(string(pem))
		}
	case app.AuthMethod != "none":
		secret, err = s.clientSecret(ctx, app)
	}
	if err != nil {
		return err
	}
	return o.write(a, s.trees, export.Dotenv(s.client.URL(), app, secret), o.withSecrets)
}

func runExportCurl(ctx context.Context, a *app, args []string, o *exporting) error {
	if err := checkPath(o.path); err != nil {
		return err
	}
	if err := o.ready(a, false); err != nil {
		return err
	}
	s, app, dir, err := a.openApp(ctx, args, o)
	if err != nil {
		return err
	}
	defer s.close()
	if app.Shown(app.ClientID) == "" && app.AuthMethod == "private_key_jwt" {
		return fmt.Errorf("client_id of %s is sensitive, and the script would show it: use oktaform token %[1]s, or oktaform request %[1]s GET PATH", app.Addr.ShellWord())
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	return o.write(a, s.trees, export.Curl(s.client.URL(), dir, o.path, app, s.keyFile), false)
}

func runExportPostman(ctx context.Context, a *app, args []string, o *exporting) error {
	collection := sink{file: filepath.Join(o.folder, "oktaform.postman_collection.json"), force: o.force}
	environment := sink{file: filepath.Join(o.folder, "oktaform.postman_environment.json"), force: o.force}
	if err := cmp.Or(collection.ready(a, false), environment.ready(a, o.withSecrets)); err != nil {
		return err
	}
	s, apps, _, err := a.openApps(ctx, args, o)
	if err != nil {
		return err
	}
	defer s.close()
	secrets := map[string]export.Secrets{}
	for _, app := range apps {
		if !o.withSecrets {
			break
		}
		if secrets[app.Addr.String()], err = s.postmanSecrets(ctx, app); err != nil {
			return err
		}
	}
	env, all, err := export.Postman(s.client.URL(), s.config.Owner, apps, secrets)
	if err != nil {
		return err
	}
	if err := s.trees.MakeFolder(o.folder); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	if err := cmp.Or(collection.write(a, s.trees, string(all), false), environment.write(a, s.trees, string(env), true)); err != nil {
		return err
	}
	a.print(fmt.Sprintf("Wrote %s\nand   %s\n", view.Plain(collection.file), view.Plain(environment.file)))
	return nil
}

func (s *session) postmanSecrets(ctx context.Context, app schema.TestApp) (export.Secrets, error) {
	switch {
	case app.AuthMethod == "private_key_jwt":
		app, key, err := s.localKey(app)
		if err != nil {
			return export.Secrets{}, err
		}
		text, err := key.JWK(app.Keys[0].KID)
		return export.Secrets{PrivateJWK: schema.NewSecret(string(text))}, err
	case app.AuthMethod != "none":
		secret, err := s.clientSecret(ctx, app)
		return export.Secrets{ClientSecret: secret}, err
	}
	return export.Secrets{}, nil
}

// keyFile reads a private key file.
func (s *session) keyFile(file string) ([]byte, error) { return s.trees.Read(file, files.KeyLimit) }

// localKey reads the app's first private key that is on this machine, and leaves
// it as the only one of the app.
func (s *session) localKey(app schema.TestApp) (schema.TestApp, jwk.Private, error) {
	for _, key := range app.Keys {
		data := []byte(key.Text.Reveal())
		if key.File != "" {
			data, _ = s.keyFile(key.File) // one that isn't here is passed over
		}
		if len(data) == 0 {
			continue
		}
		private, err := jwk.ParsePrivate(data)
		if err != nil {
			return app, private, fmt.Errorf("the private key %q of %s can't be used: %w", key.KID, app.Addr, err)
		}
		app.Keys = []schema.PrivateKey{key}
		return app, private, nil
	}
	return app, jwk.Private{}, fmt.Errorf("no private key of %s is on this machine", app.Addr)
}

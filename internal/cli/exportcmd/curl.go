package exportcmd

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/export"
)

func newExportCurl(a *cli.App) *cobra.Command {
	o := &exporting{}
	cmd := &cobra.Command{
		Use:   "curl [APP] [DIR]",
		Short: "Write a shell script that calls the API as an app, with curl",
		Long: `Writes a shell script that gets a token and calls the API with it. For an app
with an RSA key in a PEM file the script needs only curl and openssl; for other
apps it uses oktaform as well. The script contains no secret.`,
		Example: `  oktaform export curl service_app.reporter | sh`,
		Args:    cobra.MaximumNArgs(2),
		RunE:    func(cmd *cobra.Command, args []string) error { return runExportCurl(cmd.Context(), a, args, o) },
	}
	o.add(cmd)
	o.OutputFile.Add(cmd)
	cmd.Flags().StringVar(&o.path, "path", "/api/v1/users?limit=1", "the `PATH` to call")
	return cmd
}

func runExportCurl(ctx context.Context, a *cli.App, args []string, o *exporting) error {
	if err := cli.CheckPath(o.path); err != nil {
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

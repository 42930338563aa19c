// Package exportcmd has the command export. It writes the settings of an app for other programs,
// with a file for each form.
package exportcmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/schema"
)

// exporting holds the flags of the export commands.
type exporting struct {
	cli.Inputs
	cli.Target
	cli.OutputFile
	withSecrets bool
	path        string
	folder      string
}

// New returns the command export.
func New(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export COMMAND",
		Short: "Write an app's settings for SDKs, curl or Postman",
		Long: `Writes the settings of declared apps for other programs. They contain secrets only
with --with-secrets, and are then written to a file with mode 0600.`,
		Args: cli.KnownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newExportDotenv(a), newExportCurl(a), newExportPostman(a))
	cli.WithoutJSON("it writes the settings as other programs read them", cmd)
	return cmd
}

func (o *exporting) add(cmd *cobra.Command) {
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
}

// openApps opens the configuration that the arguments name and selects one app or all apps.
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
			err = fmt.Errorf("%s isn't in the org yet: run apply to create it", app.Addr)
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

// theApp returns the only app of a list.
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
	return schema.TestApp{}, fmt.Errorf("the configuration declares several apps: name one, %s", strings.Join(names, " or "))
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

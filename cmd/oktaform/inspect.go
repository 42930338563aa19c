package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

type inspectOptions struct {
	cli.Inputs
	cli.Target
}

func newInspect(a *cli.App) *cobra.Command {
	o := &inspectOptions{}
	cmd := &cobra.Command{
		Use:   "inspect TOKEN|- [DIR]",
		Short: "Decode a token, and explain why the org doesn't accept it",
		Long: `Decodes a token and checks its times, issuer, audience, and signature with the
org's published keys. If the configuration declares the app that got the token, it
also asks the org, as that app, whether the token is still active. The token itself
is never printed. With - it is read from standard input, which keeps it out of the
shell's history and the list of processes.

If the token isn't accepted, the exit status is 1. Without a configuration in the
folder, the org isn't asked.`,
		Example: `  oktaform token service_app.reporter | oktaform inspect -
  pbpaste | oktaform inspect --org https://example.okta.com -`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return runInspect(cmd.Context(), a, args, o) },
	}
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
	return cmd
}

// maxToken is the maximum number of bytes read as a token.
const maxToken = 1 << 20

func runInspect(ctx context.Context, a *cli.App, args []string, o *inspectOptions) error {
	token := args[0]
	if token == "-" {
		data, err := io.ReadAll(io.LimitReader(a.Env.Stdin, maxToken))
		if err != nil {
			return fmt.Errorf("standard input: %w", err)
		}
		token = string(data)
	}
	s, apps, err := openToInspect(ctx, a, args[1:], o)
	if err != nil {
		return err
	}
	defer s.Close()
	if token = strings.TrimSpace(token); token != "" {
		a.Secrets = append(a.Secrets, token)
	}
	inspection, err := s.Runner(ctx).Inspect(ctx, token, apps)
	if err != nil {
		return err
	}
	if a.JSON {
		text, err := view.InspectionJSON(inspection)
		if err != nil {
			return err
		}
		a.Print(text)
	} else {
		a.Print(view.Inspection(inspection, a.Style()))
	}
	if len(inspection.Problems) > 0 {
		return cli.StatusError(cli.ExitError)
	}
	return nil
}

// openToInspect opens the configuration with its apps, or only the org if no folder is given and
// the current one has no configuration.
func openToInspect(ctx context.Context, a *cli.App, args []string, o *inspectOptions) (*cli.Session, []schema.TestApp, error) {
	if files, _ := filepath.Glob("*.hcl"); len(args) == 0 && len(files) == 0 && o.Org != cli.SandboxOrg {
		s, err := a.OpenOrg(o.Target)
		return s, nil, err
	}
	s, err := a.Open(ctx, cli.Folder(args), o.Inputs, o.Target)
	if err != nil {
		return nil, nil, err
	}
	apps, err := s.Apps(ctx)
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	return s, apps, nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

type inspectOptions struct {
	inputs
	target
}

func newInspect(a *app) *cobra.Command {
	o := &inspectOptions{}
	cmd := &cobra.Command{
		Use:   "inspect TOKEN|- [DIR]",
		Short: "Decode a token, and say why the org doesn't accept it",
		Long: `Decodes a token and checks it: times, issuer, audience, the signature with the
org's published keys, and, as the app that got it where the configuration
declares that app, whether the org still accepts it. The token itself is never
printed. With - it is read from standard input, which keeps it out of the
shell's history and the list of processes.

A token that isn't accepted ends with the exit status 1. Without a
configuration in the folder the org itself isn't asked.`,
		Example: `  oktaform token service_app.reporter | oktaform inspect -
  pbpaste | oktaform inspect --org https://example.okta.com -`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return runInspect(cmd.Context(), a, args, o) },
	}
	o.target.add(cmd)
	o.inputs.add(cmd)
	return cmd
}

// maxToken bounds what is read for a token.
const maxToken = 1 << 20

func runInspect(ctx context.Context, a *app, args []string, o *inspectOptions) error {
	token := args[0]
	if token == "-" {
		data, err := io.ReadAll(io.LimitReader(a.env.stdin, maxToken))
		if err != nil {
			return fmt.Errorf("standard input: %w", err)
		}
		token = string(data)
	}
	s, apps, err := a.openToInspect(ctx, args[1:], o)
	if err != nil {
		return err
	}
	defer s.close()
	if token = strings.TrimSpace(token); token != "" {
		a.secrets = append(a.secrets, token)
	}
	inspection, err := s.runner(ctx).Inspect(ctx, token, apps)
	if err != nil {
		return err
	}
	if a.json {
		text, err := view.InspectionJSON(inspection)
		if err != nil {
			return err
		}
		a.print(text)
	} else {
		a.print(view.Inspection(inspection, a.style()))
	}
	if len(inspection.Problems) > 0 {
		return statusError(exitError)
	}
	return nil
}

// openToInspect opens the configuration with its apps; or the org alone where no
// folder is named and there is no configuration in the current one.
func (a *app) openToInspect(ctx context.Context, args []string, o *inspectOptions) (*session, []schema.TestApp, error) {
	if files, _ := filepath.Glob("*.hcl"); len(args) == 0 && len(files) == 0 && o.org != sandboxOrg {
		credentials, err := okta.FindCredentials(o.org, a.env.get, a.env.home)
		if err != nil {
			return nil, nil, err
		}
		client, err := org.Connect(credentials, okta.Options{UserAgent: "oktaform/" + version(), Clock: a.env.clock})
		return &session{app: a, client: client}, nil, err
	}
	s, err := a.open(ctx, folder(args), o.inputs, o.target)
	if err != nil {
		return nil, nil, err
	}
	apps, err := s.apps(ctx)
	if err != nil {
		s.close()
		return nil, nil, err
	}
	return s, apps, nil
}

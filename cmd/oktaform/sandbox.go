package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/sandbox"
)

type sandboxOptions struct {
	listen    string
	data      string
	readyFile string
	superApps bool
}

func newSandbox(a *app) *cobra.Command {
	o := &sandboxOptions{}
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve an embedded Okta org for tests",
		Long: `Serves an Okta org on this machine: the management API for apps, groups, users
and admin roles, and the org's OAuth endpoints. It enforces granted scopes and
admin roles as Okta does. Any program that speaks to Okta can use it.

Prints the org's URL and the API token of its super admin, then serves until
it is interrupted.`,
		Example: `  oktaform sandbox
  oktaform sandbox --listen 127.0.0.1:0 --ready-file ready.json --data org.db`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runSandbox(cmd.Context(), a, o) },
	}
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:8080", "the `ADDRESS` to listen on; port 0 for a free one")
	cmd.Flags().StringVar(&o.data, "data", "", "keep the org in `FILE` (default: in memory)")
	cmd.Flags().StringVar(&o.readyFile, "ready-file", "", "write the URL and the token to `FILE` as JSON once the org serves")
	cmd.Flags().BoolVar(&o.superApps, "public-client-app-admins", false, "the org's setting that makes each new service app a super admin")
	return cmd
}

func runSandbox(ctx context.Context, a *app, o *sandboxOptions) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	org, err := sandbox.Listen(o.listen, sandbox.Options{DataFile: o.data, PublicClientAppAdmins: o.superApps, Clock: a.env.clock})
	if err != nil {
		return fmt.Errorf("the embedded org can't be served on %s: %w; choose another address with --listen, or another file with --data", o.listen, err)
	}
	if err := a.announce(org.URL, org.Token(), o.readyFile); err != nil {
		return errors.Join(err, org.Shutdown())
	}
	<-ctx.Done()
	return org.Shutdown()
}

// announce tells where the org is, after it listens.
func (a *app) announce(url, token, readyFile string) error {
	ready := map[string]string{"url": url, "token": token}
	if readyFile != "" {
		data, err := json.MarshalIndent(ready, "", "  ")
		if err != nil {
			return err
		}
		if err := writePrivate(readyFile, append(data, '\n')); err != nil {
			return fmt.Errorf("ready file: %w", err)
		}
	}
	if a.json {
		return view.JSON(a.env.stdout, ready)
	}
	a.print(fmt.Sprintf("Embedded Okta org:\n  OKTA_CLIENT_ORGURL=%s\n  OKTA_CLIENT_TOKEN=%s\n", url, token))
	return nil
}

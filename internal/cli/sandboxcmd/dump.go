package sandboxcmd

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/sandbox"
)

type sandboxDumpOptions struct {
	data    string
	secrets bool
}

func newSandboxDump(a *cli.App) *cobra.Command {
	o := &sandboxDumpOptions{}
	cmd := &cobra.Command{
		Use:   "dump",
		Short: "Write the embedded org as JSON",
		Long: `Writes the org in a data file as readable JSON, from which 'sandbox --seed'
creates an equal org: apps with their grants, assignments and roles, users,
groups with their members, custom roles and resource sets.`,
		Example: `  oktaform sandbox dump --data org.db > org.json`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := setFromEnvironment(cmd, a.Env); err != nil {
				return err
			}
			return runSandboxDump(a, o)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&o.data, "data", "", "the org's data `FILE`")
	cmd.Flags().BoolVar(&o.secrets, "secrets", false, "include client secrets and the hashes of passwords")
	return cmd
}

func runSandboxDump(a *cli.App, o *sandboxDumpOptions) error {
	if o.data == "" {
		return errors.New("--data is missing: name the data file of the org")
	}
	if _, err := os.Stat(o.data); err != nil {
		return fmt.Errorf("--data: %w", err) // opening it would create a new org
	}
	server, err := sandbox.New(sandbox.Options{DataFile: o.data})
	if err != nil {
		return fmt.Errorf("%w; read a running org at its URL, path /_sandbox/org", err)
	}
	write := server.Dump
	if o.secrets {
		write = server.DumpWithSecrets
	}
	return errors.Join(write(a.Env.Stdout), server.Close())
}

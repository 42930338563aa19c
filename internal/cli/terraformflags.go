package cli

import "github.com/spf13/cobra"

// terraformFlags are flags of Terraform's that scripts and CI systems give.
type terraformFlags struct {
	input bool // ask for values and for approval
}

// add accepts the flags of a command that plans. All but --input change nothing here:
// there is no state to lock (of the lease, --lease and --lease-timeout tell), and warnings
// are compact already.
func (f *terraformFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.input, "input", true, "ask on a terminal for values of variables, and for approval")
	flags.Bool("compact-warnings", false, "")
	flags.Bool("lock", true, "")
	flags.String("lock-timeout", "", "")
	for _, name := range []string{"compact-warnings", "lock", "lock-timeout"} {
		_ = flags.MarkHidden(name) // an error says only that there is no such flag
	}
}

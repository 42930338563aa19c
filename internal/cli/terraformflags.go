package cli

import "github.com/spf13/cobra"

// terraformFlags are flags of Terraform that scripts and CI systems use.
type terraformFlags struct {
	input bool // ask for values and for approval
}

// add accepts Terraform's flags on a command that plans. All but --input have no effect: there is
// no state to lock (for the lease see --lease and --lease-timeout), and warnings are always
// compact.
func (f *terraformFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.input, "input", true, "ask on a terminal for values of variables, and for approval")
	flags.Bool("compact-warnings", false, "")
	flags.Bool("lock", true, "")
	flags.String("lock-timeout", "", "")
	for _, name := range []string{"compact-warnings", "lock", "lock-timeout"} {
		_ = flags.MarkHidden(name) // it fails only for an unknown flag
	}
}

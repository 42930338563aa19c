package main

import (
	"fmt"
	"regexp"

	"github.com/spf13/cobra"
)

// otherFlags are flags that people know from Terraform and that don't exist here, each
// with what to use instead.
var otherFlags = map[string]string{
	"refresh-only":        "every plan reads the org as it is, and there is no state to bring up to date. Run oktaform plan to see what differs",
	"replace":             "nothing is kept about objects between runs. To create one anew, take its block out, apply, and put it back",
	"state":               "the org is the state, so there is no state file",
	"state-out":           "the org is the state, so there is no state file",
	"backup":              "the org is the state, so there is no state file to back up. oktaform snapshot --out FILE keeps what the org has",
	"backend-config":      "there is no state, so there is no backend",
	"generate-config-out": "write the block, and an adopt block beside it: the plan shows what importing the object changes",
	"upgrade":             "there are no providers, and modules are local folders, so there is nothing to upgrade",
	"exclude":             "name what is to change instead: --target ADDRESS",
}

var unknownFlag = regexp.MustCompile(`^unknown flag: --([a-z-]+)`)

// explainFlag says what to use instead of a flag of Terraform's.
func explainFlag(cmd *cobra.Command, err error) error {
	if m := unknownFlag.FindStringSubmatch(err.Error()); m != nil {
		if instead, ok := otherFlags[m[1]]; ok {
			return fmt.Errorf("oktaform %s has no flag --%s: %s", cmd.Name(), m[1], instead)
		}
	}
	return err
}

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

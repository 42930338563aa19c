package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"
)

// otherWords are commands that people know from Terraform and that don't exist
// here, each with what to do instead.
var otherWords = map[string]string{
	"init":         "there is nothing to initialise: modules are local folders, there are no providers and no state. Write an .hcl file (examples/quickstart is one) and run oktaform plan",
	"get":          "modules are local folders, so there is nothing to download",
	"refresh":      "every plan reads the org as it is; there is no state that could be out of date. Run oktaform plan to see what differs",
	"import":       "put an adopt block beside the object's own block:\n\n  adopt {\n    to    = group.staff\n    label = \"Staff\"\n  }\n\nor run oktaform plan --adopt: the plan shows what importing it changes",
	"taint":        "nothing is kept about objects between runs. To make one anew, take its block out, apply, and put it back",
	"untaint":      "nothing is kept about objects between runs, so nothing is tainted",
	"state":        "the org is the state. oktaform snapshot --out FILE writes what is in it of this configuration, and oktaform plan shows what differs; moved and removed blocks do what state mv and state rm do",
	"workspace":    "use one folder for several environments with a .tfvars file for each, and let org.owner and name_suffix depend on a variable: see examples/multi-environment",
	"env":          "use one folder for several environments with a .tfvars file for each: see examples/multi-environment",
	"console":      "write the expression into an output block and run oktaform output",
	"providers":    "there are no providers: Okta is the only one, and oktaform schema shows its objects",
	"force-unlock": "there is no state, so nothing is locked",
	"login":        "set OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN, or use ~/.okta/okta.yaml: what Okta's SDKs read",
	"logout":       "credentials come from the environment or ~/.okta/okta.yaml, and aren't kept here",
	"test":         "run oktaform smoke: smoke_test blocks are tests with real tokens",
	"metadata":     "oktaform schema --json describes the objects, and docs/functions.md the functions",
}

// explainOtherWords adds them as hidden commands, except those that exist.
func explainOtherWords(root *cobra.Command) {
	exists := func(name string) bool {
		return slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == name })
	}
	for name, instead := range otherWords {
		if exists(name) {
			continue
		}
		root.AddCommand(&cobra.Command{
			Use: name, Hidden: true, DisableFlagParsing: true,
			RunE: func(*cobra.Command, []string) error {
				return fmt.Errorf("oktaform has no command %s: %s", name, instead)
			},
		})
	}
}

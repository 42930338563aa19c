package main

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/session"
)

// otherWords are Terraform commands that do not exist here, each with what to do instead.
var otherWords = map[string]string{
	"get":          "Modules are local folders, so there is nothing to download.",
	"refresh":      "Every plan reads the org; there is no state that could be out of date. Run oktaform plan to see the differences.",
	"taint":        "There is no state to mark an object in. To recreate an object, remove its block, apply, put the block back, and apply again.",
	"untaint":      "There is no state, so no object is tainted.",
	"workspace":    "Use one folder for several environments with a .tfvars file for each, and let org.owner and name_suffix depend on a variable: see examples/multi-environment.",
	"env":          "Use one folder for several environments with a .tfvars file for each: see examples/multi-environment.",
	"providers":    "There are no providers: Okta is the only one, and oktaform schema shows its objects.",
	"force-unlock": "There is no state to lock. A run that changes the org takes a lease there, which expires by itself within minutes after a crash: oktaform apply --lease-timeout 15m waits for it.",
	"metadata":     "oktaform schema --json describes the objects, and docs/functions.md the functions.",
}

// stateWords are those of terraform state that don't exist here.
var stateWords = map[string]string{
	"mv":               "The org is the state. In place of state mv write\n\n  moved {\n    from = group.staff\n    to   = group.everybody\n  }\n\nand in place of state rm run oktaform release ADDRESS, or remove the object's block and write\n\n  removed {\n    from = group.staff\n    lifecycle {\n      destroy = false\n    }\n  }",
	"rm":               "The org is the state. In place of state rm run oktaform release ADDRESS, or remove the object's block and write\n\n  removed {\n    from = group.staff\n    lifecycle {\n      destroy = false\n    }\n  }",
	"pull":             "There is no state file. oktaform snapshot --out FILE saves what the org has.",
	"push":             "There is no state file: only apply changes the org.",
	"replace-provider": "There are no providers: Okta is the only one.",
}

// explainOtherWords adds hidden commands for those that do not exist.
func explainOtherWords(root *cobra.Command) {
	exists := func(name string) bool {
		return slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == name })
	}
	for name, instead := range otherWords {
		if exists(name) {
			continue
		}
		root.AddCommand(otherWord(name, name, instead))
	}
}

func otherWord(command, use, instead string) *cobra.Command {
	return &cobra.Command{
		Use: use, Hidden: true, DisableFlagParsing: true,
		RunE: func(*cobra.Command, []string) error {
			return &session.Error{Diagnostics: hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "oktaform has no command " + command, Detail: instead}}}
		},
	}
}

// otherFlags are Terraform flags that do not exist here, each with what to use instead.
var otherFlags = map[string]string{
	"refresh-only":   "every plan reads the org, and there is no state to refresh. Run oktaform plan to see the differences",
	"replace":        "to recreate an object, remove its block, apply, put the block back, and apply again",
	"state":          "the org is the state, so there is no state file",
	"state-out":      "the org is the state, so there is no state file",
	"backup":         "the org is the state, so there is no state file to back up. oktaform snapshot --out FILE saves what the org has",
	"backend-config": "there is no state, so there is no backend",
	"adopt":          "it is called --import now",
	"upgrade":        "there are no providers, and modules are local folders, so there is nothing to upgrade",
	"exclude":        "name the objects to change instead: --target ADDRESS",
}

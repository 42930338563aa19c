package sandboxcmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oktaform/oktaform/internal/cli"
)

// sandboxVariables begins the names of the environment variables that give values to the flags of
// sandbox commands, for containers and jobs.
const sandboxVariables = "OKTAFORM_SANDBOX_"

// sandboxToken is the variable with the API token of a new org's super admin. There is no flag for
// it, because other users of the machine can read command lines.
const sandboxToken = sandboxVariables + "TOKEN"

// sandboxVariable returns the variable of a flag.
func sandboxVariable(flag string) string {
	return sandboxVariables + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// setFromEnvironment sets the flags of a sandbox command that the command line does not set. A flag
// that may be repeated takes one value from each line of its variable. It returns a function that
// names where a flag's value comes from, for errors.
func setFromEnvironment(cmd *cobra.Command, env *cli.Environment) (origin func(flag string) string, err error) {
	variables := map[string]string{}
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		variable := sandboxVariable(f.Name)
		value := env.Get(variable)
		if f.Changed || f.Name == "help" || value == "" || err != nil {
			return
		}
		values := []string{value}
		if f.Value.Type() == "stringArray" {
			values = strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == '\r' })
		}
		variables[f.Name] = variable
		for _, v := range values {
			if wrong := f.Value.Set(strings.TrimSpace(v)); wrong != nil {
				err = fmt.Errorf("%s: %q is no value of --%s: %w", variable, v, f.Name, wrong)
				return
			}
		}
		f.Changed = true
	})
	return func(flag string) string {
		if variable, given := variables[flag]; given {
			return variable
		}
		return "--" + flag
	}, err
}

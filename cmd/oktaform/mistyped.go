package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
)

// explainArguments makes the errors of all commands about the number of their arguments show what
// they take.
func explainArguments(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			err := check(cmd, args)
			if err != nil && strings.Contains(err.Error(), "arg(s)") {
				name := strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
				return fmt.Errorf("%s can't have %d arguments. Usage: %s", name, len(args), cmd.UseLine())
			}
			if err != nil && strings.HasSuffix(err.Error(), fmt.Sprintf(" for %q", cmd.CommandPath())) { // of cobra.NoArgs
				return fmt.Errorf("%w. Usage: %s", err, cmd.UseLine())
			}
			return err
		}
	}
	for _, sub := range cmd.Commands() {
		explainArguments(sub)
	}
}

// explainFlag says what to use instead of an unknown flag: for a flag of Terraform what does the
// same here; else the flag that is most like it, or the commands that have it. If the command
// before it is unknown, that is the error: its flags are unknown with it.
func explainFlag(cmd *cobra.Command, err error) error {
	if args := cmd.Flags().Args(); cmd.HasSubCommands() && len(args) > 0 {
		if mistyped := cmd.ValidateArgs(args); mistyped != nil {
			return mistyped
		}
	}
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok || unknown.GetSpecifiedShortnames() != "" {
		return err
	}
	name := unknown.GetSpecifiedName()
	if instead, ok := otherFlags[name]; ok {
		return fmt.Errorf("oktaform %s has no flag --%s: %s", cmd.Name(), name, instead)
	}
	others := commandsWith(cmd.Root(), name)
	closest := flagNames(cmd)
	if len(others) == 0 {
		closest = config.Closest(name, closest)
	} else { // it is spelled right, so only a longer or shorter form of it is meant
		closest = slices.DeleteFunc(closest, func(flag string) bool {
			return !strings.HasPrefix(flag, name+"-") && !strings.HasPrefix(name, flag+"-")
		})
	}
	for i := range closest {
		closest[i] = "--" + closest[i]
	}
	switch elsewhere := strings.Join(others, ", "); {
	case len(closest) > 0 && len(others) > 0:
		return fmt.Errorf("%w. Did you mean %s? --%s is a flag of %s", err, config.Alternatives(closest), name, elsewhere)
	case len(closest) > 0:
		return fmt.Errorf("%w. Did you mean %s?", err, config.Alternatives(closest))
	case len(others) > 0:
		return fmt.Errorf("%w. It is a flag of %s", err, elsewhere)
	}
	return fmt.Errorf("%w. %s lists the flags", err, cli.HelpOf(cmd))
}

// flagNames returns the names of a command's flags.
func flagNames(cmd *cobra.Command) (names []string) {
	add := func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	}
	cmd.Flags().VisitAll(add)
	cmd.InheritedFlags().VisitAll(add)
	slices.Sort(names)
	return slices.Compact(names)
}

// commandsWith returns the commands that have a flag.
func commandsWith(cmd *cobra.Command, flag string) (names []string) {
	if f := cmd.LocalFlags().Lookup(flag); f != nil && !f.Hidden && cmd.IsAvailableCommand() {
		names = append(names, cmd.CommandPath())
	}
	for _, sub := range cmd.Commands() {
		names = append(names, commandsWith(sub, flag)...)
	}
	return names
}

package cli

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
)

// Complete adds completion to a command: folders, and names from the configuration for its flags.
func (a *App) Complete(cmd *cobra.Command) {
	byFlag := map[string]cobra.CompletionFunc{
		"target": a.addresses, "replace": a.addresses, "exclude": a.addresses,
		"test":     a.names(func(n config.Names) []string { return n.SmokeTests }),
		"var":      a.variables,
		"var-file": extension("tfvars", "json"),
		"profile":  a.profiles,
		"org":      cobra.FixedCompletions([]string{SandboxOrg, "https://"}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace),
	}
	for name, f := range byFlag {
		if cmd.Flags().Lookup(name) != nil && f != nil {
			_ = cmd.RegisterFlagCompletionFunc(name, f) // fails only if registered twice
		}
	}
	if cmd.ValidArgsFunction == nil && strings.Contains(cmd.Use, "[DIR]") && !strings.Contains(cmd.Use, "FILE") {
		cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			switch {
			case len(args) == 0:
				return nil, cobra.ShellCompDirectiveFilterDirs
			case cmd.Name() == "output":
				return a.load(args).Outputs, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
	}
}

// CompleteFormat completes the values of --format.
func CompleteFormat(cmd *cobra.Command, formats ...string) {
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
}

func extension(names ...string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names, cobra.ShellCompDirectiveFilterFileExt
	}
}

// load reads the names from the configuration that the arguments name.
func (a *App) load(args []string) config.Names {
	dir := Folder(args)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(a.Chdir, dir) // --chdir has no effect during completion
	}
	c, _ := config.Load(dir, config.Options{Environ: a.Env.Environ, Incomplete: true, Checkout: a.Checkouts()})
	defer func() { _ = c.Close() }()
	return c.Names()
}

func (a *App) names(pick func(config.Names) []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		return withPrefix(pick(a.load(args)), typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// addresses completes an address: first the kind, then the declared names.
func (a *App) addresses(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if found := withPrefix(a.load(args).Addresses, typed); len(found) > 0 {
		return found, cobra.ShellCompDirectiveNoFileComp
	}
	var kinds []string
	for _, k := range schema.Kinds() {
		kinds = append(kinds, k.Name+".")
	}
	return withPrefix(kinds, typed), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func (a *App) variables(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, name := range a.load(args).Variables {
		names = append(names, name+"=")
	}
	return withPrefix(names, typed), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func (a *App) profiles(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	names, _ := a.Profiles().Names()
	return withPrefix(names, typed), cobra.ShellCompDirectiveNoFileComp
}

func withPrefix(names []string, prefix string) []string {
	var found []string
	for _, name := range names {
		if strings.HasPrefix(name, prefix) {
			found = append(found, name)
		}
	}
	return found
}

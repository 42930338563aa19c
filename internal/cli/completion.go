package cli

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Complete adds completion to a command and the commands below it: folders, and names from the
// configuration, the schema and the catalog for its flags and arguments. Help lists flags in the
// order in which they are declared.
func (a *App) Complete(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	for _, sub := range cmd.Commands() {
		a.Complete(sub)
	}
	declared := a.names(cmd, func(n config.Names) []string { return n.Addresses })
	byFlag := map[string]cobra.CompletionFunc{
		"target": a.addresses(cmd), "replace": a.addresses(cmd), "exclude": a.addresses(cmd),
		"trust-keys": declared, "trust-rights": declared, "allow-admin-removal": declared, "app": declared,
		"scope":    words(catalog.Scopes()...),
		"fail-on":  words("low", "medium", "high", "critical"),
		"lease":    words("on", "off"),
		"test":     a.names(cmd, func(n config.Names) []string { return n.SmokeTests }),
		"var":      a.variables(cmd),
		"var-file": extension("tfvars", "json"),
		"profile":  a.profiles,
		"org":      cobra.FixedCompletions([]string{SandboxOrg, "https://"}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace),
	}
	for name, f := range byFlag {
		if cmd.Flags().Lookup(name) != nil {
			_ = cmd.RegisterFlagCompletionFunc(name, f) // fails only if registered twice
		}
	}
	if takes := argumentsOf(cmd); cmd.ValidArgsFunction == nil && len(takes) > 0 && !strings.Contains(cmd.Use, "FILE") {
		cmd.ValidArgsFunction = func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return a.argument(cmd, takes, args, typed)
		}
	}
}

// argumentsOf returns the names of a command's arguments in their order, such as APP and DIR, from
// its usage line; of alternatives, those of the last one.
func argumentsOf(cmd *cobra.Command) (names []string) {
	flag := false
	for _, word := range strings.Fields(cmd.Use)[1:] {
		switch {
		case strings.HasPrefix(word, "--"):
			flag = true
			continue
		case word == "|":
			names = nil
		case !flag:
			names = append(names, strings.Trim(word, "[]."))
		}
		flag = false
	}
	return names
}

// argument completes the next argument.
func (a *App) argument(cmd *cobra.Command, takes, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	name := ""
	switch repeated := strings.Contains(cmd.Use, "..."); {
	case len(args) < len(takes):
		name = takes[len(args)]
	case repeated:
		name = takes[len(takes)-1]
	}
	n := func(pick func(config.Names) []string) ([]string, cobra.ShellCompDirective) {
		return a.names(cmd, pick)(cmd, args, typed)
	}
	switch name {
	case "DIR":
		return nil, cobra.ShellCompDirectiveFilterDirs
	case "APP":
		return n(func(n config.Names) []string { return apps(n.Addresses) })
	case "ADDRESS", "PRINCIPAL":
		return n(func(n config.Names) []string { return n.Addresses })
	case "NAME":
		if cmd.Name() == "smoke" {
			return n(func(n config.Names) []string { return n.SmokeTests })
		}
		return n(func(n config.Names) []string { return n.Outputs })
	case "KIND":
		return words(kindNames()...)(cmd, args, typed)
	case "METHOD":
		return words("GET", "POST", "PUT", "PATCH", "DELETE")(cmd, args, typed)
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

func apps(addresses []string) (found []string) {
	for _, addr := range addresses {
		if parsed, err := schema.ParseAddr(addr); err == nil && parsed.Kind != "" {
			if k := kinds.Named(parsed.Kind); k != nil && k.IsApp() {
				found = append(found, addr)
			}
		}
	}
	return found
}

func kindNames() (names []string) {
	for _, k := range kinds.All() {
		names = append(names, k.Name)
	}
	return names
}

// CompleteFormat completes the values of --format.
func CompleteFormat(cmd *cobra.Command, formats ...string) {
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
}

func words(list ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return withPrefix(list, typed), cobra.ShellCompDirectiveNoFileComp
	}
}

func extension(names ...string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names, cobra.ShellCompDirectiveFilterFileExt
	}
}

// load reads the names from the configuration in the folder that the arguments of a command name.
func (a *App) load(cmd *cobra.Command, args []string) config.Names {
	dir := "."
	if i := slices.Index(argumentsOf(cmd), "DIR"); i >= 0 && i < len(args) {
		dir = args[i]
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(a.Chdir, dir) // --chdir has no effect during completion
	}
	c, _ := config.Load(dir, config.Options{Environ: a.Env.Environ, Incomplete: true, Checkout: a.Checkouts()})
	defer func() { _ = c.Close() }()
	return c.Names()
}

func (a *App) names(cmd *cobra.Command, pick func(config.Names) []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		return withPrefix(pick(a.load(cmd, args)), typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// addresses completes an address: first the declared names, then the kinds.
func (a *App) addresses(cmd *cobra.Command) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if found := withPrefix(a.load(cmd, args).Addresses, typed); len(found) > 0 {
			return found, cobra.ShellCompDirectiveNoFileComp
		}
		var prefixes []string
		for _, kind := range kindNames() {
			prefixes = append(prefixes, kind+".")
		}
		return withPrefix(prefixes, typed), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

func (a *App) variables(cmd *cobra.Command) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		var names []string
		for _, name := range a.load(cmd, args).Variables {
			names = append(names, name+"=")
		}
		return withPrefix(names, typed), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
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

package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/cli/driftcmd"
	"github.com/oktaform/oktaform/internal/cli/exportcmd"
	"github.com/oktaform/oktaform/internal/cli/importcmd"
	"github.com/oktaform/oktaform/internal/cli/initcmd"
	"github.com/oktaform/oktaform/internal/cli/keycmd"
	"github.com/oktaform/oktaform/internal/cli/logincmd"
	"github.com/oktaform/oktaform/internal/cli/reviewcmd"
	"github.com/oktaform/oktaform/internal/cli/sandboxcmd"
	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/help"
)

// run executes the program and returns its exit status.
func run(ctx context.Context, args []string, env *cli.Environment) (status int) {
	a := cli.New(env, args)
	defer func() {
		if value := recover(); value != nil {
			status = a.Report(crash.Recovered(value))
		}
	}()
	defer a.Close()
	root := newRoot(a)
	root.SetArgs(twoDashes(args))
	root.SetIn(env.Stdin)
	root.SetOut(a.Env.Stdout)
	root.SetErr(a.Env.Stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		return a.Report(err)
	}
	return cli.ExitDone
}

const rootHelp = `oktaform manages an Okta org's API access as declared in HCL files: OAuth apps,
their redirect URIs, keys, granted Okta API scopes and admin roles. It shows what
would change, changes it, and proves with real tokens that declared access works
and that everything else is refused. The org itself is the state.

Each command takes the folder with the .hcl files as its argument (default: the
current folder). Flags may be written with one dash, as in Terraform.`

func newRoot(a *cli.App) *cobra.Command {
	version := false
	root := &cobra.Command{
		Use:           "oktaform COMMAND [DIR]",
		Short:         "Okta API access as code",
		Long:          rootHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cli.KnownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				return runVersion(a)
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if reason := cmd.Annotations[cli.NoJSON]; a.JSON && reason != "" {
				return fmt.Errorf("%s has no JSON form, since %s: leave --json out", strings.TrimPrefix(cmd.CommandPath(), "oktaform "), reason)
			}
			if a.Chdir == "" {
				return nil
			}
			if err := os.Chdir(a.Chdir); err != nil {
				return fmt.Errorf("--chdir: %w", err)
			}
			return nil
		},
	}
	root.PersistentFlags().StringVar(&a.Chdir, "chdir", "", "change to `DIR` before anything else, as Terraform's -chdir does")
	root.PersistentFlags().StringVar(&a.Root, "root", "", "read only files within `DIR`, for a checkout without a repository around it")
	root.PersistentFlags().BoolVar(&a.NoColor, "no-color", false, "write no colours")
	root.PersistentFlags().BoolVar(&a.JSON, "json", false, "write JSON")
	// cobra's own flag needs templates: see TestNoTemplates.
	root.Flags().BoolVarP(&version, "version", "v", false, "show the version")
	root.SetFlagErrorFunc(explainFlag)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { a.Print(help.Text(cmd, a.Width())) })
	root.AddCommand(newPlan(a), newShow(a), reviewcmd.New(a), driftcmd.New(a), newAccess(a), newApply(a), newDestroy(a), newValidate(a), newFmt(a), newSmoke(a), newTest(a), newOutput(a), newConsole(a), sandboxcmd.New(a), newGraph(a), newSchema(a), keycmd.New(a), newDoctor(a), logincmd.New(a), logincmd.NewLogout(a), newVersion(a))
	root.AddCommand(newToken(a), newRequest(a), newInspect(a), newCredentials(a), exportcmd.New(a), newSnapshot(a), newSweep(a))
	root.AddCommand(initcmd.New(a))
	root.AddCommand(importcmd.New(a), newList(a), newState(a), newRelease(a), newLSP(a), newCompletion(a), newDocs(a))
	root.AddCommand(help.Topics()...)
	helpCommand := newHelp()
	root.SetHelpCommand(helpCommand)
	root.AddCommand(helpCommand)
	a.Complete(root)
	explainArguments(root)
	groupCommands(root)
	explainOtherWords(root)
	return root
}

// commandGroups are the groups in which help lists the commands. Commands of no group follow.
var commandGroups = []struct {
	title    string
	commands []string
}{
	{"Change the org:", []string{"init", "plan", "apply", "smoke", "destroy", "show", "output"}},
	{"Review access:", []string{"review", "access", "drift"}},
	{"Import and release objects:", []string{"import", "list", "state", "release", "sweep", "snapshot"}},
	{"Write and test configurations:", []string{"validate", "fmt", "test", "schema", "graph", "sandbox", "console", "lsp"}},
	{"Use the declared apps:", []string{"key", "token", "request", "inspect", "credentials", "export"}},
	{"Set up oktaform:", []string{"login", "logout", "doctor", "completion", "version"}},
}

func groupCommands(root *cobra.Command) {
	for _, g := range commandGroups {
		for _, cmd := range root.Commands() {
			if slices.Contains(g.commands, cmd.Name()) {
				if !root.ContainsGroup(g.title) {
					root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
				}
				cmd.GroupID = g.title
			}
		}
	}
}

// newHelp returns the help command, which also shows help topics.
func newHelp() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "help [COMMAND | TOPIC]",
		Short: "Show the help of a command or topic",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				err = cli.KnownCommand(found, rest)
			}
			if err != nil {
				return err
			}
			if found.Hidden && found.DisableFlagParsing { // a command of Terraform's
				return found.RunE(found, nil)
			}
			found.InitDefaultHelpFlag()
			found.InitDefaultVersionFlag()
			return found.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return cli.CommandNames(found, typed), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cli.WithoutJSON("it shows text", cmd)
	return cmd
}

// twoDashes converts flags in Terraform's form, -auto-approve, to the form with two dashes. The
// only flag of one letter is -h.
func twoDashes(args []string) []string {
	out := make([]string, len(args))
	for i, arg := range args {
		if arg == "--" {
			copy(out[i:], args[i:])
			break
		}
		if len(arg) > 2 && arg[0] == '-' && arg[1] >= 'a' && arg[1] <= 'z' && !strings.ContainsAny(arg[:3], " ") {
			arg = "-" + arg
		}
		out[i] = arg
	}
	return out
}

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/terminal"
	"github.com/oktaform/oktaform/internal/view"
)

// app holds what all commands share: the environment and the global flags.
type app struct {
	env     *environment // its streams are guarded
	raw     *environment // for what other programs read, and the bar
	args    []string     // the command line
	noColor bool
	chdir   string
	root    string
	json    bool
	secrets []string // texts that no message may quote
	bar     bar
	lines   lines
	opened  files.Trees   // until the program ends
	answers *bufio.Reader // of stdin; nil until something is asked
}

func (a *app) style() view.Style    { return view.Style{Color: a.env.colorOut && !a.noColor} }
func (a *app) errStyle() view.Style { return view.Style{Color: a.env.colorErr && !a.noColor} }

// stream writes JSON lines: to stdout with --json, and to the journal.
func (a *app) stream() *view.Stream {
	if a.json {
		a.lines.out = a.env.stdout
	}
	return &view.Stream{W: &a.lines, Clock: a.env.clock.LocalNow}
}

func (a *app) print(text string) { a.bar.around(func() { fmt.Fprint(a.env.stdout, text) }) }

// data writes what another program reads, byte by byte as it is.
func (a *app) data(text string) {
	if a.env.terminalOut {
		a.print(text)
		return
	}
	a.bar.around(func() { fmt.Fprint(a.raw.stdout, text) })
}

// begin starts a stream of JSON lines.
func (a *app) begin() { a.stream().Version(version()) }

// run executes the program and returns its exit status.
func run(ctx context.Context, args []string, env *environment) (status int) {
	guarded := *env
	guarded.stdout, guarded.stderr = &terminal.Writer{W: env.stdout, Color: env.colorOut}, &terminal.Writer{W: env.stderr, Color: env.colorErr}
	a := &app{env: &guarded, raw: env, args: args}
	defer func() {
		if value := recover(); value != nil {
			status = a.report(crash.Recovered(value))
		}
	}()
	defer func() { _ = a.opened.Close() }()
	root := newRoot(a)
	root.SetArgs(twoDashes(args))
	root.SetIn(env.stdin)
	root.SetOut(guarded.stdout)
	root.SetErr(guarded.stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		return a.report(err)
	}
	return exitDone
}

const rootHelp = `oktaform declares an Okta org's API access in HCL files: OAuth apps, their
redirect URIs, keys, granted Okta API scopes and admin roles. It shows what
would change, changes it, and proves with real tokens that what should work
works, and that what shouldn't is refused. The org itself is the state.

Each command takes the folder with the .hcl files as its argument (default: the
current folder). Flags may be written with one dash, as in Terraform.`

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "oktaform COMMAND [DIR]",
		Short:         "Okta API access as code",
		Long:          rootHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if a.chdir == "" {
				return nil
			}
			if err := os.Chdir(a.chdir); err != nil {
				return fmt.Errorf("--chdir: %w", err)
			}
			return nil
		},
	}
	root.PersistentFlags().StringVar(&a.chdir, "chdir", "", "go to `DIR` before anything else, as with Terraform's -chdir")
	root.PersistentFlags().StringVar(&a.root, "root", "", "read files within `DIR` only, for a checkout without a repository around it")
	root.PersistentFlags().BoolVar(&a.noColor, "no-color", false, "write no colours")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "write JSON")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.Version = version()
	root.SetVersionTemplate(versionText())
	root.SetFlagErrorFunc(explainFlag)
	root.AddCommand(newPlan(a), newShow(a), newReview(a), newAccess(a), newApply(a), newDestroy(a), newValidate(a), newFmt(a), newSmoke(a), newOutput(a), newSandbox(a), newGraph(a), newSchema(a), newKey(a), newVersion(a))
	root.AddCommand(newToken(a), newRequest(a), newInspect(a), newCredentials(a), newExport(a), newSnapshot(a))
	root.SetHelpTemplate(root.HelpTemplate() + exitStatusHelp + "\n")
	for _, cmd := range root.Commands() {
		cmd.Flags().SortFlags = false
		a.complete(cmd)
	}
	explainOtherWords(root)
	return root
}

// twoDashes turns Terraform's spelling of flags, -auto-approve, into the usual
// one. There are no flags of one letter but -h that this could break.
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

// checkout finds the repository around a configuration's folder, and so which files
// may be read.
func (a *app) checkout(dir string) (checkout.Checkout, error) {
	return checkout.Find(dir, a.checkouts())
}

// checkouts says where the repository of a configuration may be.
func (a *app) checkouts() checkout.Options {
	o := checkout.FromEnvironment(a.env.home, a.env.get)
	o.Root = a.root
	return o
}

// folder is the configuration's folder: the argument, or the current one.
func folder(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

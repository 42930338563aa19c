package main

import (
	"context"
	"errors"
	"io"
	"maps"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/console"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
)

type consoleOptions struct {
	cli.Inputs
	cli.Target
}

func newConsole(a *cli.App) *cobra.Command {
	o := &consoleOptions{}
	cmd := &cobra.Command{
		Use:   "console [DIR]",
		Short: "Evaluate expressions over the configuration",
		Long: `Reads expressions from standard input, evaluates each as if it stood in the
configuration, and shows its value: var, local, module, data, objects such as
service_app.NAME, and all functions. type(EXPRESSION) shows the type of a value.
An expression may go over several lines while a bracket is open.

Without --org, nothing is sent anywhere: what only the org knows, and variables
without a value, are unknown. With --org, ids and data sources have the values
that the org has. Nothing is changed.

On a terminal, "exit", ctrl-D or ctrl-C end the console. From a pipe or a file,
the first error ends it, with exit status 1. Sensitive values are not shown.`,
		Example: `  oktaform console examples/quickstart
  echo 'keys(var.teams)' | oktaform console
  oktaform console --org https://example.okta.com`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runConsole(cmd.Context(), a, cli.Folder(args), o)
		},
	}
	o.Target.Add(cmd)
	cmd.Flags().Lookup("org").Usage = "the org's `URL`, or sandbox for the embedded org; without it, no org is used"
	o.Inputs.Add(cmd)
	cli.WithoutJSON("it writes values as HCL, and jsonencode(EXPRESSION) is a value as JSON", cmd)
	return cmd
}

func runConsole(ctx context.Context, a *cli.App, dir string, o *consoleOptions) error {
	eval, c, end, err := evaluationFor(ctx, a, dir, o)
	if err != nil {
		return err
	}
	defer end()
	lines := a.Lines(console.MaxExpression)
	input := &console.Console{Evaluation: eval, Numbered: !lines.Typed()}
	for {
		line, err := lines.Next(prompt(input))
		var result console.Result
		var diags hcl.Diagnostics
		switch {
		case err == nil:
			result, diags = input.Line(line)
		case !errors.Is(err, io.EOF):
			return err
		case lines.Typed() || !input.Begun():
			return nil
		default:
			result, diags = input.End()
			result.Exit = true
		}
		files := maps.Clone(c.Files())
		files[console.SourceName] = input.Source()
		if diags.HasErrors() && !lines.Typed() {
			return session.Failed(diags, files)
		}
		a.ShowDiagnostics(diags, files)
		show(a, result)
		if result.Exit {
			return nil
		}
	}
}

// prompt returns what a person sees before a line: a dot for each open bracket.
func prompt(c *console.Console) string {
	if !c.Begun() {
		return "> "
	}
	return strings.Repeat(".", max(1, c.Open())) + " "
}

const consoleHelp = `Type an expression to see its value, such as var.NAME, local.NAME,
service_app.NAME.okta_api_scopes or length(local.NAME). type(EXPRESSION) shows
the type of a value. "exit" ends the console.
`

func show(a *cli.App, r console.Result) {
	switch {
	case r.Help:
		a.Print(consoleHelp)
	case r.Type:
		a.Print(view.ValueType(r.Value) + "\n")
	case r.HasValue():
		a.Print(view.Value(r.Value) + "\n")
	}
}

// evaluationFor loads the configuration and, with --org, reads the org.
func evaluationFor(ctx context.Context, a *cli.App, dir string, o *consoleOptions) (eval *config.Evaluation, c *config.Config, end func(), err error) {
	if o.Org == "" {
		return offlineEvaluation(a, dir, o.Inputs)
	}
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return nil, nil, nil, err
	}
	p, err := s.Plan(ctx, cli.ReadingFlags().Options(s.Config.Owner, false))
	if err != nil {
		s.Close()
		return nil, nil, nil, err
	}
	return s.Config.Evaluate(p.Known()), s.Config, s.Close, nil
}

// offlineEvaluation evaluates without an org. What can be evaluated in spite of an error in the
// configuration is.
func offlineEvaluation(a *cli.App, dir string, in cli.Inputs) (*config.Evaluation, *config.Config, func(), error) {
	if err := a.Within(dir); err != nil {
		return nil, nil, nil, err
	}
	c, diags := config.Load(dir, config.Options{Environ: a.Env.Environ, Inputs: in.List, Incomplete: true, Checkout: a.Checkouts()})
	end := func() { _ = c.Close() }
	a.Secrets = append(a.Secrets, c.Secrets()...)
	if diags.HasErrors() && !c.Evaluable() {
		end()
		return nil, nil, nil, session.Failed(diags, c.Files())
	}
	if diags.HasErrors() {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "The configuration has errors",
			Detail: "What depends on them can't be evaluated."})
	}
	a.ShowDiagnostics(diags, c.Files())
	return c.Evaluate(nil), c, end, nil
}

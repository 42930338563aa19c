package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
)

type outputOptions struct {
	cli.Inputs
	cli.Target
	raw bool
}

func newOutput(a *cli.App) *cobra.Command {
	o := &outputOptions{}
	cmd := &cobra.Command{
		Use:   "output [DIR] [NAME]",
		Short: "Show the values of the outputs",
		Long: `Reads the org and shows all outputs, or the named one. A single argument is the
configuration's folder if there is a folder of that name; otherwise it is the name
of an output of the configuration in the current folder.`,
		Example: `  oktaform output --org sandbox examples/quickstart
  oktaform output --raw client_id
  oktaform output --json . client_id`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return runOutput(cmd.Context(), a, args, o) },
	}
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
	cmd.Flags().BoolVar(&o.raw, "raw", false, "write the value of one output without quotes")
	return cmd
}

// outputArgs returns the folder and the name of an output; "" means all outputs.
func outputArgs(args []string) (dir, name string) {
	switch {
	case len(args) == 2:
		return args[0], args[1]
	case len(args) == 1 && hclsyntax.ValidIdentifier(args[0]) && !isFolder(args[0]):
		return ".", args[0]
	}
	return cli.Folder(args), ""
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func runOutput(ctx context.Context, a *cli.App, args []string, o *outputOptions) error {
	dir, name := outputArgs(args)
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	opts := cli.ReadingFlags().Options(s.Config.Owner, false)
	p, err := s.Plan(ctx, opts)
	if err != nil {
		return err
	}
	eval := s.Config.Evaluate(p.Known())
	outputs, diags := eval.Outputs()
	if err := s.Failed(diags); err != nil {
		return err
	}
	for _, out := range outputs {
		if out.Name != name && (name != "" || out.Sensitive) {
			continue // its value isn't shown
		}
		if err := eval.NeededSecret(out.Name); err != nil {
			return err
		}
	}
	if name == "" {
		return showOutputs(a, outputs, o.raw)
	}
	i := slices.IndexFunc(outputs, func(out config.Output) bool { return out.Name == name })
	if i < 0 {
		return fmt.Errorf("the configuration declares no output %q", name)
	}
	text, err := view.OutputValue(outputs[i], a.JSON, o.raw)
	if err != nil {
		return err
	}
	if o.raw {
		a.Data(text)
	} else {
		a.Print(text)
	}
	return nil
}

func showOutputs(a *cli.App, outputs []config.Output, raw bool) error {
	switch {
	case raw:
		return fmt.Errorf("--raw shows one output: name it")
	case a.JSON:
		text, err := view.OutputsJSON(outputs)
		a.Print(text)
		return err
	case len(outputs) == 0:
		a.Print("The configuration declares no outputs.\n")
		return nil
	}
	for _, out := range outputs {
		a.Print(fmt.Sprintf("%s = %s\n", out.Name, view.OutputText(out)))
	}
	return nil
}

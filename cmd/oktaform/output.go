package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
)

type outputOptions struct {
	inputs
	target
	raw bool
}

func newOutput(a *app) *cobra.Command {
	o := &outputOptions{}
	cmd := &cobra.Command{
		Use:   "output [DIR] [NAME]",
		Short: "Show the values of the outputs",
		Long: `Reads the org and shows the outputs, or the one that is named. A single argument
is the configuration's folder; with --raw and --json it may be given with the
name of an output after it.`,
		Example: `  oktaform output --org sandbox examples/quickstart
  oktaform output --raw . client_id`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return runOutput(cmd.Context(), a, args, o) },
	}
	o.target.add(cmd)
	o.inputs.add(cmd)
	cmd.Flags().BoolVar(&o.raw, "raw", false, "write the one output's text as it is")
	return cmd
}

func runOutput(ctx context.Context, a *app, args []string, o *outputOptions) error {
	s, err := a.open(ctx, folder(args), o.inputs, o.target)
	if err != nil {
		return err
	}
	defer s.close()
	opts := (&planning{trustKeys: trustFlag{all: true}}).options(s.config.Owner, false)
	p, err := s.plan(ctx, opts)
	if err != nil {
		return err
	}
	outputs, diags := s.config.Evaluate(known(p)).Outputs()
	if err := s.failed(diags); err != nil {
		return err
	}
	if len(args) < 2 {
		return a.showOutputs(outputs, o.raw)
	}
	i := slices.IndexFunc(outputs, func(out config.Output) bool { return out.Name == args[1] })
	if i < 0 {
		return fmt.Errorf("the configuration declares no output %q", args[1])
	}
	text, err := view.OutputValue(outputs[i], a.json, o.raw)
	if err != nil {
		return err
	}
	if o.raw {
		a.data(text)
	} else {
		a.print(text)
	}
	return nil
}

func (a *app) showOutputs(outputs []config.Output, raw bool) error {
	switch {
	case raw:
		return fmt.Errorf("--raw shows one output: name it after the folder")
	case a.json:
		text, err := view.OutputsJSON(outputs)
		a.print(text)
		return err
	case len(outputs) == 0:
		a.print("The configuration declares no outputs.\n")
		return nil
	}
	for _, out := range outputs {
		a.print(fmt.Sprintf("%s = %s\n", out.Name, view.OutputText(out)))
	}
	return nil
}

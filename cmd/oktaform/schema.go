package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/internal/view/schemaview"
)

func newSchema(a *cli.App) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "schema [KIND]",
		Short: "Show what can be declared: all kinds of objects, or one",
		Long: `Shows a kind of object with its attributes, their types and defaults, and its
nested blocks. KIND may also be a data source, such as data.group, or another block
of the language, such as moved or rule. Without KIND, all are shown.

The same table drives decoding, validation and rendering.`,
		Example: `  oktaform schema service_app
  oktaform schema --json service_app
  oktaform schema --format markdown`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: cobra.FixedCompletions(schemaview.SchemaNames(), cobra.ShellCompDirectiveNoFileComp),
		RunE:              func(_ *cobra.Command, args []string) error { return runSchema(a, strings.Join(args, ""), format) },
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, markdown or json; markdown describes all kinds")
	cli.CompleteFormat(cmd, "text", "markdown", "json")
	return cmd
}

func runSchema(a *cli.App, name, format string) error {
	names := schemaview.SchemaNames()
	if name != "" && !slices.Contains(names, name) {
		if fitting := config.DidYouMean(name, names); fitting != "" {
			return fmt.Errorf("there is no kind %q.%s", name, fitting)
		}
		return fmt.Errorf("there is no kind %q; there are %s", name, strings.Join(names, ", "))
	}
	switch {
	case a.JSON || format == "json":
		doc := schemaview.SchemaJSON()
		doc["language"] = config.Language()
		if name != "" {
			doc = schemaview.SchemaPart(doc, name)
		}
		return view.JSON(a.Env.Stdout, doc)
	case format == "markdown" && name == "":
		a.Print(schemaview.Language())
		return nil
	case format == "text":
		if name != "" {
			names = []string{name}
		}
		for i, name := range names {
			if i > 0 {
				a.Print("\n")
			}
			a.Print(schemaview.SchemaText(name, a.Style()))
		}
		return nil
	case format == "markdown":
		return errors.New("--format markdown describes all kinds: remove KIND or the flag")
	}
	return fmt.Errorf("--format must be text, markdown or json, not %q", format)
}

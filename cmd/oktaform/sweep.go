package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

const maxSwept = 50

func newSweep(a *cli.App) *cobra.Command {
	o := &cli.SweepOptions{}
	cmd := &cobra.Command{
		Use:   "sweep --owner PATTERN [DIR]",
		Short: "Destroy what crashed CI runs left in the org",
		Long: `Destroys the objects of all owners that match a pattern, such as ci-*. The marks in
the org name the owners, so no configuration is needed. Shows the objects that it
will destroy, and asks.

The objects of one owner are destroyed together or not at all. They are kept if
another run of the owner is changing the org, if one of them is younger than
--older-than or older than 30 days by the org's own record, or if one of them has
prevent_destroy. The guards of destroy apply: objects that others still use are kept
too. If a guard refuses an owner, the sweep names it, destroys the rest, and exits
with status 6.

Users, assignments and admin roles of users carry no mark, so no sweep removes them.

If DIR, or the current folder, contains a configuration, the pattern may not match
its owner.`,
		Example: `  oktaform sweep --owner 'ci-*' --older-than 6h --dry-run
  oktaform sweep --owner 'ci-*' --older-than 6h --auto-approve --max-deletes 200`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runSweep(cmd.Context(), a, cli.Folder(args), o) },
	}
	cmd.Flags().StringVar(&o.Owner, "owner", "", "the `PATTERN` of owners, in which * matches any text")
	cmd.Flags().DurationVar(&o.OlderThan, "older-than", 0, "keep owners that have an object younger than this `DURATION`, by the org's clock")
	_ = cmd.MarkFlagRequired("owner")
	_ = cmd.MarkFlagRequired("older-than")
	cmd.Flags().IntVar(&o.MaxDeletes, "max-deletes", maxSwept, "refuse to destroy more than `N` objects")
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "show what would be destroyed, and change nothing")
	o.Target.Add(cmd)
	o.Inputs.Add(cmd)
	o.AddInput(cmd)
	o.AddGuards(cmd)
	cmd.Flags().BoolVar(&o.AllOwners, "all-owners", false, "allow a pattern that begins with *, which matches owners of any name")
	cmd.Flags().BoolVar(&o.IncludeOwn, "include-own", false, "allow a pattern that matches the owner of the configuration in the folder")
	return cmd
}

func runSweep(ctx context.Context, a *cli.App, dir string, o *cli.SweepOptions) error {
	pattern := schema.OwnerPattern(o.Owner)
	if err := pattern.Check(); err != nil {
		return fmt.Errorf("--owner: %w", err)
	}
	switch {
	case pattern.Open() && !o.AllOwners:
		return fmt.Errorf("--owner: %q matches owners of any name, including production. Begin the pattern with the common prefix of the runs' owners (ci-*), or add --all-owners", o.Owner)
	case o.OlderThan <= 0:
		return fmt.Errorf("--older-than: %s would destroy objects that a run still uses: give a time after which every run has ended, for example 6h", o.OlderThan)
	case o.OlderThan >= plan.Standing:
		return fmt.Errorf("--older-than: objects older than 30 days are never swept, so %s would sweep nothing: give a shorter time, for example 6h", o.OlderThan)
	case o.MaxDeletes < 0:
		return fmt.Errorf("--max-deletes: %d is negative", o.MaxDeletes)
	case o.DryRun:
	case a.JSON && !o.AutoApprove:
		return errors.New("--json can't ask for approval: add --auto-approve or --dry-run")
	case o.NoInput() && !o.AutoApprove:
		return errors.New("--input=false can't ask for approval: add --auto-approve or --dry-run")
	}
	if err := a.Journal.Open(a.Trees(""), o.Journal); err != nil {
		return err
	}
	defer a.Journal.Close()
	a.Begin()
	s, err := openSweep(ctx, a, dir, o)
	if err != nil {
		return err
	}
	defer s.Close()
	return errors.Join(s.Sweep(ctx, o), a.Journal.Err)
}

// openSweep signs in to the org. If the folder has a configuration, its own owner is spared and its
// org.url applies.
func openSweep(ctx context.Context, a *cli.App, dir string, o *cli.SweepOptions) (*cli.Session, error) {
	s, err := a.OpenAny(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return nil, err
	}
	if own := s.Config.Owner; schema.OwnerPattern(o.Owner).Matches(own) && !o.IncludeOwn {
		s.Close()
		return nil, fmt.Errorf("--owner: %q matches the owner of the configuration in %s, %q, and would destroy its objects. Choose a narrower pattern, run in a folder without a configuration, or add --include-own", o.Owner, dir, own)
	}
	return s, nil
}

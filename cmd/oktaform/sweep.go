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
		Short: "Destroy what crashed runs of CI have left in the org",
		Long: `Destroys what owners of a pattern, such as ci-*, have left in the org. The marks of
the objects say whose they are: no configuration is needed. Shows what goes, with
the names that people gave, and asks.

An owner goes as a whole, or stays as a whole. It stays if another run of it is
changing the org, if anything of it is younger than --older-than, or older than 30
days by the org's own record, and if anything of it has prevent_destroy. The guards
of destroy hold: what others still use stays, too. What a guard refuses is named,
the rest goes, and the exit status is 6.

Users, assignments and admin roles of users carry no mark, so no sweep removes them.

Where DIR, or the current folder, holds a configuration, its own owner may not be
among those that the pattern selects.`,
		Example: `  oktaform sweep --owner 'ci-*' --older-than 6h --dry-run
  oktaform sweep --owner 'ci-*' --older-than 6h --auto-approve --max-deletes 200`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runSweep(cmd.Context(), a, cli.Folder(args), o) },
	}
	cmd.Flags().StringVar(&o.Owner, "owner", "", "the owners: a `PATTERN`, in which * stands for any text")
	cmd.Flags().DurationVar(&o.OlderThan, "older-than", 0, "leave owners alone with anything younger than this `DURATION`, by the org's clock")
	_ = cmd.MarkFlagRequired("owner")
	_ = cmd.MarkFlagRequired("older-than")
	cmd.Flags().IntVar(&o.MaxDeletes, "max-deletes", maxSwept, "refuse to destroy more than `N` objects")
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "show what would go, and change nothing")
	o.Target.Add(cmd)
	o.Inputs.Add(cmd)
	o.AddInput(cmd)
	o.AddGuards(cmd)
	cmd.Flags().BoolVar(&o.AllOwners, "all-owners", false, "allow a pattern that begins with *, and so selects owners of any name")
	cmd.Flags().BoolVar(&o.IncludeOwn, "include-own", false, "allow a pattern that selects the owner of the configuration in the folder")
	return cmd
}

func runSweep(ctx context.Context, a *cli.App, dir string, o *cli.SweepOptions) error {
	pattern := schema.OwnerPattern(o.Owner)
	if err := pattern.Check(); err != nil {
		return fmt.Errorf("--owner: %w", err)
	}
	switch {
	case pattern.Open() && !o.AllOwners:
		return fmt.Errorf("--owner: %q selects owners of any name, those of production too. Begin the pattern as the runs' owners begin (ci-*), or add --all-owners", o.Owner)
	case o.OlderThan <= 0:
		return fmt.Errorf("--older-than: %s would sweep what a run is using: give the time after which a run has certainly ended, for example 6h", o.OlderThan)
	case o.OlderThan >= plan.Standing:
		return fmt.Errorf("--older-than: what is older than 30 days is never swept, so nothing is older than %s and goes: give a shorter time, for example 6h", o.OlderThan)
	case o.MaxDeletes < 0:
		return fmt.Errorf("--max-deletes: %d is negative", o.MaxDeletes)
	case o.DryRun:
	case a.JSON && !o.AutoApprove:
		return errors.New("with --json nobody can be asked: add --auto-approve or --dry-run")
	case o.NoInput() && !o.AutoApprove:
		return errors.New("with --input=false nobody can be asked: add --auto-approve or --dry-run")
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
		return nil, fmt.Errorf("--owner: %q selects the owner of the configuration in %s, %q, whose objects it would destroy. Choose a narrower pattern, run where there is no configuration, or add --include-own", o.Owner, dir, own)
	}
	return s, nil
}

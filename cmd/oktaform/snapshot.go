package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/orgcopy"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

type snapshotOptions struct {
	cli.Inputs
	cli.Target
	out       string
	all       bool
	anonymize bool
}

func newSnapshot(a *cli.App) *cobra.Command {
	o := &snapshotOptions{}
	cmd := &cobra.Command{
		Use:   "snapshot --out FILE [DIR]",
		Short: "Save the configuration's objects, for plans without the org",
		Long: `Reads the declared and the owned objects and writes them to a file that only you
can read: plan --refresh=false --snapshot FILE then needs neither credentials nor
the network. The file contains no secrets, but it shows who is an admin and what
people are called.

--all copies the whole org instead, into a seed: oktaform sandbox --seed FILE then
serves an embedded org that answers as this one does. It needs no configuration. --anonymize replaces people's names and addresses; ids, labels and
descriptions stay.`,
		Example: `  oktaform snapshot --out org.snapshot
  oktaform plan --refresh=false --snapshot org.snapshot
  oktaform snapshot --all --anonymize --out org.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSnapshot(cmd.Context(), a, cli.Folder(args), o)
		},
	}
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "the `FILE` to write; an existing file is replaced")
	_ = cmd.MarkFlagRequired("out")
	cmd.Flags().BoolVar(&o.all, "all", false, "copy the whole org, as a seed of the embedded org")
	cmd.Flags().BoolVar(&o.anonymize, "anonymize", false, "with --all: replace people's names and addresses")
	return cmd
}

func runSnapshot(ctx context.Context, a *cli.App, dir string, o *snapshotOptions) error {
	if o.anonymize && !o.all {
		return errors.New("--anonymize needs --all: a plan needs the names that the configuration contains")
	}
	a.Begin()
	if o.all {
		return copyOrg(ctx, a, dir, o)
	}
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Failed(s.Config.Evaluate(nil).NeededSecrets()); err != nil {
		return err
	}
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	r, err := s.Read(ctx, s.PlanOptions(cli.PlanFlags{}, false))
	if err != nil {
		return err
	}
	if _, diags := s.Config.Evaluate(plan.KnownData(r.Found.Data)).All(); diags.HasErrors() {
		return s.Failed(diags)
	}
	data, err := plan.EncodeSnapshot(r.Query, r.Lookups, r.Found, cli.Version(), now)
	if err == nil {
		err = s.Trees.Replace(o.out, data, 0o600)
	}
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	a.Stream().Snapshot(o.out, r.Found.URL, len(r.Found.Objects), nil)
	if !a.JSON {
		if n := r.Found.Unmanaged; n > 0 {
			defer a.Say(fmt.Sprintf("%d more objects of the org are managed by nobody and not included: oktaform list shows them.\n", n))
		}
		a.Say(fmt.Sprintf("%d objects of %s are in %s. The file is an inventory of admins and people: protect it accordingly.\n", len(r.Found.Objects), r.Found.URL, o.out))
	}
	return nil
}

// copyOrg writes the whole org to a file that seeds an embedded org.
func copyOrg(ctx context.Context, a *cli.App, dir string, o *snapshotOptions) error {
	s, err := a.OpenAny(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	copied, err := orgcopy.Read(ctx, s.Client, orgcopy.Options{Anonymize: o.anonymize})
	if err != nil {
		return err
	}
	data, err := copied.Seed()
	if err == nil {
		err = s.Trees.Replace(o.out, data, 0o600)
	}
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	a.Stream().Snapshot(o.out, s.Client.URL(), copied.Count(), copied.Gaps)
	if a.JSON {
		return nil
	}
	for _, gap := range copied.Gaps {
		a.Say("Note: not copied: " + view.Plain(gap) + "\n")
	}
	who := "The file is an inventory of admins and people: protect it accordingly."
	if o.anonymize {
		who = "People have other names in it, but it still shows who has which rights: protect it accordingly."
	}
	a.Say(fmt.Sprintf("%d objects of %s are in %s. %s\n", copied.Count(), s.Client.URL(), o.out, who))
	return nil
}

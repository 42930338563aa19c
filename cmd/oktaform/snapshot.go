package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

type snapshotOptions struct {
	inputs
	target
	out string
}

func newSnapshot(a *app) *cobra.Command {
	o := &snapshotOptions{}
	cmd := &cobra.Command{
		Use:   "snapshot --out FILE [DIR]",
		Short: "Keep what the org holds of the configuration, for plans without the org",
		Long: `Reads the declared and the owned objects and writes them to a file, which only
you may read: plan --refresh=false --snapshot FILE then needs neither credentials
nor the network. The file holds no secrets, but it tells who is an admin and what
people are called.`,
		Example: `  oktaform snapshot --out org.snapshot
  oktaform plan --refresh=false --snapshot org.snapshot`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runSnapshot(cmd.Context(), a, folder(args), o) },
	}
	o.target.add(cmd)
	o.inputs.add(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "the `FILE` to write; it is replaced")
	_ = cmd.MarkFlagRequired("out")
	return cmd
}

func runSnapshot(ctx context.Context, a *app, dir string, o *snapshotOptions) error {
	a.begin()
	s, err := a.open(ctx, dir, o.inputs, o.target)
	if err != nil {
		return err
	}
	defer s.close()
	now, err := s.now(ctx)
	if err != nil {
		return err
	}
	r, err := s.read(ctx, s.planOptions(planning{}, false))
	if err != nil {
		return err
	}
	if _, diags := s.config.Evaluate(plan.KnownData(r.found.Data)).All(); diags.HasErrors() {
		return s.failed(diags)
	}
	data, err := plan.Keep(r.query, r.lookups, r.found, version(), now)
	if err == nil {
		err = s.trees.Replace(o.out, data, 0o600)
	}
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	if !a.json {
		a.print(fmt.Sprintf("%d objects of %s are in %s. It is an inventory of admins and people: keep it from those who may not see them.\n", len(r.found.Objects), r.found.URL, o.out))
	}
	return nil
}

// refreshing are the flags that say where a plan's knowledge of the org is from.
type refreshing struct {
	refresh  string
	snapshot string
}

func (r *refreshing) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&r.refresh, "refresh", "true", "`true` reads the org; events reads again what the System Log says has changed since the last such plan; false takes what --snapshot holds, without the org")
	cmd.Flags().Lookup("refresh").NoOptDefVal = "true"
	cmd.Flags().StringVar(&r.snapshot, "snapshot", "", "with --refresh=false: plan from this `FILE`, a snapshot")
}

// offline reports whether the org isn't to be asked.
func (r *refreshing) offline() (bool, error) {
	switch {
	case r.refresh != "true" && r.refresh != "false" && r.refresh != "events":
		return false, fmt.Errorf("--refresh is true, false or events, not %q", r.refresh)
	case r.refresh != "false" && r.snapshot != "":
		return false, errors.New("--snapshot is for plans without the org: add --refresh=false")
	case r.refresh == "false" && r.snapshot == "":
		return false, errors.New("there is no state to plan from without the org: add --snapshot FILE, with a file of oktaform snapshot --out FILE")
	}
	return r.refresh == "false", nil
}

// openOffline loads a configuration without an org. Secrets have no part in a
// plan, so those that nobody gave are made up.
func (a *app) openOffline(dir string, in inputs) (*session, error) {
	s := &session{app: a, offline: true}
	if err := s.load(dir, in); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// planFrom plans with what a file holds of the org.
func (s *session) planFrom(file, org string, o plan.Options) (*plan.Plan, error) {
	failed := func(err error) error { return fmt.Errorf("--snapshot %s: %w", file, err) }
	text, err := s.trees.Read(file, files.DataLimit)
	if err != nil {
		return nil, failed(err)
	}
	kept, err := plan.ReadKept(text, version())
	if err != nil {
		return nil, failed(err)
	}
	if err := s.checkURL(kept.Found.URL, snapshotOfAnother); err != nil {
		return nil, err
	}
	if org != "" && org != sandboxOrg && !sameOrigin(org, kept.Found.URL) {
		return nil, failed(fmt.Errorf("it is of %s, and --org is %s", kept.Found.URL, org))
	}
	data, err := s.lookUp(o.Destroy, func(lookups []schema.Lookup) ([]schema.Found, error) {
		found, diags := kept.LookUp(lookups)
		return found, s.failed(diags)
	})
	if err != nil {
		return nil, err
	}
	q := s.query(data, o)
	if err := kept.Fits(q); err != nil {
		return nil, failed(err)
	}
	kept.Found.Data = data
	p, err := s.make(kept.Found, o)
	if err != nil {
		return nil, err
	}
	p.Notes = append(kept.Notes(q), p.Notes...)
	return p, nil
}

const snapshotOfAnother = "org.url is %s, and the snapshot is of %s. Use a snapshot of the org that the configuration is for: oktaform snapshot --out FILE."

// madeUp is a value for a secret that has no part in what is shown or sent.
func madeUp(string) (string, error) { return password(), nil }

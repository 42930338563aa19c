package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/plan"
)

// Refresh holds the flags that say where a plan's knowledge of the org comes from.
type Refresh struct {
	From     string
	Snapshot string
}

// Add adds the flags to a command.
func (r *Refresh) Add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&r.From, "refresh", "true", "`true` reads the org; events reads only what the System Log shows as changed since the last such plan; false reads --snapshot instead of the org")
	cmd.Flags().Lookup("refresh").NoOptDefVal = "true"
	cmd.Flags().StringVar(&r.Snapshot, "snapshot", "", "with --refresh=false: plan from this snapshot `FILE`")
}

// Offline reports whether the plan must not use the org.
func (r *Refresh) Offline() (bool, error) {
	switch {
	case r.From != "true" && r.From != "false" && r.From != "events":
		return false, fmt.Errorf("--refresh must be true, false or events, not %q", r.From)
	case r.From != "false" && r.Snapshot != "":
		return false, errors.New("--snapshot needs --refresh=false: it is for plans without the org")
	case r.From == "false" && r.Snapshot == "":
		return false, errors.New("a plan without the org needs a snapshot: add --snapshot FILE, with a file of oktaform snapshot --out FILE")
	}
	return r.From == "false", nil
}

// OpenOffline loads a configuration without an org. Plans do not use secrets, so missing ones are
// replaced by generated values.
func (a *App) OpenOffline(dir string, in Inputs) (*Session, error) {
	s := a.NewSession()
	s.offline = true
	if err := s.LoadFolder(dir, in); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// PlanFrom plans with a snapshot file.
func (s *Session) PlanFrom(file, org string, o plan.Options) (*plan.Plan, error) {
	failed := func(err error) error { return fmt.Errorf("--snapshot %s: %w", file, err) }
	text, err := s.Trees.Read(file, files.DataLimit)
	if err != nil {
		return nil, failed(err)
	}
	kept, err := plan.ParseSnapshot(text, Version())
	if err != nil {
		return nil, failed(err)
	}
	if err := s.CheckURL(kept.Snapshot.URL, snapshotOfAnother); err != nil {
		return nil, err
	}
	if org != "" && org != SandboxOrg && !session.SameOrigin(org, kept.Snapshot.URL) {
		return nil, failed(fmt.Errorf("it is of %s, and --org is %s", kept.Snapshot.URL, org))
	}
	p, err := s.Session.PlanFrom(kept, o)
	if _, shown := errors.AsType[*session.Error](err); err != nil && !shown {
		return nil, failed(err)
	}
	return p, err
}

const snapshotOfAnother = "org.url is %s, and the snapshot is of %s. Use a snapshot of the org that the configuration is for: oktaform snapshot --out FILE."

// madeUp returns a value for a secret that is neither shown nor sent.
func madeUp(string) (string, error) { return Password(), nil }

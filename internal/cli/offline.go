package cli

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/plan"
)

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

// Validate returns all errors and warnings that can be found without the org, and the sources.
func (a *App) Validate(dir string, in Inputs) (hcl.Diagnostics, map[string]*hcl.File, error) {
	if err := a.Within(dir); err != nil {
		return nil, nil, err
	}
	c, diags := config.Load(dir, config.Options{Environ: a.Env.Environ, Inputs: in.List, Incomplete: true, Checkout: a.Checkouts(), Now: a.Env.Clock.LocalNow()})
	defer func() { _ = c.Close() }()
	a.Secrets = append(a.Secrets, c.Secrets()...)
	return a.Redacted(append(diags, c.Validate()...)), c.Files(), nil
}

// ShowValid reports a valid configuration with its warnings. It fails if there are errors.
func (a *App) ShowValid(diags hcl.Diagnostics, files map[string]*hcl.File) error {
	if err := session.Failed(diags, files); err != nil {
		return err
	}
	a.ShowDiagnostics(diags, files)
	a.Print(a.Style().Success("Success!") + " The configuration is valid.\n")
	return nil
}

// Evaluated loads a configuration with nothing from this machine but the options.
func (a *App) Evaluated(dir string, o config.Options) (*config.Config, error) {
	if err := a.Within(dir); err != nil {
		return nil, err
	}
	o.Incomplete, o.Elsewhere = true, true
	c, diags := config.Load(dir, o)
	a.Secrets = append(a.Secrets, c.Secrets()...)
	if err := session.Failed(append(diags, c.Validate()...), c.Files()); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

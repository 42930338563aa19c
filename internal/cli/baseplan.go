package cli

import (
	"context"
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/plan"
)

// PlanBase plans with another version of the session's configuration, for the same org.
func (s *Session) PlanBase(ctx context.Context, b *Base, dir string, in *Inputs, o plan.Options) (*plan.Plan, error) {
	failed := func(err error) error { return fmt.Errorf("the configuration of %s: %w", b.Name, err) }
	switch {
	case b.Lost != nil:
		return nil, failed(b.Lost)
	case b.Folder == "":
		return nil, fmt.Errorf("%s contains no configuration in %s: name the version that was applied last", b.Name, dir)
	}
	where := s.App.Checkouts()
	if b.Temp != "" {
		where.Root = b.Temp
	}
	before, err := s.version(b.Folder, config.Options{Inputs: s.App.InputsOf(b, dir, in), SecretsUnknown: in.reading, Checkout: where, Elsewhere: true})
	if err != nil {
		return nil, failed(err)
	}
	defer func() { _ = before.Close() }()
	p, err := before.Plan(ctx, o)
	if err != nil {
		return nil, failed(err)
	}
	return p, nil
}

// Edited is a session for the same org, with the configuration as it is once its files are edited.
func (s *Session) Edited(dir string, in Inputs, sources map[string][]byte) (*session.Session, error) {
	opts := config.Options{Inputs: in.List, Sources: sources, SecretsUnknown: in.reading, Checkout: s.App.Checkouts()}
	opts.PromptVariable = s.App.asker(!in.NoInput())
	return s.version(dir, opts)
}

// version is a session for the same org with another version of the configuration.
func (s *Session) version(dir string, o config.Options) (*session.Session, error) {
	o.Environ = s.App.Env.Environ
	if s.local != nil {
		o.Generate = s.local.secret
	}
	other := *s.Session
	if s.Warn != nil { // warnings are about the files of this version
		other.Warn = func(diags hcl.Diagnostics) { s.App.ShowDiagnostics(diags, other.Config.Files()) }
	}
	diags := other.Load(dir, o)
	if !diags.HasErrors() {
		diags = append(diags, other.Config.Evaluate(nil).NeededSecrets()...)
	}
	if err := other.Failed(diags); err != nil {
		_ = other.Close()
		return nil, err
	}
	return &other, nil
}

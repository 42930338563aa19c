package cli

import (
	"context"
	"fmt"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/plan"
)

// PlanBase plans with another version of the session's configuration, for the same org.
func (s *Session) PlanBase(ctx context.Context, b *Base, dir string, in *Inputs, o plan.Options) (*plan.Plan, error) {
	failed := func(err error) error { return fmt.Errorf("the configuration of %s: %w", b.Name, err) }
	switch {
	case b.Lost != nil:
		return nil, failed(b.Lost)
	case b.Folder == "":
		return nil, fmt.Errorf("%s holds no configuration in %s: name the version that was applied last", b.Name, dir)
	}
	where := s.App.Checkouts()
	if b.Temp != "" {
		where.Root = b.Temp
	}
	opts := config.Options{Environ: s.App.Env.Environ, Inputs: s.App.InputsOf(b, dir, in), Checkout: where, Elsewhere: true}
	if s.local != nil {
		opts.Generate = s.local.secret
	}
	before := *s.Session
	diags := before.Load(b.Folder, opts)
	defer func() { _ = before.Close() }()
	if err := before.Failed(diags); err != nil {
		return nil, failed(err)
	}
	p, err := before.Plan(ctx, o)
	if err != nil {
		return nil, failed(err)
	}
	return p, nil
}

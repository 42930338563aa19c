package main

import (
	"context"
	"fmt"
	"time"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// rotateSecret does the next step of replacing a client secret. What the org holds
// says how far that has come: one active secret, two, or one that is inactive.
func (s *session) rotateSecret(ctx context.Context, app schema.TestApp, o *rotateOptions) error {
	now, err := s.now(ctx)
	if err != nil {
		return err
	}
	if err := s.checkUndeclaredSecrets(app.Addr, now); err != nil {
		return err
	}
	secrets, err := s.client.ClientSecrets(ctx, app.ID)
	if err != nil {
		return err
	}
	var active, inactive []org.ClientSecret
	for _, secret := range secrets { // the newest first
		s.app.secrets = append(s.app.secrets, secret.Value.Reveal())
		if secret.Active {
			active = append(active, secret)
		} else {
			inactive = append(inactive, secret)
		}
	}
	hand := "oktaform credentials " + app.Addr.String()
	switch {
	case len(active) == 0:
		return fmt.Errorf("%s has no active client secret: activate one in the Admin Console first", app.Addr)
	case len(inactive) > 0:
		if wait := inactive[0].Updated.Add(o.grace).Sub(now); wait > 0 {
			s.app.print(fmt.Sprintf("Step 3 of 3 can come in %s: a secret of %s is inactive since %s, and is deleted after %s (--grace).\n", wait.Round(time.Minute), app.Addr, inactive[0].Updated.UTC().Format(time.RFC3339), o.grace))
			return nil
		}
		return s.secretStep(ctx, app, active[0], o, "Step 3 of 3: the inactive client secret of "+app.Addr.String()+" is deleted.",
			func() error { return s.client.DeleteClientSecret(ctx, app.ID, inactive[0].ID) },
			"The rotation is done.")
	case len(active) == 2:
		return s.secretStep(ctx, app, active[0], o, "Step 2 of 3: the older client secret of "+app.Addr.String()+" becomes inactive.",
			func() error { return s.client.DeactivateClientSecret(ctx, app.ID, active[1].ID) },
			"What still used it fails now: activate it in the Admin Console to undo that. Else run this again after "+o.grace.String()+": it deletes the secret.")
	}
	return s.secretStep(ctx, app, active[0], o, "Step 1 of 3: a second client secret joins that of "+app.Addr.String()+".",
		func() error {
			made, err := s.client.AddClientSecret(ctx, app.ID)
			if err != nil {
				return err
			}
			s.app.secrets = append(s.app.secrets, made.Value.Reveal())
			return s.proveSecret(ctx, app, made)
		},
		"Now give it to all that use the old one ("+hand+"). Then run this again: it makes the old one inactive.")
}

// checkUndeclaredSecrets refuses an app whose configuration says which secrets it
// has: the next apply would take a second one away again.
func (s *session) checkUndeclaredSecrets(app schema.Addr, now time.Time) error {
	declared, _ := s.config.Evaluate(nil).All()
	for _, d := range declared {
		if d.Addr == app && !d.Value.GetAttr("client_secret").IsNull() {
			return fmt.Errorf("%s declares client_secret blocks, and the next apply would take away a secret that isn't one of them. Rotate it by its blocks: add client_secret %q {}, apply, set status = \"INACTIVE\" in the old one, apply, and take that out", app, now.UTC().Format(time.RFC3339))
		}
	}
	return nil
}

// secretStep proves the secret that stays, has the step approved, and takes it.
func (s *session) secretStep(ctx context.Context, app schema.TestApp, stays org.ClientSecret, o *rotateOptions, says string, step func() error, then string) error {
	if err := s.proveSecret(ctx, app, stays); err != nil {
		return err
	}
	s.app.print(says + "\n")
	if !o.autoApprove {
		if err := s.app.approve(&plan.Plan{}); err != nil {
			return err
		}
	}
	if err := step(); err != nil {
		return err
	}
	s.app.print(then + "\n")
	return nil
}

// proveSecret shows that a secret works.
func (s *session) proveSecret(ctx context.Context, app schema.TestApp, secret org.ClientSecret) error {
	app.Secret = secret.Value
	if result := s.runner(ctx).Authenticate(ctx, app); result.Outcome != smoke.Passed {
		return noToken(app, result)
	}
	s.app.print(fmt.Sprintf("Proven: the org authenticates %s by its secret of %s.\n", app.Addr, secret.Created.UTC().Format(time.RFC3339)))
	return nil
}

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
	if len(active) == 0 {
		return fmt.Errorf("%s has no active client secret: activate one in the Admin Console first", app.Addr)
	}
	announced, err := s.client.SecretRotation(ctx, app.ID)
	if err != nil {
		return err
	}
	if announced.New != active[0].ID {
		announced = org.SecretRotation{} // of an earlier rotation
	}
	nothing := func() error { return nil }
	join := secretStep{
		says:   "Step 1 of 3: a second client secret joins that of " + app.Addr.String() + ".",
		then:   "Now give it to all that use the old one (oktaform credentials " + app.Addr.ShellWord() + folderWord(s.config.Dir) + "). Then run this again: it makes the old one inactive.",
		proves: active[0],
	}
	retire := secretStep{
		says:   "Step 2 of 3: the older client secret of " + app.Addr.String() + " becomes inactive.",
		then:   "What still used it fails now: activate it in the Admin Console to undo that. Else run this again after " + o.grace.String() + ": it deletes the secret.",
		proves: active[0],
	}
	remove := secretStep{
		says:   "Step 3 of 3: the inactive client secret of " + app.Addr.String() + " is deleted.",
		then:   "The rotation is done.",
		proves: active[0],
	}
	const again = " Again, since the last run ended before it was announced."
	switch {
	case len(inactive) > 0 && announced.Old != inactive[0].ID:
		retire.says += again
		retire.do, retire.note = nothing, org.SecretRotation{New: active[0].ID, Old: inactive[0].ID}
		return s.rotationStep(ctx, app, &retire, o)
	case len(inactive) > 0:
		since := announced.Since
		if inactive[0].Updated.After(since) {
			since = inactive[0].Updated
		}
		if wait := since.Add(o.grace).Sub(now); wait > 0 {
			s.app.print(fmt.Sprintf("Step 3 of 3 can come in %s: a secret of %s is inactive since %s, and is deleted after %s (--grace).\n", wait.Round(time.Minute), app.Addr, since.UTC().Format(time.RFC3339), o.grace))
			return nil
		}
		remove.do = func() error { return s.client.DeleteClientSecret(ctx, app.ID, inactive[0].ID) }
		return s.rotationStep(ctx, app, &remove, o)
	case len(active) == 2 && announced.New == "":
		join.says += again
		join.do, join.note = nothing, org.SecretRotation{New: active[0].ID}
		return s.rotationStep(ctx, app, &join, o)
	case len(active) == 2:
		retire.do = func() error { return s.client.DeactivateClientSecret(ctx, app.ID, active[1].ID) }
		retire.note = org.SecretRotation{New: active[0].ID, Old: active[1].ID}
		return s.rotationStep(ctx, app, &retire, o)
	case announced.New != "":
		remove.says += again
		remove.do = nothing
		return s.rotationStep(ctx, app, &remove, o)
	}
	join.do = func() error {
		made, err := s.client.AddClientSecret(ctx, app.ID)
		if err != nil {
			return err
		}
		s.app.secrets = append(s.app.secrets, made.Value.Reveal())
		join.note.New = made.ID
		return s.proveSecret(ctx, app, made)
	}
	return s.rotationStep(ctx, app, &join, o)
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

// secretStep is one step of a rotation. It counts when it was announced: note says in the
// org how far the rotation has come then.
type secretStep struct {
	says, then string
	proves     org.ClientSecret // the secret that stays
	do         func() error
	note       org.SecretRotation
}

// rotationStep proves the secret that stays, has the step approved, takes it, and
// announces it.
func (s *session) rotationStep(ctx context.Context, app schema.TestApp, step *secretStep, o *rotateOptions) error {
	if err := s.proveSecret(ctx, app, step.proves); err != nil {
		return err
	}
	s.app.print(step.says + "\n")
	if !o.autoApprove {
		if err := s.app.approve(&plan.Plan{URL: s.client.URL(), Owner: s.config.Owner}, s.as(ctx)); err != nil {
			return err
		}
	}
	if err := step.do(); err != nil {
		return err
	}
	s.app.print(step.then + "\n")
	if step.note.Old != "" {
		now, err := s.now(ctx)
		if err != nil {
			return err
		}
		step.note.Since = now
	}
	return s.client.SetSecretRotation(ctx, app.ID, step.note)
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

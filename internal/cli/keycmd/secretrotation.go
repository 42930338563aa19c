package keycmd

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// rotateSecret does the next step of replacing a client secret. The secrets in the org show how far
// the rotation has come: one active secret, two, or an inactive one.
func rotateSecret(ctx context.Context, s *cli.Session, app schema.TestApp, o *rotateOptions) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	if err := checkUndeclaredSecrets(s, app.Addr, now); err != nil {
		return err
	}
	secrets, err := s.Client.ClientSecrets(ctx, app.ID)
	if err != nil {
		return err
	}
	var active, inactive []org.ClientSecret
	for _, secret := range secrets { // newest first
		s.App.Secrets = append(s.App.Secrets, secret.Value.Reveal())
		if secret.Active {
			active = append(active, secret)
		} else {
			inactive = append(inactive, secret)
		}
	}
	if len(active) == 0 {
		return fmt.Errorf("%s has no active client secret: activate one in the Admin Console first", app.Addr)
	}
	announced, err := s.Client.SecretRotation(ctx, app.ID)
	if err != nil {
		return err
	}
	if announced.New != active[0].ID {
		announced = org.SecretRotation{} // from an earlier rotation
	}
	s.App.Begin()
	nothing := func() error { return nil }
	join := secretStep{
		number: 1, old: active[0].ID,
		says:   "Step 1 of 3: a second client secret is added beside that of " + app.Addr.String() + ".",
		then:   "Now give it to every program that uses the old one (oktaform credentials " + app.Addr.ShellWord() + cli.FolderWord(s.Config.Dir) + "). Then run this command again: it deactivates the old one.",
		proves: active[0],
	}
	retire := secretStep{
		number: 2,
		says:   "Step 2 of 3: the older client secret of " + app.Addr.String() + " becomes inactive.",
		then:   "Programs that still used it fail now: activate it in the Admin Console to undo that. Otherwise run this command again after " + o.grace.String() + ": it deletes the secret.",
		proves: active[0],
	}
	remove := secretStep{
		number: 3, old: announced.Old,
		says:   "Step 3 of 3: the inactive client secret of " + app.Addr.String() + " is deleted.",
		then:   "The rotation is complete.",
		proves: active[0],
	}
	const again = " Again, because the last run ended before it was reported."
	switch {
	case len(inactive) > 0 && announced.Old != inactive[0].ID:
		retire.says += again
		retire.old, retire.do, retire.state = inactive[0].ID, nothing, org.SecretRotation{New: active[0].ID, Old: inactive[0].ID}
		return rotationStep(ctx, s, app, &retire, o)
	case len(inactive) > 0:
		since := announced.Since
		if inactive[0].Updated.After(since) {
			since = inactive[0].Updated
		}
		if wait := since.Add(o.grace).Sub(now); wait > 0 {
			then := fmt.Sprintf("Step 3 of 3 is possible in %s: a secret of %s has been inactive since %s, and is deleted after %s (--grace).", wait.Round(time.Minute), app.Addr, since.UTC().Format(time.RFC3339), o.grace)
			report(s.App, then+"\n")
			s.App.Stream().KeyRotation(view.KeyRotation{App: app.Addr.String(), Credential: "client_secret", Step: 3, Old: inactive[0].ID, New: active[0].ID, Next: then})
			return nil
		}
		remove.old, remove.do = inactive[0].ID, func() error { return s.Client.DeleteClientSecret(ctx, app.ID, inactive[0].ID) }
		return rotationStep(ctx, s, app, &remove, o)
	case len(active) == 2 && announced.New == "":
		join.says += again
		join.old, join.do, join.state = active[1].ID, nothing, org.SecretRotation{New: active[0].ID}
		return rotationStep(ctx, s, app, &join, o)
	case len(active) == 2:
		retire.old, retire.do = active[1].ID, func() error { return s.Client.DeactivateClientSecret(ctx, app.ID, active[1].ID) }
		retire.state = org.SecretRotation{New: active[0].ID, Old: active[1].ID}
		return rotationStep(ctx, s, app, &retire, o)
	case announced.New != "":
		remove.says += again
		remove.do = nothing
		return rotationStep(ctx, s, app, &remove, o)
	}
	join.do = func() error {
		made, err := s.Client.AddClientSecret(ctx, app.ID)
		if err != nil {
			return err
		}
		s.App.Secrets = append(s.App.Secrets, made.Value.Reveal())
		join.state.New = made.ID
		return proveSecret(ctx, s, app, made)
	}
	return rotationStep(ctx, s, app, &join, o)
}

// checkUndeclaredSecrets refuses an app whose configuration declares its secrets: the next apply
// would remove a second one.
func checkUndeclaredSecrets(s *cli.Session, app schema.Addr, now time.Time) error {
	declared, _ := s.Config.Evaluate(nil).All()
	for _, d := range declared {
		if d.Addr == app && !d.Value.GetAttr("client_secret").IsNull() {
			return fmt.Errorf("%s declares client_secret blocks, and the next apply would remove a secret that isn't one of them. Rotate it by its blocks: add client_secret %q {}, apply, set status = \"INACTIVE\" in the old one, apply, and remove that block", app, now.UTC().Format(time.RFC3339))
		}
	}
	return nil
}

// secretStep is one step of a rotation. The step counts once it was announced; state records in the
// org how far the rotation has come then.
type secretStep struct {
	number     int    // of 3
	old        string // the id of the secret that is replaced
	says, then string
	proves     org.ClientSecret // the secret that remains
	do         func() error
	state      org.SecretRotation
}

// rotationStep proves the remaining secret, asks for approval, does the step and announces it.
func rotationStep(ctx context.Context, s *cli.Session, app schema.TestApp, step *secretStep, o *rotateOptions) error {
	if err := proveSecret(ctx, s, app, step.proves); err != nil {
		return err
	}
	report(s.App, step.says+"\n")
	if !o.AutoApprove {
		if err := s.App.Approve(&plan.Plan{URL: s.Client.URL(), Owner: s.Config.Owner}, s.Principal(ctx)); err != nil {
			return err
		}
	}
	if err := step.do(); err != nil {
		return err
	}
	report(s.App, step.then+"\n")
	s.App.Stream().KeyRotation(view.KeyRotation{App: app.Addr.String(), Credential: "client_secret", Step: step.number, Done: true, Old: step.old, New: cmp.Or(step.state.New, step.proves.ID), Next: step.then})
	if step.state.Old != "" {
		now, err := s.Now(ctx)
		if err != nil {
			return err
		}
		step.state.Since = now
	}
	return s.Client.SetSecretRotation(ctx, app.ID, step.state)
}

// proveSecret shows that a secret works.
func proveSecret(ctx context.Context, s *cli.Session, app schema.TestApp, secret org.ClientSecret) error {
	app.Secret = secret.Value
	if result := s.Runner(ctx).Authenticate(ctx, app); result.Outcome != smoke.Passed {
		return session.NoToken(app, result)
	}
	report(s.App, fmt.Sprintf("Tested: the org authenticates %s with its secret of %s.\n", app.Addr, secret.Created.UTC().Format(time.RFC3339)))
	return nil
}

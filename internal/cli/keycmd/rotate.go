package keycmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

type rotateOptions struct {
	cli.ApplyOptions
	key, kid, algorithm string
	grace               time.Duration
	was                 []byte // the file that the third step edits, as it was read
}

func newKeyRotate(a *cli.App) *cobra.Command {
	o := &rotateOptions{ApplyOptions: cli.ApplyOptions{MaxDeletes: -1}}
	cmd := &cobra.Command{
		Use:   "rotate APP [DIR]",
		Short: "Replace an app's key or client secret, step by step",
		Long: `Replaces the key with which a declared app authenticates. Each run does one step:

  1. creates a key pair, declares it before the old key, applies, and tests it
     with a token; the old key stays valid
  2. tests the new key again, and deactivates the old one
  3. after the grace period, deletes the old key

Between the runs, give the new private key to every program that uses the old one.
The .hcl file is edited in place; a comment in the old key's block records the step,
so after an interruption just run the command again. Each step shows its plan and
asks, as apply does.

For an app with a client secret, the org's two secrets are rotated instead, and no
file is edited: oktaform credentials APP prints the newest one.`,
		Example: `  oktaform key rotate service_app.reporter
  oktaform key rotate service_app.reporter --auto-approve --grace 72h`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKeyRotate(cmd.Context(), a, args[0], cli.Folder(args[1:]), o)
		},
	}
	o.Target.Add(cmd)
	o.Target.AddConsistency(cmd)
	o.Inputs.Add(cmd)
	o.SafetyFlags.Add(cmd)
	cmd.Flags().StringVar(&o.key, "key", "", "the `KID` of the key to replace, if the app has several")
	cmd.Flags().StringVar(&o.kid, "kid", "", "the `KID` of the new key (default: the old one's, counted up)")
	cmd.Flags().StringVar(&o.algorithm, "type", "", "the `TYPE` of the new key: "+strings.Join(jwk.Algorithms(), ", ")+" (default: RSA-2048)")
	cmd.Flags().DurationVar(&o.grace, "grace", 24*time.Hour, "how long the old key or secret stays inactive before it is deleted, `DURATION`")
	return cmd
}

func runKeyRotate(ctx context.Context, a *cli.App, name, dir string, o *rotateOptions) error {
	if a.JSON && !o.AutoApprove {
		return errors.New("--json can't ask for approval: add --auto-approve")
	}
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer func() { s.Close() }()
	app, pending, err := rotatedApp(ctx, s, name)
	if err != nil {
		return err
	}
	if strings.HasPrefix(app.AuthMethod, "client_secret_") {
		return rotateSecret(ctx, s, app, o)
	}
	blocks, err := fileedit.FindKeys(s.Config.Files(), app.Addr)
	if err != nil {
		return err
	}
	r, underWay := blocks.Rotation()
	step, err := "", error(nil)
	var edit *stepEdit
	switch {
	case !underWay && pending != nil:
		return fmt.Errorf("%s has changes that aren't applied: run apply first", app.Addr)
	case !underWay:
		r, step, edit, err = beginRotation(s, dir, app, blocks, o)
	case blocks.Named(r.New) == nil:
		err = fmt.Errorf("the comment in public_key %q says that %q replaces it, but %s declares no such key: correct or remove the comment", r.Old, r.New, app.Addr)
	case awaitsDeletion(r, pending):
		step, edit, err = continueRotation(ctx, s, app, blocks, &r, o)
	case pending != nil:
		step = "Continuing where the last run stopped."
	case r.Joining:
		step = fmt.Sprintf("Step 1 of 3 again, because the last run ended before it was reported: the key %q is added beside %q.", r.New, r.Old)
	case r.Retiring:
		step = fmt.Sprintf("Step 2 of 3 again, because the last run ended before it was reported: the key %q is inactive.", r.Old)
	default:
		step, edit, err = continueRotation(ctx, s, app, blocks, &r, o)
	}
	if err != nil || step == "" {
		return err
	}
	report(a, step+"\n\n")
	s.Close()
	if err := edit.apply(ctx, a, dir, o); err != nil {
		return err
	}
	if s, err = a.Open(ctx, dir, o.Inputs, o.Target); err != nil {
		return err
	}
	if app, _, err = rotatedApp(ctx, s, app.Addr.String()); err != nil {
		return err
	}
	if err := proveKey(ctx, s, app, r.New); err != nil {
		return err
	}
	return announceStep(ctx, s, app.Addr, r, o)
}

// report writes text for a person: with --json, a rotation writes its result alone.
func report(a *cli.App, text string) {
	if !a.JSON {
		a.Say(text)
	}
}

// announceStep says what to do after a step, and then records in the file that it did: an
// interrupted run is repeated.
func announceStep(ctx context.Context, s *cli.Session, app schema.Addr, done fileedit.Rotation, o *rotateOptions) error {
	blocks, err := fileedit.FindKeys(s.Config.Files(), app)
	if err != nil {
		return err
	}
	if o.was != nil {
		if err := unchanged(s, blocks.File, o.was); err != nil {
			return err
		}
	}
	r, underWay := blocks.Rotation()
	then, step := next(r, underWay, o), 2
	report(s.App, "\n"+then+"\n")
	switch {
	case !underWay:
		step = 3
	case r.Since.IsZero() && !r.Retiring:
		step = 1
	}
	s.App.Stream().KeyRotation(view.KeyRotation{App: app.String(), Credential: "public_key", Step: step, Done: true, Old: done.Old, New: done.New, Next: then})
	switch {
	case !underWay:
		return writeEdited(s, blocks.File, blocks.Src)
	case r.Joining, r.Retiring:
		now, err := s.Now(ctx)
		if err != nil {
			return err
		}
		return writeEdited(s, blocks.File, blocks.Announced(r, now))
	}
	return nil
}

// awaitsDeletion reports whether the only pending change is that the old key, which is to be
// deleted next, is already gone from the org.
func awaitsDeletion(r fileedit.Rotation, pending *plan.Change) bool {
	return pending != nil && !r.Since.IsZero() && slices.Equal(pending.Kind.Changed(pending.Before, pending.After), []string{"public_key"}) &&
		!slices.ContainsFunc(schema.Elements(pending.Before.GetAttr("public_key")), func(key cty.Value) bool {
			return key.GetAttr("kid").RawEquals(cty.StringVal(r.Old))
		})
}

// rotatedApp returns the app and its pending changes; nil if there are none. It refuses pending
// changes of anything else, because a rotation does not apply them.
func rotatedApp(ctx context.Context, s *cli.Session, name string) (schema.TestApp, *plan.Change, error) {
	p, err := s.Plan(ctx, s.PlanOptions(cli.PlanFlags{}, false))
	if err != nil {
		return schema.TestApp{}, nil, err
	}
	app, err := session.ChooseApp(s.Config.Evaluate(p.Known()).Apps(), name)
	if err != nil {
		return app, nil, err
	}
	var pending *plan.Change
	for i := range p.Changes {
		switch c := &p.Changes[i]; {
		case c.Action == plan.NoOp:
		case c.Addr == app.Addr && c.Action == plan.Update:
			pending = c
		default:
			return app, nil, fmt.Errorf("changes are not applied yet, of %s for example: run apply first, so that the rotation changes nothing else", c.Addr)
		}
	}
	return app, pending, nil
}

// beginRotation makes the new key, and the edit that declares it.
func beginRotation(s *cli.Session, dir string, app schema.TestApp, blocks *fileedit.KeyBlocks, o *rotateOptions) (fileedit.Rotation, string, *stepEdit, error) {
	old := o.key
	switch {
	case old == "" && len(app.Keys) == 1:
		old = app.Keys[0].KID
	case old == "" && len(blocks.Keys) == 1:
		old = blocks.Keys[0].Labels[0]
	case old == "":
		return fileedit.Rotation{}, "", nil, fmt.Errorf("%s has %d keys: name the one to replace with --key", app.Addr, len(blocks.Keys))
	}
	if blocks.Named(old) == nil {
		return fileedit.Rotation{}, "", nil, fmt.Errorf("%s has no public_key block %q in %s", app.Addr, view.Plain(old), blocks.File)
	}
	folder := "keys"
	for _, key := range app.Keys {
		if key.KID == old && key.File != "" {
			if rel, err := filepath.Rel(cli.Absolute(dir), filepath.Dir(key.File)); err == nil {
				folder = rel
			}
		}
	}
	file := func(kid string) string { return filepath.Join(folder, kid+".pem") }
	r := fileedit.Rotation{Old: old, New: o.kid, Joining: true}
	if r.New == "" {
		r.New = fileedit.NextName(old, func(kid string) bool { return blocks.Named(kid) != nil || taken(s, filepath.Join(dir, file(kid))) })
	}
	if blocks.Named(r.New) != nil {
		return r, "", nil, fmt.Errorf("%s has a key %q already: name another with --kid", app.Addr, view.Plain(r.New))
	}
	if filepath.Base(r.New) != r.New || strings.HasPrefix(r.New, ".") {
		return r, "", nil, fmt.Errorf("the key id %q can't be the name of a file: name another with --kid", view.Plain(r.New))
	}
	name := filepath.Join(dir, file(r.New))
	pem, err := newKey(s, name, o)
	if err != nil {
		return r, "", nil, err
	}
	edit, err := newEdit(s, blocks, blocks.Add(r, filepath.ToSlash(file(r.New))))
	if err != nil {
		return r, "", nil, err
	}
	edit.keyFile, edit.pem = name, pem
	return r, fmt.Sprintf("Step 1 of 3: the key %q is added beside %q. Its private key goes to %s.", r.New, old, view.Plain(name)), edit, nil
}

// taken reports whether there is anything at a path, be it only what can't be read.
func taken(s *cli.Session, file string) bool {
	_, err := s.Trees.Read(file, files.KeyLimit)
	return !errors.Is(err, fs.ErrNotExist)
}

// newKey makes a private key for a file. It takes none that is there: a change may have brought it,
// and whoever wrote it would be the app.
func newKey(s *cli.Session, file string, o *rotateOptions) ([]byte, error) {
	if taken(s, file) {
		return nil, fmt.Errorf("%s exists, and no block declares it: delete it if an interrupted rotation made it, or name another key id with --kid", view.Plain(file))
	}
	algorithm := o.algorithm
	if algorithm == "" {
		algorithm = "RSA-2048"
	}
	private, err := jwk.Generate(algorithm)
	if err != nil {
		return nil, fmt.Errorf("--type: %w", err)
	}
	return private.PEM()
}

// continueRotation does the second or third step. The step is empty if there is nothing to do yet.
func continueRotation(ctx context.Context, s *cli.Session, app schema.TestApp, blocks *fileedit.KeyBlocks, r *fileedit.Rotation, o *rotateOptions) (string, *stepEdit, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return "", nil, err
	}
	if wait := r.Since.Add(o.grace).Sub(now); !r.Since.IsZero() && wait > 0 {
		then := fmt.Sprintf("Step 3 of 3 is possible in %s: the key %q has been inactive since %s, and is deleted after %s (--grace).", wait.Round(time.Minute), r.Old, r.Since.UTC().Format(time.RFC3339), o.grace)
		report(s.App, then+"\n")
		s.App.Begin()
		s.App.Stream().KeyRotation(view.KeyRotation{App: app.Addr.String(), Credential: "public_key", Step: 3, Old: r.Old, New: r.New, Next: then})
		return "", nil, nil
	}
	if err := proveKey(ctx, s, app, r.New); err != nil {
		return "", nil, err
	}
	if r.Since.IsZero() {
		r.Retiring = true
		edit, err := newEdit(s, blocks, blocks.Retire(*r))
		return fmt.Sprintf("Step 2 of 3: the key %q becomes inactive.", r.Old), edit, err
	}
	// The file is edited only when the key is deleted: until then it records how far the rotation
	// has come, and no other apply deletes the key.
	edited := blocks.Remove(*r)
	o.Sources, o.was = map[string][]byte{blocks.File: edited}, blocks.Src
	return fmt.Sprintf("Step 3 of 3: the key %q is deleted. Its private key file remains; it can be deleted.", r.Old), nil, fileedit.Check(blocks.File, edited)
}

// writeEdited replaces a file of the configuration and keeps its mode.
func writeEdited(s *cli.Session, file string, src []byte) error {
	if err := fileedit.Check(file, src); err != nil {
		return err
	}
	return s.Trees.Replace(file, src, 0)
}

// proveKey shows that a key works: by getting a token if the app gets tokens itself, else by
// letting the org authenticate the app.
func proveKey(ctx context.Context, s *cli.Session, app schema.TestApp, kid string) error {
	var keys []schema.PrivateKey
	for _, key := range app.Keys {
		if key.KID == kid {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return fmt.Errorf("the private key %q of %s isn't on this machine, so it can't be tested, and the old key stays as it is: run this command where the key is", kid, app.Addr)
	}
	app.Keys = keys
	if app.Addr.Kind == "service_app" && len(app.Granted) > 0 {
		if _, err := s.Session.Token(ctx, app, app.Granted[0]); err != nil {
			return err
		}
		report(s.App, fmt.Sprintf("Tested: the org gives %s a token for the key %q.\n", app.Addr, kid))
		return nil
	}
	if result := s.Runner(ctx).Authenticate(ctx, app); result.Outcome != smoke.Passed {
		return session.NoToken(app, result)
	}
	report(s.App, fmt.Sprintf("Tested: the org authenticates %s with the key %q.\n", app.Addr, kid))
	return nil
}

// next says what to do after the current step of a rotation.
func next(r fileedit.Rotation, underWay bool, o *rotateOptions) string {
	switch {
	case !underWay:
		return "The rotation is complete."
	case r.Since.IsZero() && !r.Retiring:
		return fmt.Sprintf("Now give the new private key to every program that uses %q. Then run this command again: it deactivates the old key.", r.Old)
	}
	return fmt.Sprintf("Programs that still use %q fail now: set status = \"ACTIVE\" and apply to undo that. Otherwise run this command again after %s: it deletes the old key.", r.Old, o.grace)
}

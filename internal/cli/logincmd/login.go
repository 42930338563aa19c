// Package logincmd has the commands login and logout. The service app of a profile is applied like
// a configuration, or removed.
package logincmd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/profile"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

// A login is an apply of a configuration that declares the service app of a profile: with the same
// plan, checks, lease, verification and smoke tests. It is repeated after an interruption like any
// apply: the app is found by its mark, and its key by its file.

// options are the flags of login.
type options struct {
	cli.Target
	ReadOnly    bool
	Scopes      []string // further ones
	ClientID    string   // of the app that a person signs in to
	RedirectURI string   // of that app, on this machine
	NoBrowser   bool
	AutoApprove bool
}

// New returns the command login.
func New(a *cli.App) *cobra.Command {
	o := &options{}
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Make a service app to sign in as, and use it from now on",
		Long: `Makes a service app in the org for this person and machine: generates its private
key, grants its scopes, assigns its admin role, tests that it works, and stores
where the key is as a profile, which other commands then use by default. Run it
again to repair a profile, or to go on after an interruption.

The credential that makes the app is an API token of a super admin, from
OKTA_CLIENT_TOKEN, standard input or a question, or a super admin's who signs in
with the browser to an app that has the scopes (--client-id). It is not stored.

An app that applies is a super admin itself: Okta lets only a super admin grant
scopes and assign roles. --read-only makes one that can only plan.`,
		Example: `  oktaform login --org https://dev-123456.okta.com
  oktaform login --org https://dev-123456.okta.com --read-only --profile plans`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.JSON && !o.AutoApprove {
				return errors.New("--json can't ask for approval: add --auto-approve")
			}
			return login(cmd.Context(), a, o)
		},
	}
	o.Target.Add(cmd)
	cmd.Flags().BoolVar(&o.ReadOnly, "read-only", false, "make an app that can only read: .read scopes and READ_ONLY_ADMIN")
	cmd.Flags().StringSliceVar(&o.Scopes, "scope", nil, "give the app this `SCOPE` as well; may be repeated, or be a list with commas")
	cmd.Flags().StringVar(&o.ClientID, "client-id", "", "sign in with the browser to the app with this client `ID`, a public client of the org")
	cmd.Flags().StringVar(&o.RedirectURI, "redirect-uri", defaultRedirect, "with --client-id: the redirect `URI` of that app on this machine")
	cmd.Flags().BoolVar(&o.NoBrowser, "no-browser", false, "print the address where a person signs in, instead of opening a browser")
	cmd.Flags().BoolVar(&o.AutoApprove, "auto-approve", false, "don't ask")
	cmd.Flag("profile").Usage = "the `NAME` of the profile to make (default: OKTAFORM_PROFILE, then the org's name)"
	return cmd
}

// login makes the service app of a profile, and the profile the default one.
func login(ctx context.Context, a *cli.App, o *options) error {
	if o.Org == cli.SandboxOrg {
		return errors.New("--org sandbox signs in to the embedded org by itself: there is nothing to log in to")
	}
	if err := a.CheckOrg(o.Org); err != nil {
		return err
	}
	a.Begin()
	credentials, err := credentialsFor(ctx, a, o)
	if err != nil {
		return err
	}
	p, err := newProfile(a, o, credentials.URL)
	if err != nil {
		return err
	}
	store, serviceApp := a.Profiles(), serviceApp(a, o, p)
	if err := store.SaveConfiguration(p.Name, serviceApp.Configuration()); err != nil {
		return fmt.Errorf("profile %s: %w", p.Name, err)
	}
	s := a.NewSession()
	defer s.Close()
	if err := s.LoadFolder(store.Folder(p.Name), cli.Inputs{}); err != nil {
		return err
	}
	if err := s.SignIn(credentials, o.Target); err != nil {
		return err
	}
	if !a.JSON {
		a.Print(view.LoginNote(p.Name, serviceApp.Label(), serviceApp.Role(), o.ReadOnly, a.Style()))
	}
	if p.ClientID, err = applyLogin(ctx, s, o); err != nil {
		return err
	}
	p.App, p.Owner, p.KeyID, p.KeyFile = serviceApp.Label(), serviceApp.Owner, serviceApp.KeyID, profile.KeyFile(serviceApp.KeyID)
	p.Scopes = serviceApp.AllScopes()
	if err := errors.Join(store.Save(p), store.SetDefault(p.Name), store.RemoveOtherKeys(p)); err != nil {
		return fmt.Errorf("profile %s: %w", p.Name, err)
	}
	shown := view.LoggedIn{Profile: p.Name, Org: p.Org, App: p.App, ClientID: p.ClientID, KeyFile: store.KeyPath(p), ReadOnly: p.ReadOnly,
		APIToken: credentials.Mode == okta.SSWS, Variable: strings.HasPrefix(credentials.Source, environmentSource)}
	if a.JSON {
		a.Stream().LoggedIn(shown)
		return nil
	}
	a.Print(view.LoginDone(shown, a.Style()))
	return nil
}

// environmentSource begins the Source of credentials from the environment.
const environmentSource = "the environment"

// applyLogin applies the configuration of the service app, and returns the app's client id.
func applyLogin(ctx context.Context, s *cli.Session, o *options) (clientID string, err error) {
	apply := &cli.ApplyOptions{Target: o.Target, RequireSmoke: true, MaxDeletes: -1, SafetyFlags: cli.SafetyFlags{AutoApprove: o.AutoApprove, Lease: "on"}}
	p, err := s.Approved(ctx, apply, nil)
	if err != nil {
		return "", explainForeignApp(err)
	}
	p, release, err := s.Lock(ctx, p, apply)
	if err != nil {
		return "", explainForeignApp(err)
	}
	result, err := s.CarryOut(ctx, p, apply)
	if after := release(result, err == nil); after != nil {
		s.App.ShowDiagnostics(cli.DiagnosticsOf(after))
	}
	if err != nil {
		if !s.App.JSON {
			s.App.Print("\nThe profile was not written. Run the same command again: it continues with what is there.\n")
		}
		return "", err
	}
	apps := s.Config.Evaluate(result.Known).Apps()
	if len(apps) != 1 || apps[0].ClientID == "" {
		return "", errors.New("the org does not show the client id of the app: run the same command again")
	}
	return apps[0].ClientID, nil
}

// explainForeignApp says what to do about an app with the login's mark that somebody else may have
// created: its keys are not on this machine, and it would gain rights.
func explainForeignApp(err error) error {
	failed, ok := errors.AsType[*session.Error](err)
	if !ok || !slices.ContainsFunc(failed.Diagnostics, func(d *hcl.Diagnostic) bool { return strings.Contains(d.Detail, "--trust-keys") }) {
		return err
	}
	return errors.New("the org has an app with the mark of this login and with keys that are not on this machine, and it would gain rights. An interrupted login may have left it, or somebody else may have put it there. Delete it in the Admin Console (Applications), and run the same command again")
}

// newProfile returns the profile to make: a new one, or one that exists for the same org.
func newProfile(a *cli.App, o *options, org string) (profile.Profile, error) {
	name := o.Profile
	if name == "" {
		name = a.Env.Get(cli.ProfileVariable)
	}
	if name == "" {
		name = profileNameOf(org, o.ReadOnly)
	}
	p := profile.Profile{Name: name, Org: org, ReadOnly: o.ReadOnly}
	if err := profile.CheckName(name); err != nil {
		return p, err
	}
	before, err := a.Profiles().Load(name)
	switch {
	case errors.Is(err, profile.ErrUnknown), errors.Is(err, profile.ErrIncomplete):
		return p, nil
	case err != nil:
		return p, err
	case !session.SameOrigin(before.Org, org):
		return p, fmt.Errorf("the profile %s is for %s: name another with --profile, or run oktaform logout --profile %[1]s first", name, before.Org)
	case before.ReadOnly != o.ReadOnly:
		kind := map[bool]string{true: "only reads", false: "applies"}[before.ReadOnly]
		return p, fmt.Errorf("the profile %s %s: name another with --profile, or run oktaform logout --profile %[1]s first", name, kind)
	}
	return before, nil
}

// profileNameOf returns the name of a profile for an org: the first part of its host.
func profileNameOf(org string, readOnly bool) string {
	host := org
	if u, err := url.Parse(org); err == nil {
		host = u.Host
	}
	if name, domain, ok := strings.Cut(host, "."); ok && strings.HasPrefix(domain, "okta") {
		host = name
	}
	name := strings.Trim(plainName(host), ".-_")
	if readOnly {
		name += "-read-only"
	}
	return name
}

// plainName replaces what can't be part of a profile's or an owner's name.
func plainName(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '_':
			return r
		}
		return '-'
	}, strings.ToLower(text))
	return text[:min(len(text), 40)]
}

// serviceApp returns the service app of a profile. Its owner names the person and the machine, so
// that others and other machines have apps of their own.
func serviceApp(a *cli.App, o *options, p profile.Profile) profile.ServiceApp {
	user := a.Env.Get("USER")
	if user == "" {
		user = a.Env.Get("USERNAME")
	}
	person := plainName(user)
	if a.Env.Self != nil {
		host, _, _ := strings.Cut(a.Env.Self().Host, "/")
		person = strings.Trim(person+"@"+plainName(host), "@")
	}
	owner := p.Owner
	if owner == "" {
		owner = "oktaform-login/" + person + "/" + p.Name
	}
	return profile.ServiceApp{Owner: owner, Org: p.Org, Person: person, ReadOnly: o.ReadOnly, Scopes: o.Scopes, KeyID: keyID(a, p)}
}

// keyID returns the key id of the profile's private key, or of one that an interrupted login has
// made. A key that is gone, that others may have read, or that can't be read gets a successor.
func keyID(a *cli.App, p profile.Profile) string {
	store := a.Profiles()
	ids, _ := store.KeyIDs(p.Name)
	if i := slices.Index(ids, p.KeyID); i > 0 {
		ids[0], ids[i] = ids[i], ids[0]
	}
	for _, id := range ids {
		text, err := files.ReadPrivate(filepath.Join(store.Folder(p.Name), filepath.FromSlash(profile.KeyFile(id))))
		if err != nil {
			continue
		}
		if _, err := jwk.ParsePrivate(text); err == nil {
			return id
		}
	}
	return "login-" + strings.ToLower(rand.Text()[:10])
}

// credentialsFor returns the credential that makes the service app: that of the environment, a
// person's who signs in with the browser, or an API token that is asked for. No profile is used:
// its own app may not change itself.
func credentialsFor(ctx context.Context, a *cli.App, o *options) (okta.Credentials, error) {
	found, err := okta.EnvironmentCredentials(o.Org, a.Env.Get)
	switch {
	case err != nil:
		return found, err
	case found.URL == "":
		return found, errors.New("the org is not named: oktaform login --org URL, such as https://dev-123456.okta.com")
	case o.ClientID != "":
		return personCredentials(ctx, a, found.URL, o)
	case found.Present():
		return found, nil
	}
	token, err := askToken(a, found.URL)
	if err != nil {
		return found, err
	}
	found.Mode, found.Token, found.Source = okta.SSWS, schema.NewSecret(token), "the answer"
	return found, nil
}

// askToken asks for an API token, without showing it.
func askToken(a *cli.App, org string) (string, error) {
	if a.Env.Interactive() {
		fmt.Fprintf(a.Env.Stderr, "API token of a super admin of %s\n(Admin Console: Security > API > Tokens; it is neither shown nor stored): ", view.Plain(org))
	}
	token := ""
	if file, ok := a.Env.Stdin.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		typed, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(a.Env.Stderr)
		if err != nil {
			return "", fmt.Errorf("the token can't be read: %w", err)
		}
		token = string(typed)
	} else {
		line, err := a.ReadLine()
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("the token can't be read from standard input: %w", err)
		}
		token = line
	}
	if token = strings.TrimSpace(token); token == "" {
		return "", fmt.Errorf("no token for %s: set OKTA_CLIENT_TOKEN, pass the token of a super admin on standard input, or sign in with the browser (--client-id)", view.Plain(org))
	}
	a.Secrets = append(a.Secrets, token)
	return token, nil
}

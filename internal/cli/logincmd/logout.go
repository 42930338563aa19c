package logincmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/profile"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
)

// logoutOptions are the flags of logout.
type logoutOptions struct {
	Profile string
	Local   bool // leave the org alone
	cli.Requests
}

// NewLogout returns the command logout.
func NewLogout(a *cli.App) *cobra.Command {
	o := &logoutOptions{}
	cmd := &cobra.Command{
		Use:   "logout",
		Short: "Remove a profile, its key and its service app",
		Long: `Removes the service app of a profile from the org, then the profile and its private
key from this machine. The app is deleted with the credential in the environment
if that is for the same org, else with the app's own; an app that only reads can't
delete itself, and stays without a key. It may be run again.`,
		Example: `  oktaform logout
  oktaform logout --profile plans`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return logout(cmd.Context(), a, o) },
	}
	cmd.Flags().StringVar(&o.Profile, "profile", "", "the `NAME` of the profile to remove (default: OKTAFORM_PROFILE, then the default profile)")
	cmd.Flags().BoolVar(&o.Local, "local", false, "remove the profile and its key from this machine only")
	o.Requests.Add(cmd)
	return cmd
}

// logout removes the service app of a profile from the org, if it may, and the profile with its
// key. It may be repeated.
func logout(ctx context.Context, a *cli.App, o *logoutOptions) error {
	store, name := a.Profiles(), o.Profile
	if name == "" {
		name = a.Env.Get(cli.ProfileVariable)
	}
	if name == "" {
		var err error
		if name, err = store.Default(); err != nil {
			return err
		}
	}
	if name == "" {
		return loggedOut(a, view.LoggedOut{Nothing: "There is no default profile, so nothing is to be done. To remove another, name it with --profile."})
	}
	p, err := store.Load(name)
	switch {
	case errors.Is(err, profile.ErrUnknown):
		// An interrupted login or logout may have left files.
		if profile.CheckName(name) == nil {
			if err := store.Remove(name); err != nil {
				return fmt.Errorf("profile %s: %w", name, err)
			}
		}
		return loggedOut(a, view.LoggedOut{Profile: name, Nothing: "There is nothing to be done: " + err.Error() + "."})
	case errors.Is(err, profile.ErrIncomplete):
	case err != nil:
		return err
	}
	out := view.LoggedOut{Profile: name, Org: p.Org, App: p.App, ClientID: p.ClientID}
	switch {
	case p.ClientID == "" || p.Org == "":
		out.Stays = "the profile does not say which app it has"
	case o.Local:
		out.Stays = "--local leaves the org alone"
	default:
		if out.Stays, err = removeServiceApp(ctx, a, p, o); err != nil {
			return err
		}
	}
	if err := store.Remove(name); err != nil {
		return fmt.Errorf("profile %s: %w", name, err)
	}
	return loggedOut(a, out)
}

func loggedOut(a *cli.App, out view.LoggedOut) error {
	if a.JSON {
		return view.JSON(a.Env.Stdout, out)
	}
	a.Print(view.LogoutDone(out, a.Style()))
	return nil
}

// removeServiceApp deletes the app of a profile: with the credential of the environment, if it is
// for the same org, or as the app itself. If the app stays, it says why.
func removeServiceApp(ctx context.Context, a *cli.App, p profile.Profile, o *logoutOptions) (stays string, err error) {
	credentials, err := okta.EnvironmentCredentials("", a.Env.Get)
	own := err != nil || !credentials.Present() || !session.SameOrigin(credentials.URL, p.Org)
	if own {
		if credentials, err = a.ProfileCredentials(p.Name, "", ""); err != nil {
			return "its private key can't be read", nil
		}
		if p.ReadOnly {
			return "the profile only reads", nil
		}
	}
	s := a.NewSession()
	s.Config = config.Empty("")
	defer s.Close()
	if err := s.SignIn(credentials, cli.Target{Requests: o.Requests}); err != nil {
		return "", err
	}
	switch err := s.Client.RemoveApp(ctx, p.ClientID, p.Owner); {
	case err == nil:
		return "", nil
	case errors.Is(err, org.ErrOtherMark):
		return "it no longer carries the mark of this login", nil
	case errors.Is(err, org.ErrOnlyDeactivated):
		return "it is deactivated, and may not delete itself", nil
	case own && okta.Denied(err):
		return "the org does not accept its key any more", nil
	case okta.Unreachable(err):
		return "", fmt.Errorf("%w The profile stays: run the same command again, or --local removes the profile and its key from this machine only", err)
	default:
		return "", err
	}
}

package login

import (
	"context"
	"errors"
	"fmt"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/profile"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
)

// LogoutOptions are the flags of logout.
type LogoutOptions struct {
	Profile string
	Local   bool // leave the org alone
	cli.Requests
}

// Logout removes the service app of a profile from the org, if it may, and the profile with its key.
// It may be repeated.
func Logout(ctx context.Context, a *cli.App, o *LogoutOptions) error {
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
func removeServiceApp(ctx context.Context, a *cli.App, p profile.Profile, o *LogoutOptions) (stays string, err error) {
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
		return "", fmt.Errorf("%w. Nothing was removed; --local removes the profile and its key from this machine only", err)
	default:
		return "", err
	}
}

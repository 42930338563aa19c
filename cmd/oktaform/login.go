package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/cli/login"
)

func newLogin(a *cli.App) *cobra.Command {
	o := &login.Options{}
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
			return login.Login(cmd.Context(), a, o)
		},
	}
	o.Target.Add(cmd)
	cmd.Flags().BoolVar(&o.ReadOnly, "read-only", false, "make an app that can only read: .read scopes and READ_ONLY_ADMIN")
	cmd.Flags().StringSliceVar(&o.Scopes, "scope", nil, "give the app this `SCOPE` as well; may be repeated, or be a list with commas")
	cmd.Flags().StringVar(&o.ClientID, "client-id", "", "sign in with the browser to the app with this client `ID`, a public client of the org")
	cmd.Flags().StringVar(&o.RedirectURI, "redirect-uri", login.DefaultRedirect, "with --client-id: the redirect `URI` of that app on this machine")
	cmd.Flags().BoolVar(&o.NoBrowser, "no-browser", false, "print the address where a person signs in, instead of opening a browser")
	cmd.Flags().BoolVar(&o.AutoApprove, "auto-approve", false, "don't ask")
	cmd.Flag("profile").Usage = "the `NAME` of the profile to make (default: OKTAFORM_PROFILE, then the org's name)"
	return cmd
}

func newLogout(a *cli.App) *cobra.Command {
	o := &login.LogoutOptions{}
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
		RunE: func(cmd *cobra.Command, _ []string) error { return login.Logout(cmd.Context(), a, o) },
	}
	cmd.Flags().StringVar(&o.Profile, "profile", "", "the `NAME` of the profile to remove (default: OKTAFORM_PROFILE, then the default profile)")
	cmd.Flags().BoolVar(&o.Local, "local", false, "remove the profile and its key from this machine only")
	o.Requests.Add(cmd)
	return cmd
}

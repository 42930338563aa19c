package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/profile"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/schema"
)

// ProfileVariable names the environment variable with the name of a profile.
const ProfileVariable = "OKTAFORM_PROFILE"

// Profiles returns the current user's profiles.
func (a *App) Profiles() profile.Store { return profile.Store{Dir: a.Env.SettingsFolder()} }

// credentials finds the org and its credential: a profile that --profile names, the environment,
// the default profile or the one of the org that is asked for, and okta.yaml.
func (a *App) credentials(t Target) (okta.Credentials, error) {
	if t.Profile != "" {
		return a.ProfileCredentials(t.Profile, "--profile", t.Org)
	}
	if err := a.CheckOrg(t.Org); err != nil {
		return okta.Credentials{}, err
	}
	found, err := okta.EnvironmentCredentials(t.Org, a.Env.Get)
	if err != nil {
		return found, err
	}
	named := a.Env.Get(ProfileVariable)
	switch {
	case named != "" && found.Present():
		return okta.Credentials{}, fmt.Errorf("%s names the profile %s, and there is a credential in %s; nothing was sent. Unset one of them, or choose the profile with --profile %[2]s", ProfileVariable, named, found.Source)
	case named != "":
		return a.ProfileCredentials(named, ProfileVariable, found.URL)
	case found.Present():
		return found, nil
	}
	name, err := a.chosenProfile(found.URL)
	if err != nil {
		return okta.Credentials{}, err
	}
	if name != "" {
		return a.ProfileCredentials(name, "", found.URL)
	}
	found, err = okta.HomeCredentials(found.URL, a.Env.Home)
	if meant := config.DidYouMean(t.Org, a.profileOrgs()); errors.Is(err, okta.ErrNoCredential) && t.Org != "" && meant != "" {
		err = fmt.Errorf("%w.%s", err, meant)
	}
	return found, err
}

// CheckOrg refuses a value of --org that is neither a URL, or a host in a domain, nor sandbox.
func (a *App) CheckOrg(org string) error {
	if org == "" || org == SandboxOrg || org == "localhost" || strings.ContainsAny(org, ".:/") {
		return nil
	}
	return fmt.Errorf("--org %s is neither the URL of an org, such as https://example.okta.com, nor sandbox; nothing was sent.%s", org,
		config.DidYouMean(org, append([]string{SandboxOrg}, a.profileOrgs()...)))
}

// profileOrgs returns the URLs of the orgs of the profiles that can be read.
func (a *App) profileOrgs() (orgs []string) {
	names, _ := a.Profiles().Names()
	for _, name := range names {
		if p, err := a.Profiles().Load(name); err == nil && !slices.Contains(orgs, p.Org) {
			orgs = append(orgs, p.Org)
		}
	}
	return orgs
}

// chosenProfile returns the profile to use if nobody names one: the default profile, or if an org
// is asked for, the one of that org. It is "" if there is none.
func (a *App) chosenProfile(asked string) (string, error) {
	store := a.Profiles()
	standard, err := store.Default()
	if err != nil || asked == "" {
		return standard, err
	}
	names, err := store.Names()
	if err != nil {
		return "", err
	}
	var of []string
	for _, name := range names {
		if p, err := store.Load(name); err == nil && session.SameOrigin(p.Org, asked) {
			if name == standard {
				return name, nil
			}
			of = append(of, name)
		}
	}
	if len(of) > 1 {
		return "", fmt.Errorf("several profiles are for %s: choose one with --profile: %s", asked, strings.Join(of, ", "))
	}
	return strings.Join(of, ""), nil
}

// ProfileCredentials returns the credentials of a profile. by is what names it, and asked the org
// that is asked for; both may be "".
func (a *App) ProfileCredentials(name, by, asked string) (okta.Credentials, error) {
	store := a.Profiles()
	p, err := store.Load(name)
	if err != nil {
		if by != "" {
			err = fmt.Errorf("%s: %w", by, err)
		}
		return okta.Credentials{}, err
	}
	if asked != "" {
		if asked, err = okta.OrgURL(asked); err != nil {
			return okta.Credentials{}, fmt.Errorf("--org: %w", err)
		}
	}
	if asked != "" && !session.SameOrigin(p.Org, asked) {
		return okta.Credentials{}, fmt.Errorf("the profile %s is for %s, not for %s; nothing was sent. Leave --org out, or name a profile of that org", name, p.Org, asked)
	}
	key, err := store.Key(p)
	if err != nil {
		return okta.Credentials{}, err
	}
	return okta.Credentials{URL: p.Org, Mode: okta.PrivateKey, ClientID: p.ClientID, Scopes: p.Scopes, PrivateKey: schema.NewSecret(string(key)), PrivateKeyID: p.KeyID,
		Source: "the profile " + name, Profile: name, Files: []string{store.KeyPath(p)}}, nil
}

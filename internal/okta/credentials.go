package okta

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// Mode is how a client signs in, by the names of the Okta SDKs.
type Mode string

// The modes of signing in.
const (
	SSWS       Mode = "SSWS"       // an API token
	PrivateKey Mode = "PrivateKey" // as a service app, with a client assertion
	Bearer     Mode = "Bearer"     // an access token from elsewhere
)

// Credentials are an org's URL and what the client signs in with there.
type Credentials struct {
	URL          string // without a trailing slash
	Mode         Mode
	Token        schema.Secret // SSWS and Bearer
	ClientID     string        // PrivateKey
	Scopes       []string      // PrivateKey
	PrivateKey   schema.Secret // PrivateKey: PEM or JWK
	PrivateKeyID string        // PrivateKey: its kid; optional for an app with one key
	Source       string        // where the credential was found, for messages
	Profile      string        // the profile that it is from; "" for another source
	Files        []string      // from which secrets were read
}

// FindCredentials finds the org and its credential: in flagURL (--org), in the variables of the
// Okta SDKs (OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN, ...) or of the Terraform provider
// (OKTA_ORG_NAME, OKTA_API_TOKEN, ...), and in .okta/okta.yaml in the folder home.
//
// A credential is used only for the org that its own source names. A credential from the
// environment may come without a URL if flagURL names the org.
func FindCredentials(flagURL string, env func(string) string, home string) (Credentials, error) {
	found, err := EnvironmentCredentials(flagURL, env)
	if err != nil || found.Present() {
		return found, err
	}
	return HomeCredentials(found.URL, home)
}

// EnvironmentCredentials is the part of FindCredentials that reads the environment. Credentials
// that are not present contain only the URL that is asked for, which may be "".
func EnvironmentCredentials(flagURL string, env func(string) string) (Credentials, error) {
	asked, err := flagOrg(flagURL)
	if err != nil {
		return Credentials{}, err
	}
	found, err := fromEnvironment(env)
	if err != nil {
		return Credentials{}, err
	}
	if found.URL != "" && asked != "" && found.URL != asked && found.Present() {
		return Credentials{}, fmt.Errorf("--org is %s, but the credential in %s is for %s; nothing was sent. Leave --org out, or set the credential of that org",
			asked, found.Source, found.URL)
	}
	if asked == "" {
		asked = found.URL
	}
	switch {
	case !found.Present():
		return Credentials{URL: asked}, nil
	case asked == "":
		return Credentials{}, fmt.Errorf("%s is set, but not the org that it is for: set OKTA_CLIENT_ORGURL, or use --org", found.Source)
	}
	found.URL = asked
	return found.complete()
}

// ErrNoCredential is the error if no source has a credential.
var ErrNoCredential = errors.New("no credential")

// FindOrg returns the URL of the org that FindCredentials is about, for a message about a missing
// credential; "" if no source names one, or not a valid one.
func FindOrg(flagURL string, env func(string) string, home string) string {
	asked, err := flagOrg(flagURL)
	if err != nil || asked != "" {
		return asked
	}
	found, _ := fromEnvironment(env)
	if found.URL == "" {
		found, _ = fromFile(home)
	}
	return found.URL
}

func flagOrg(flagURL string) (string, error) {
	if flagURL == "" {
		return "", nil
	}
	base, err := orgURL(flagURL)
	if err != nil {
		return "", fmt.Errorf("--org: %w", err)
	}
	return base, nil
}

// HomeCredentials is the part of FindCredentials that reads okta.yaml. If asked is not empty, it
// must be the org that the file names.
func HomeCredentials(asked, home string) (Credentials, error) {
	found, err := fromFile(home)
	switch {
	case err != nil:
		return Credentials{}, err
	case !found.Present():
		where, first := "for "+asked, "run oktaform login --org "+asked+", set OKTA_CLIENT_TOKEN"
		if asked == "" {
			where, first = "and no org", "run oktaform login --org URL, set OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN"
		}
		return Credentials{}, fmt.Errorf("%w %s: %s, or OKTA_CLIENT_AUTHORIZATIONMODE=PrivateKey with OKTA_CLIENT_CLIENTID, OKTA_CLIENT_SCOPES and OKTA_CLIENT_PRIVATEKEY, or use --org sandbox", ErrNoCredential, where, first)
	case found.URL == "":
		return Credentials{}, fmt.Errorf("%s holds a credential, but no orgUrl that it is for: add it under okta.client", found.Source)
	case asked != "" && asked != found.URL:
		return Credentials{}, fmt.Errorf("the credential in %s is for %s, not for %s; nothing was sent. Set the credential of that org in the environment",
			found.Source, found.URL, asked)
	}
	return found.complete()
}

// Hidden returns the texts of a credential that no message may quote.
func (c Credentials) Hidden() (all []string) {
	for _, secret := range []schema.Secret{c.Token, c.PrivateKey} {
		if text := secret.Reveal(); len(text) >= shortestSecret {
			all = append(all, text)
		}
	}
	return all
}

// Present reports whether there is a credential at all.
func (c Credentials) Present() bool {
	return !c.Token.IsZero() || !c.PrivateKey.IsZero() || c.ClientID != ""
}

// complete checks that everything that the mode requires is there.
func (c Credentials) complete() (Credentials, error) {
	if c.Mode == "" {
		c.Mode = SSWS
		if c.Token.IsZero() {
			c.Mode = PrivateKey
		}
	}
	missing := func(what string) (Credentials, error) {
		return Credentials{}, fmt.Errorf("the authorization mode %s needs %s, which %s lacks", c.Mode, what, c.Source)
	}
	switch c.Mode {
	case SSWS, Bearer:
		if c.Token.IsZero() {
			return missing("a token (OKTA_CLIENT_TOKEN)")
		}
	case PrivateKey:
		switch {
		case c.ClientID == "":
			return missing("a client id (OKTA_CLIENT_CLIENTID)")
		case c.PrivateKey.IsZero():
			return missing("a private key (OKTA_CLIENT_PRIVATEKEY)")
		case len(c.Scopes) == 0:
			return missing("scopes (OKTA_CLIENT_SCOPES, separated by commas)")
		}
	default:
		return Credentials{}, fmt.Errorf("the authorization mode %q in %s is not supported: use SSWS, PrivateKey or Bearer", c.Mode, c.Source)
	}
	return c, nil
}

// OrgURL checks and normalizes the URL of an org, for comparison.
func OrgURL(text string) (string, error) { return orgURL(text) }

// orgURL checks the URL of an org and normalizes it for comparison: scheme and host in lower case,
// no default port, no trailing slash.
func orgURL(text string) (string, error) {
	full := text
	if !strings.Contains(text, "://") {
		full = "https://" + text
	}
	u, err := url.Parse(full)
	if err != nil || u.Hostname() == "" {
		return "", fmt.Errorf("%q is not the URL of an org, such as https://dev-123456.okta.com", withoutUser(text))
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	switch {
	case u.User != nil:
		return "", errors.New("the URL of an org holds no user or password, such as https://dev-123456.okta.com")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("%q is more than the URL of an org: write %s://%s", text, u.Scheme, u.Host)
	case u.Scheme == "http" && !loopback(host):
		return "", fmt.Errorf("%q would send credentials in the clear: use https (http is for loopback addresses only)", text)
	case u.Scheme != "https" && u.Scheme != "http":
		return "", fmt.Errorf("%q is not the URL of an org: it begins with https://", text)
	}
	if plain, ok := plainHost(host); ok {
		return "", fmt.Errorf("%s is the host of the Admin Console; the API is at https://%s", host, plain)
	}
	if port := u.Port(); port != "" && !(u.Scheme == "https" && port == "443") && !(u.Scheme == "http" && port == "80") {
		host = net.JoinHostPort(host, port)
	} else if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return u.Scheme + "://" + host, nil
}

func withoutUser(text string) string {
	if _, after, found := strings.Cut(text, "@"); found {
		return after
	}
	return text
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// plainHost returns the host of the API that belongs to the host of an Admin Console.
func plainHost(host string) (string, bool) {
	name, domain, _ := strings.Cut(host, ".")
	plain, admin := strings.CutSuffix(name, "-admin")
	if !admin {
		return "", false
	}
	switch domain {
	case "okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil", "trexcloud.com":
		return plain + "." + domain, true
	}
	return "", false
}

package doctor

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"runtime"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/okta"
)

// credential says which credential is used, and checks the files that it comes from.
func (r *Run) credential() {
	const name = "credential"
	c := r.Credentials
	switch {
	case r.Embedded:
		r.report.ok(name, "The super admin of the embedded org.")
		return
	case r.NoCredential:
		org := r.URL
		if org == "" {
			org = "URL"
		}
		r.report.fail(name, "There is no credential, neither a profile nor in the environment.", program("login --org "+org), r.CredentialErr)
		return
	case r.CredentialErr != nil:
		fix := "Correct the credential as docs/credentials.md describes."
		if shared, ok := errors.AsType[*files.SharedError](r.CredentialErr); ok {
			fix = "chmod 600 " + r.Word(shared.File)
		} else if r.Profile != "" && r.BadProfile {
			fix = program("login --profile " + r.Profile)
		}
		r.report.fail(name, shortened(r.CredentialErr), fix, r.CredentialErr)
		return
	case c.Source == "":
		r.report.skip(name, "No org is named.")
		return
	}
	kinds := map[okta.Mode]string{okta.SSWS: "An API token", okta.Bearer: "An access token", okta.PrivateKey: "The private key of the service app " + c.ClientID}
	r.report.ok(name, fmt.Sprintf("%s from %s, for %s.", kinds[c.Mode], c.Source, c.URL))
	for _, file := range c.Files {
		r.mode("credential", file, file)
	}
}

// mode reports a file with a secret that others can access, and whether it did.
func (r *Run) mode(name, file, shown string) bool {
	info, err := files.Trees(nil).Stat(file)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return false
	}
	r.report.fail(name, fmt.Sprintf("Others can access %s, which holds a secret (mode %#o).", shown, info.Mode().Perm()&fs.ModePerm), "chmod 600 "+r.Word(shown), nil)
	return true
}

// network checks the proxy, the connection, TLS, the clock and the org's engine.
func (r *Run) network(ctx context.Context) {
	if r.URL == "" {
		for _, name := range []string{"proxy", "reach", "tls", "clock", "org"} {
			r.report.skip(name, "No org is named.")
		}
		return
	}
	r.proxy()
	probe, err := okta.Send(ctx, r.URL, nil, r.Session.Clock)
	if err != nil {
		r.unreachable(err)
		return
	}
	r.reached = true
	r.report.ok("reach", r.URL+" answers.")
	if probe.TLS == nil {
		r.report.ok("tls", "Not used: the org is on this machine.")
	} else {
		r.report.ok("tls", tlsText(probe.TLS))
	}
	r.clock(probe)
	r.org(probe)
}

// unreachable reports why the org did not answer.
func (r *Run) unreachable(err error) {
	what, next := okta.Advice(err)
	var certificate *tls.CertificateVerificationError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	if errors.As(err, &certificate) || errors.As(err, &record) {
		if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
			next = "Check the clock of this machine: by it, the certificate is not valid. " + next
		}
		r.report.ok("reach", r.URL+" answers.")
		r.report.fail("tls", what+".", next, err)
	} else {
		r.report.fail("reach", what+".", cmp.Or(next, "Check the org's URL (--org or OKTA_CLIENT_ORGURL) and the network."), err)
		r.report.skip("tls", "The org can't be reached.")
	}
	r.report.skip("clock", "The org can't be reached.")
	r.report.skip("org", "The org can't be reached.")
}

func tlsText(state *tls.ConnectionState) string {
	text := tls.VersionName(state.Version)
	if len(state.PeerCertificates) > 0 {
		c := state.PeerCertificates[0]
		issuer := cmp.Or(strings.Join(c.Issuer.Organization, ", "), c.Issuer.CommonName, "an unnamed authority")
		text += fmt.Sprintf(", with a certificate of %s until %s", issuer, c.NotAfter.UTC().Format(time.DateOnly))
	}
	return text + "."
}

// proxy says which proxy the environment sets for the org.
func (r *Run) proxy() {
	const name = "proxy"
	req, err := http.NewRequest(http.MethodGet, r.URL, nil)
	if err != nil {
		r.report.skip(name, "The org's URL can't be read.")
		return
	}
	set := strings.Join(r.ProxyVariables, ", ")
	through, err := r.Proxy(req)
	switch {
	case err != nil: // the error quotes the value, which may hold a password
		r.report.fail(name, "The value of "+cmp.Or(set, "HTTPS_PROXY")+" is no URL of a proxy.", "Set it as http://HOST:PORT, or unset it.", nil)
	case through != nil:
		r.report.ok(name, fmt.Sprintf("Requests go through %s://%s (%s).", through.Scheme, through.Host, set))
	case set != "":
		r.report.ok(name, fmt.Sprintf("None for this org, although the environment sets %s.", set))
	default:
		r.report.ok(name, "None.")
	}
}

// tolerable is how far this machine's clock may be off without a warning.
const tolerable = 30 * time.Second

func (r *Run) clock(probe *okta.Probe) {
	const name = "clock"
	off := probe.Ahead.Round(time.Second)
	switch {
	case !probe.Timed:
		r.report.fail(name, "The org's answers don't tell the time (they have no Date header), and nothing is decided by this machine's clock.", "Check --org and the proxy settings (HTTPS_PROXY, NO_PROXY).", nil)
	case off.Abs() <= tolerable:
		r.report.ok(name, "This machine's clock agrees with the org's.")
	default:
		direction := "behind"
		if off < 0 {
			direction = "ahead of"
		}
		r.report.warn(name, fmt.Sprintf("This machine's clock is %s %s the org's. The org's time counts for oktaform; other programs' tokens may be refused.", off.Abs(), direction), "Set the clock of this machine by NTP.")
	}
}

func (r *Run) org(probe *okta.Probe) {
	const name = "org"
	switch probe.Pipeline {
	case "idx":
		r.report.ok(name, "Identity Engine, org id "+probe.OrgID+".")
	case "v1":
		r.report.warn(name, "Classic Engine, org id "+probe.OrgID+": apps have no authentication policies there.", "Leave access_policy out, or upgrade the org to Identity Engine.")
	default:
		r.report.ok(name, "Org id "+probe.OrgID+".")
	}
}

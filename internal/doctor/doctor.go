package doctor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Run is what the checks are about.
type Run struct {
	Version string
	Dir     string // the configuration's folder, as a word of a command line; "" for the current one
	// Configured means that the folder contains a configuration, and ConfigErr says why it can't be
	// used.
	Configured bool
	ConfigErr  error
	// Credentials are empty, and CredentialErr says why, if there are none.
	Credentials   okta.Credentials
	CredentialErr error
	NoCredential  bool   // CredentialErr only says that there is none
	Profile       string // the profile that is asked for; "" for none
	BadProfile    bool   // CredentialErr says that login has to make or repair it
	URL           string // of the org; "" if no source names one
	Embedded      bool   // the org is the embedded one
	// Session has a client if there is a credential.
	Session *session.Session
	// Principal describes the credential's principal.
	Principal func(context.Context) string
	// Proxy returns the proxy for a request, and ProxyVariables names the variables that are set.
	Proxy          func(*http.Request) (*url.URL, error)
	ProxyVariables []string
	// Word returns a text as one word of a command line.
	Word func(string) string

	report  *Report
	reached bool
}

// requestTime limits each check that asks the org, except reading it for a plan.
const requestTime = 30 * time.Second

// Check runs all checks.
func (r *Run) Check(ctx context.Context) *Report {
	r.report = &Report{}
	r.report.ok("version", r.Version)
	r.configuration()
	r.credential()
	r.network(ctx)
	signedIn := r.signIn(ctx)
	p := r.plan(ctx, signedIn)
	r.rights(ctx, p)
	r.rateLimits(ctx, signedIn)
	r.keys(p)
	return r.report
}

// configuration checks whether there is a valid configuration.
func (r *Run) configuration() {
	const name = "configuration"
	switch {
	case r.ConfigErr != nil && !r.Configured:
		r.report.fail(name, shortened(r.ConfigErr), r.command("init"), r.ConfigErr)
	case r.ConfigErr != nil:
		r.report.fail(name, shortened(r.ConfigErr), r.command("validate"), r.ConfigErr)
	case !r.Configured:
		r.report.skip(name, "The folder contains no .hcl files, so nothing is checked that depends on them.")
	default:
		declared, _ := r.Session.Config.Evaluate(nil).All()
		r.report.ok(name, fmt.Sprintf("Valid: %s of the owner %q.", count(len(declared), "object", "objects"), r.Session.Config.Owner))
	}
}

// shortened returns the first of several errors, and how many there are.
func shortened(err error) string {
	var failed *session.Error
	if !errors.As(err, &failed) {
		return err.Error()
	}
	var first *hcl.Diagnostic
	number := 0
	for _, d := range failed.Diagnostics {
		if d.Severity != hcl.DiagError {
			continue
		}
		if number++; first == nil {
			first = d
		}
	}
	if first == nil {
		return err.Error()
	}
	text := first.Summary + ": " + strings.ReplaceAll(strings.TrimSuffix(first.Detail, "."), "\n", " ")
	if first.Subject != nil {
		text = fmt.Sprintf("%s line %d: %s", first.Subject.Filename, first.Subject.Start.Line, text)
	}
	if number > 1 {
		text += fmt.Sprintf(" (and %s)", count(number-1, "other error", "other errors"))
	}
	if strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// signIn checks whether the org accepts the credential, and says who it is.
func (r *Run) signIn(ctx context.Context) bool {
	const name = "sign-in"
	s := r.Session
	switch {
	case s.Client == nil:
		r.report.skip(name, "There is no credential to sign in with.")
		return false
	case !r.reached:
		r.report.skip(name, "The org can't be reached.")
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	if err := s.Client.SignIn(ctx); err != nil {
		what, next := okta.Advice(err)
		r.report.fail(name, what+".", next, err)
		return false
	}
	text := "Accepted: " + r.Principal(ctx)
	who, err := s.Client.Identity(ctx)
	if err == nil && who.Principal != "" {
		switch rights := s.Client.Rights(ctx, who.Principal); {
		case rights.Roles == nil:
			text += ". Its admin roles can't be read"
		case len(rights.Roles) == 0:
			text += ". It has no admin role"
		default:
			text += ". Admin roles: " + strings.Join(slices.Compact(slices.Sorted(slices.Values(rights.Roles))), ", ")
		}
	}
	if scopes := s.Client.Scopes(); len(scopes) > 0 {
		text += ". Scopes: " + strings.Join(scopes, " ")
	}
	r.report.ok(name, text+".")
	return true
}

// plan checks whether the credential can read what a plan of the configuration needs. It returns
// the plan; nil if there is none.
func (r *Run) plan(ctx context.Context, signedIn bool) *plan.Plan {
	const name = "plan"
	if why := r.noPlan(signedIn); why != "" {
		r.report.skip(name, why)
		return nil
	}
	c := r.Session.Config
	p, err := r.Session.Plan(ctx, plan.Options{Owner: c.Owner, TrustKeys: true, TrustRights: true, AbsentImports: true, AuthoritativeAdmins: c.AuthoritativeAdmins})
	if err != nil {
		if what, next := okta.Advice(err); next != "" {
			r.report.fail(name, what+".", next, err)
		} else {
			r.report.fail(name, shortened(err), r.command("plan"), err)
		}
		return nil
	}
	r.report.ok(name, "The credential can read all that a plan needs.")
	return p
}

func (r *Run) noPlan(signedIn bool) string {
	switch {
	case !r.Configured || r.ConfigErr != nil:
		return "There is no valid configuration to plan."
	case r.Session.Client == nil:
		return "There is no credential to plan with."
	case !signedIn:
		return "The org was not signed in to."
	}
	return ""
}

// maxLines is the maximum number of lines about one subject.
const maxLines = 5

// rights checks whether the credential may apply any change of the configuration.
func (r *Run) rights(ctx context.Context, p *plan.Plan) {
	const name = "apply"
	switch {
	case p == nil:
		r.report.skip(name, "There is no plan, so the rights that it needs are not known.")
		return
	case r.Session.Client.OnlyReads():
		r.report.ok(name, "The credential only reads, so apply is refused.")
		return
	}
	lacks := r.Session.Lacks(ctx, p)
	if len(lacks) == 0 {
		r.report.ok(name, "The credential has the scopes and admin roles for all changes of this configuration.")
		return
	}
	text := "The credential lacks rights that changes of this configuration can need:"
	for i, line := range lacks {
		if i == maxLines {
			text += fmt.Sprintf("\n  and %d more", len(lacks)-maxLines)
			break
		}
		text += "\n  " + strings.TrimPrefix(strings.TrimSpace(line), "- ")
	}
	r.report.warn(name, text, "Use a credential that has them. Only a super admin may grant scopes and assign admin roles.")
}

// rateLimits shows what is left of the org's rate limits.
func (r *Run) rateLimits(ctx context.Context, signedIn bool) {
	const name = "rate limits"
	if !signedIn {
		r.report.skip(name, "The org was not signed in to.")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	of := kinds.All()
	if declared, _ := r.Session.Config.Evaluate(nil).All(); len(declared) > 0 {
		of = nil
		for i := range declared {
			if !slices.Contains(of, declared[i].Kind) {
				of = append(of, declared[i].Kind)
			}
		}
	}
	limits := r.Session.Client.RateLimits(ctx, of)
	var parts []string
	low := ""
	for _, path := range slices.Sorted(maps.Keys(limits)) {
		l := limits[path]
		parts = append(parts, fmt.Sprintf("%s %d of %d", path, l.Remaining, l.Limit))
		if 10*l.Remaining < l.Limit && low == "" {
			low = fmt.Sprintf("Less than a tenth of %s is left until %s (UTC)", path, l.Reset.UTC().Format(time.TimeOnly))
		}
	}
	switch {
	case len(parts) == 0:
		r.report.ok(name, "The answers of the org show none.")
	case low != "":
		r.report.warn(name, "Left in this minute: "+strings.Join(parts, ", ")+". "+low+".", "Wait a minute. The Admin Console (Reports > Rate Limits) shows what uses them up.")
	default:
		r.report.ok(name, "Left in this minute: "+strings.Join(parts, ", ")+".")
	}
}

// command returns a command line of the program about the configuration.
func (r *Run) command(words string) string { return program(words) + r.Dir }

func program(words string) string { return strings.Join([]string{"oktaform", words}, " ") }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

package smoke

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// refusal is the error that the org must answer instead of a token.
type refusal struct {
	shown   string   // in messages: "expected the refusal SHOWN"
	errors  []string // OAuth error codes, any of which fits
	message string   // a part of the description
}

func (r *refusal) fits(f fault) bool {
	return slices.Contains(r.errors, f.Error) && strings.Contains(f.Description, r.message)
}

// refused ends a step in which the token or authorization endpoint answered with an error. It
// returns nil if the test expects that error.
func (t *test) refused(step Step, f fault, a *answer) error {
	if t.refusal != nil && t.refusal.fits(f) {
		step.Got = "refused as expected: " + f.described()
		t.pass(step)
		return nil
	}
	step.Got = f.String()
	step = explained(step, f.Fault)
	if f.Error == "consent_required" && t.declares(t.Scopes) {
		step.Fix = fmt.Sprintf("%s declares the scopes: run plan, which shows the difference, and apply. A role doesn't replace a scope: both are needed.", t.App)
	}
	step.inconclusive = inconclusiveRefusal(f)
	switch {
	case t.refusal != nil:
		step.Problem = fmt.Sprintf("expected the refusal %s, got %s", t.refusal, f)
	case asksPerson(f):
		t.pass(step)
		return &needsPerson{reason: f.described(), policy: true}
	default:
		step.Problem = "refused: " + f.String()
	}
	if f.Error == "invalid_client" || f.Error == "invalid_dpop_proof" {
		step.Cause = strings.TrimSpace(step.Cause + " " + clockDifference(a, t.org.OrgTime()))
	}
	return t.fail(step)
}

func (r *refusal) String() string {
	if r.message != "" {
		return fmt.Sprintf("%s with %q", r.shown, r.message)
	}
	return r.shown
}

// inconclusiveRefusal reports whether a recent change may explain the refusal: an app, key, grant
// or assignment that is not visible everywhere yet.
func inconclusiveRefusal(f fault) bool {
	if f.Error == "invalid_client" {
		return slices.Contains([]string{
			"Invalid value for 'client_id' parameter.",
			"Client authentication failed. Either the client or the client credentials are invalid.",
			"The issuer claim for client_assertion is not a valid client_id.",
			"The subject claim for client_assertion is not a valid client_id.",
			"The client does not have a JWKSet configured, but the client_assertion requires one.",
			"The client_assertion JWT kid is invalid.",
			"The client secret supplied for a confidential client is invalid.",
		}, f.Description)
	}
	return f.Error == "consent_required" ||
		f.Error == "access_denied" && f.Description == "User is not assigned to the client application." ||
		f.Error == "invalid_request" && strings.HasPrefix(f.Description, "The 'redirect_uri' parameter must be a Login redirect URI")
}

// asksPerson reports whether the org's policies require more of the user than a password.
func asksPerson(f fault) bool {
	return f.Error == "interaction_required" || f.Error == "mfa_required" ||
		f.Error == "login_required" && strings.Contains(f.Description, "requires re-authentication or MFA")
}

// clockDifference says how far this machine's clock is off according to the answer's Date, if that
// is more than the duration of a request.
func clockDifference(a *answer, now time.Time) string {
	const tolerable = 10 * time.Second
	switch ahead, known := clockAhead(a, now); {
	case !known:
	case ahead > tolerable:
		return fmt.Sprintf("The clock of this machine is %s ahead of the org's.", ahead)
	case ahead < -tolerable:
		return fmt.Sprintf("The clock of this machine is %s behind the org's.", -ahead)
	}
	return ""
}

// clockAhead returns how far this machine's clock is ahead of the org's; negative if it is behind.
func clockAhead(a *answer, now time.Time) (ahead time.Duration, known bool) {
	date, err := http.ParseTime(a.header.Get("Date"))
	ahead = now.Sub(date).Round(time.Second)
	if ahead.Abs() > 50*time.Second {
		ahead = ahead.Round(10 * time.Second) // the Date has whole seconds and is delayed
	}
	return ahead, err == nil
}

package smoke

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/oktaform/oktaform/schema"
)

// authorizationCode signs the user in and gets a token for them: authorization code (RFC 6749
// section 4.1) with PKCE (RFC 7636).
func (t *test) authorizationCode(ctx context.Context) (*token, error) {
	request := newAuthorization(t.PKCE)
	t.secrets.add(request.verifier)
	code, err := t.code(ctx, request)
	if err != nil || code == "" {
		return nil, err
	}
	grant := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {t.App.RedirectURI}}
	shown := "grant_type=authorization_code code=(sensitive) "
	if t.PKCE == "" || t.PKCE == schema.PKCES256 {
		grant.Set("code_verifier", request.verifier)
		shown += "code_verifier=(sensitive) "
	}
	got, err := t.tokenStep(ctx, "token", grant, shown+"redirect_uri="+t.App.RedirectURI)
	if err != nil || got == nil {
		return nil, err
	}
	if err := t.checkIDToken(ctx, got, request.nonce); err != nil || !t.Refresh {
		return got, err
	}
	return t.redeemFirst(ctx, got)
}

// code gets an authorization code: without a browser if the user's password suffices, else from a
// person who signs in.
func (t *test) code(ctx context.Context, request authorization) (string, error) {
	if t.SignIn != nil && t.SignIn.Browser {
		return t.browse(ctx, request, "a person signs in with a browser")
	}
	code, err := t.unattendedCode(ctx, request)
	if person := (*needsPerson)(nil); errors.As(err, &person) {
		return t.browse(ctx, request, t.withPolicy(ctx, person))
	}
	return code, err
}

// unattendedCode signs the user in with their password and gets a code without a page.
func (t *test) unattendedCode(ctx context.Context, request authorization) (string, error) {
	session := ""
	if t.SignIn != nil {
		var err error
		if session, err = t.signIn(ctx); err != nil {
			return "", err
		}
	}
	return t.authorize(ctx, request, session)
}

// needsPerson is the error of a sign-in that requires what only a person can provide.
type needsPerson struct {
	reason string
	policy bool // required by a policy of the org
}

func (e *needsPerson) Error() string { return e.reason }

// withPolicy names the policy that requires a person, if it can be read.
func (t *test) withPolicy(ctx context.Context, person *needsPerson) string {
	if !person.policy || t.org.Policy == nil || t.App.ID == "" {
		return person.reason
	}
	policy, err := t.org.Policy(ctx, t.App.ID)
	if err != nil || policy == "" {
		return person.reason
	}
	return fmt.Sprintf("%s; the authentication policy of %s is %q", person.reason, t.App, policy)
}

// signIn gets a one-time session token for the user's password (POST /api/v1/authn). It never
// repeats a wrong password, which would lock the user out.
func (t *test) signIn(ctx context.Context) (string, error) {
	step := Step{Name: "sign in", Sent: fmt.Sprintf("POST /api/v1/authn username=%s password=(sensitive)", t.SignIn.Login)}
	body, err := json.Marshal(map[string]string{"username": t.SignIn.Login, "password": t.SignIn.Password.Reveal()})
	if err != nil {
		return "", t.unanswered(step, err)
	}
	header := http.Header{"Accept": {"application/json"}, "Content-Type": {"application/json"}}
	a, err := t.send(ctx, http.MethodPost, t.org.URL+"/api/v1/authn", header, string(body))
	if err != nil {
		return "", t.unanswered(step, err)
	}
	step = answered(step, a)
	if a.status != http.StatusOK {
		f := a.fault()
		step.Got, step.Problem = f.String(), fmt.Sprintf("%s can't sign in: %s", t.SignIn.Login, f)
		return "", t.fail(explained(step, f.Fault))
	}
	var got struct {
		Status       string `json:"status"`
		SessionToken string `json:"sessionToken"`
		StateToken   string `json:"stateToken"`
	}
	_ = json.Unmarshal(a.body, &got) // a malformed answer has no session token
	t.secrets.add(got.SessionToken, got.StateToken)
	step.Got = fmt.Sprintf("200 status=%s", got.Status)
	if got.SessionToken == "" {
		return "", t.unattended(step, got.Status)
	}
	t.pass(step)
	return got.SessionToken, nil
}

// unattended ends a sign-in for which the password does not suffice.
func (t *test) unattended(step Step, status string) error {
	person := &needsPerson{policy: true}
	switch status {
	case "MFA_REQUIRED", "MFA_CHALLENGE":
		person.reason = "the sign-in policy of the org asks for a second factor"
	case "MFA_ENROLL", "MFA_ENROLL_ACTIVATE":
		person.reason = "the sign-in policy of the org asks the user to enroll a second factor"
	case "PASSWORD_EXPIRED", "PASSWORD_RESET":
		person = &needsPerson{reason: "the user has to change the password first; password_version sets a new one"}
	case "LOCKED_OUT":
		person = &needsPerson{reason: "the user is locked out; unlock the user in the Admin Console"}
	case "":
		return t.notOkta(step, "the answer is no sign-in")
	default:
		person.reason = "the org asks for more than a password"
	}
	person.reason += " (" + status + ")"
	t.pass(step)
	return person
}

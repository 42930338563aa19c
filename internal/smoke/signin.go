package smoke

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// authorizationCode signs the user in without a browser and gets a token in the
// user's name: authorization code (RFC 6749 section 4.1) with PKCE (RFC 7636).
func (t *test) authorizationCode(ctx context.Context) (*token, error) {
	session, err := t.signIn(ctx)
	if err != nil {
		return nil, err
	}
	request := newAuthorization()
	t.secrets.add(request.verifier)
	code, err := t.authorize(ctx, request, session)
	if err != nil || code == "" {
		return nil, err
	}
	grant := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {t.App.RedirectURI}, "code_verifier": {request.verifier}}
	got, err := t.tokenStep(ctx, grant, "grant_type=authorization_code code=(sensitive) code_verifier=(sensitive) redirect_uri="+t.App.RedirectURI)
	if err != nil || got == nil {
		return nil, err
	}
	return got, t.checkIDToken(ctx, got, request.nonce)
}

// signIn gets a one-time session token for the user's password (POST
// /api/v1/authn). A wrong password is never tried again: that would lock the
// user out.
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
	_ = json.Unmarshal(a.body, &got) // what can't be read has no session token
	t.secrets.add(got.SessionToken, got.StateToken)
	step.Got = fmt.Sprintf("200 status=%s", got.Status)
	if got.SessionToken == "" {
		return "", t.unattended(step, got.Status)
	}
	t.pass(step)
	return got.SessionToken, nil
}

// unattended ends a sign-in for which the password is not enough.
func (t *test) unattended(step Step, status string) error {
	reason := ""
	switch status {
	case "MFA_REQUIRED", "MFA_CHALLENGE":
		reason = "the sign-in policy of the org asks for a second factor"
	case "MFA_ENROLL", "MFA_ENROLL_ACTIVATE":
		reason = "the sign-in policy of the org asks the user to enroll a second factor"
	case "PASSWORD_EXPIRED", "PASSWORD_RESET":
		reason = "the user has to change the password first; password_version sets a new one"
	case "LOCKED_OUT":
		reason = "the user is locked out; unlock the user in the Admin Console"
	case "":
		return t.notOkta(step, "the answer is no sign-in")
	default:
		reason = "the org asks for more than a password"
	}
	t.steps = append(t.steps, step)
	return skip(fmt.Sprintf("not runnable unattended: %s (%s)", reason, status))
}

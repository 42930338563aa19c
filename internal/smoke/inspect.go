package smoke

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/schema"
)

// Inspection is what a token contains, and what the org says about it. It does not hold the token
// itself.
type Inspection struct {
	Kind   string         `json:"kind"` // as "access token"
	Header map[string]any `json:"header"`
	Claims map[string]any `json:"claims"`
	// Right lists what was checked and is right, Unchecked what could not be checked.
	Right     []string `json:"right"`
	Unchecked []string `json:"unchecked,omitempty"`
	// Problems say why the token is not accepted. If there are none, it is accepted.
	Problems []TokenProblem `json:"problems"`
}

// TokenProblem is one reason why a token is not accepted.
type TokenProblem struct {
	Problem string `json:"problem"`
	Fix     string `json:"fix"`
}

// Kinds of tokens.
const (
	accessToken     = "access token"
	idToken         = "ID token"
	clientAssertion = "client assertion"
)

// Inspect decodes a token and checks its times, issuer and audience, its signature with the org's
// published keys, and whether the org still accepts it (RFC 7662, if one of the apps got the
// token). The error means that raw is no readable token, and does not quote it.
func (r *Runner) Inspect(ctx context.Context, raw string, apps []schema.TestApp) (*Inspection, error) {
	raw = strings.TrimSpace(raw)
	raw = strings.TrimPrefix(strings.TrimPrefix(raw, "Bearer "), "DPoP ")
	in, err := decodeToken(raw)
	if err != nil {
		return nil, err
	}
	org := r.prepared()
	in.checkTimes(org.OrgTime())
	client := in.client()
	test := schema.SmokeTest{Name: "inspect", App: schema.TestApp{ClientID: client, AuthMethod: "none"}}
	declared := slices.IndexFunc(apps, func(a schema.TestApp) bool { return a.ClientID != "" && a.ClientID == client })
	if declared >= 0 {
		test.App = apps[declared]
	}
	t := newTest(org, &test)
	if in.Kind == clientAssertion {
		in.checkPlace(org.URL, false)
		in.Unchecked = append(in.Unchecked, "the signature: the org checks it with the app's own key")
		return in, nil
	}
	signed, err := t.inspectSignature(ctx, raw, in)
	if err != nil {
		return nil, err
	}
	in.checkPlace(org.URL, signed)
	if declared < 0 {
		in.Unchecked = append(in.Unchecked, "whether it was revoked: the configuration declares no app with the client id "+client+", as which to ask")
		return in, nil
	}
	return in, t.introspect(ctx, raw, in)
}

// decodeToken decodes a JWT without verifying it.
func decodeToken(raw string) (*Inspection, error) {
	parts := strings.Split(raw, ".")
	switch {
	case raw == "":
		return nil, errors.New("there is no token: the input is empty")
	case len(parts) == 5:
		return nil, errors.New("the token is encrypted (JWE): only the app that it is for can read it, with its private key")
	case len(parts) != 3 && strings.HasPrefix(raw, "00"):
		return nil, errors.New("this looks like an API token (SSWS): it has no content to decode. Call GET /api/v1/users/me with it to see whose it is")
	case len(parts) != 3:
		return nil, fmt.Errorf("this is not a JWT, which has 3 parts with dots between them: it has %d. Refresh tokens and session tokens have no content to decode", len(parts))
	}
	in := &Inspection{Right: []string{}, Problems: []TokenProblem{}}
	for i, into := range []*map[string]any{&in.Header, &in.Claims} {
		data, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			decoder := json.NewDecoder(strings.NewReader(string(data)))
			decoder.UseNumber()
			err = decoder.Decode(into)
		}
		if err != nil {
			return nil, fmt.Errorf("this is not a JWT: part %d is not a JSON object in base64url; was it cut while copying?", i+1)
		}
	}
	in.Kind = in.kind()
	return in, nil
}

func (in *Inspection) kind() string {
	switch {
	case in.text("cid") != "" || in.Claims["scp"] != nil:
		return accessToken
	case in.text("iss") != "" && in.text("iss") == in.text("sub"):
		return clientAssertion
	}
	return idToken
}

// client returns the client id that the token was issued to.
func (in *Inspection) client() string {
	switch in.Kind {
	case accessToken:
		return in.text("cid")
	case clientAssertion:
		return in.text("sub")
	}
	return in.text("aud")
}

func (in *Inspection) text(claim string) string {
	text, _ := in.Claims[claim].(string)
	return text
}

func (in *Inspection) time(claim string) (time.Time, bool) {
	number, _ := in.Claims[claim].(json.Number)
	seconds, err := number.Int64()
	return time.Unix(seconds, 0), err == nil
}

func (in *Inspection) problem(fix, format string, args ...any) {
	in.Problems = append(in.Problems, TokenProblem{fmt.Sprintf(format, args...), fix})
}

func (in *Inspection) checkTimes(now time.Time) {
	expires, ok := in.time("exp")
	switch {
	case !ok:
		in.problem("Ask for a new one.", "it has no expiry (exp)")
	case !now.Before(expires):
		in.problem("Ask for a new one.", "it expired %s ago, at %s", now.Sub(expires).Round(time.Second), expires.UTC().Format(time.RFC3339))
	case in.Kind == clientAssertion && expires.Sub(now) > time.Hour:
		in.problem("Let exp be at most one hour from now; five minutes are enough.", "it expires in %s, and Okta takes assertions of at most one hour", expires.Sub(now).Round(time.Second))
	default:
		in.Right = append(in.Right, fmt.Sprintf("it is good for another %s, until %s", expires.Sub(now).Round(time.Second), expires.UTC().Format(time.RFC3339)))
	}
	if issued, ok := in.time("iat"); ok && issued.After(now.Add(idTokenGrace)) {
		in.problem("Set the clocks of both machines by NTP.", "it was issued in the future, at %s", issued.UTC().Format(time.RFC3339))
	}
}

// checkPlace compares the token's issuer and audience with the org. A token signed by the org may
// name another of its addresses, such as a custom domain.
func (in *Inspection) checkPlace(org string, signed bool) {
	if in.Kind == clientAssertion {
		if aud := in.text("aud"); aud != org+tokenPath {
			in.problem("Set aud to "+org+tokenPath+".", "its audience (aud) is %q", aud)
			return
		}
		in.Right = append(in.Right, "its audience is the token endpoint")
		return
	}
	issuer := in.text("iss")
	switch {
	case issuer == org:
		in.Right = append(in.Right, "its issuer is the org "+org)
	case signed && (in.Kind == idToken || in.text("aud") == issuer):
		in.Unchecked = append(in.Unchecked, fmt.Sprintf("its issuer: %s has signed it as %s, another of its addresses", org, issuer))
		if in.Kind == accessToken {
			return
		}
	case strings.HasPrefix(issuer, org+"/oauth2/"):
		in.problem("Ask for the token at "+org+tokenPath+": the API takes none of a custom authorization server.", "its issuer is the custom authorization server %s", issuer)
	default:
		in.problem("Ask this org for a token, or name the org that issued it with --org.", "its issuer is %q, and the org is %s", issuer, org)
	}
	if in.Kind == accessToken && in.text("aud") != org {
		in.problem("Ask for the token at "+org+tokenPath+".", "its audience (aud) is %q, and the API takes tokens for %s", in.text("aud"), org)
	}
	if in.Kind == idToken {
		in.Unchecked = append(in.Unchecked, "use with the API: an ID token tells the app who signed in, and the API takes access tokens only")
	}
}

// inspectSignature verifies the signature with the org's published keys, and reports whether it is
// by one of them.
func (t *test) inspectSignature(ctx context.Context, raw string, in *Inspection) (bool, error) {
	path := "/oauth2/v1/keys"
	if in.client() != "" {
		path += "?" + url.Values{"client_id": {in.client()}}.Encode()
	}
	a, err := t.send(ctx, http.MethodGet, t.org.URL+path, http.Header{"Accept": {"application/json"}}, "")
	if err != nil {
		return false, fmt.Errorf("the org's keys can't be read: %w", err)
	}
	if a.status != http.StatusOK {
		return false, fmt.Errorf("the org's keys can't be read: %s", a.fault())
	}
	_, err = verifyIDToken(raw, a.body)
	switch {
	case err == nil:
		in.Right = append(in.Right, "its signature is by a key of the org")
	case errors.Is(err, errUnknownKey) && in.Kind == accessToken:
		in.Unchecked = append(in.Unchecked, "its signature: Okta doesn't publish all keys of access tokens, which only the org itself is to check")
	default:
		in.problem("Ask the org itself for a token. If it was copied, copy it whole.", "%s", err)
	}
	return err == nil, nil
}

const introspectPath = "/oauth2/v1/introspect"

// Authenticate shows that the org authenticates the app by its key or secret, without getting a
// token: it introspects a text that is no token.
func (r *Runner) Authenticate(ctx context.Context, app schema.TestApp) Result {
	app.DPoP = false
	t := newTest(r.prepared(), &schema.SmokeTest{Name: "authenticate", App: app})
	start := t.org.Clock()
	err := t.prepare(ctx)
	if err == nil {
		err = t.retryInconclusive(ctx, func() error { return t.authenticates(ctx) })
	}
	return t.result(err, start)
}

func (t *test) authenticates(ctx context.Context) error {
	step := Step{Name: "authenticate", Sent: "POST " + introspectPath + " " + t.shownClient()}
	form := url.Values{"token": {"none"}}
	err := t.authenticateAt(form, introspectPath)
	if err != nil {
		return t.unanswered(step, err)
	}
	a, err := t.postForm(ctx, introspectPath, form, http.Header{})
	if err != nil {
		return t.unanswered(step, err)
	}
	step = answered(step, a)
	if a.status != http.StatusOK {
		return t.refused(step, a.fault(), a)
	}
	step.Got = "200"
	t.pass(step)
	return nil
}

// introspect asks the org about the token (POST /oauth2/v1/introspect).
func (t *test) introspect(ctx context.Context, raw string, in *Inspection) error {
	t.secrets.add(raw)
	unchecked := func(why string) error {
		in.Unchecked = append(in.Unchecked, "whether it was revoked: "+t.secrets.clean(why))
		return nil
	}
	t.SmokeTest.App.DPoP = false
	if err := t.prepare(ctx); err != nil {
		result := t.result(err, t.org.Clock())
		if result.Reason == "" && len(result.Steps) > 0 {
			result.Reason = result.Steps[len(result.Steps)-1].Problem
		}
		return unchecked(result.Reason)
	}
	hint := "access_token"
	if in.Kind == idToken {
		hint = "id_token"
	}
	form := url.Values{"token": {raw}, "token_type_hint": {hint}}
	if err := t.authenticateAt(form, introspectPath); err != nil {
		return unchecked(err.Error())
	}
	a, err := t.postForm(ctx, introspectPath, form, http.Header{})
	if err != nil {
		return unchecked(err.Error())
	}
	var answer struct {
		Active *bool `json:"active"`
	}
	if a.status != http.StatusOK || json.Unmarshal(a.body, &answer) != nil || answer.Active == nil {
		return unchecked("the org answers " + a.fault().String())
	}
	if !*answer.Active {
		in.problem("Ask for a new one, and see that the app and the user are active.", "the org says that it is not active: it has expired or was revoked, or the app or the user is inactive")
		return nil
	}
	in.Right = append(in.Right, "the org says that it is active")
	return nil
}

package oauth

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// codeLife is how long an authorization code is valid.
const codeLife = 300 * time.Second

// redeemCode exchanges an authorization code (RFC 6749 section 4.1.3) with
// PKCE (RFC 7636).
func redeemCode(t *tokenCall) error {
	value := t.form.Get("code")
	if value == "" {
		return ErrMissingParameter.With("code")
	}
	key := state.TokenHash(value)
	code, good := t.Org.Ephemeral.Codes.Get(key, t.Now)
	if !good {
		return ErrCode
	}
	if code.ClientID != t.client.id {
		return ErrOtherClient
	}
	if code.Family != "" { // used before: the tokens of the first exchange may be stolen
		revokeFamily(t.Call, code.Family)
		return ErrCode
	}
	if t.form.Get("redirect_uri") != code.RedirectURI {
		return ErrOtherRedirectURI
	}
	if err := t.checkVerifier(code); err != nil {
		return err
	}
	if code.JKT != "" && code.JKT != t.jkt {
		return ErrDPoPBinding
	}
	u := t.Org.Users.Get(code.UserID)
	if u == nil || !t.stillGood(code, u) {
		t.Org.Ephemeral.Codes.Take(key, t.Now)
		return ErrCode
	}
	code.Family = newFamily()
	return t.issueUserTokens(u, &signIn{scopes: code.Scopes, nonce: code.Nonce, authTime: code.AuthTime, acr: code.ACR}, code.Family)
}

// newFamily returns the id of a sign-in's tokens.
func newFamily() string { return "oar" + state.RandomText(17) }

// stillGood reports whether the user would still get the code: they may sign in and use the app,
// and all of the code's scopes are still granted to it.
func (t *tokenCall) stillGood(code *state.AuthCode, u *state.User) bool {
	granted, wrong := t.client.grantedScopes(code.Scopes)
	return canSignIn(u) && assigned(t.Org, t.client, u) && wrong == nil && len(granted) == len(code.Scopes) &&
		t.client.redirectsTo(code.RedirectURI)
}

// checkVerifier checks the code_verifier against the challenge of the authorization request.
func (t *tokenCall) checkVerifier(code *state.AuthCode) error {
	verifier := t.form.Get("code_verifier")
	switch {
	case code.CodeChallenge == "" && verifier == "":
		return nil
	case code.CodeChallenge == "":
		return ErrPKCENoChallenge
	case verifier == "":
		return ErrPKCENoVerifier
	}
	sum := sha256.Sum256([]byte(verifier))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != code.CodeChallenge {
		return ErrPKCE
	}
	return nil
}

// issueUserTokens answers with the tokens of a user's sign-in: an access token, an ID token for the
// scope openid, a refresh token for offline_access.
func (t *tokenCall) issueUserTokens(u *state.User, in *signIn, family string) error {
	refreshes := slices.Contains(in.scopes, "offline_access") && t.client.allowsGrant("refresh_token")
	answer := &tokenAnswer{Scope: strings.Join(in.scopes, " ")}
	if refreshes {
		answer.RefreshToken = t.newRefreshToken(&state.RefreshToken{
			ID: family, ClientID: t.client.id, UserID: u.ID, Scopes: in.scopes, JKT: t.refreshBinding(), AuthTime: in.authTime})
	}
	return t.issue(answer, u, in, family)
}

// issue creates the access token and ID token and answers with them.
func (t *tokenCall) issue(answer *tokenAnswer, u *state.User, in *signIn, family string) error {
	var err error
	answer.AccessToken, err = MintAccess(t.Call, &AccessToken{Client: t.client.id, Subject: jsondoc.Text(u.Profile, "login"), UserID: u.ID,
		Scopes: in.scopes, AuthTime: in.authTime, ACR: in.acr, JKT: t.jkt, Family: family})
	if err != nil {
		return err
	}
	if slices.Contains(in.scopes, "openid") {
		answer.IDToken, err = mintID(t.Call, t.client, u, in, answer.AccessToken, "")
		if err != nil {
			return err
		}
	}
	return t.reply(answer)
}

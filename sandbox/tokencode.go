package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// codeLife is how long an authorization code is good.
const codeLife = 300 * time.Second

// redeemCode exchanges an authorization code (RFC 6749 section 4.1.3) with
// PKCE (RFC 7636).
func redeemCode(t *tokenCall) error {
	value := t.form.Get("code")
	if value == "" {
		return errMissingParameter.with("code")
	}
	key := tokenHash(value)
	code, good := t.org.ephemeral.codes.get(key, t.now)
	if !good {
		return errCode
	}
	if code.ClientID != t.client.id {
		return errOtherClient
	}
	if code.Family != "" { // a second use: what the first one gave is in danger
		t.revokeFamily(code.Family)
		return errCode
	}
	if t.form.Get("redirect_uri") != code.RedirectURI {
		return errOtherRedirectURI
	}
	if err := t.checkVerifier(code); err != nil {
		return err
	}
	if code.JKT != "" && code.JKT != t.jkt {
		return errDPoPBinding
	}
	u := t.org.users.get(code.UserID)
	if u == nil || !t.stillGood(code, u) {
		t.org.ephemeral.codes.take(key, t.now)
		return errCode
	}
	code.Family = "oar" + randomText(17)
	return t.issueUserTokens(u, &signIn{scopes: code.Scopes, nonce: code.Nonce, authTime: code.AuthTime}, code.Family)
}

// stillGood reports whether the user would get the code now: they may sign in,
// have the app, and all of the code's scopes are still granted to it.
func (t *tokenCall) stillGood(code *authCode, u *user) bool {
	granted, wrong := t.client.grantedScopes(code.Scopes)
	return canSignIn(u) && t.org.assigned(t.client, u) && wrong == nil && len(granted) == len(code.Scopes) &&
		t.client.redirectsTo(code.RedirectURI)
}

// checkVerifier compares the code_verifier with the challenge of the
// authorization request.
func (t *tokenCall) checkVerifier(code *authCode) error {
	verifier := t.form.Get("code_verifier")
	switch {
	case code.CodeChallenge == "" && verifier == "":
		return nil
	case code.CodeChallenge == "":
		return errPKCENoChallenge
	case verifier == "":
		return errPKCENoVerifier
	}
	sum := sha256.Sum256([]byte(verifier))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != code.CodeChallenge {
		return errPKCE
	}
	return nil
}

// issueUserTokens answers with the tokens of a user's sign-in: always an
// access token, an ID token with openid, a refresh token with offline_access.
func (t *tokenCall) issueUserTokens(u *user, in *signIn, family string) error {
	refreshes := slices.Contains(in.scopes, "offline_access") && t.client.allowsGrant("refresh_token")
	answer := &tokenAnswer{Scope: strings.Join(in.scopes, " ")}
	if refreshes {
		answer.RefreshToken = t.newRefreshToken(&refreshToken{
			ID: family, ClientID: t.client.id, UserID: u.ID, Scopes: in.scopes, JKT: t.refreshBinding(), AuthTime: in.authTime})
	}
	return t.issue(answer, u, in, family)
}

// issue mints access token and ID token and answers.
func (t *tokenCall) issue(answer *tokenAnswer, u *user, in *signIn, family string) error {
	var err error
	answer.AccessToken, err = t.mintAccess(&accessToken{Client: t.client.id, Subject: text(u.Profile, "login"), UserID: u.ID,
		Scopes: in.scopes, AuthTime: in.authTime, JKT: t.jkt, Family: family})
	if err != nil {
		return err
	}
	if slices.Contains(in.scopes, "openid") {
		answer.IDToken, err = t.mintID(t.client, u, in, answer.AccessToken, "")
		if err != nil {
			return err
		}
	}
	return t.reply(answer)
}

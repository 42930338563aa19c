package oauth

// redeemPassword handles the password grant (RFC 6749 section 4.3). Only native apps may have it.
func redeemPassword(t *tokenCall) error {
	for _, name := range []string{"username", "password"} {
		if !t.form.Has(name) {
			return ErrMissingParameter.With(name)
		}
	}
	scopes, wrong := t.userScopes()
	if wrong != nil {
		return wrong
	}
	u, step := signInStep(t.Call, t.form.Get("username"), t.form.Get("password"))
	emitSignIn(t.Call, u, step)
	switch {
	case u == nil, step == "LOCKED_OUT":
		return ErrPassword
	case step == "PASSWORD_EXPIRED":
		return ErrPasswordExpired
	case step != "SUCCESS", asksSecondFactor(t.Org, t.client.app):
		return ErrPasswordMFA
	case !assigned(t.Org, t.client, u):
		return ErrNotAssigned
	}
	if asked := t.client.needConsent(t.Org, u, scopes); len(asked) > 0 {
		return ErrPasswordConsent.With(asked...)
	}
	return t.issueUserTokens(u, &signIn{scopes: scopes, authTime: t.Now}, newFamily())
}

// userScopes returns the scopes of a request in which a user signs in without a browser.
func (t *tokenCall) userScopes() ([]string, error) {
	scopes := splitSpaces(t.form.Get("scope"))
	if wrong := checkUserScopes(scopes); wrong != nil {
		return nil, wrong
	}
	granted, wrong := t.client.grantedScopes(scopes)
	if wrong != nil {
		return nil, wrong
	}
	return granted, nil
}

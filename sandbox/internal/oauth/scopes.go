package oauth

import "strings"

// isOpenIDScope reports whether a scope belongs to OpenID Connect: it is about the user and needs
// no grant to the app.
func isOpenIDScope(scope string) bool {
	switch scope {
	case "openid", "profile", "email", "address", "phone", "offline_access", "groups", "device_sso":
		return true
	}
	return false
}

// IsAPIScope reports whether a scope belongs to Okta's APIs: it must be granted to the app.
func IsAPIScope(scope string) bool { return knownScope(scope) && !isOpenIDScope(scope) }

// checkServiceScopes checks the scopes of a client_credentials request.
func checkServiceScopes(scopes []string) error {
	if len(scopes) == 0 {
		return ErrNoScopes
	}
	for _, scope := range scopes {
		switch {
		case isOpenIDScope(scope):
			return ErrOpenIDScope
		case strings.HasPrefix(scope, "okta.") && strings.HasSuffix(scope, ".self"):
			return ErrSelfScope
		case !IsAPIScope(scope) || strings.HasPrefix(scope, "okta.myAccount."):
			return ErrScope
		}
	}
	return nil
}

// checkUserScopes checks the scopes of an authorization request.
func checkUserScopes(scopes []string) *Error {
	if len(scopes) == 0 {
		return ErrNoScopes
	}
	openID, needsOpenID := false, false
	for _, scope := range scopes {
		switch {
		case scope == "openid":
			openID = true
		case isOpenIDScope(scope):
			needsOpenID = needsOpenID || scope != "offline_access"
		case !IsAPIScope(scope):
			return ErrScope
		}
	}
	if needsOpenID && !openID {
		return ErrOpenIDRequired
	}
	return nil
}

// grantedScopes returns the scopes that a user's sign-in gives the client: of Okta's API scopes
// only those granted to the app. If API scopes were requested and none is granted, it returns an
// error, as for service apps.
func (client *client) grantedScopes(asked []string) ([]string, *Error) {
	var kept []string
	apis, grantedAPIs := 0, 0
	for _, scope := range asked {
		if isOpenIDScope(scope) {
			kept = append(kept, scope)
			continue
		}
		apis++
		if client.grants(scope) {
			grantedAPIs++
			kept = append(kept, scope)
		}
	}
	if apis > 0 && grantedAPIs == 0 {
		return nil, ErrNoGrantedScope
	}
	return kept, nil
}

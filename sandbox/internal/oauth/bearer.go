package oauth

import (
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Bearer verifies the access token of the request, sent as Bearer (RFC 6750) or with a DPoP proof
// (RFC 9449).
func Bearer(c *web.Call) (*AccessToken, error) {
	scheme, raw, _ := strings.Cut(c.Request.Header.Get("Authorization"), " ")
	proven := strings.EqualFold(scheme, "DPoP")
	raw = strings.TrimSpace(raw)
	if raw == "" || !proven && !strings.EqualFold(scheme, "Bearer") {
		return nil, ErrAccessTokenMissing
	}
	token, err := ReadAccess(c.Org, raw, c.Now)
	switch {
	case err != nil:
		return nil, err
	case token.JKT == "" && proven:
		return nil, ErrAccessTokenNotDPoP
	case token.JKT == "":
		return token, nil
	case !proven:
		return nil, ErrDPoPScheme
	}
	return token, resourceProof(c, raw, token)
}

package oauth

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// getUserInfo serves /oauth2/v1/userinfo (OpenID Connect Core section 5.3). Its errors appear in
// WWW-Authenticate only.
func getUserInfo(c *web.Call) error {
	token, err := Bearer(c)
	if err == nil && !slices.Contains(token.Scopes, "openid") {
		err = ErrInsufficientScope
	}
	if err != nil {
		return userInfoError(err)
	}
	u := c.Org.Users.Get(token.UserID)
	if u == nil {
		return userInfoError(ErrAccessToken)
	}
	info := map[string]any{"sub": u.ID}
	for _, scope := range token.Scopes {
		addClaims(c, info, scope, u)
	}
	noStore(c)
	return c.JSON(http.StatusOK, info)
}

// addClaims adds the claims of a scope (OpenID Connect Core section 5.4). Attributes missing in the
// user's profile are left out.
func addClaims(c *web.Call, info map[string]any, scope string, u *state.User) {
	add := func(claim, attribute string) {
		if value := jsondoc.Text(u.Profile, attribute); value != "" {
			info[claim] = value
		}
	}
	switch scope {
	case "profile":
		info["name"] = u.DisplayName()
		info["preferred_username"] = jsondoc.Text(u.Profile, "login")
		info["locale"], info["zoneinfo"] = "en_US", "America/Los_Angeles"
		info["updated_at"] = u.LastUpdated.Unix()
		add("given_name", "firstName")
		add("family_name", "lastName")
		add("middle_name", "middleName")
		add("nickname", "nickName")
		add("profile", "profileUrl")
		add("locale", "locale")
		add("zoneinfo", "timezone")
	case "email":
		add("email", "email")
		info["email_verified"] = true
	case "phone":
		add("phone_number", "primaryPhone")
	case "address":
		if address := addressOf(u); len(address) > 0 {
			info["address"] = address
		}
	case "groups":
		info["groups"] = groupNames(c, u)
	}
}

// addressOf returns the claim address (OpenID Connect Core section 5.1.1).
func addressOf(u *state.User) map[string]string {
	address := map[string]string{}
	for member, attribute := range map[string]string{"street_address": "streetAddress", "locality": "city", "region": "state",
		"postal_code": "zipCode", "country": "countryCode"} {
		if value := jsondoc.Text(u.Profile, attribute); value != "" {
			address[member] = value
		}
	}
	return address
}

func groupNames(c *web.Call, u *state.User) []string {
	names := []string{}
	for _, g := range c.Org.GroupsOf(u) {
		names = append(names, jsondoc.Text(g.Profile, "name"))
	}
	return names
}

// userInfoError moves an access token error into WWW-Authenticate.
func userInfoError(err error) error {
	var wrong *Error
	if !errors.As(err, &wrong) {
		return err
	}
	return &web.APIError{Status: wrong.Status, Empty: true, Header: http.Header{"Www-Authenticate": {
		`Bearer error="` + wrong.Code + `", error_description="` + wrong.Description + `"`}}}
}

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

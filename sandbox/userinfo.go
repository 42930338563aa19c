package sandbox

import (
	"net/http"
	"slices"
)

// getUserInfo is /oauth2/v1/userinfo (OpenID Connect Core section 5.3). Its
// errors are in WWW-Authenticate alone.
func getUserInfo(c *call) error {
	token, err := c.bearer()
	if err == nil && !slices.Contains(token.Scopes, "openid") {
		err = errInsufficientScope
	}
	if err != nil {
		return userInfoError(err)
	}
	u := c.org.users.get(token.UserID)
	if u == nil {
		return userInfoError(errAccessToken)
	}
	info := map[string]any{"sub": u.ID}
	for _, scope := range token.Scopes {
		c.addClaims(info, scope, u)
	}
	noStore(c)
	return c.json(http.StatusOK, info)
}

// addClaims adds what a scope tells about the user (OpenID Connect Core
// section 5.4); what his profile lacks is left out.
func (c *call) addClaims(info map[string]any, scope string, u *user) {
	add := func(claim, attribute string) {
		if value := text(u.Profile, attribute); value != "" {
			info[claim] = value
		}
	}
	switch scope {
	case "profile":
		info["name"] = u.displayName()
		info["preferred_username"] = text(u.Profile, "login")
		info["locale"], info["zoneinfo"] = "en_US", "America/Los_Angeles"
		info["updated_at"] = u.LastUpdated.Unix()
		add("given_name", "firstName")
		add("family_name", "lastName")
		add("middle_name", "middleName")
		add("nickname", "nickName")
		add("locale", "locale")
		add("zoneinfo", "timezone")
	case "email":
		add("email", "email")
		info["email_verified"] = true
	case "phone":
		add("phone_number", "primaryPhone")
	case "groups":
		info["groups"] = c.groupNames(u)
	}
}

func (c *call) groupNames(u *user) []string {
	names := []string{}
	for _, g := range c.org.groupsOf(u) {
		names = append(names, text(g.Profile, "name"))
	}
	return names
}

// userInfoError puts an error of the access token into WWW-Authenticate.
func userInfoError(err error) error {
	wrong, known := err.(*oauthError)
	if !known {
		return err
	}
	return &apiError{status: wrong.status, empty: true, header: http.Header{"Www-Authenticate": {
		`Bearer error="` + wrong.code + `", error_description="` + wrong.description + `"`}}}
}

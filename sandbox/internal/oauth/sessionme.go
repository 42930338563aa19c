package oauth

import (
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// SessionUser returns the user whose browser sends the session cookie, or nil.
func SessionUser(c *web.Call) *state.User {
	in := browserSession(c)
	if in == nil {
		return nil
	}
	return c.Org.Users.Get(in.UserID)
}

// getMySession serves GET /api/v1/sessions/me, the session of the cookie.
func getMySession(c *web.Call) error {
	in := browserSession(c)
	if in == nil {
		return web.NotFound("me", "Session")
	}
	return c.JSON(http.StatusOK, sessionView(c, in))
}

// closeMySession serves DELETE /api/v1/sessions/me.
func closeMySession(c *web.Call) error {
	if browserSession(c) == nil {
		return web.NotFound("me", "Session")
	}
	endSession(c)
	return c.NoContent(http.StatusNoContent)
}

// refreshMySession serves POST /api/v1/sessions/me/lifecycle/refresh: the session lasts as long
// again.
func refreshMySession(c *web.Call) error {
	in := browserSession(c)
	if in == nil {
		return web.NotFound("me", "Session")
	}
	cookie, err := c.Request.Cookie(sessionCookie)
	if err != nil {
		return err
	}
	keepSession(c, cookie.Value, in)
	return c.JSON(http.StatusOK, sessionView(c, in))
}

func sessionView(c *web.Call, in *state.Session) map[string]any {
	u := c.Org.Users.Get(in.UserID)
	link := func(path string, methods ...string) map[string]any {
		return map[string]any{"href": c.URL(path), "hints": map[string]any{"allow": methods}}
	}
	self := link("/api/v1/users/me", "GET")
	self["name"] = u.DisplayName()
	return map[string]any{
		"id": in.ID, "userId": u.ID, "login": jsondoc.Text(u.Profile, "login"), "status": "ACTIVE", "amr": []string{"pwd"},
		"createdAt": state.Timestamp(in.AuthTime), "expiresAt": state.Timestamp(in.Expires),
		"lastPasswordVerification": state.Timestamp(in.AuthTime), "lastFactorVerification": nil, "mfaActive": false,
		"idp": map[string]any{"id": c.Org.Self().ID, "type": "OKTA"},
		"_links": map[string]any{
			"self":    link("/api/v1/sessions/me", "GET", "DELETE"),
			"refresh": link("/api/v1/sessions/me/lifecycle/refresh", "POST"),
			"user":    self,
		},
	}
}

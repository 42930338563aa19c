package oauth

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// activateData is the data of the page on which a user activates a device. Without App it asks for
// the code, then whether the app may sign in, and with Done it says what was decided.
type activateData struct {
	App, UserCode, CSRF, Wrong, Done string
}

// getActivate serves GET /activate, the verification page of the device authorization grant (RFC
// 8628 section 3.3).
func getActivate(c *web.Call) error {
	code := c.Query().Get("user_code")
	if code == "" {
		return showActivate(c, http.StatusOK, activateData{})
	}
	in := takeSessionToken(c, c.Query().Get("sessionToken"))
	if in != nil {
		startSession(c, in)
	} else {
		in = browserSession(c)
	}
	return confirmDevice(c, code, in)
}

// postActivate takes the code, and then the user's decision.
func postActivate(c *web.Call) error {
	form, err := url.ParseQuery(string(c.Body))
	if err != nil {
		return errorPage(c, errInvalidRequest)
	}
	code := form.Get("user_code")
	if !sameCSRF(c, form) {
		return showActivate(c, http.StatusForbidden, activateData{UserCode: code, Wrong: "Your session has expired. Please try again."})
	}
	in := browserSession(c)
	decision := form.Get("decision")
	grant := waitingDevice(c, code)
	if decision == "" || in == nil || grant == nil {
		return confirmDevice(c, code, in)
	}
	setCookie(c, csrfCookie, "", -1)
	client, u := clientNamed(c.Org, grant.ClientID), c.Org.Users.Get(in.UserID)
	c.Acting = syslog.UserEntity(u)
	switch {
	case decision != "allow" || client == nil:
		grant.Denied = true
		return showActivate(c, http.StatusOK, activateData{Done: "Device not activated. You can close this page."})
	case !assigned(c.Org, client, u) || asksSecondFactor(c.Org, client.app):
		grant.Denied = true
		return errorPage(c, ErrNotAssigned)
	}
	grant.UserID, grant.AuthTime = u.ID, in.AuthTime
	syslog.Emit(c, eventSSO, syslog.AppEntity(client.app), c.Acting)
	return showActivate(c, http.StatusOK, activateData{Done: "Device activated. Follow the instructions on your device."})
}

// confirmDevice asks the signed-in user whether the device with this code may sign in; others sign
// in before.
func confirmDevice(c *web.Call, code string, in *state.Session) error {
	grant := waitingDevice(c, code)
	if grant == nil {
		return showActivate(c, http.StatusBadRequest, activateData{UserCode: code, Wrong: ErrUserCode.Description})
	}
	client := clientNamed(c.Org, grant.ClientID)
	if client == nil {
		return errorPage(c, ErrClientID)
	}
	if in == nil {
		return showSignIn(c, http.StatusOK, signInData{App: client.app.Label(), FromURI: activatePath + "?user_code=" + url.QueryEscape(grant.UserCode)})
	}
	return showActivate(c, http.StatusOK, activateData{App: client.app.Label(), UserCode: grant.UserCode})
}

// waitingDevice returns the device with this code that waits for a decision, or nil. Letter case,
// spaces and hyphens do not count.
func waitingDevice(c *web.Call, code string) *state.DeviceGrant {
	code = strings.NewReplacer("-", "", " ", "").Replace(strings.ToUpper(code))
	for _, row := range c.Org.Ephemeral.Devices.Rows {
		if g := row.Value; g.UserCode == code && g.Expires.After(c.Now) && g.UserID == "" && !g.Denied {
			return g
		}
	}
	return nil
}

func showActivate(c *web.Call, status int, data activateData) error {
	if data.Done == "" {
		data.CSRF = state.RandomBase64(24)
		setCookie(c, csrfCookie, data.CSRF, 0)
	}
	noStore(c)
	return htmlPage(c, status, activatePage(data))
}

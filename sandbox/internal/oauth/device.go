package oauth

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

const (
	deviceGrantType = "urn:ietf:params:oauth:grant-type:device_code"
	// activatePath is the page on which a user enters the code that a device shows.
	activatePath = "/activate"
	// deviceCodeLife is how long the codes of a device are valid.
	deviceCodeLife = 10 * time.Minute
	// deviceInterval is how long a device must wait between two requests for a token.
	deviceInterval = 5 * time.Second
	// userCodeLetters are those of user codes: without vowels, so that no words arise.
	userCodeLetters = "BCDFGHJKLMNPQRSTVWXZ"
	userCodeLength  = 8
)

// postDeviceAuthorize serves POST /oauth2/v1/device/authorize (RFC 8628 section 3.1).
func postDeviceAuthorize(c *web.Call, client *client, form url.Values) error {
	if !client.allowsGrant(deviceGrantType) {
		return ErrUnauthorized.With(client.GrantTypes...)
	}
	scopes, err := (&tokenCall{Call: c, form: form, client: client}).userScopes()
	if err != nil {
		return err
	}
	deviceCode := newDeviceCode()
	grant := &state.DeviceGrant{ClientID: client.id, UserCode: newUserCode(), Scopes: scopes, Expires: c.Now.Add(deviceCodeLife)}
	// It stays for a while after it expired, so that the device learns why it gets no token.
	c.Org.Ephemeral.Devices.Put(state.TokenHash(deviceCode), grant, c.Now, grant.Expires.Add(deviceCodeLife))
	noStore(c)
	page := c.URL(activatePath)
	return c.JSON(http.StatusOK, deviceAnswer{
		UserCode: grant.UserCode, DeviceCode: deviceCode, Interval: int(deviceInterval.Seconds()),
		Complete: page + "?user_code=" + grant.UserCode, Page: page, ExpiresIn: int(deviceCodeLife.Seconds())})
}

// deviceAnswer is the answer to a device, in Okta's order.
type deviceAnswer struct {
	UserCode   string `json:"user_code"`
	DeviceCode string `json:"device_code"`
	Interval   int    `json:"interval"`
	Complete   string `json:"verification_uri_complete"`
	Page       string `json:"verification_uri"`
	ExpiresIn  int    `json:"expires_in"`
}

// newDeviceCode returns a random UUID (RFC 9562 section 5.4).
func newDeviceCode() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func newUserCode() string {
	var code strings.Builder
	for range userCodeLength {
		n, _ := rand.Int(rand.Reader, big.NewInt(int64(len(userCodeLetters))))
		code.WriteByte(userCodeLetters[n.Int64()])
	}
	return code.String()
}

// redeemDeviceCode answers a device that asks whether the user has allowed it to sign in (RFC 8628
// section 3.4).
func redeemDeviceCode(t *tokenCall) error {
	value := t.form.Get("device_code")
	if value == "" {
		return ErrMissingParameter.With("device_code")
	}
	key := state.TokenHash(value)
	grant, good := t.Org.Ephemeral.Devices.Get(key, t.Now)
	switch {
	case !good:
		return ErrDeviceCode
	case grant.ClientID != t.client.id:
		return ErrOtherClient
	case !grant.Expires.After(t.Now):
		return ErrDeviceExpired
	case grant.Denied:
		return ErrDeviceDenied
	case grant.UserID == "":
		early := t.Now.Sub(grant.Polled) < deviceInterval
		grant.Polled = t.Now
		if early {
			return ErrDeviceSlowDown
		}
		return ErrDevicePending
	}
	t.Org.Ephemeral.Devices.Take(key, t.Now)
	u := t.Org.Users.Get(grant.UserID)
	if u == nil || !canSignIn(u) || !assigned(t.Org, t.client, u) {
		return ErrDeviceDenied
	}
	granted, wrong := t.client.grantedScopes(grant.Scopes)
	if wrong != nil {
		return wrong
	}
	return t.issueUserTokens(u, &signIn{scopes: granted, authTime: grant.AuthTime}, newFamily())
}

package sandbox

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
)

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// newDeviceOrg is an org with a native app for devices and for passwords.
func newDeviceOrg(t *testing.T) *signInOrg {
	t.Helper()
	return newSignInOrg(t, nativeApp)
}

func nativeApp(d doc) {
	d["label"] = "TV"
	d["credentials"] = doc{"oauthClient": doc{"token_endpoint_auth_method": "none"}}
	d["settings"] = doc{"oauthClient": doc{"application_type": "native", "response_types": []string{"code"}, "redirect_uris": []string{testCallback},
		"grant_types": []string{"authorization_code", "refresh_token", "password", deviceGrant}}}
}

// device asks for codes.
func (o *signInOrg) device(scope string) *answer {
	o.t.Helper()
	got := o.post("/oauth2/v1/device/authorize", url.Values{"client_id": {o.app.id}, "scope": {scope}})
	page := o.url + "/activate"
	if got.status != http.StatusOK || !regexp.MustCompile(`^[A-Z]{8}$`).MatchString(got.text("user_code")) || got.doc["interval"] != 5.0 ||
		got.doc["expires_in"] != 600.0 || got.text("verification_uri") != page || got.text("verification_uri_complete") != page+"?user_code="+got.text("user_code") {
		o.t.Fatalf("device: %d %s", got.status, got.body)
	}
	return got
}

func (o *signInOrg) poll(device *answer) *answer {
	o.t.Helper()
	return o.post("/oauth2/v1/token", url.Values{"grant_type": {deviceGrant}, "client_id": {o.app.id}, "device_code": {device.text("device_code")}})
}

// browse is a browser with a cookie jar that follows redirects within the org.
type browse struct {
	o      *signInOrg
	client *http.Client
}

func (o *signInOrg) browser() *browse {
	jar, _ := cookiejar.New(nil)
	return &browse{o, &http.Client{Jar: jar}}
}

func (b *browse) get(target string) *answer {
	b.o.t.Helper()
	request, err := http.NewRequest("GET", target, nil)
	if err != nil {
		b.o.t.Fatal(err)
	}
	got := b.o.do(b.client, request)
	if location := got.header.Get("Location"); strings.HasPrefix(location, "/") {
		return b.get(b.o.url + location)
	}
	return got
}

// submit posts the form of a page, with its hidden fields.
func (b *browse) submit(page *answer, path string, fields url.Values) *answer {
	b.o.t.Helper()
	for _, name := range []string{"csrf", "fromURI", "user_code"} {
		if strings.Contains(string(page.body), `type="hidden" name="`+name+`"`) {
			fields.Set(name, hiddenField(b.o.t, page, name))
		}
	}
	request, err := http.NewRequest("POST", b.o.url+path, strings.NewReader(fields.Encode()))
	if err != nil {
		b.o.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got := b.o.do(b.client, request)
	if location := got.header.Get("Location"); strings.HasPrefix(location, "/") {
		return b.get(b.o.url + location)
	}
	return got
}

func TestDeviceSignsIn(t *testing.T) {
	o := newDeviceOrg(t)
	device := o.device("openid offline_access")
	o.want(o.poll(device), oauth.ErrDevicePending)
	o.want(o.poll(device), oauth.ErrDeviceSlowDown)
	o.advance(5 * time.Second)
	o.want(o.poll(device), oauth.ErrDevicePending)

	b := o.browser()
	page := b.get(device.text("verification_uri"))
	page = b.submit(page, "/activate", url.Values{"user_code": {"WRONG"}})
	if page.status != 400 || !strings.Contains(string(page.body), oauth.ErrUserCode.Description) {
		t.Fatalf("wrong code: %d %s", page.status, page.body)
	}
	code := device.text("user_code")
	page = b.submit(page, "/activate", url.Values{"user_code": {strings.ToLower(code[:4]) + "-" + code[4:]}})
	page = b.submit(page, "/signin", url.Values{"username": {testLogin}, "password": {o.password}})
	if !strings.Contains(string(page.body), "TV on the device that shows the code <strong>"+code) {
		t.Fatalf("confirmation: %d %s", page.status, page.body)
	}
	o.advance(5 * time.Second)
	o.want(o.poll(device), oauth.ErrDevicePending)
	page = b.submit(page, "/activate", url.Values{"decision": {"allow"}})
	if !strings.Contains(string(page.body), "Device activated") {
		t.Fatalf("done: %d %s", page.status, page.body)
	}
	got := o.poll(device)
	if got.status != http.StatusOK || got.text("id_token") == "" || got.text("refresh_token") == "" {
		t.Fatalf("token: %d %s", got.status, got.body)
	}
	if id := o.verify(got.text("id_token")); id["sub"] != o.userID {
		t.Errorf("ID token: %v", id)
	}
	o.want(o.poll(device), oauth.ErrDeviceCode) // the code is used

	// The session remains: the next device takes one click. And the link holds the code.
	device = o.device("openid")
	page = b.get(device.text("verification_uri_complete"))
	if page = b.submit(page, "/activate", url.Values{"decision": {"deny"}}); !strings.Contains(string(page.body), "not activated") {
		t.Errorf("denied: %d %s", page.status, page.body)
	}
	o.want(o.poll(device), oauth.ErrDeviceDenied)
}

func TestDeviceErrors(t *testing.T) {
	o := newDeviceOrg(t)
	web := o.newWebApp(nil)
	authorize := func(form url.Values) *answer { return o.post("/oauth2/v1/device/authorize", form) }
	o.want(authorize(url.Values{"client_id": {o.app.id}}), oauth.ErrNoScopes)
	o.want(authorize(url.Values{"client_id": {o.app.id}, "scope": {"nothing"}}), oauth.ErrScope)
	o.want(authorize(url.Values{"scope": {"openid"}}), oauth.ErrNoClientCredentials)
	o.want(authorize(url.Values{"client_id": {web.id}, "client_secret": {web.secret}, "scope": {"openid"}}), oauth.ErrUnauthorized.With("authorization_code", "refresh_token"))

	device := o.device("openid")
	other := o.newWebApp(nativeApp)
	form := url.Values{"grant_type": {deviceGrant}, "client_id": {other.id}, "device_code": {device.text("device_code")}}
	o.want(o.post("/oauth2/v1/token", form), oauth.ErrOtherClient)
	form.Set("client_id", o.app.id)
	form.Del("device_code")
	o.want(o.post("/oauth2/v1/token", form), oauth.ErrMissingParameter.With("device_code"))
	form.Set("device_code", "x")
	o.want(o.post("/oauth2/v1/token", form), oauth.ErrDeviceCode)
	o.advance(10 * time.Minute)
	o.want(o.poll(device), oauth.ErrDeviceExpired)
	if page := o.browser().get(device.text("verification_uri_complete")); page.status != 400 {
		t.Errorf("page of an expired code: %d", page.status)
	}
}

// TestDevicePageIsProtected: another site cannot make the user's browser allow a device, nor show
// the page in a frame.
func TestDevicePageIsProtected(t *testing.T) {
	o := newDeviceOrg(t)
	device := o.device("openid")
	b := o.browser()
	page := b.get(device.text("verification_uri_complete"))
	page = b.submit(page, "/signin", url.Values{"username": {testLogin}, "password": {o.password}})
	if page.header.Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Errorf("X-Frame-Options: %q", page.header.Get("X-Frame-Options"))
	}
	forged := &answer{body: []byte("")}
	got := b.submit(forged, "/activate", url.Values{"user_code": {device.text("user_code")}, "decision": {"allow"}, "csrf": {"x"}})
	if got.status != http.StatusForbidden {
		t.Errorf("forged: %d", got.status)
	}
	o.want(o.poll(device), oauth.ErrDevicePending)
	stranger := o.browser() // without a session, the decision asks to sign in
	page = stranger.get(o.url + "/activate")
	page = stranger.submit(page, "/activate", url.Values{"user_code": {device.text("user_code")}, "decision": {"allow"}})
	if !strings.Contains(string(page.body), `action="/signin"`) {
		t.Errorf("stranger: %d %s", page.status, page.body)
	}
}

// TestDeviceOfUnassignedUser: who may not use the app cannot let a device sign in to it, and a user
// who was suspended since gets no token.
func TestDeviceOfUnassignedUser(t *testing.T) {
	o := newDeviceOrg(t)
	o.newUser("bob@example.com")
	bob, password := o.newUser("eve@example.com")
	allow := func(login, password string) *answer {
		device := o.device("openid")
		b := o.browser()
		page := b.get(device.text("verification_uri_complete"))
		page = b.submit(page, "/signin", url.Values{"username": {login}, "password": {password}})
		b.submit(page, "/activate", url.Values{"decision": {"allow"}})
		return device
	}
	o.want(o.poll(allow("eve@example.com", password)), oauth.ErrDeviceDenied)
	o.admin("POST", "/api/v1/apps/"+o.app.id+"/users", doc{"id": bob})
	device := allow("eve@example.com", password)
	o.admin("POST", "/api/v1/users/"+bob+"/lifecycle/suspend", nil)
	o.want(o.poll(device), oauth.ErrDeviceCode)
}

func TestPasswordGrant(t *testing.T) {
	o := newDeviceOrg(t)
	good := func() url.Values {
		return url.Values{"grant_type": {"password"}, "client_id": {o.app.id}, "username": {testLogin}, "password": {o.password}, "scope": {"openid offline_access"}}
	}
	got := o.post("/oauth2/v1/token", good())
	if got.status != http.StatusOK || got.text("id_token") == "" || got.text("refresh_token") == "" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	refreshed := o.post("/oauth2/v1/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {o.app.id}, "refresh_token": {got.text("refresh_token")}})
	if refreshed.status != http.StatusOK {
		t.Errorf("refresh: %d %s", refreshed.status, refreshed.body)
	}
	_, unassigned := o.newUser("eve@example.com")
	for name, test := range map[string]struct {
		change func(url.Values)
		want   *oauth.Error
	}{
		"wrong password":  {func(p url.Values) { p.Set("password", "x") }, oauth.ErrPassword},
		"unknown user":    {func(p url.Values) { p.Set("username", "nobody") }, oauth.ErrPassword},
		"no password":     {func(p url.Values) { p.Del("password") }, oauth.ErrMissingParameter.With("password")},
		"no username":     {func(p url.Values) { p.Del("username") }, oauth.ErrMissingParameter.With("username")},
		"no scope":        {func(p url.Values) { p.Del("scope") }, oauth.ErrNoScopes},
		"unknown scope":   {func(p url.Values) { p.Set("scope", "x") }, oauth.ErrScope},
		"not assigned":    {func(p url.Values) { p.Set("username", "eve@example.com"); p.Set("password", unassigned) }, oauth.ErrNotAssigned},
		"client's grants": {func(p url.Values) { p.Set("client_id", o.newWebApp(browserOnly).id) }, oauth.ErrUnauthorized.With("authorization_code")},
	} {
		form := good()
		test.change(form)
		t.Run(name, func(t *testing.T) { o.want(o.post("/oauth2/v1/token", form), test.want) })
	}
	o.want(o.post("/oauth2/v1/token", good(), "Origin", "http://127.0.0.1:8484"), oauth.ErrBrowserPKCE)
	o.admin("POST", "/api/v1/users/"+o.userID+"/lifecycle/expire_password", nil)
	o.want(o.post("/oauth2/v1/token", good()), oauth.ErrPasswordExpired)
}

func browserOnly(d doc) {
	nativeApp(d)
	settings := d["settings"].(doc)["oauthClient"].(doc)
	settings["application_type"], settings["grant_types"] = "browser", []string{"authorization_code"}
}

package sandbox

import (
	"crypto/subtle"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// csrfCookie holds the value that the form of the sign-in page must repeat: a
// page of another site can make a browser post a form, but can't read it.
const csrfCookie = "signin_csrf"

var signInTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("signin").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in{{with .App}} to {{.}}{{end}}</title>
` + pageStyle + `</head>
<body><main>
<h1>Sign in</h1>
{{with .App}}<p class="to">to {{.}}</p>{{end}}
{{with .Wrong}}<p role="alert" id="wrong">{{.}}</p>{{end}}
<form method="post" action="/signin">
<input type="hidden" name="fromURI" value="{{.FromURI}}">
<input type="hidden" name="csrf" value="{{.CSRF}}">
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" value="{{.Username}}" required{{if not .Username}} autofocus{{end}}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required{{if .Username}} autofocus{{end}}{{if .Wrong}} aria-describedby="wrong"{{end}}>
<button type="submit">Sign in</button>
</form></main>
<footer>Embedded Okta org for tests</footer></body></html>
`))
})

// signInData fills the sign-in page.
type signInData struct {
	App, Username, FromURI, CSRF, Wrong string
}

// signInPage asks the user to sign in and then to go on with the request.
func (c *call) signInPage(q *authorizeRequest) error {
	params := url.Values{}
	for name, values := range q.params {
		if name != "sessionToken" {
			params[name] = values
		}
	}
	label, _ := q.client.app.Doc["label"].(string)
	return c.showSignIn(http.StatusOK, signInData{App: label, Username: q.params.Get("login_hint"),
		FromURI: "/oauth2/v1/authorize?" + params.Encode()})
}

func (c *call) showSignIn(status int, data signInData) error {
	data.CSRF = randomBytes64(24)
	c.setCookie(csrfCookie, data.CSRF, 0)
	noStore(c)
	return c.page(status, signInTemplate(), data)
}

// postSignIn takes the form of the sign-in page and goes back to the
// authorization request with a one-time session token, which also counts as
// fresh for prompt=login and max_age.
func postSignIn(c *call) error {
	form, err := url.ParseQuery(string(c.body))
	from := form.Get("fromURI")
	if err != nil || !strings.HasPrefix(from, "/oauth2/v1/authorize?") {
		return c.errorPage(errInvalidRequest)
	}
	data := signInData{Username: form.Get("username"), FromURI: from}
	if q, err := url.ParseQuery(strings.TrimPrefix(from, "/oauth2/v1/authorize?")); err == nil {
		if client := c.org.client(q.Get("client_id")); client != nil {
			data.App, _ = client.app.Doc["label"].(string)
		}
	}
	cookie, err := c.r.Cookie(csrfCookie)
	if err != nil || subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(form.Get("csrf"))) != 1 {
		data.Wrong = "Your session has expired. Please try to sign in again."
		return c.showSignIn(http.StatusForbidden, data)
	}
	u, step := c.signInStep(data.Username, form.Get("password"))
	c.signInHappened(u, step)
	switch {
	case u == nil:
		data.Wrong = "Unable to sign in"
		return c.showSignIn(http.StatusUnauthorized, data)
	case step != "SUCCESS":
		data.Wrong = "Sign-in needs another step, which this page doesn't have: " + step
		return c.showSignIn(http.StatusForbidden, data)
	}
	c.setCookie(csrfCookie, "", -1)
	c.header.Set("Location", from+"&sessionToken="+url.QueryEscape(c.newSessionToken(u)))
	return c.noContent(http.StatusSeeOther)
}

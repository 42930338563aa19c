package sandbox

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// completeAuthorize gives the client of a signed-in user its code or tokens.
func (c *call) completeAuthorize(q *authorizeRequest, in *session) error {
	u := c.org.users.get(in.UserID)
	c.acting = userParty(u)
	if !c.org.assigned(q.client, u) {
		return c.redirectError(q, errNotAssigned)
	}
	// The sign-in page counts as consent too; without a page there is none.
	if asked := q.needConsent(); q.prompt == "none" && len(asked) > 0 {
		return c.redirectError(q, errConsent.with(asked...))
	}
	answer := url.Values{"state": {q.state}}
	var code string
	if q.wants("code") {
		code = c.newCode(q, in)
		answer.Set("code", code)
	}
	if err := c.frontTokens(q, u, in, code, answer); err != nil {
		return err
	}
	c.authorizeHappened(q, u)
	return c.returnToClient(q, answer)
}

// needConsent lists the scopes that the user has to agree to: those about the
// user. An admin has agreed to those of Okta's APIs by granting them.
func (q *authorizeRequest) needConsent() []string {
	if q.client.ConsentMethod != "REQUIRED" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(q.scopes), func(scope string) bool { return scope == "openid" || !isOpenIDScope(scope) })
}

func (c *call) newCode(q *authorizeRequest, in *session) string {
	value := randomBytes64(32)
	c.org.ephemeral.codes.put(tokenHash(value), &authCode{
		ClientID: q.client.id, UserID: in.UserID, RedirectURI: q.redirectURI, Scopes: q.scopes,
		Nonce: q.params.Get("nonce"), CodeChallenge: q.params.Get("code_challenge"), JKT: q.params.Get("dpop_jkt"),
		AuthTime: in.AuthTime,
	}, c.now, c.now.Add(codeLife))
	return value
}

// frontTokens adds what the implicit and hybrid flows return at once.
func (c *call) frontTokens(q *authorizeRequest, u *user, in *session, code string, answer url.Values) error {
	said := &signIn{scopes: q.scopes, nonce: q.params.Get("nonce"), authTime: in.AuthTime}
	access := ""
	if q.wants("token") {
		var err error
		access, err = c.mintAccess(&accessToken{Client: q.client.id, Subject: text(u.Profile, "login"), UserID: u.ID, Scopes: q.scopes, AuthTime: in.AuthTime})
		if err != nil {
			return err
		}
		answer.Set("access_token", access)
		answer.Set("token_type", "Bearer")
		answer.Set("expires_in", strconv.Itoa(int(accessTokenLife.Seconds())))
		answer.Set("scope", strings.Join(q.scopes, " "))
	}
	if q.wants("id_token") {
		token, err := c.mintID(q.client, u, said, access, code)
		if err != nil {
			return err
		}
		answer.Set("id_token", token)
	}
	return nil
}

// redirectError tells a trusted client what went wrong.
func (c *call) redirectError(q *authorizeRequest, wrong *oauthError) error {
	if q.checkResponseMode() != nil {
		q.mode = q.defaultMode()
	}
	c.event(eventAuthorize, outcome{"FAILURE", wrong.code}, clientParty(q.client.app))
	answer := url.Values{"error": {wrong.code}, "error_description": {wrong.description}}
	if q.state != "" {
		answer.Set("state", q.state)
	}
	return c.returnToClient(q, answer)
}

// returnToClient sends the browser back with the answer in the response mode.
func (c *call) returnToClient(q *authorizeRequest, answer url.Values) error {
	noStore(c)
	c.header.Set("Referrer-Policy", "no-referrer")
	switch q.mode {
	case "form_post":
		return c.page(http.StatusOK, formPostPage(), map[string]any{"Action": q.redirectURI, "Fields": answer})
	case "okta_post_message":
		return c.page(http.StatusOK, postMessagePage(), map[string]any{"Target": originOf(q.redirectURI), "Answer": flat(answer)})
	case "fragment":
		return c.redirect(strings.SplitN(q.redirectURI, "#", 2)[0] + "#" + answer.Encode())
	}
	separator := "?"
	if strings.Contains(q.redirectURI, "?") {
		separator = "&"
	}
	return c.redirect(q.redirectURI + separator + answer.Encode())
}

func originOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func flat(values url.Values) map[string]string {
	all := map[string]string{}
	for name := range values {
		all[name] = values.Get(name)
	}
	return all
}

var formPostPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("form_post").Parse(`<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Signing in</title></head>
<body onload="document.forms[0].submit()">
<form method="post" action="{{.Action}}">
{{range $name, $values := .Fields}}{{range $values}}<input type="hidden" name="{{$name}}" value="{{.}}">
{{end}}{{end}}<noscript><button type="submit">Continue</button></noscript>
</form></body></html>
`))
})

var postMessagePage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("okta_post_message").Parse(`<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Signing in</title></head>
<body><script>(window.opener || window.parent).postMessage({{.Answer}}, {{.Target}});</script></body></html>
`))
})

var errorPageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("error").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bad Request</title>
` + pageStyle + `</head>
<body><main>
<h1>{{.Status}}</h1>
<p>Your request resulted in an error. {{.Description}}</p>
<dl><dt>Identity Provider</dt><dd>Unknown</dd><dt>Error Code</dt><dd>{{.Code}}</dd><dt>Description</dt><dd>{{.Description}}</dd></dl>
</main>
<footer>Embedded Okta org for tests</footer></body></html>
`))
})

// errorPage is for a person: the client can't be told, as it isn't known who
// it is.
func (c *call) errorPage(wrong *oauthError) error {
	return c.page(http.StatusBadRequest, errorPageTemplate(), map[string]any{
		"Status": http.StatusBadRequest, "Code": wrong.code, "Description": wrong.description})
}

// page answers with HTML.
func (c *call) page(status int, page *template.Template, data any) error {
	var text strings.Builder
	if err := page.Execute(&text, data); err != nil {
		return err
	}
	c.header.Set("X-Frame-Options", "SAMEORIGIN")
	return c.raw(status, "text/html;charset=utf-8", []byte(text.String()))
}

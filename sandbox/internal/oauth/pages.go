package oauth

import (
	"html/template"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// pageStyle is the style sheet of the pages for people. It is embedded, so that pages load nothing
// from other hosts.
const pageStyle = `<style>
*{box-sizing:border-box}
body{display:flex;flex-direction:column;align-items:center;min-height:100vh;margin:0;padding:clamp(1rem,10vh,6rem) 1rem 1rem;
font:1rem/1.5 system-ui,sans-serif;color:#1d1d21;background:#f4f4f6}
main{width:100%;max-width:24rem;padding:2rem;background:#fff;border:1px solid #d7d7dc;border-radius:8px}
footer{margin-top:auto;padding-top:1.5rem;font-size:.875rem;color:#5e5e66}
h1{margin:0 0 .25rem;font-size:1.5rem;line-height:1.25}
p{margin:0 0 1.5rem;overflow-wrap:anywhere}
.to{color:#5e5e66}
[role=alert]{padding:.625rem .875rem;color:#8b1a10;background:#fdf1f0;border-left:4px solid #c8321f;border-radius:4px}
label,dt{display:block;font-weight:600}
input,button{display:block;width:100%;padding:.625rem .75rem;font:inherit;border-radius:4px}
input{margin:.25rem 0 1.25rem;color:inherit;background:#fff;border:1px solid #8c8c96}
button{margin-top:1.75rem;font-weight:600;color:#fff;background:#1f5bd0;border:0;cursor:pointer}
button:hover{background:#184aab}
input:focus-visible,button:focus-visible{outline:3px solid #7aa5f5;outline-offset:1px}
dl,dd{margin:0}
dd{margin-bottom:.75rem;overflow-wrap:anywhere}
</style>
`

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

var activateTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("activate").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Activate your device</title>
` + pageStyle + `</head>
<body><main>
<h1>Activate your device</h1>
{{with .Wrong}}<p role="alert" id="wrong">{{.}}</p>{{end}}
{{if .Done}}<p role="status">{{.Done}}</p>{{else}}<form method="post" action="/activate">
<input type="hidden" name="csrf" value="{{.CSRF}}">
{{if .App}}<input type="hidden" name="user_code" value="{{.UserCode}}">
<p>Sign in to {{.App}} on the device that shows the code <strong>{{.UserCode}}</strong>?</p>
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny">Cancel</button>
{{else}}<label for="user_code">Enter the code that your device shows</label>
<input id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" value="{{.UserCode}}" required autofocus{{if .Wrong}} aria-describedby="wrong"{{end}}>
<button type="submit">Next</button>
{{end}}</form>{{end}}</main>
<footer>Embedded Okta org for tests</footer></body></html>
`))
})

// htmlPage answers with HTML.
func htmlPage(c *web.Call, status int, page *template.Template, data any) error {
	var text strings.Builder
	if err := page.Execute(&text, data); err != nil {
		return err
	}
	c.Header.Set("X-Frame-Options", "SAMEORIGIN")
	return c.Raw(status, "text/html;charset=utf-8", []byte(text.String()))
}

var signedOutPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("signedout").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Signed out</title></head>
<body><p>You are signed out.</p></body></html>
`))
})

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

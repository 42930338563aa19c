package oauth

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// pageStyle is the style sheet of the pages for people. It is embedded, so that pages load nothing
// from other hosts.
const pageStyle = `
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
`

// htmlPage answers with HTML.
func htmlPage(c *web.Call, status int, page g.Node) error {
	var text strings.Builder
	if err := h.Doctype(page).Render(&text); err != nil {
		return err
	}
	c.Header.Set("X-Frame-Options", "SAMEORIGIN")
	return c.Raw(status, "text/html;charset=utf-8", []byte(text.String()))
}

// pageFor is a page for a person.
func pageFor(title string, main ...g.Node) g.Node {
	return h.HTML(h.Lang("en"),
		h.Head(h.Meta(h.Charset("utf-8")), h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")), h.TitleEl(g.Text(title)), h.StyleEl(g.Raw(pageStyle))),
		h.Body(h.Main(main...), h.Footer(g.Text("Embedded Okta org for tests"))))
}

// bare returns a page without style, which forwards the browser at once.
func bare(title string, body ...g.Node) g.Node {
	return h.HTML(h.Head(h.Meta(h.Charset("utf-8")), h.TitleEl(g.Text(title))), h.Body(body...))
}

// formPostPage sends the answer to the client in a form.
func formPostPage(redirectURI string, answer url.Values) g.Node {
	fields := g.Group{}
	for _, name := range slices.Sorted(maps.Keys(answer)) {
		for _, value := range answer[name] {
			fields = append(fields, hiddenField(name, value))
		}
	}
	return bare("Signing in", g.Attr("onload", "document.forms[0].submit()"),
		h.Form(h.Method("post"), h.Action(redirectURI), fields, h.NoScript(h.Button(h.Type("submit"), g.Text("Continue")))))
}

func hiddenField(name, value string) g.Node {
	return h.Input(h.Type("hidden"), h.Name(name), h.Value(value))
}

// postMessagePage sends the answer to the client's page.
func postMessagePage(origin string, answer map[string]string) (g.Node, error) {
	message, err := json.Marshal(answer) // escapes <, > and & for a script element
	if err != nil {
		return nil, err
	}
	target, err := json.Marshal(origin)
	if err != nil {
		return nil, err
	}
	return bare("Signing in", h.Script(g.Raw("(window.opener || window.parent).postMessage("+string(message)+", "+string(target)+");"))), nil
}

func errorPageNode(status int, wrong *Error) g.Node {
	return pageFor("Bad Request",
		h.H1(g.Text(strconv.Itoa(status))),
		h.P(g.Text("Your request resulted in an error. "+wrong.Description)),
		h.Dl(h.Dt(g.Text("Identity Provider")), h.Dd(g.Text("Unknown")), h.Dt(g.Text("Error Code")), h.Dd(g.Text(wrong.Code)), h.Dt(g.Text("Description")), h.Dd(g.Text(wrong.Description))))
}

// alert says what was wrong with the last attempt.
func alert(wrong string) g.Node {
	return g.If(wrong != "", h.P(h.Role("alert"), h.ID("wrong"), g.Text(wrong)))
}

func activatePage(data activateData) g.Node {
	submit := func(decision, text string) g.Node {
		return h.Button(h.Type("submit"), h.Name("decision"), h.Value(decision), g.Text(text))
	}
	form := g.Group{h.Method("post"), h.Action("/activate"), hiddenField("csrf", data.CSRF)}
	switch {
	case data.Done != "":
		return pageFor("Activate your device", h.H1(g.Text("Activate your device")), alert(data.Wrong), h.P(h.Role("status"), g.Text(data.Done)))
	case data.App != "":
		form = append(form, hiddenField("user_code", data.UserCode),
			h.P(g.Text("Sign in to "+data.App+" on the device that shows the code "), h.Strong(g.Text(data.UserCode)), g.Text("?")),
			submit("allow", "Allow"), submit("deny", "Cancel"))
	default:
		form = append(form, h.Label(h.For("user_code"), g.Text("Enter the code that your device shows")),
			h.Input(h.ID("user_code"), h.Name("user_code"), h.AutoComplete("off"), g.Attr("autocapitalize", "characters"), g.Attr("spellcheck", "false"), h.Value(data.UserCode), h.Required(), h.AutoFocus(), described(data.Wrong)),
			h.Button(h.Type("submit"), g.Text("Next")))
	}
	return pageFor("Activate your device", h.H1(g.Text("Activate your device")), alert(data.Wrong), h.Form(form...))
}

// described connects a field with what was wrong with it.
func described(wrong string) g.Node { return g.If(wrong != "", h.Aria("describedby", "wrong")) }

func signedOutPage() g.Node {
	return h.HTML(h.Lang("en"), h.Head(h.Meta(h.Charset("utf-8")), h.TitleEl(g.Text("Signed out"))), h.Body(h.P(g.Text("You are signed out."))))
}

func signInForm(data signInData) g.Node {
	title := "Sign in"
	if data.App != "" {
		title += " to " + data.App
	}
	return pageFor(title,
		h.H1(g.Text("Sign in")),
		g.If(data.App != "", h.P(h.Class("to"), g.Text("to "+data.App))),
		alert(data.Wrong),
		h.Form(h.Method("post"), h.Action("/signin"), hiddenField("fromURI", data.FromURI), hiddenField("csrf", data.CSRF),
			h.Label(h.For("username"), g.Text("Username")),
			h.Input(h.ID("username"), h.Name("username"), h.AutoComplete("username"), g.Attr("autocapitalize", "none"), g.Attr("spellcheck", "false"), h.Value(data.Username), h.Required(), g.If(data.Username == "", h.AutoFocus())),
			h.Label(h.For("password"), g.Text("Password")),
			h.Input(h.ID("password"), h.Name("password"), h.Type("password"), h.AutoComplete("current-password"), h.Required(), g.If(data.Username != "", h.AutoFocus()), described(data.Wrong)),
			h.Button(h.Type("submit"), g.Text("Sign in"))))
}

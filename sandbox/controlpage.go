package sandbox

import (
	"embed"
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

//go:embed controlpage
var pageFiles embed.FS

// pagePolicy lets the control page use nothing but the sandbox itself, and nobody frame it.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// pageRoutes are the files of the control page. They contain nothing of the org: the page's script
// asks the control API for it, with the token from the fragment of the page's URL, or that a person
// enters.
func pageRoutes() []web.Route {
	var list []web.Route
	for path, file := range map[string]struct{ name, kind string }{
		"/_sandbox/":         {"page.html", "text/html; charset=utf-8"},
		"/_sandbox/page.css": {"page.css", "text/css; charset=utf-8"},
		"/_sandbox/page.js":  {"page.js", "text/javascript; charset=utf-8"},
	} {
		list = append(list, web.Route{Pattern: "GET " + path, Handle: func(c *web.Call) error {
			text, err := pageFiles.ReadFile("controlpage/" + file.name)
			if err != nil {
				return err
			}
			for name, value := range map[string]string{
				"Content-Security-Policy": pagePolicy, "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
				"Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
				"Cache-Control": "no-store",
			} {
				c.Header.Set(name, value)
			}
			return c.Raw(http.StatusOK, file.kind, text)
		}})
	}
	return list
}

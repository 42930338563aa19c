package sandbox

import (
	"net"
	"net/http"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// guardControl refuses requests to the control API that come from elsewhere than this machine, and
// those that a page of another origin makes. The API needs the admin token as well, which no page
// sends by itself.
func (s *Server) guardControl(c *web.Call) error {
	r := c.Request
	if !s.options.RemoteControl && !onLoopback(r) {
		return refusedControl("The control API answers on loopback addresses only: call it at 127.0.0.1 or localhost, or start the sandbox with --remote-control.")
	}
	if origin := r.Header.Get("Origin"); origin != "" && origin != c.Base {
		return refusedControl("The control API does not answer pages of other origins.")
	}
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "", "none", "same-origin":
		return nil
	default:
		if r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" {
			return nil // a link to the page
		}
		return refusedControl("The control API does not answer pages of other origins.")
	}
}

func refusedControl(summary string) error {
	return &web.APIError{Status: http.StatusForbidden, Code: "E0000006", Summary: summary}
}

// onLoopback reports whether a request came over a loopback address and names one as its host: a
// page whose name an attacker resolves to 127.0.0.1 names its own. A request without a connection
// comes from this process.
func onLoopback(r *http.Request) bool {
	local, connected := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !connected {
		return true
	}
	address, _, err := net.SplitHostPort(local.String())
	if err != nil || !isLoopback(address) {
		return false
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return isLoopback(strings.Trim(host, "[]"))
}

// isLoopback reports whether a name or address stands for this machine alone (RFC 6761).
func isLoopback(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Package sandbox is an Okta org for tests: an HTTP server that behaves like a real org for the
// part of the Management API that concerns API access, and for the org authorization server, with
// Okta's defaults, errors, pagination and rights.
//
//	org := sandbox.Start(t, sandbox.Options{})
//	// org.URL is the org's URL, org.Token() an API token of its super admin.
//
// Server is an http.Handler, for programs that serve it themselves. An org is stored in memory, or
// in one file, which is complete even if the process is killed (Options.DataFile).
//
// Operations returns the endpoints. The code behind them is in internal/mgmt (the Management API)
// and internal/oauth (the authorization server).
package sandbox

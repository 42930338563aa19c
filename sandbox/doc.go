// Package sandbox is an Okta org for tests: an HTTP server that answers the
// API access part of Okta's Management API and of the org authorization
// server as a real org does, with its defaults, errors, pagination and rights.
//
//	org := sandbox.Start(t, sandbox.Options{})
//	// org.URL is the org's URL, org.Token() an API token of its super admin.
//
// Server is an http.Handler, for those who serve it themselves. An org lives
// in memory, or in one file that survives the end of the process at any
// moment (Options.DataFile).
//
// Operations lists the endpoints.
package sandbox

// Package export writes a declared app's settings for other programs: .env files with the names of
// Okta's SDKs, curl scripts and Postman collections. Unless requested, its output contains no
// secrets.
package export

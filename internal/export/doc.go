// Package export writes a declared app's settings for other programs: .env files
// with the names that Okta's SDKs read, shell scripts with curl, and Postman
// collections. Without being asked to, nothing that it writes holds a secret.
package export

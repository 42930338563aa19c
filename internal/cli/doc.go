// Package cli contains what the commands of oktaform share: environment, flags, exit statuses,
// prompts and output, and [Session], one run of a command over a configuration and an org. Begin
// with session.go.
//
// Commands that need several files have a package below this one, such as keycmd, whose New returns
// the command; the others are in cmd/oktaform.
//
// Only these packages and cmd/oktaform read flags, and environment variables and the terminal for
// the commands.
package cli

// Package cli contains what the commands of oktaform share: environment, flags, exit statuses,
// prompts and output, and [Session], one run of a command over a configuration and an org. Begin
// with session.go.
//
// Only this package and cmd/oktaform read flags, environment variables, the clock and the terminal.
package cli

// Package cli is what the commands of oktaform share: the environment, flags and exit
// statuses, what is asked and shown, and [Session], one run of a command over a
// configuration and an org.
//
// Only this package and cmd/oktaform read flags, environment variables, the clock and
// the terminal.
package cli

// Package help writes the help of commands: for terminals, as man pages, and as the reference in
// docs/commands.md. Everything is made from the commands themselves.
package help

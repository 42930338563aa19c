// Command oktaform declares an Okta org's API access in HCL, shows what would
// change, changes it, and proves with real tokens that it works.
package main

import (
	"context"
	"io"
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/term"

	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/org"
)

func main() {
	if os.Getenv("GOGC") == "" && !(len(os.Args) > 1 && os.Args[1] == "sandbox") {
		// A plan holds thousands of objects to its end. Looking for garbage a little less
		// often than Go does by itself takes a twentieth less time of the processor, and a
		// sixth more room. The sandbox runs for days, and stays as it is.
		debug.SetGCPercent(150)
	}
	os.Exit(run(context.Background(), os.Args[1:], system()))
}

// environment is everything that the program takes from outside, so that the
// commands depend on nothing else.
type environment struct {
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	environ []string
	home    string
	// clock is this machine's, which may be wrong: session.now is the org's time.
	clock clock.Machine
	// attempt is how long one attempt of a request may take; zero means a minute.
	attempt time.Duration
	// self is this process, and dead tells whether another one of this machine has
	// ended.
	self func() org.Process
	dead func(org.Process) bool
	// terminal reports whether questions can be asked.
	terminal bool
	// terminalOut reports whether stdout is one.
	terminalOut bool
	// width of stderr in columns; 0 when it is no terminal.
	width int
	// color of the two streams.
	colorOut, colorErr bool
}

func system() *environment {
	home, _ := os.UserHomeDir()
	env := &environment{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ(), home: home, clock: clock.System{}, self: self, dead: dead,
		terminal: term.IsTerminal(int(os.Stdin.Fd()))}
	env.terminalOut = term.IsTerminal(int(os.Stdout.Fd()))
	env.colorOut = env.wantsColor(env.terminalOut)
	env.colorErr = env.wantsColor(term.IsTerminal(int(os.Stderr.Fd())))
	if width, _, err := term.GetSize(int(os.Stderr.Fd())); err == nil {
		env.width = width
	}
	return env
}

// wantsColor follows no-color.org and bixense.com/clicolors.
func (e *environment) wantsColor(terminal bool) bool {
	if force := e.get("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return terminal && e.get("NO_COLOR") == "" && e.get("TERM") != "dumb"
}

// get is the value of an environment variable, or "". The last one counts, as
// for child processes.
func (e *environment) get(name string) string {
	value := ""
	for _, entry := range e.environ {
		if len(entry) > len(name) && entry[len(name)] == '=' && entry[:len(name)] == name {
			value = entry[len(name)+1:]
		}
	}
	return value
}

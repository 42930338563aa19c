package cli

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/terminal"
)

// Environment is everything that the program gets from outside. Commands depend on nothing else.
type Environment struct {
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Environ []string
	Home    string
	// Clock is this machine's clock, which may be wrong: Session.Now is the org's time.
	Clock clock.Machine
	// Attempt is the timeout of one attempt of a request; zero means a minute.
	Attempt time.Duration
	// Self returns this process; Dead reports whether another process of this machine has ended.
	Self func() org.Process
	Dead func(org.Process) bool
	// NewKey makes the private keys of a configuration; see config.Options.
	NewKey func() ([]byte, error)
	// terminal reports whether questions can be asked.
	terminal bool
	// terminalOut reports whether stdout is a terminal.
	terminalOut bool
	// Width is the width of the terminal; 0 if there is none. columns, if set, returns the current
	// width instead, because a window can be resized.
	Width   int
	columns func() int
	// colorOut and colorErr report whether stdout and stderr show colors.
	colorOut, colorErr bool
}

// System returns the environment of this process.
func System() *Environment {
	home, _ := os.UserHomeDir()
	env := &Environment{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(), Home: home, Clock: clock.System{}, Self: session.Self, Dead: session.Dead,
		terminal: term.IsTerminal(int(os.Stdin.Fd()))}
	env.terminalOut = term.IsTerminal(int(os.Stdout.Fd()))
	env.colorOut = env.wantsColor(env.terminalOut && terminal.ShowsColor(os.Stdout))
	env.colorErr = env.wantsColor(term.IsTerminal(int(os.Stderr.Fd())) && terminal.ShowsColor(os.Stderr))
	env.columns = func() int {
		for _, stream := range []*os.File{os.Stderr, os.Stdout} {
			if width, _, err := term.GetSize(int(stream.Fd())); err == nil {
				return width
			}
		}
		return 0
	}
	return env
}

// Interactive reports whether a person at a terminal can be asked.
func (e *Environment) Interactive() bool { return e.terminal }

// Columns returns the width of the terminal as it is now; 0 if there is none.
func (e *Environment) Columns() int {
	if e.columns != nil {
		return e.columns()
	}
	return e.Width
}

// wantsColor follows no-color.org and bixense.com/clicolors.
func (e *Environment) wantsColor(isTerminal bool) bool {
	if force := e.Get("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return isTerminal && e.Get("NO_COLOR") == "" && e.Get("TERM") != "dumb"
}

// SettingsFolder returns oktaform's folder of settings of the current user; "" if there is none.
func (e *Environment) SettingsFolder() string {
	folder := e.Get("XDG_CONFIG_HOME")
	switch {
	case filepath.IsAbs(folder):
	case runtime.GOOS == "windows" && e.Get("AppData") != "":
		folder = e.Get("AppData")
	case e.Home == "":
		return ""
	case runtime.GOOS == "darwin":
		folder = filepath.Join(e.Home, "Library", "Application Support")
	default:
		folder = filepath.Join(e.Home, ".config")
	}
	return filepath.Join(folder, "oktaform")
}

// Get returns the value of an environment variable, or "". If it is set twice, the last one counts,
// as for child processes. Windows ignores the case of names.
func (e *Environment) Get(name string) string {
	value := ""
	for _, entry := range e.Environ {
		if len(entry) <= len(name) || entry[len(name)] != '=' {
			continue
		}
		if entry[:len(name)] == name || runtime.GOOS == "windows" && strings.EqualFold(entry[:len(name)], name) {
			value = entry[len(name)+1:]
		}
	}
	return value
}

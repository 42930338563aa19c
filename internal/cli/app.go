package cli

import (
	"bufio"
	"fmt"
	"sync"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/terminal"
	"github.com/oktaform/oktaform/internal/view"
)

// App is one run of the program: its environment and global flags.
type App struct {
	Env     *Environment // its streams escape text for terminals
	raw     *Environment // for data that other programs read, and for the bar
	args    []string     // the command line
	NoColor bool         // --no-color
	Chdir   string       // --chdir
	Root    string       // --root
	JSON    bool         // --json
	Secrets []string     // texts that no message may quote
	shown   sync.Mutex
	warned  map[string]bool // the diagnostics that were shown
	bar     bar
	Journal journalLines
	opened  files.Trees   // closed when the program ends
	answers *bufio.Reader // of stdin; nil until a question is asked
}

// New returns the program for one command line. Its output streams escape control characters.
func New(env *Environment, args []string) *App {
	guarded := *env
	guarded.Stdout, guarded.Stderr = &terminal.Writer{W: env.Stdout, Color: env.colorOut}, &terminal.Writer{W: env.Stderr, Color: env.colorErr}
	return &App{Env: &guarded, raw: env, args: args}
}

// Close closes the opened folders.
func (a *App) Close() { _ = a.opened.Close() }

// Style returns the style of standard output.
func (a *App) Style() view.Style {
	return view.Style{Color: a.Env.colorOut && !a.NoColor, Width: a.Width()}
}

// errStyle returns the style of standard error.
func (a *App) errStyle() view.Style {
	return view.Style{Color: a.Env.colorErr && !a.NoColor, Width: a.Env.Columns()}
}

// Width returns the width of standard output; 0 if it is no terminal. What other programs read is
// never wrapped: there, each message stays on one line.
func (a *App) Width() int {
	if a.Env.columns != nil && !a.Env.terminalOut {
		return 0
	}
	return a.Env.Columns()
}

// Stream returns the writer of JSON lines: to stdout with --json, and to the journal.
func (a *App) Stream() *view.Stream {
	if a.JSON {
		a.Journal.out = a.Env.Stdout
	}
	return &view.Stream{W: &a.Journal, Clock: a.Env.Clock.LocalNow}
}

// Print writes to standard output, above a bar.
func (a *App) Print(text string) { a.bar.around(func() { fmt.Fprint(a.Env.Stdout, text) }) }

// Say prints sentences, which are wrapped to the terminal.
func (a *App) Say(text string) { a.Print(a.Style().Prose(text)) }

// Data writes data for other programs, unchanged.
func (a *App) Data(text string) {
	if a.Env.terminalOut {
		a.Print(text)
		return
	}
	a.bar.around(func() { fmt.Fprint(a.raw.Stdout, text) })
}

// Begin starts a stream of JSON lines.
func (a *App) Begin() { a.Stream().Version(Version()) }

// checkout finds the repository around a configuration's folder, which decides which files may be
// read.
func (a *App) checkout(dir string) (checkout.Checkout, error) {
	return checkout.Find(dir, a.Checkouts())
}

// Checkouts returns where the repository of a configuration may be.
func (a *App) Checkouts() checkout.Options {
	o := checkout.FromEnvironment(a.Env.Home, a.Env.Get)
	o.Root = a.Root
	return o
}

// Folder returns the configuration's folder: the argument, or the current folder.
func Folder(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// Lines reads stdin line by line: what a person types, with a prompt and a history, or what another
// program writes.
type Lines struct {
	app      *App
	scanner  *bufio.Scanner // nil for a terminal
	terminal *term.Terminal
	file     *os.File
	limit    int
}

// Lines returns the lines of stdin, of a maximum length in bytes.
func (a *App) Lines(limit int) *Lines {
	l := &Lines{app: a, limit: limit}
	file, isFile := a.Env.Stdin.(*os.File)
	if isFile && a.Env.terminal {
		screen := a.raw.Stdout
		if !a.Env.terminalOut {
			screen = a.raw.Stderr
		}
		l.file, l.terminal = file, term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{typed{file}, screen}, "")
		return l
	}
	l.scanner = bufio.NewScanner(a.Env.Stdin)
	l.scanner.Buffer(nil, limit)
	return l
}

// typed reads what a person types. A ctrl-D that was typed before the terminal passed on keys one
// by one arrives as a NUL on Linux, which would be lost.
type typed struct{ *os.File }

func (t typed) Read(p []byte) (int, error) {
	const ctrlD = 4
	n, err := t.File.Read(p)
	for i, b := range p[:n] {
		if b == 0 {
			p[i] = ctrlD
		}
	}
	return n, err
}

// Typed reports whether a person types the lines.
func (l *Lines) Typed() bool { return l.terminal != nil }

// Next returns the next line without its end, or io.EOF. A person sees the prompt, and ends the
// lines with ctrl-D or ctrl-C.
func (l *Lines) Next(prompt string) (string, error) {
	if l.scanner != nil {
		switch {
		case l.scanner.Scan():
			return l.scanner.Text(), nil
		case errors.Is(l.scanner.Err(), bufio.ErrTooLong):
			return "", fmt.Errorf("stdin: a line has more than %d bytes", l.limit)
		case l.scanner.Err() != nil:
			return "", fmt.Errorf("stdin: %w", l.scanner.Err())
		}
		return "", io.EOF
	}
	// The terminal passes on keys one by one while a line is read, and only then: meanwhile,
	// ctrl-C interrupts the program as usual.
	before, err := term.MakeRaw(int(l.file.Fd()))
	if err != nil {
		return "", fmt.Errorf("the terminal can't be read: %w", err)
	}
	defer func() { _ = term.Restore(int(l.file.Fd()), before) }()
	if width, height, err := term.GetSize(int(l.file.Fd())); err == nil && width > 0 {
		_ = l.terminal.SetSize(width, height)
	}
	l.terminal.SetPrompt(prompt)
	line, err := l.terminal.ReadLine()
	if errors.Is(err, io.EOF) {
		_, _ = l.terminal.Write([]byte("\n"))
	}
	return line, err
}

package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
)

// asker returns the function that asks for values of variables; nil if nobody can be asked.
func (a *App) asker(input bool) func(config.Question) (string, error) {
	if !a.CanAsk(input) {
		return nil
	}
	return a.ask
}

// ask asks for one value. The question is written to stderr, because stdout may be read by a
// program.
func (a *App) ask(q config.Question) (string, error) {
	text := "\nvar." + view.Plain(q.Name) + "\n"
	if q.Description != "" {
		text += "  " + view.Plain(q.Description) + "\n"
	}
	fmt.Fprint(a.Env.Stderr, text+"\n  Enter a value: ")
	if file, ok := a.Env.Stdin.(*os.File); ok && q.Sensitive {
		value, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(a.Env.Stderr)
		return string(value), err
	}
	line, err := a.ReadLine()
	if line == "" && errors.Is(err, io.EOF) {
		return "", errors.New("nobody answered")
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// ReadLine reads a line of stdin. All questions share one reader, which may have read ahead.
func (a *App) ReadLine() (string, error) {
	if a.answers == nil {
		a.answers = bufio.NewReader(a.Env.Stdin)
	}
	return a.answers.ReadString('\n')
}

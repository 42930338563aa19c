package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/mitchellh/go-wordwrap"
	"golang.org/x/term"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
)

// CanAsk reports whether a person can be asked: not with --input=false, with --json, in CI, and
// without a terminal.
func (a *App) CanAsk(input bool) bool {
	ci := a.Env.Get("CI")
	return input && !a.JSON && a.Env.terminal && (ci == "" || ci == "false" || ci == "0")
}

// Choice is one of the answers to a question.
type Choice struct{ Word, About string }

// Choose asks which of the choices a person wants, by number or word. The first is the default.
func (a *App) Choose(question string, choices []Choice) (string, error) {
	var b strings.Builder
	b.WriteString(question + "\n")
	for i, c := range choices {
		fmt.Fprintf(&b, "  %d  %s\n", i+1, view.Plain(c.About))
	}
	var chosen string
	_, err := a.AskText(b.String(), "1", func(answer string) error {
		for i, c := range choices {
			if answer == strconv.Itoa(i+1) || strings.EqualFold(answer, c.Word) {
				chosen = c.Word
				return nil
			}
		}
		return fmt.Errorf("enter a number from 1 to %d", len(choices))
	})
	return chosen, err
}

// AskText asks a question until the answer is acceptable. The answer to Enter alone is given.
func (a *App) AskText(question, enter string, check func(answer string) error) (string, error) {
	fmt.Fprint(a.Env.Stderr, question)
	for {
		fmt.Fprintf(a.Env.Stderr, "Enter a value [%s]: ", view.Plain(enter))
		line, err := a.ReadLine()
		if line == "" && errors.Is(err, io.EOF) {
			fmt.Fprintln(a.Env.Stderr)
			return "", errors.New("nobody answered: on a terminal, answer the questions; elsewhere, use flags")
		}
		answer := strings.TrimSpace(line)
		if answer == "" {
			answer = enter
		}
		if err = check(answer); err == nil {
			fmt.Fprintln(a.Env.Stderr)
			return answer, nil
		}
		fmt.Fprintln(a.Env.Stderr, wordwrap.WrapString(view.Plain(upperFirst(err.Error()))+".", 79))
	}
}

func upperFirst(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

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

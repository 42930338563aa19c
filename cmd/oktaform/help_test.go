package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/help"
	"github.com/oktaform/oktaform/internal/terminal"
)

// everyPage calls f for each visible command and help topic.
func everyPage(cmd *cobra.Command, f func(cmd *cobra.Command, path []string)) {
	for _, sub := range cmd.Commands() {
		if sub.Hidden {
			continue
		}
		f(sub, strings.Fields(sub.CommandPath())[1:])
		everyPage(sub, f)
	}
}

// onTerminal runs the program without an org on a terminal of some width, 0 for none.
func onTerminal(width int, args ...string) (status int, text string) {
	var out bytes.Buffer
	status = run(context.Background(), args, &cli.Environment{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Clock: newFakeClock(), Width: width})
	return status, out.String()
}

// TestHelpFits: no line of any help is wider than the terminal, or than 80 columns where there is
// none, and each page says where the exit statuses are instead of listing them.
func TestHelpFits(t *testing.T) {
	t.Parallel()
	for _, width := range []int{0, 60, 80, 120, 300} {
		limit := min(width, help.MaxWidth)
		if width == 0 {
			limit = help.Width
		}
		check := func(args ...string) {
			status, text := onTerminal(width, args...)
			if status != 0 || text == "" {
				t.Errorf("%s: exit status %d:\n%s", args, status, text)
			}
			inExamples := false
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				inExamples = line == "Examples:" || inExamples && line != ""
				if n := terminal.Columns(line); n > limit && !(width == 60 && (inExamples || strings.HasPrefix(line, "  "))) {
					t.Errorf("%s, %d columns: %d in %q", args, width, n, line)
				}
			}
			if topic := slices.Contains(args, "exit-codes"); strings.Contains(text, "  5  the org can't be reached") != topic {
				t.Errorf("%s: the exit statuses are in the wrong place:\n%s", args, text)
			}
		}
		check("--help")
		everyPage(newRoot(&cli.App{Env: cli.System()}), func(cmd *cobra.Command, path []string) {
			if check(append([]string{"help"}, path...)...); cmd.Runnable() {
				check(append(path, "--help")...)
			}
		})
	}
}

// TestHelpListsEnvironment: the help topic names each environment variable that the sources read.
func TestHelpListsEnvironment(t *testing.T) {
	t.Parallel()
	_, topic := onTerminal(0, "help", "environment")
	read := regexp.MustCompile(`(?:[gG]et|env|Getenv|Get)\("([A-Za-z]+(?:_[A-Z_]+)?)"\)`)
	lists := regexp.MustCompile(`"((?:GITHUB_[A-Z]|CI_[A-Z]|OKTA_[A-Z]+_[A-Z]|GITLAB_[A-Z])[A-Z_]*)"`)
	for _, folder := range []string{".", "../../internal"} {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "internal/export/") || strings.Contains(path, "internal/skip/") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, pattern := range []*regexp.Regexp{read, lists} {
				for _, m := range pattern.FindAllSubmatch(text, -1) {
					if name := string(m[1]); strings.ToUpper(name) == name && !strings.Contains(topic, "  "+name+"\n") {
						t.Errorf("%s reads %s, which help environment doesn't name", path, name)
					}
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestMistyped: each command and flag that differs by a letter from one that exists is answered
// with that one.
func TestMistyped(t *testing.T) {
	t.Parallel()
	everyPage(newRoot(&cli.App{Env: cli.System()}), func(cmd *cobra.Command, path []string) {
		last := path[len(path)-1]
		if len(last) < 4 {
			return
		}
		wrong := append(slices.Clone(path[:len(path)-1]), last[:2]+last[3:])
		if status, text := onTerminal(0, wrong...); status != 1 || !strings.Contains(text, fmt.Sprintf("Did you mean %q?", last)) {
			t.Errorf("%s: exit status %d: %s", wrong, status, text)
		}
		if !cmd.Runnable() {
			return
		}
		for _, name := range flagNames(cmd) {
			if len(name) < 5 {
				continue
			}
			wrong := append(slices.Clone(path), "--"+name[:3]+name[4:])
			if status, text := onTerminal(0, wrong...); status != 1 || !strings.Contains(text, "--"+name) {
				t.Errorf("%s: exit status %d: %s", wrong, status, text)
			}
		}
	})
}

// TestManPages: there is a page for each command and topic.
func TestManPages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if status, text := onTerminal(0, "docs", "man", dir); status != 0 {
		t.Fatal(text)
	}
	everyPage(newRoot(&cli.App{Env: cli.System()}), func(cmd *cobra.Command, path []string) {
		data, err := os.ReadFile(filepath.Join(dir, "oktaform-"+strings.Join(path, "-")+".1"))
		if err != nil || !strings.Contains(string(data), `.SH "DESCRIPTION"`) {
			t.Errorf("%s: %v\n%.200s", path, err, data)
		}
		for line := range strings.Lines(string(data)) {
			if strings.HasPrefix(line, "'") {
				t.Errorf("%s: roff takes this line for a request: %q", path, line)
			}
		}
	})
}

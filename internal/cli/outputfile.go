package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/files"
)

// OutputFile holds the flags for where an export or a secret is written.
type OutputFile struct {
	File        string
	Force, show bool
}

// Add adds the flags to a command.
func (k *OutputFile) Add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&k.File, "file", "", "write to this `FILE`, with mode 0600 where it holds a secret")
	cmd.Flags().BoolVar(&k.Force, "force", false, "replace the file if it exists")
	cmd.Flags().BoolVar(&k.show, "show", false, "write a secret even to a terminal")
}

// Ready returns the error that Write would return, before anything is requested.
func (k *OutputFile) Ready(a *App, secret bool) error {
	if k.File == "" {
		if secret && a.Env.terminalOut && !k.show {
			return errors.New("standard output is a terminal, and this is a secret: pipe it to the program that needs it, write it with --file, or add --show")
		}
		return nil
	}
	if _, err := os.Lstat(k.File); !k.Force && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists: add --force to replace it, or name another file", k.File)
	}
	return nil
}

// Write writes the text completely or not at all.
func (k *OutputFile) Write(a *App, trees files.Trees, text string, secret bool) error {
	if k.File == "" {
		a.Data(text)
		return nil
	}
	mode := fs.FileMode(0o644)
	if secret {
		mode = 0o600
	}
	if err := trees.Replace(k.File, []byte(text), mode); err != nil {
		return fmt.Errorf("--file: %w", err)
	}
	return nil
}

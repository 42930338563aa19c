package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/files"
)

// sink is where an export or a secret goes.
type sink struct {
	file        string
	force, show bool
}

func (k *sink) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&k.file, "file", "", "write to this `FILE`, with mode 0600 where it holds a secret")
	cmd.Flags().BoolVar(&k.force, "force", false, "replace the file if it exists")
	cmd.Flags().BoolVar(&k.show, "show", false, "write a secret to a terminal too")
}

// ready refuses, before anything is asked for, what write would refuse.
func (k *sink) ready(a *app, secret bool) error {
	if k.file == "" {
		if secret && a.env.terminalOut && !k.show {
			return errors.New("standard output is a terminal, and this is a secret: pipe it to where it is needed, write it with --file, or add --show")
		}
		return nil
	}
	if _, err := os.Lstat(k.file); !k.force && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists: add --force to replace it, or name another file", k.file)
	}
	return nil
}

// write writes the text, whole or not at all.
func (k *sink) write(a *app, trees files.Trees, text string, secret bool) error {
	if k.file == "" {
		a.data(text)
		return nil
	}
	mode := fs.FileMode(0o644)
	if secret {
		mode = 0o600
	}
	if err := trees.Replace(k.file, []byte(text), mode); err != nil {
		return fmt.Errorf("--file: %w", err)
	}
	return nil
}

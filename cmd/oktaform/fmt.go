package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
)

type fmtOptions struct{ check, diff, list, write, recursive bool }

// fmtResult is a file that is not in the usual format.
type fmtResult struct {
	File    string `json:"file"`
	Written bool   `json:"written"` // in the usual format, by this run
	Diff    string `json:"diff,omitempty"`
}

func newFmt(a *cli.App) *cobra.Command {
	o := &fmtOptions{}
	cmd := &cobra.Command{
		Use:   "fmt [DIR | FILE | -]...",
		Short: "Rewrite the configuration's files in the usual format",
		Long: `Rewrites .hcl and .tfvars files in the usual format and lists the files that it
changed. With - it reads standard input and writes standard output.`,
		Example: `  oktaform fmt
  oktaform fmt --recursive
  oktaform fmt --check --diff examples/quickstart`,
		RunE: func(_ *cobra.Command, args []string) error { return runFmt(a, args, o) },
	}
	cmd.Flags().BoolVar(&o.check, "check", false, "change nothing; exit with 3 if a file isn't formatted")
	cmd.Flags().BoolVar(&o.diff, "diff", false, "show the differences")
	cmd.Flags().BoolVar(&o.list, "list", true, "list the files that change")
	cmd.Flags().BoolVar(&o.write, "write", true, "write the files")
	cmd.Flags().BoolVar(&o.recursive, "recursive", false, "include subfolders, such as those of modules")
	return cmd
}

// runFmt continues after a file that cannot be parsed, to format the others.
func runFmt(a *cli.App, targets []string, o *fmtOptions) error {
	if len(targets) == 0 {
		targets = []string{"."}
	}
	if a.JSON && slices.Contains(targets, "-") {
		return errors.New("with - the formatted text goes to standard output: leave --json out")
	}
	results := []fmtResult{}
	var diags hcl.Diagnostics
	sources := map[string]*hcl.File{}
	for _, target := range targets {
		names, trees := []string{target}, files.Trees(nil)
		if target != "-" {
			var err error
			if names, trees, err = formattable(a, target, o.recursive); err != nil {
				return err
			}
		}
		for _, name := range names {
			result, err := fmtFile(a, trees, name, o)
			var invalid *session.Error
			if errors.As(err, &invalid) {
				diags = append(diags, invalid.Diagnostics...)
				for name, file := range invalid.Files {
					sources[name] = file
				}
			} else if err != nil {
				return err
			}
			if result != nil {
				results = append(results, *result)
			}
		}
	}
	if a.JSON {
		if err := view.JSON(a.Env.Stdout, map[string]any{"files": results}); err != nil {
			return err
		}
	}
	if err := session.Failed(diags, sources); err != nil {
		return err
	}
	if len(results) > 0 && o.check {
		return cli.StatusError(cli.ExitSmoke) // 3, like terraform fmt
	}
	return nil
}

// fmtFile formats one file. It returns nil if the file is in the usual format.
func fmtFile(a *cli.App, trees files.Trees, name string, o *fmtOptions) (*fmtResult, error) {
	stdin := name == "-"
	var src []byte
	var err error
	if stdin {
		name = "<stdin>"
		src, err = files.Copy(a.Env.Stdin, files.SourceLimit)
	} else {
		src, err = trees.Read(name, files.SourceLimit)
	}
	if err != nil {
		return nil, err
	}
	out, diags := fileedit.Format(name, src)
	if err := session.Failed(diags, map[string]*hcl.File{name: {Bytes: src}}); err != nil {
		return nil, err
	}
	if stdin && !o.check && !o.diff {
		a.Data(string(out))
	}
	if bytes.Equal(src, out) {
		return nil, nil
	}
	result := &fmtResult{File: name, Written: !stdin && !o.check && o.write}
	if o.diff {
		result.Diff = string(diff.Diff("old/"+name, src, "new/"+name, out))
	}
	if o.list && !stdin && !a.JSON {
		a.Print(name + "\n")
	}
	if !a.JSON {
		a.Print(result.Diff)
	}
	if result.Written {
		return result, trees.Replace(name, out, 0)
	}
	return result, nil
}

// formattable returns the files to format: the named files and, in folders, those that belong to
// configurations. trees are the folders that they are in.
func formattable(a *cli.App, target string, recursive bool) (names []string, trees files.Trees, err error) {
	dir := target
	if hasFormat(target) {
		dir = filepath.Dir(target)
	}
	trees = a.Trees(dir)
	info, err := trees.Stat(target)
	if err != nil {
		return nil, nil, fmt.Errorf("fmt: %w", err)
	}
	if info.IsDir() {
		names, err = formattableIn(a.Trees(target), target, recursive)
		return names, trees, err
	}
	if !hasFormat(target) {
		return nil, nil, fmt.Errorf("fmt: %s: only .hcl and .tfvars files can be formatted", files.Quoted(target))
	}
	return []string{target}, trees, nil
}

func formattableIn(trees files.Trees, dir string, recursive bool) ([]string, error) {
	entries, err := trees.List(dir)
	if err != nil {
		return nil, fmt.Errorf("fmt: %w", err)
	}
	var names []string
	for _, entry := range entries {
		name := filepath.Join(dir, entry.Name())
		switch {
		case strings.HasPrefix(entry.Name(), "."):
		case entry.IsDir() && recursive:
			below, err := formattableIn(trees, name, true)
			if err != nil {
				return nil, err
			}
			names = append(names, below...)
		case !entry.IsDir() && hasFormat(name):
			names = append(names, name)
		}
	}
	return names, nil
}

func hasFormat(name string) bool {
	return strings.HasSuffix(name, ".hcl") || strings.HasSuffix(name, ".tfvars")
}

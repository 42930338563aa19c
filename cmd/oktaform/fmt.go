package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/config"
)

type fmtOptions struct{ check, diff, list, write bool }

func newFmt(a *app) *cobra.Command {
	o := &fmtOptions{}
	cmd := &cobra.Command{
		Use:   "fmt [DIR | FILE | -]",
		Short: "Rewrite the configuration's files in the usual format",
		Long: `Rewrites .hcl and .tfvars files in the usual format and lists those that it
changed. With - it formats stdin to stdout.`,
		Example: `  oktaform fmt
  oktaform fmt --check --diff examples/quickstart`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return runFmt(a, folder(args), o) },
	}
	cmd.Flags().BoolVar(&o.check, "check", false, "change nothing; exit with 3 when a file isn't formatted")
	cmd.Flags().BoolVar(&o.diff, "diff", false, "show what is different")
	cmd.Flags().BoolVar(&o.list, "list", true, "list the files concerned")
	cmd.Flags().BoolVar(&o.write, "write", true, "write the files")
	return cmd
}

func runFmt(a *app, target string, o *fmtOptions) error {
	if target == "-" {
		src, err := io.ReadAll(a.env.stdin)
		if err != nil {
			return err
		}
		out, err := format("<stdin>", src)
		if err != nil {
			return err
		}
		_, err = a.env.stdout.Write(out)
		return err
	}
	files, err := formattable(target)
	if err != nil {
		return err
	}
	different := false
	for _, file := range files {
		changed, err := a.fmtFile(file, o)
		if err != nil {
			return err
		}
		different = different || changed
	}
	if different && o.check {
		return statusError(exitSmoke) // 3, as Terraform's fmt gives
	}
	return nil
}

func (a *app) fmtFile(file string, o *fmtOptions) (bool, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	out, err := format(file, src)
	if err != nil || bytes.Equal(src, out) {
		return false, err
	}
	if o.list {
		a.print(file + "\n")
	}
	if o.diff {
		a.print(string(diff.Diff("old/"+file, src, "new/"+file, out)))
	}
	if o.write && !o.check {
		info, err := os.Stat(file)
		if err != nil {
			return false, err
		}
		return true, os.WriteFile(file, out, info.Mode().Perm())
	}
	return true, nil
}

// format refuses what doesn't parse: formatting it could lose something.
func format(name string, src []byte) ([]byte, error) {
	file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if err := failed(diags, map[string]*hcl.File{name: file}); err != nil {
		return nil, err
	}
	return hclwrite.Format(src), nil
}

func formattable(target string) ([]string, error) {
	info, err := os.Stat(target)
	if err != nil {
		return nil, fmt.Errorf("fmt: %w", err)
	}
	if !info.IsDir() {
		return []string{target}, nil
	}
	all, err := config.SourceFiles(target)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, file := range all {
		if filepath.Ext(file) == ".hcl" {
			files = append(files, file)
		}
	}
	vars, err := filepath.Glob(filepath.Join(target, "*.tfvars"))
	return append(files, vars...), err
}

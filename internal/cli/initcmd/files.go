package initcmd

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/starter"
	"github.com/oktaform/oktaform/internal/view"
)

// initJSON is what init --json prints.
type initJSON struct {
	Written []string `json:"written"`
	Kept    []string `json:"kept"`
	Next    string   `json:"next"`
}

// begin writes the configuration.
func (i *initial) begin() error {
	files := starter.Options{Apps: starter.App(i.o.app), Owner: i.o.owner}.Configuration()
	return i.write(files, step{"Next, apply it to the Okta org inside oktaform, and test it with real tokens", i.a.CommandLine(i.dir, "apply", "--org", cli.SandboxOrg)})
}

// step is a command to run next.
type step struct{ about, command string }

// target is a file to write.
type target struct {
	starter.File
	path string
	note string // what to do if it exists
}

// write writes the files that don't exist and the workflow, validates the configuration, and
// reports the next steps. If a file can't be written, none is.
func (i *initial) write(configuration []starter.File, next ...step) error {
	trees := i.a.Trees(i.dir)
	if _, err := trees.Stat(i.dir); errors.Is(err, fs.ErrNotExist) {
		if err := trees.MakeFolder(i.dir, 0o755); err != nil {
			return err
		}
	}
	var targets []target
	for _, f := range configuration {
		targets = append(targets, target{File: f, path: filepath.Join(i.dir, f.Name)})
	}
	workflow, err := i.workflow()
	if err != nil {
		return fmt.Errorf("--ci: %w", err)
	}
	if workflow != nil {
		targets = slices.Insert(targets, min(1, len(targets)), *workflow)
	}
	var written, kept []target
	for _, t := range targets {
		switch err := trees.Create(t.path, t.Text, 0o644); {
		case err == nil:
			written = append(written, t)
		case errors.Is(err, fs.ErrExist):
			if t.Name == ".gitignore" {
				t.note = missingLines(trees, t.path)
			}
			kept = append(kept, t)
		default:
			for _, t := range written {
				err = errors.Join(err, trees.Remove(t.path))
			}
			return err
		}
	}
	for _, t := range targets {
		if err := trees.RemoveTemporary(t.path); err != nil {
			return err
		}
	}
	return i.report(written, kept, next)
}

// missingLines says which lines an existing .gitignore should get.
func missingLines(trees files.Trees, path string) string {
	text, err := trees.Read(path, files.TextLimit)
	if missing := starter.Ignored(text); err == nil && len(missing) > 0 {
		return "add to it: " + strings.Join(missing, " ")
	}
	return ""
}

// ciAddress is where docs/ci.md is read.
const ciAddress = "https://github.com/oktaform/oktaform/blob/main/docs/ci.md"

// workflow returns the workflow of the CI system, at the top of the repository; nil if there is
// none.
func (i *initial) workflow() (*target, error) {
	found, err := checkout.Find(i.dir, i.a.Checkouts())
	if err != nil {
		return nil, err
	}
	top, folder := i.dir, "."
	if found.GitDir != "" {
		top, folder = found.Root, found.Prefix
	}
	file, err := starter.Options{CI: starter.CI(i.o.ci), Folder: folder, Commit: cli.ReadBuild().Commit}.Workflow()
	if file == nil {
		return nil, err
	}
	path := filepath.Join(top, filepath.FromSlash(file.Name))
	if here, err := filepath.Rel(cli.Absolute("."), path); err == nil && filepath.IsLocal(here) {
		path = here
	}
	return &target{File: *file, path: path, note: "add the jobs of " + ciAddress + " to it"}, nil
}

// report validates the configuration, and says what was written and what comes next.
func (i *initial) report(written, kept []target, next []step) error {
	diags, sources, err := i.a.Validate(i.dir, cli.Inputs{})
	if i.a.JSON {
		if err == nil {
			err = session.Failed(diags, sources)
		}
		return errors.Join(err, view.JSON(i.a.Env.Stdout, initJSON{paths(written), paths(kept), next[0].command}))
	}
	var b strings.Builder
	list := func(title string, targets []target, about func(t target) string) {
		if len(targets) == 0 {
			return
		}
		b.WriteString(title)
		width := 0
		for _, t := range targets {
			width = max(width, len(t.path))
		}
		for _, t := range targets {
			b.WriteString(strings.TrimRight(fmt.Sprintf("  %-*s  %s", width, view.Plain(t.path), about(t)), " ") + "\n")
		}
		b.WriteString("\n")
	}
	list("Written:\n", written, func(t target) string { return t.About })
	list("Kept as they are:\n", kept, func(t target) string { return t.note })
	if slices.ContainsFunc(written, func(t target) bool { return strings.Contains(string(t.Text), "COMMIT") }) {
		b.WriteString("In the workflow, replace COMMIT with a commit of github.com/oktaform/oktaform.\n\n")
	}
	i.a.Print(b.String())
	if err == nil {
		err = i.a.ShowValid(diags, sources)
	}
	if err != nil {
		return err
	}
	for _, s := range next {
		i.a.Print("\n" + s.about + ":\n\n  " + s.command + "\n")
	}
	if offer := i.offer(filepath.Join(i.dir, "imported")); offer != "" && !i.configuration {
		i.a.Print("\n" + offer)
	}
	return nil
}

func paths(targets []target) []string {
	list := []string{}
	for _, t := range targets {
		list = append(list, t.path)
	}
	return list
}

// instead names the import, and writes nothing.
func (i *initial) instead() error {
	out := i.dir
	if i.terraform {
		out = filepath.Join(i.dir, "okta")
	}
	if i.a.JSON {
		return view.JSON(i.a.Env.Stdout, initJSON{Written: []string{}, Kept: []string{}, Next: i.importCommand(out)})
	}
	i.a.Print(i.offer(out))
	if i.terraform {
		i.a.Print("\nNothing was written. To begin with an example beside them, name what it is about:\n\n  " + i.a.CommandLine(i.dir, "init", "--app", string(starter.Service)) + "\n")
	}
	return nil
}

// offer names the import of what there is; "" if there is nothing.
func (i *initial) offer(out string) string {
	switch {
	case i.terraform:
		return "The folder contains files of Terraform. To write a configuration of what they\ndeclare:\n\n  " + i.importCommand(out) + "\n"
	case i.org != "":
		return "A credential is set for " + view.Plain(i.org) + ".\nTo write a configuration of what that org has:\n\n  " + i.importCommand(out) + "\n"
	}
	return ""
}

func (i *initial) importCommand(out string) string {
	args := []string{"import"}
	if i.terraform {
		args = append(args, "--from-terraform", i.dir)
	}
	return i.a.CommandLine(".", append(args, "--out", out)...)
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

// write puts the blocks into the files of the folder, after what is there.
func (i *importing) write(r *generate.Result) error {
	for _, name := range slices.Sorted(maps.Keys(r.Files)) {
		file, text := filepath.Join(i.out, name), r.Files[name]
		before, err := i.s.Trees.Read(file, files.TextLimit)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			err = i.s.Trees.Create(file, text, 0o644)
		case err == nil:
			if len(before) > 0 && before[len(before)-1] != '\n' {
				before = append(before, '\n')
			}
			err = i.s.Trees.Replace(file, slices.Concat(before, []byte("\n"), text), 0o644)
		}
		if err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	return nil
}

// report says what was written and what not.
func (i *importing) report(inv *schema.Inventory, r *generate.Result, note string) error {
	if i.a.JSON {
		text, err := view.ImportedJSON(r, inv)
		i.a.Print(text)
		return err
	}
	var b strings.Builder
	b.WriteString(view.Imported(r, inv))
	if len(r.Written) > 0 {
		fmt.Fprintf(&b, "\n%sThe org is unchanged. See which objects an apply would mark as this configuration's:\n\n  oktaform plan %s%s\n", view.Lines(note), view.ShellWord(i.out), i.orgWord())
	}
	i.a.Print(b.String())
	return nil
}

// orgWord is the flag that names the embedded org.
func (i *importing) orgWord() string {
	if i.s.Alone {
		return " --org " + cli.SandboxOrg
	}
	return ""
}

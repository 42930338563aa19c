package importcmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

// write puts the blocks into the files of the folder, after what is there, and more files into the
// folder. An import that was killed is continued: what it has written with the same bytes stays,
// and its temporary files go.
func (i *importing) write(r *generate.Result, more map[string][]byte) error {
	for _, name := range i.present {
		text, err := i.Session.Trees.Read(filepath.Join(i.Dir, name), files.TextLimit)
		if err != nil {
			return fmt.Errorf("--out: %w", err)
		}
		if !bytes.Equal(text, r.Files[name]) {
			return occupied(i.Dir)
		}
	}
	pending := &pendingImport{trees: i.Session.Trees, dir: i.Dir}
	for _, name := range r.Names() {
		text := r.Files[name]
		if slices.Contains(i.present, name) {
			continue
		}
		before, err := i.Session.Trees.Read(filepath.Join(i.Dir, name), files.TextLimit)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && !i.add:
			pending.add(name, nil, text)
		case err != nil:
			return fmt.Errorf("--out: %w", err)
		default:
			whole := bytes.Clone(before)
			if len(whole) > 0 && whole[len(whole)-1] != '\n' {
				whole = append(whole, '\n')
			}
			pending.add(name, before, slices.Concat(whole, []byte("\n"), text))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(more)) {
		pending.add(name, nil, more[name])
	}
	if err := pending.write(); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	for _, f := range pending.files {
		i.wrote = append(i.wrote, filepath.Join(i.Dir, filepath.FromSlash(f.Name)))
	}
	for name := range r.Files {
		if err := i.Session.Trees.RemoveTemporary(filepath.Join(i.Dir, name)); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	return nil
}

// report says what was written and what not.
func (i *importing) report(inv *schema.Inventory, r *generate.Result, note string) error {
	if i.App.JSON {
		text, err := view.ImportedJSON(r, inv)
		i.App.Print(text)
		return err
	}
	var b strings.Builder
	b.WriteString(view.Imported(r, inv, i.wrote))
	if len(r.Written) > 0 {
		fmt.Fprintf(&b, "\n%sThe org is unchanged. See which objects an apply would mark as this configuration's:\n\n  oktaform plan %s%s\n", view.Lines(note), view.ShellWord(i.Dir), i.OrgFlag())
	}
	i.App.Say(b.String())
	return nil
}

package importcmd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/view"
)

// An import writes several files, which refer to each other. First it writes to one file what they
// all become; while that file is there, no command takes the others for a configuration
// (config.PendingImport), and the next import into the folder finishes them.

// pendingImport is what an import writes into a folder.
type pendingImport struct {
	trees files.Trees
	dir   string
	files []pendingFile
}

// pendingFile is one of its files.
type pendingFile struct {
	Name   string `json:"name"`             // below the folder, with slashes
	Before string `json:"before,omitempty"` // fingerprint of what it was; "" if it did not exist
	Text   string `json:"text"`             // what it becomes
}

func fingerprint(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// add adds a file. before is nil if it does not exist.
func (p *pendingImport) add(name string, before, text []byte) {
	f := pendingFile{Name: filepath.ToSlash(name), Text: string(text)}
	if before != nil {
		f.Before = fingerprint(before)
	}
	p.files = append(p.files, f)
}

func (p *pendingImport) path() string { return filepath.Join(p.dir, config.PendingImport) }

// write writes the files. A single one is whole or not there, and needs nothing else.
func (p *pendingImport) write() error {
	for _, f := range p.files {
		if _, err := p.state(f); err != nil {
			return err
		}
	}
	if len(p.files) > 1 {
		if err := p.announce(); err != nil {
			return err
		}
	}
	return p.finish()
}

// announce writes what the files become.
func (p *pendingImport) announce() error {
	text, err := json.MarshalIndent(p.files, "", "  ")
	if err == nil {
		err = p.trees.Create(p.path(), append(text, '\n'), 0o644)
	}
	if anotherWrites(err) {
		return writtenByAnother(p.path())
	}
	return err
}

// anotherWrites reports whether a file can't be created because another run has created it, or has
// removed this run's temporary file when it finished.
func anotherWrites(err error) bool {
	return errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist)
}

func writtenByAnother(path string) error {
	return fmt.Errorf("another run has written %s meanwhile: run again when it has ended", view.ShellWord(path))
}

// finish writes the files that are not written yet.
func (p *pendingImport) finish() error {
	for _, f := range p.files {
		if err := p.writeFile(f); err != nil {
			return err
		}
		if err := p.trees.RemoveTemporary(p.pathOf(f)); err != nil {
			return err
		}
	}
	if err := p.trees.Remove(p.path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return p.trees.RemoveTemporary(p.path())
}

func (p *pendingImport) writeFile(f pendingFile) error {
	state, err := p.state(f)
	if err != nil {
		return err
	}
	path := p.pathOf(f)
	switch state {
	case fileAbsent:
		if err = p.trees.Create(path, []byte(f.Text), 0o644); anotherWrites(err) {
			err = writtenByAnother(path)
		}
	case fileBefore:
		err = p.trees.Replace(path, []byte(f.Text), 0o644)
	}
	return err
}

// fileState is how far a file of an import is.
type fileState int

const (
	fileAbsent fileState = iota
	fileBefore
	fileWritten
)

// state returns the state of a file, or an error if it is none of the import's.
func (p *pendingImport) state(f pendingFile) (fileState, error) {
	path := p.pathOf(f)
	now, err := p.trees.Read(path, files.TextLimit)
	switch {
	case errors.Is(err, fs.ErrNotExist) && f.Before == "":
		return fileAbsent, nil
	case err != nil:
		return 0, err
	case string(now) == f.Text:
		return fileWritten, nil
	case fingerprint(now) == f.Before:
		return fileBefore, nil
	}
	return 0, writtenByAnother(path)
}

func (p *pendingImport) pathOf(f pendingFile) string {
	return filepath.Join(p.dir, filepath.FromSlash(f.Name))
}

// names lists the files.
func (p *pendingImport) names() string {
	var names []string
	for _, f := range p.files {
		names = append(names, view.Plain(f.Name))
	}
	return strings.Join(names, ", ")
}

// finishPending finishes an import into a folder that was interrupted. found is false if there is
// none.
func finishPending(a *cli.App, dir string) (found bool, err error) {
	p := &pendingImport{trees: a.Trees(dir), dir: dir}
	text, err := p.trees.Read(p.path(), files.PlanLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(&p.files)
	for _, f := range p.files {
		if !filepath.IsLocal(filepath.FromSlash(f.Name)) || strings.HasPrefix(filepath.Base(f.Name), ".") {
			err = fmt.Errorf("it names the file %q", f.Name)
		}
	}
	if err != nil {
		return false, fmt.Errorf("%s is none that an import has written (%w): remove it", view.ShellWord(p.path()), err)
	}
	if err := p.finish(); err != nil {
		return false, fmt.Errorf("finishing the import that was interrupted: %w. Restore the file, or remove %s and import again", err, view.ShellWord(p.path()))
	}
	if !a.JSON {
		a.Say(fmt.Sprintf("Finished the import that another run has written in part: %s.\n", p.names()))
	}
	return true, nil
}

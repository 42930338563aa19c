package keycmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/view"
)

// stepEdit is what a step of a rotation writes to files. It is planned and approved before, so that
// without an approval the files are as they were. It is written before the org is changed, so that
// a later run can go on.
type stepEdit struct {
	file     string // of the configuration
	was, now []byte
	keyFile  string // of the new private key; "" if the step makes none
	pem      []byte
	begun    bool
}

func newEdit(s *cli.Session, blocks *fileedit.KeyBlocks, now []byte) (*stepEdit, error) {
	if err := fileedit.Check(blocks.File, now); err != nil {
		return nil, err
	}
	return &stepEdit{file: blocks.File, was: blocks.Src, now: now}, s.Trees.Replaceable(blocks.File)
}

// apply applies the edited configuration. A step without an edit (nil) applies what the files
// declare.
func (e *stepEdit) apply(ctx context.Context, a *cli.App, dir string, o *rotateOptions) error {
	if e == nil {
		return a.Apply(ctx, dir, &o.ApplyOptions)
	}
	o.Sources, o.Begin = map[string][]byte{e.file: e.now}, e.begin
	if e.keyFile != "" {
		o.Sources[cli.Absolute(e.keyFile)] = e.pem
	}
	err := a.Apply(ctx, dir, &o.ApplyOptions)
	o.Sources, o.Begin = nil, nil
	if err != nil {
		report(a, e.state())
	}
	return err
}

// begin writes the files: the key first, so that the configuration never names one that isn't
// there.
func (e *stepEdit) begin(s *cli.Session) error {
	if err := unchanged(s, e.file, e.was); err != nil {
		return err
	}
	if e.keyFile != "" {
		if err := writeNewKey(s.Trees, e.keyFile, e.pem); err != nil {
			return err
		}
	}
	if err := s.Trees.Replace(e.file, e.now, 0); err != nil {
		if e.keyFile != "" {
			err = errors.Join(err, s.Trees.Remove(e.keyFile))
		}
		return err
	}
	e.begun = true
	return nil
}

// unchanged refuses to write a file that somebody has changed since it was read.
func unchanged(s *cli.Session, file string, was []byte) error {
	now, err := s.Trees.Read(file, files.SourceLimit)
	if err == nil && !bytes.Equal(now, was) {
		err = fmt.Errorf("%s was changed meanwhile, so it was not written: run the same command again", view.Plain(file))
	}
	return err
}

// state says how an unfinished step leaves the files.
func (e *stepEdit) state() string {
	file, key := view.Plain(e.file), view.Plain(e.keyFile)
	switch {
	case !e.begun:
		return fmt.Sprintf("Nothing was written: %s is as it was.\n", file)
	case e.keyFile == "":
		return fmt.Sprintf("\n%s declares this step already. Run the same command again to go on. To go back, set status = \"ACTIVE\" in the old key's block, take \", becoming inactive\" out of its comment, and apply.\n", file)
	}
	return fmt.Sprintf("\n%s declares the new key already, and %s holds it. Run the same command again to go on. To go back, remove the new block and the comment about the rotation, apply, and delete the key file.\n", file, key)
}

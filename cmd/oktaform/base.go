package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/ci"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/revision"
)

// base is the version that a review compares with.
type base struct {
	name   string // for messages and places
	folder string // of the configuration; "" if the version has none
	lost   error  // why it isn't known whether the version has one
	notes  []string
	temp   string // what the version was unpacked into
	// converted are files of the checkout that hold something else than git stores.
	converted []string
	// before and now are the folders to which the configuration's path leads in the
	// version and in the checkout, links resolved.
	before, now string
	config      *config.Config // nil before it is loaded
}

// close deletes the files of a version that was unpacked.
func (b *base) close() {
	if b.config != nil {
		_ = b.config.Close()
	}
	if b.temp != "" {
		_ = os.RemoveAll(b.temp)
	}
}

// base finds the version that the flags name; nil for none.
func (a *app) base(dir string, o *reviewOptions) (*base, error) {
	switch {
	case o.baseDir != "":
		return &base{name: o.baseDir, folder: o.baseDir}, nil
	case o.base != "":
		return a.unpacked(dir, &o.inputs, func(r *revision.Repository) (revision.ID, string, error) {
			id, err := baseCommit(r, o.base)
			if unknown := (*revision.UnknownError)(nil); errors.As(err, &unknown) {
				return id, "", fmt.Errorf("--base %s is no git revision: %w. A folder is named with --base-dir", o.base, err)
			}
			if err != nil {
				err = fmt.Errorf("--base %s: %w", o.base, err)
			}
			return id, o.base, err
		})
	case o.baseFromCI:
		event, err := ci.Read(a.env.get)
		if err != nil {
			return nil, fmt.Errorf("--base-from-ci: %w", err)
		}
		return a.unpacked(dir, &o.inputs, func(r *revision.Repository) (revision.ID, string, error) {
			id, err := eventCommit(r, event)
			if err != nil {
				err = fmt.Errorf("--base-from-ci: %s: %w", event.Name, err)
			}
			const shown = 12
			return id, id.String()[:shown], err
		})
	}
	return nil, nil
}

// baseCommit is the commit of --base. With three dots behind it, it is, as for git
// diff, where the branch of the checkout left it.
func baseCommit(r *revision.Repository, name string) (revision.ID, error) {
	name, forked := strings.CutSuffix(name, "...")
	id, err := r.Resolve(name)
	if err != nil || !forked {
		return id, err
	}
	head, err := r.Resolve("HEAD")
	if err != nil {
		return id, err
	}
	return r.Fork(id, head)
}

// eventCommit is the commit that a CI job's change is compared with. Nothing that the
// change's author wrote decides it: no parent of a commit by its place alone, and no
// name.
func eventCommit(r *revision.Repository, event ci.Event) (revision.ID, error) {
	head, err := r.Resolve("HEAD")
	if err != nil {
		return head, err
	}
	if err := isAbout(r, event, head); err != nil {
		return head, err
	}
	id := revision.ParseID(event.Base)
	parents, err := r.Parents(head)
	if err != nil {
		return id, err
	}
	merged := len(parents) == 2 && parents[0] == id
	if event.Base != "" && (event.Exact || merged) {
		_, err := r.Parents(id)
		return id, notFetched(err, event)
	}
	// The branch may have been fetched in a newer state than the event knows. What was
	// taken from it since must not come back unseen.
	if end, err := r.Ref("refs/remotes/origin/" + event.Branch); err == nil {
		newer := event.Base == ""
		if !newer {
			newer, err = r.Contains(end, id)
		}
		if err == nil && newer {
			id = end
		}
	} else if event.Base == "" {
		return id, notFetched(fmt.Errorf("the branch %s is not here", event.Branch), event)
	}
	id, err = r.Fork(id, head)
	return id, notFetched(err, event)
}

// isAbout refuses a checkout of something else than the event's change: it would be
// compared with itself, and nothing found.
func isAbout(r *revision.Repository, event ci.Event, head revision.ID) error {
	if event.Head == "" {
		return nil
	}
	contains, err := r.Contains(head, revision.ParseID(event.Head))
	if contains {
		return nil
	}
	message := fmt.Errorf("the commit that is checked out, %s, does not hold the last one of the change, %s: check out what the event is about", head, event.Head)
	if err != nil {
		return fmt.Errorf("%w (%w)", message, err)
	}
	return message
}

// notFetched says how a commit comes that a job has not fetched.
func notFetched(err error, event ci.Event) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the version to compare with can't be found: %w. Set %s", err, event.Depth)
}

// unpacked writes the version that choose picks into a folder of its own.
func (a *app) unpacked(dir string, in *inputs, choose func(*revision.Repository) (revision.ID, string, error)) (*base, error) {
	c, err := a.checkout(dir)
	if err != nil {
		return nil, err
	}
	if c.GitDir == "" {
		return nil, noRepository(dir, c)
	}
	r, err := revision.Open(c.GitDir, c.CommonDir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	b := &base{converted: revision.Converted(c, in.isSourceFile)}
	var id revision.ID
	if id, b.name, err = choose(r); err != nil {
		return nil, err
	}
	if b.temp, err = os.MkdirTemp("", "oktaform-base-"); err != nil {
		return nil, err
	}
	found, absent, err := r.Export(id, c.Named, in.isSourceFile, b.temp)
	lost, isLost := errors.AsType[*revision.LostError](err)
	switch {
	case isLost:
		b.lost, err = lost, nil
	case err != nil:
		b.close()
		return nil, fmt.Errorf("version %s: %w", b.name, err)
	case found:
		b.folder = filepath.Join(b.temp, filepath.FromSlash(c.Named))
		if err = os.MkdirAll(b.folder, 0o700); err == nil { // git stores no empty folders
			led, _ := checkout.Find(b.folder, checkout.Options{Root: b.temp})
			b.before, b.now = led.Prefix, c.Prefix
		}
		if isNew, err := holdsNoConfiguration(b.folder); err == nil && isNew {
			b.folder = ""
			b.notes = append(b.notes, fmt.Sprintf("The folder %s of %s holds no configuration, so all of it is new.", dir, b.name))
		}
	default:
		b.notes = append(b.notes, fmt.Sprintf("%s has no folder %s, so all of it is new. If it was called otherwise there, check that revision out (git worktree add) and name its folder with --base-dir.", b.name, dir))
	}
	for _, module := range absent {
		b.notes = append(b.notes, fmt.Sprintf("The submodule %s is not compared: %s has it at a commit that is not here (git submodule update --init).", module, b.name))
	}
	return b, err
}

// holdsNoConfiguration reports whether a folder has no entry that would be a part of a
// configuration, be it a link that leads nowhere.
func holdsNoConfiguration(dir string) (bool, error) {
	root, err := files.Open(dir)
	if err != nil {
		return false, err
	}
	defer root.Close()
	entries, err := root.List(".")
	return err == nil && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return config.IsSourceFile(e.Name()) }), err
}

func noRepository(dir string, c checkout.Checkout) error {
	passed := ""
	if len(c.Passed) > 0 {
		passed = " (not used: " + strings.Join(c.Passed, "; ") + ")"
	}
	return fmt.Errorf("%s lies in no git repository%s, so there is no version to compare with. Name its folder with --base-dir", dir, passed)
}

// inputsOf are the options with values for the version to compare with: a file of the
// repository, or of the configuration's folder, is that version's own.
func (a *app) inputsOf(b *base, dir string, in *inputs) (list []config.Input) {
	var repository files.Trees
	if c, err := a.checkout(dir); err == nil && len(in.words) > 0 {
		if root, err := files.Open(c.Root); err == nil {
			repository = append(repository, root)
			a.opened = append(a.opened, root)
		}
	}
	for i := 0; i+1 < len(in.words); i += 2 {
		if in.words[i] != varFile {
			list = append(list, config.Var(in.words[i+1]))
			continue
		}
		name, own := in.words[i+1], ""
		if b.temp != "" {
			if _, below, inside := repository.Find(name); inside {
				own = filepath.Join(b.temp, below)
			}
		} else if below, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(below) {
			own = filepath.Join(b.folder, below)
		}
		if own == "" {
			own = name
		} else if _, err := os.Lstat(own); errors.Is(err, fs.ErrNotExist) {
			b.notes = append(b.notes, fmt.Sprintf("%s has no file %s: its variables have their other values there.", b.name, name))
			continue
		}
		list = append(list, config.VarFile(own))
	}
	return list
}

// isSourceFile reports whether a file of this name may be a part of a configuration, or
// be named by an option.
func (in *inputs) isSourceFile(name string) bool {
	for i := 0; i+1 < len(in.words); i += 2 {
		if in.words[i] == varFile && filepath.Base(in.words[i+1]) == name {
			return true
		}
	}
	return config.IsSourceFile(name)
}
